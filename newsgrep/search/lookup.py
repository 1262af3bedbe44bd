"""One article by what a person has in hand: its id, the start of it, or the path of its file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from whoosh import query as wq

from newsgrep.archive.schema import article_id, file_key
from newsgrep.errors import ArticleAmbiguous, ArticleMissing

if TYPE_CHECKING:
    from newsgrep.archive.engine import Engine
    from newsgrep.article import Article

_ID = re.compile("[0-9a-f]{4,16}")
_SHOWN = 10


def find_article(engine: Engine, name: str) -> Article:
    """The article that `name` means: an id or a unique start of one (4 characters at least), `path` or `path#record`.

    Raises ArticleMissing or ArticleAmbiguous.
    """
    queries = [wq.Term("file", file_key(name))]
    if _ID.fullmatch(name):
        queries.insert(0, wq.Prefix("id", name))
    path, hash_mark, record = name.rpartition("#")
    if hash_mark:
        # A record without an id of its own is known by its place, which its key marks with another `#`.
        queries += [wq.Term("id", article_id(path, key)) for key in (record, f"#{record}")]
    for query in queries:
        found = engine.run(query, None, order=None, offset=0, limit=_SHOWN)
        if found.total:
            articles = engine.fetch([reference for reference, _ in found.documents])
            if found.total > 1:
                raise _ambiguous(name, articles, found.total)
            return articles[0]
    raise ArticleMissing(
        f"no article has the id or the path {name}",
        hint="`newsgrep search WORDS --format '{id}  {path}  {title}'` lists ids and paths.",
    )


def _ambiguous(name: str, articles: list[Article], total: int) -> ArticleAmbiguous:
    lines = [f"  {article.id}  {article.title}" for article in articles]
    if total > len(articles):
        lines.append(f"  ... and {total - len(articles)} more")
    return ArticleAmbiguous(
        f"{total} articles answer to {name}:\n" + "\n".join(lines), hint="Name one by its id, or by path#record."
    )

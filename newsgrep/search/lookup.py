"""One article by what a person has in hand: its id, the start of it, or the path of its file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newsgrep.archive.schema import article_id, file_key
from newsgrep.codec import plain_query as plain
from newsgrep.errors import ArticleAmbiguous, ArticleMissing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsgrep.archive.engine import Engine
    from newsgrep.article import Article

_ID = re.compile("[0-9a-f]{4,16}")
_WHOLE_ID = 16
_SHOWN = 10
_MARKS = 8
"""How many `#` of an address are tried as its end of the path."""


def find_article(engine: Engine, name: str) -> Article:
    """The article that `name` means: an id or a unique start of one (4 characters at least), `path`, `path#record` or
    `path#member#record` for a record of a file in an archive.

    Raises ArticleMissing or ArticleAmbiguous.
    """
    queries: list[plain.PlainQuery] = [plain.Term("file", file_key(name))]
    if _ID.fullmatch(name):
        queries.insert(0, plain.Term("id", name) if len(name) == _WHOLE_ID else plain.Prefix("id", name))
    queries += [plain.Term("id", article_id(path, record)) for path, record in _iter_addresses(name)]
    whole = engine.every_version()
    for query in queries:
        found = whole.run(query, None, order=None, offset=0, limit=_SHOWN)
        if found.total:
            articles = engine.fetch([reference for reference, _ in found.documents])
            if found.total > 1:
                raise _ambiguous(name, articles, found.total)
            return articles[0]
    raise ArticleMissing(
        f"no article has the id or the path {name}",
        hint="`newsgrep search WORDS --format '{id}  {path}  {title}'` lists ids and paths.",
    )


def count_versions(engine: Engine, article: Article) -> int:
    """How many articles of the index were saved from the address of one, that one among them."""
    if not article.url:
        return 1
    from newsgrep.archive.url_keys import url_key

    key = url_key(article.url)
    return len(engine.every_version().at_address(key)) if key else 1


def _iter_addresses(name: str) -> Iterator[tuple[str, str]]:
    """The paths and records that `path#record` or `path#member#record` may mean; paths may hold the mark as well."""
    for at in [at for at, char in enumerate(name) if char == "#"][:_MARKS]:
        yield name[:at], name[at + 1 :]


def _ambiguous(name: str, articles: list[Article], total: int) -> ArticleAmbiguous:
    lines = [f"  {article.id}  {article.title}" for article in articles]
    if total > len(articles):
        lines.append(f"  ... and {total - len(articles)} more")
    return ArticleAmbiguous(
        f"{total} articles answer to {name}:\n" + "\n".join(lines), hint="Name one by its id, or by path#record."
    )

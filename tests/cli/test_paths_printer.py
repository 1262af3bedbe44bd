from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from newsgrep.cli.paths_printer import iter_paths
from newsgrep.search.results import Hit, Results

if TYPE_CHECKING:
    from newsgrep.article import Article


def test_a_file_with_several_hits_is_named_once_at_its_best_place(harbour: Article, undated: Article) -> None:
    articles = [undated, harbour, replace(undated, record="18")]
    hits = tuple(Hit(rank, 1.0, article, (), ()) for rank, article in enumerate(articles, 1))
    paths = iter_paths(Results("q", 3, 0.1, hits), lambda article: article.path)
    assert list(paths) == ["saved/wire.jsonl", "saved/harbour.html"]

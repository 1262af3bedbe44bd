"""The files of the hits, each once, for `xargs` and the like."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from newsgrep.article import Article
    from newsgrep.search.results import Results


def iter_paths(results: Results, locate: Callable[[Article], str]) -> Iterator[str]:
    """The path of each file that holds a hit, as `locate` finds it from here, best first, no file twice."""
    yield from dict.fromkeys(locate(hit.article) for hit in results.hits)

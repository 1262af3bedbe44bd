"""The files of the hits, each once, for `xargs` and the like."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsgrep.search.results import Results


def iter_paths(results: Results) -> Iterator[str]:
    """The path of each file that holds a hit, best first, no file twice."""
    yield from dict.fromkeys(hit.article.path for hit in results.hits)

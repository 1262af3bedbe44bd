"""Full-text search for directories of saved news articles.

import newsgrep

with newsgrep.open() as archive:
    for hit in archive.search("harbour bridge").hits:
        print(hit.article.published, hit.article.title)
"""

from __future__ import annotations

TYPE_CHECKING = False
"""Typing's own would be imported with all of it."""
if TYPE_CHECKING:
    from newsgrep.api import Archive
    from newsgrep.article import Article
    from newsgrep.errors import NewsgrepError
    from newsgrep.opening import open_archive as open  # noqa: A004  # `newsgrep.open` reads as what it is
    from newsgrep.search.request import Filters, Match, Request, Sort
    from newsgrep.search.results import Hit, Results, Snippet

__all__ = [
    "Archive",
    "Article",
    "Filters",
    "Hit",
    "Match",
    "NewsgrepError",
    "Request",
    "Results",
    "Snippet",
    "Sort",
    "__version__",
    "open",
]

__version__ = "0.1.0"

_PLACES = {
    "Archive": ("newsgrep.api", "Archive"),
    "Article": ("newsgrep.article", "Article"),
    "Filters": ("newsgrep.search.request", "Filters"),
    "Hit": ("newsgrep.search.results", "Hit"),
    "Match": ("newsgrep.search.request", "Match"),
    "NewsgrepError": ("newsgrep.errors", "NewsgrepError"),
    "Request": ("newsgrep.search.request", "Request"),
    "Results": ("newsgrep.search.results", "Results"),
    "Snippet": ("newsgrep.search.results", "Snippet"),
    "Sort": ("newsgrep.search.request", "Sort"),
    "open": ("newsgrep.opening", "open_archive"),
}
"""Imported when they are asked for: the command line comes by here before it can deal with Ctrl-C."""


def __getattr__(name: str) -> object:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    module, there = _PLACES[name]
    found: object = getattr(importlib.import_module(module), there)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

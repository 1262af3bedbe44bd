"""Full-text search for directories of saved news articles.

import newsgrep

with newsgrep.open() as archive:
    for hit in archive.search("harbour bridge").hits:
        print(hit.article.published, hit.article.title)
"""

from __future__ import annotations

from newsgrep.api import Archive
from newsgrep.api import open_archive as open  # noqa: A004  # `newsgrep.open` reads as what it is
from newsgrep.article import Article
from newsgrep.errors import NewsgrepError
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

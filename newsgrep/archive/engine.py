"""What the archive asks of a search engine, whichever answers.

Documents go in as articles and come out as articles; queries are Whoosh's query tree. A *reference* names a
document between `run` and `fetch` and means nothing outside the engine that gave it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from whoosh.query import Query

    from newsgrep.article import Article


@dataclass(frozen=True, slots=True)
class Order:
    """An order by publication date; undated documents come last either way."""

    newest_first: bool


@dataclass(frozen=True, slots=True)
class Found:
    """One page of an answer: the exact total, and (reference, score) of each document on the page."""

    total: int
    documents: tuple[tuple[int, float], ...]


class EngineWriter(Protocol):
    """The one writer of an index, from `open_writer` to `close`. Readers see nothing before a `commit`."""

    @property
    def generation(self) -> int:
        """The generation that the next `commit` will make."""

    def add(self, article: Article) -> None:
        """Write one article."""

    def delete_file(self, path: str) -> int:
        """Delete the committed articles of a file; returns how many there were."""

    def commit(self, *, replace: bool = False) -> None:
        """Publish everything written; with `replace` it takes the place of the whole index."""

    def close(self) -> None:
        """Forget what was not committed, and let others write."""


class Engine(Protocol):
    """A searchable collection of articles."""

    @property
    def generation(self) -> int:
        """The generation of the last commit; 0 for an index that has none yet."""

    def open_writer(self) -> EngineWriter:
        """Begin a change. Raises IndexBusy while another process is writing."""

    def run(self, query: Query, accept: Query | None, *, order: Order | None, offset: int, limit: int) -> Found:
        """Answer a query among the documents that `accept` lets through; without an order, best first."""

    def count(self, query: Query | None = None) -> int:
        """How many documents match; all of them without a query."""

    def fetch(self, references: Sequence[int]) -> list[Article]:
        """The articles behind references, in the same order."""

    def labels(self, field: str) -> list[str]:
        """Every folded label of a field."""

    def segments(self) -> int:
        """How many segments the index has."""

    def refresh(self) -> None:
        """See the last commit."""

    def close(self) -> None:
        """Release the index."""

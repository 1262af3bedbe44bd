"""What the archive asks of a search engine, whichever answers.

Queries are Whoosh's query tree, of its classes or of plain records; documents come out as articles. A *reference*
names a document between `run` and `fetch` and means nothing outside the engine that gave it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from whoosh.query import Query

    from newsgrep.article import Article
    from newsgrep.codec.explanation import Contribution
    from newsgrep.codec.plain_query import PlainQuery


class Order(NamedTuple):
    """An order by publication date; undated documents come last either way."""

    newest_first: bool


class Found(NamedTuple):
    """One page of an answer: the exact total, and (reference, score) of each document on the page."""

    total: int
    documents: tuple[tuple[int, float], ...]


class Engine(Protocol):
    """A searchable collection of articles."""

    @property
    def generation(self) -> int:
        """The generation of the last commit; 0 for an index that has none yet."""

    def run(
        self,
        query: PlainQuery | Query,
        accept: PlainQuery | Query | None,
        *,
        order: Order | None,
        offset: int,
        limit: int,
    ) -> Found:
        """Answer a query among the documents that `accept` lets through; without an order, best first."""

    def count(self, query: PlainQuery | Query | None = None) -> int:
        """How many documents match; all of them without a query."""

    def fetch(self, references: Sequence[int]) -> list[Article]:
        """The articles behind references, in the same order."""

    def explain(self, query: PlainQuery | Query, reference: int) -> list[Contribution]:
        """What makes up the score of an article that a query found."""

    def spellings(self, fields: Sequence[str], term: str, count: int) -> list[tuple[str, int]]:
        """Terms of some fields that are spelt nearly like one, the likeliest first, with their articles."""

    def known(self, fields: Sequence[str], terms: Sequence[str]) -> dict[str, int]:
        """Those of some terms that stand in any of some fields, each with its articles, added up over the fields."""

    def alike(self, fields: Sequence[str], skeletons: Collection[str], initials: str, longest: int) -> dict[str, int]:
        """Terms with the consonants of some skeletons, and their articles; see `codec.skeletons.find_alike`."""

    def labels(self, field: str) -> list[str]:
        """Every folded label of a field."""

    def segments(self) -> int:
        """How many segments the index has."""

    def refresh(self) -> None:
        """See the last commit."""

    def close(self) -> None:
        """Release the index."""

"""What the archive asks of a search engine, whichever answers.

Queries are Whoosh's query tree, of its classes or of plain records; documents come out as articles. A *reference*
names a document between `run` and `fetch` and means nothing outside the engine that gave it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from newsgrep.codec.plain_schema import MISSING as MISSING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    import numpy as np
    from numpy.typing import NDArray
    from whoosh.query import Query

    from newsgrep.archive.day_counts import DayCounts
    from newsgrep.article import Article
    from newsgrep.codec.explanation import Contribution
    from newsgrep.codec.plain_query import PlainQuery
    from newsgrep.codec.term_counts import TermCounts


class Order(NamedTuple):
    """An order by publication date; undated documents come last either way."""

    newest_first: bool


class Found(NamedTuple):
    """One page of an answer: the exact total, and (reference, score) of each document on the page."""

    total: int
    documents: tuple[tuple[int, float], ...]


class Beginning(NamedTuple):
    """A term that begins with some text."""

    text: str
    documents: int
    """That have it; of terms in more than a few documents, deleted and hidden ones are counted too."""
    reference: int
    """One of them."""


@dataclass(frozen=True, slots=True)
class Scan:
    """All matching documents at once, in the order of their references."""

    references: NDArray[np.int64]  # (n_matches,), rising
    columns: dict[str, NDArray[Any]]
    """Each (n_matches,): `published` and `captured` in seconds (int64, `MISSING` where there is none), `words` (int64),
    `key` and `url_key` (uint64, 0 for none), `score` (float32; without what raises only the best)."""


class Engine(Protocol):
    """A searchable collection of articles.

    Of several versions of an article, captured one after the other, it shows the newest; `every_version` shows all.
    """

    @property
    def generation(self) -> int:
        """The generation of the last commit; 0 for an index that has none yet."""

    def is_behind(self) -> bool:
        """Whether the last commit is another than the one that is seen, or there is none any more."""

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

    def scan(
        self, query: PlainQuery | Query, accept: PlainQuery | Query | None = None, columns: Sequence[str] = ()
    ) -> Scan:
        """All documents that match, with the values of some columns; `score` is one of them."""

    def facet(
        self, query: PlainQuery | Query, accept: PlainQuery | Query | None, fields: Sequence[str]
    ) -> list[dict[str, int]]:
        """How many matching documents carry each folded label, of `section`, `source`, `lang` or `byline`."""

    def count_days(self, query: PlainQuery | Query, accept: PlainQuery | Query | None = None) -> DayCounts:
        """How many matching documents are of each day, and how many have no date."""

    def at_address(self, key: int) -> list[int]:
        """The documents whose address has a key (`url_keys`), as references in rising order."""

    def signatures(self, references: NDArray[np.int64]) -> NDArray[np.uint16]:
        """(n, SLOTS): near-duplicate signatures of documents in rising order; zeros for those without."""

    def every_version(self) -> Engine:
        """The same collection with all versions of an article; references are good for both."""

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

    def count_terms(
        self,
        fields: Sequence[str],
        groups: Sequence[NDArray[np.int64]],
        on_progress: Callable[[int, int], None] | None = None,
    ) -> TermCounts:
        """How often every term of some fields stands in groups of documents: references, rising, none in two groups.

        `on_progress` is told how many of how many documents are done.
        """

    def labels(self, field: str) -> list[str]:
        """Every folded label of a field."""

    def terms_from(self, field: str, start: str, at_most: int) -> list[Beginning]:
        """The terms of a field that begin with a text, in order; none at all where there are more than `at_most`."""

    def segments(self) -> int:
        """How many segments the index has."""

    def refresh(self) -> None:
        """See the last commit."""

    def close(self) -> None:
        """Release the index."""

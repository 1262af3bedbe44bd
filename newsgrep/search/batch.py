"""Many queries at once: what each finds, and which of them are found in the same articles.

Each query is evaluated once, to the set of all its articles. Sets are kept as bits, one for each article of the
archive, and articles that two queries have in common are counted by multiplying the matrix of bits with its own
transpose, some thousand articles at a time.

How far two queries belong together is told by three measures of association, all from the same four counts:

- Jaccard's index: articles of both over articles of either;
- pointwise mutual information (Church and Hanks, "Word association norms, mutual information, and lexicography", 1990):
  the logarithm to base 2 of how many times more articles have both than if the two had nothing to do with each other;
- log-likelihood (Dunning, "Accurate methods for the statistics of surprise and coincidence", 1993): how surprising the
  count is; above 10.8, chance gives it less than once in a thousand times.
"""

from __future__ import annotations

import dataclasses
import time
from math import log2
from typing import TYPE_CHECKING

import numpy as np

from newsgrep.archive.day_counts import count_days
from newsgrep.codec.plain_query import Every
from newsgrep.codec.signatures import group_alike
from newsgrep.errors import OptionError, QueryError, QueryTooCostly
from newsgrep.search.association import signed_log_likelihood
from newsgrep.search.filters import build_filter
from newsgrep.search.ranking import build_ranked
from newsgrep.search.run import view_of
from newsgrep.search.understanding import understand

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from newsgrep.archive.engine import Engine
    from newsgrep.article import Article
    from newsgrep.codec.plain_query import PlainQuery
    from newsgrep.search.request import Request

    OnDone = Callable[[int, int], None]
    """Told how many of how many queries are done."""

MOST_TOGETHER = 2_000
"""Queries of which every two are compared: their sets take 250 MB at a million articles."""
_BLOCK = 1 << 13
"""Articles whose bits are multiplied at once."""


@dataclasses.dataclass(frozen=True, slots=True)
class BatchQuery:
    """One query of many."""

    label: str
    """What it is called: its own text, where nothing else is given."""
    text: str
    line: int
    """Where it stands in its file, 1-based."""


@dataclasses.dataclass(frozen=True, slots=True)
class BatchRow:
    """What one query found."""

    query: BatchQuery
    articles: int = 0
    stories: int | None = None
    """How many they are where copies of one text count once; None where not wanted."""
    first: dt.date | None = None
    """The day of the earliest article that has a date."""
    last: dt.date | None = None
    undated: int = 0
    """Articles without a date."""
    top: Article | None = None
    """The best hit, its body empty."""
    notes: tuple[str, ...] = ()
    """What of the query was not read as typed."""
    error: str | None = None
    """Why it could not be asked; the rest of the row says nothing then."""


@dataclasses.dataclass(frozen=True, slots=True)
class BatchResults:
    """What many queries found."""

    rows: tuple[BatchRow, ...]
    """In the order of the queries."""
    total: int
    """Articles that the filters let through."""
    took_ms: float
    together: NDArray[np.int64] | None = None
    """(n, n): how many articles two queries have in common, of those that could be asked; None where not wanted."""

    @property
    def asked(self) -> tuple[BatchRow, ...]:
        """The rows of queries that could be asked."""
        return tuple(row for row in self.rows if row.error is None)


@dataclasses.dataclass(frozen=True, slots=True)
class Pair:
    """Two queries that are found in the same articles."""

    a: str
    """The label of one, which stands before the other in the file."""
    b: str
    articles: int
    """Articles of both."""
    articles_a: int
    articles_b: int
    jaccard: float
    pmi: float
    log_likelihood: float
    """Negative where fewer articles have both than chance would give."""


def parse_queries(lines: Iterable[str]) -> tuple[BatchQuery, ...]:
    """Read queries, one a line: `query`, or `label<TAB>query`. Blank lines and those that begin with `#` are none."""
    queries = []
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        label, tab, query = line.partition("\t")
        query = query.strip() if tab else text
        queries.append(BatchQuery(label.strip() or query, query, number))
    return tuple(queries)


def read_queries(data: bytes, name: str) -> tuple[BatchQuery, ...]:
    """Read queries from the bytes of a file, which has a name. Raises OptionError for what is not UTF-8."""
    try:
        return parse_queries(data.decode("utf-8-sig").splitlines())
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise OptionError(f"{name}, line {line}: not UTF-8 text", hint="Save the file as UTF-8.") from error


def run_batch(
    engine: Engine,
    queries: Sequence[BatchQuery],
    request: Request,
    *,
    today: dt.date,
    stories: bool = False,
    together: bool = False,
    on_done: OnDone | None = None,
) -> BatchResults:
    """Ask many queries, each as `request` says, whose own text is not looked at.

    stories: whether to count stories; together: whether to count the articles that queries have in common.
    Raises OptionError for too many of them.
    """
    started = time.perf_counter()
    if together and len(queries) > MOST_TOGETHER:
        raise OptionError(
            f"{len(queries):,} queries are too many to compare every two of them",
            hint=f"Give {MOST_TOGETHER:,} at most, or leave out --matrix and --pairs.",
        )
    engine = view_of(engine, request)
    accept = build_filter(request.filters)
    everything = engine.scan(Every(), accept).references if together else np.zeros(0, np.int64)
    bits = np.zeros((len(queries) if together else 0, -(-len(everything) // 8)), np.uint8)
    rows: list[BatchRow] = []
    n_asked = 0
    for number, query in enumerate(queries, 1):
        try:
            row, references = _ask(engine, query, request, accept, today, all_hits=stories or together)
            if stories:
                row = dataclasses.replace(row, stories=_count_stories(engine, references))
        except (QueryError, QueryTooCostly) as error:
            rows.append(BatchRow(query, error=_say_error(error)))
        else:
            rows.append(row)
            if together:
                bits[n_asked] = _pack(references, everything)
            n_asked += 1
        if on_done:
            on_done(number, len(queries))
    counts = count_together(bits[:n_asked]) if together else None
    total = len(everything) if together else engine.run(Every(), accept, order=None, offset=0, limit=1).total
    return BatchResults(tuple(rows), total, round((time.perf_counter() - started) * 1000, 3), counts)


def _ask(
    engine: Engine,
    query: BatchQuery,
    request: Request,
    accept: PlainQuery | None,
    today: dt.date,
    *,
    all_hits: bool,
) -> tuple[BatchRow, NDArray[np.int64]]:
    """What a query finds, and with `all_hits` the references of all of it."""
    if not query.text:
        raise QueryError(
            "There is no query behind the label",
            text=query.label,
            column=len(query.label),
            hint="Write one a line: a query, or a label, a tab, a query.",
        )
    understood = understand(engine, dataclasses.replace(request, text=query.text), today=today)
    if all_hits:
        found = engine.scan(understood.query, accept, ["published"])
        references, days = found.references, count_days(found.columns["published"])
    else:
        references, days = np.zeros(0, np.int64), engine.count_days(understood.query, accept)
    first, last = days.span or (None, None)
    top = None
    if days.total:
        best = engine.run(build_ranked(understood.query), accept, order=None, offset=0, limit=1).documents
        (article,) = engine.fetch([reference for reference, _ in best])
        top = dataclasses.replace(article, body="")
    row = BatchRow(
        query,
        articles=days.total,
        first=first,
        last=last,
        undated=days.undated,
        top=top,
        notes=(*understood.notes, *(expansion.message for expansion in understood.expansions)),
    )
    return row, references


def _count_stories(engine: Engine, references: NDArray[np.int64]) -> int:
    return len(np.unique(group_alike(engine.signatures(references))))


def _say_error(error: QueryError | QueryTooCostly) -> str:
    if isinstance(error, QueryError):
        return f"{error.message} (column {error.column + 1})"
    return error.message


def _pack(references: NDArray[np.int64], everything: NDArray[np.int64]) -> NDArray[np.uint8]:
    """A bit for each of all articles, set for those that are among some; both rising."""
    mask = np.zeros(len(everything), np.bool_)
    places = everything.searchsorted(references)
    # What has come since all were listed is not among them.
    places = places[everything.take(places, mode="clip") == references] if len(everything) else places[:0]
    mask[places] = True
    return np.packbits(mask)


def count_together(bits: NDArray[np.uint8]) -> NDArray[np.int64]:
    """(n, n): how many articles two queries have in common, and on the diagonal how many each has.

    bits: (n, n_articles / 8), a bit for each article that a query has.
    """
    counts = np.zeros((len(bits), len(bits)), np.int64)
    step = _BLOCK // 8
    for first in range(0, bits.shape[1], step):
        block = np.unpackbits(bits[:, first : first + step], axis=1)
        counts[np.diag_indices(len(bits))] += block.sum(axis=1, dtype=np.int64)
        # What one query alone has is on the diagonal only.
        shared = block[:, block.sum(axis=0, dtype=np.int64) > 1].astype(np.float32)
        # Numbers up to 2^24 are exact in 32 bits, and a block has fewer articles.
        product = (shared @ shared.T).astype(np.int64)
        np.fill_diagonal(product, 0)
        counts += product
    return counts


def iter_pairs(results: BatchResults) -> Iterator[Pair]:
    """Every two queries that have an article in common, those with the most first."""
    counts = results.together
    if counts is None:
        return
    labels = [row.query.label for row in results.asked]
    left, right = np.nonzero(np.triu(counts, 1))
    both = counts[left, right]
    order = np.lexsort((right, left, -both))
    left, right, both = left[order], right[order], both[order]
    totals = np.diagonal(counts)
    likelihoods = signed_log_likelihood(both, totals[left], totals[right], results.total)
    pairs = zip(left.tolist(), right.tolist(), both.tolist(), likelihoods.tolist(), strict=True)
    for a, b, n, likelihood in pairs:
        n_a, n_b = int(totals[a]), int(totals[b])
        yield Pair(
            labels[a],
            labels[b],
            n,
            n_a,
            n_b,
            round(n / (n_a + n_b - n), 6),
            round(log2(n * results.total / (n_a * n_b)), 4),
            round(likelihood, 3),
        )

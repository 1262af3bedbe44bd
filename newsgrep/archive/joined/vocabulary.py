"""The words of several collections put together: spellings, beginnings, counts in groups of articles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsgrep.codec.spelling import count_edits

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from newsgrep.archive.engine import Beginning
    from newsgrep.codec.term_counts import TermCounts


def add_counts(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """Counts by name, added up."""
    total: dict[str, int] = {}
    for each in counts:
        for name, count in each.items():
            total[name] = total.get(name, 0) + count
    return total


def order_spellings(term: str, known: Mapping[str, int], count: int) -> list[tuple[str, int]]:
    """The likeliest spellings of a term, as `find_spellings` orders them: the nearest, then the most frequent."""
    order = sorted(known, key=lambda spelt: (count_edits(term, spelt), -known[spelt], spelt))
    return [(spelt, known[spelt]) for spelt in order[:count]]


def join_beginnings(found: Iterable[Beginning], at_most: int) -> list[Beginning]:
    """Terms with one beginning, each once, in order; none at all where there are more than `at_most`."""
    joined: dict[str, Beginning] = {}
    for each in found:
        before = joined.get(each.text)
        joined[each.text] = before._replace(documents=before.documents + each.documents) if before else each
    return [joined[text] for text in sorted(joined)] if len(joined) <= at_most else []


def add_term_counts(counts: Sequence[TermCounts], n_groups: int) -> TermCounts:
    """How often terms stand in groups of documents, of which each collection counted its own."""
    import numpy as np

    from newsgrep.codec.term_counts import TermCounts

    numbers: dict[str, int] = {}
    places = [
        np.fromiter((numbers.setdefault(term, len(numbers)) for term in each.terms), np.int64, len(each.terms))
        for each in counts
    ]
    documents, occurrences = (np.zeros((len(numbers), n_groups), np.int64) for _ in range(2))
    for at, each in zip(places, counts, strict=True):
        documents[at] += each.documents
        occurrences[at] += each.occurrences
    return TermCounts(list(numbers), documents, occurrences)

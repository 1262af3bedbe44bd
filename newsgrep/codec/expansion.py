"""Queries for many terms at once: which terms of a segment's dictionary they mean."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
from whoosh import query as wq

from newsgrep.codec.fuzzy import find_close

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from newsgrep.codec.terms import FieldTerms

_LAST_TEXT = b"\xff\xff\xff\xff"
"""What Whoosh takes for the end of a range that has none."""


def expand(query: Any, field: Any, terms: FieldTerms) -> NDArray[np.intp]:
    """The places of the terms that a query means, rising; never that of the empty term.

    query: one of `EXPANDED`; field: Whoosh's field type; terms: the field's dictionary in one segment.
    """
    places = EXPANDED[type(query)](query, field, terms)
    return places[1:] if len(places) and not places[0] and not terms.term(0) else places


def _expand_prefix(query: Any, field: Any, terms: FieldTerms) -> NDArray[np.intp]:
    try:
        prefix = field.to_bytes(query.text)
    except ValueError:
        return np.zeros(0, np.intp)
    return np.arange(*terms.prefix_range(prefix))


def _expand_range(query: Any, field: Any, terms: FieldTerms) -> NDArray[np.intp]:
    try:
        start = b"" if query.start is None else field.to_bytes(query.start)
        end = _LAST_TEXT if query.end is None else field.to_bytes(query.end)
    except ValueError:
        return np.zeros(0, np.intp)
    first, last = terms.lower_bound(start), terms.lower_bound(end)
    if query.startexcl and first < terms.n_terms and terms.term(first) == start:
        first += 1
    if not query.endexcl and last < terms.n_terms and terms.term(last) == end:
        last += 1
    return np.arange(first, max(first, last))


def _expand_pattern(query: Any, field: Any, terms: FieldTerms) -> NDArray[np.intp]:
    # What a query means by its pattern is for Whoosh to say: its methods are asked, not copied.
    match = re.compile(query._get_pattern()).match
    prefix = query._find_prefix(query.text)
    first, last = terms.prefix_range(field.to_bytes(prefix)) if prefix else (0, terms.n_terms)
    from_bytes = field.from_bytes
    texts = terms.iter_terms(first, last)
    return np.array([place for place, text in enumerate(texts, first) if match(from_bytes(text))], np.intp)


def _expand_fuzzy(query: Any, field: Any, terms: FieldTerms) -> NDArray[np.intp]:
    shared = query.text[: query.prefixlength]
    first, last = terms.prefix_range(field.to_bytes(shared)) if shared else (0, terms.n_terms)
    if first == last or len(shared) < query.prefixlength:
        return np.zeros(0, np.intp)
    text, ends = terms.texts(first, last)
    if not shared:
        return find_close(query.text, text, ends, query.maxdist)
    skipped = len(shared.encode())
    # The shared beginning is cut off each word: what follows it is compared.
    lengths = np.diff(ends, prepend=0)
    starts = ends - lengths
    kept = np.ones(len(text), np.bool_)
    kept[(starts[:, None] + np.arange(skipped)).ravel()] = False
    rest = np.frombuffer(text, np.uint8)[kept].tobytes()
    return first + find_close(query.text[len(shared) :], rest, np.cumsum(lengths - skipped), query.maxdist)


def _expand_variations(query: Any, field: Any, terms: FieldTerms) -> NDArray[np.intp]:
    from whoosh.lang.morph_en import variations

    places = set()
    for word in variations(query.text):
        try:
            places.add(terms.find(field.to_bytes(word)))
        except ValueError:
            continue
    return np.array(sorted(places - {-1}), np.intp)


EXPANDED: dict[type, Callable[[Any, Any, FieldTerms], NDArray[np.intp]]] = {
    wq.Prefix: _expand_prefix,
    wq.TermRange: _expand_range,
    wq.Wildcard: _expand_pattern,
    wq.Regex: _expand_pattern,
    wq.FuzzyTerm: _expand_fuzzy,
    wq.Variations: _expand_variations,
}
"""Query classes that stand for many terms of one field."""

_EVERYTHING = {wq.Prefix: "", wq.Wildcard: "*", wq.Regex: ".*"}


def means_every_term(query: Any) -> bool:
    """Whether a query is for all documents that have its field, whatever their terms."""
    return type(query) in _EVERYTHING and query.text == _EVERYTHING[type(query)]

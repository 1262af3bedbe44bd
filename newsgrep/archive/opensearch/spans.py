"""Words near each other, as span queries of a cluster: what of a positional query Lucene's spans say exactly.

A word at position p of newsgrep's count stands at 2p in the index (`tokens`), so that two words `d` positions apart
have `2 * d - 1` empty places between them: that is Lucene's *slop*. Spans are not our places: of what may stand second,
Lucene tries only the nearest. That is enough for words in order, nested from the right (`a` before the nearest `b`
that has a `c` behind it), and any nest of pairs, in whichever order, is a few of such chains. What cannot be said
exactly is None here, and the texts are asked. Source: org.apache.lucene.queries.spans, NearSpansOrdered, SpanNotQuery.
"""

from __future__ import annotations

import re
from itertools import product
from typing import Any, NamedTuple

from newsgrep.archive.opensearch.tokens import (
    PARAGRAPH,
    SENTENCE,
    STEP,
    cased_token,
    folded_token,
    safe,
)
from newsgrep.codec import plain_query as plain
from newsgrep.codec.words import fold_word

Clause = dict[str, Any]
"""A query in OpenSearch's language."""

TEXTS = frozenset({"title", "body"})
"""The fields that are indexed with printed forms and ends of sentences."""
_ANYWHERE = 1_000_000
"""Words that no two of one text are apart."""
_SIGN = re.compile(r"\[(?P<others>!?)(?P<letters>\][^\]]*|[^\]]+)\]|.", re.DOTALL)
"""One sign of a pattern, as the module `fnmatch` reads it."""
_MOST_ALTERNATIVES = 64
_MOST_REPEATED = 32


class Span(NamedTuple):
    """Places of one width."""

    clause: Clause
    width: int
    """In words."""
    words: frozenset[str] | None
    """The terms that may stand there; None for a pattern."""


def slop_of(distance: int) -> int:
    """Empty places between two words so many positions apart."""
    return STEP * distance - 1


class Way(NamedTuple):
    """Words in one order."""

    clauses: tuple[Clause, ...]
    distances: tuple[int, ...]
    """How far each may begin behind the end of the one before it."""
    is_closed: bool = False
    """Whether nothing may follow: of its places only those are known that end first."""


def find_spans(query: plain.PlainQuery) -> list[Clause] | None:
    """Span queries of which a document must match one; None where spans do not say exactly what a query asks."""
    match query:
        case plain.Weighted():
            return find_spans(query.query)
        case plain.Or():
            each = [find_spans(part) for part in query.subqueries]
            return [clause for found in each for clause in found or ()] if None not in each else None
        case plain.First():
            inner = find_spans(query.query)
            return None if inner is None else [_first(clause, query.count) for clause in inner]
        case plain.Near() if query.negated:
            return _find_lonely(query)
        case _:
            ways = _find_ways(query)
            return None if ways is None else [_build_chain(way) for way in ways]


def _find_ways(query: plain.PlainQuery) -> list[Way] | None:
    """The orders in which words may stand."""
    operand = read_operand(query)
    if operand is not None:
        return [Way((span.clause,), ()) for span in operand]
    match query:
        case plain.Weighted():
            return _find_ways(query.query)
        case plain.Phrase() if query.words and query.slop > 0:
            clauses = tuple(_word(query.fieldname, safe(word)).clause for word in query.words)
            return [Way(clauses, (query.slop,) * (len(clauses) - 1))]
        case plain.Near() if not query.negated:
            return _join_ways(query.left, query.right, query.distance, ordered=query.ordered)
        case plain.SameUnit() if not query.negated:
            return _find_in_unit(query)
        case _:
            return None


def _join_ways(left: plain.PlainQuery, right: plain.PlainQuery, distance: int, *, ordered: bool) -> list[Way] | None:
    one, other = _find_ways(left), _find_ways(right)
    if one is None or other is None:
        return None
    orders = [(one, other)] if ordered else [(one, other), (other, one)]
    pairs = [pair for firsts, seconds in orders for pair in product(firsts, seconds)]
    if len(pairs) > _MOST_ALTERNATIVES or any(first.is_closed for first, _ in pairs):
        return None
    return [
        Way(first.clauses + second.clauses, (*first.distances, distance, *second.distances), second.is_closed)
        for first, second in pairs
    ]


def _find_in_unit(query: plain.SameUnit) -> list[Way] | None:
    field = field_of(query)
    if field not in TEXTS:
        return None
    ways = _join_ways(query.left, query.right, _reach_of(query), ordered=False)
    end = _word(field, _sign_of(query)).clause
    return ways and [
        Way(({"span_not": {"include": _build_chain(way), "exclude": end}},), (), is_closed=True) for way in ways
    ]


def _build_chain(way: Way) -> Clause:
    clause = way.clauses[-1]
    # From the right: of what follows a word only where it begins matters.
    for each, distance in zip(way.clauses[-2::-1], way.distances[::-1], strict=True):
        clause = _near([each, clause], slop_of(distance))
    return clause


def _reach_of(query: plain.SameUnit) -> int:
    """How far apart words of one sentence or paragraph may be."""
    return plain.SENTENCE_WORDS if query.unit == "s" else _ANYWHERE


def _sign_of(query: plain.SameUnit) -> str:
    return SENTENCE if query.unit == "s" else PARAGRAPH


def read_operand(query: plain.PlainQuery) -> list[Span] | None:
    """Words, phrases and patterns as spans, those of one width together; None for anything else."""
    match query:
        case plain.Term():
            return [_word(query.fieldname, safe(query.text))]
        case plain.Prefix() | plain.Wildcard() | plain.FuzzyTerm():
            return [Span({"span_multi": {"match": match_pattern(query)}}, 1, None)]
        case plain.Phrase() if query.slop == 1 and query.words:
            return [_phrase(query.fieldname, [safe(word) for word in query.words])]
        case plain.ExactForm():
            tokens = form_tokens(query)
            if tokens is None:
                return None
            return [_phrase(query.fieldname, tokens)._replace(words=_words_of(query.candidates))]
        case plain.Weighted():
            return read_operand(query.query)
        case plain.First():
            inner = read_operand(query.query)
            return inner and [span._replace(clause=_first(span.clause, query.count)) for span in inner]
        case plain.Or() if query.subqueries:
            parts = [read_operand(part) for part in query.subqueries]
            return _unite([span for part in parts for span in part or ()]) if None not in parts else None
        case _:
            return None


def form_tokens(query: plain.ExactForm) -> list[str] | None:
    """The tokens of a word or phrase as typed; None where the index does not tell it from others.

    That a word is printed without any capital is not indexed, and names and addresses have no forms.
    """
    if query.fieldname not in TEXTS or not query.forms:
        return None
    if not query.cased:
        return [folded_token(form) for form in query.forms]
    if any(fold_word(form) == form for form in query.forms):
        return None
    return [cased_token(form) for form in query.forms]


def match_pattern(query: plain.Prefix | plain.Wildcard | plain.FuzzyTerm, field: str | None = None) -> Clause:
    """The query for words that fit a pattern, in its field or in another one with the same words."""
    name = field or query.fieldname
    match query:
        case plain.Prefix():
            return {"prefix": {name: {"value": safe(query.text)}}}
        case plain.FuzzyTerm():
            fuzzy = {
                "value": safe(query.text),
                "fuzziness": query.maxdist,
                "prefix_length": query.prefixlength,
                "transpositions": False,
                "max_expansions": 1024,
                "rewrite": "constant_score",
            }
            return {"fuzzy": {name: fuzzy}}
        case _:
            return {"regexp": {name: {"value": _read_wildcard(query.text), "flags": "NONE", "case_insensitive": False}}}


def _read_wildcard(pattern: str) -> str:
    """A pattern of `*`, `?` and `[...]` as Lucene's regular expression; no printed form fits it."""
    parts = [_read_sign(match) for match in _SIGN.finditer(pattern)]
    if parts and parts[0] == ".":
        parts[0] = "[^=^.]"
    elif parts and parts[0].startswith("[^"):
        parts[0] = f"[^=^.{parts[0][2:]}"
    elif parts and parts[0] == ".*":
        rest = "".join(parts[1:])
        return f"([^=^.].*)?{rest}" if rest else "[^=^.].*"
    return "".join(parts)


def _read_sign(match: re.Match[str]) -> str:
    letters = match["letters"]
    if letters is None:
        return {"*": ".*", "?": "."}.get(match[0]) or _quote(match[0])
    last = len(letters) - 1
    inner = (sign if sign == "-" and 0 < at < last else _quote(sign) for at, sign in enumerate(letters))
    return f"[{'^' if match['others'] else ''}{''.join(inner)}]"


def _quote(sign: str) -> str:
    return sign if sign.isalnum() else f"\\{sign}"


def find_repeated(query: plain.AtLeast) -> Clause | None:
    """The query for documents with so many places of queries; None where spans do not count them exactly."""
    fields: dict[str, Clause] = {}
    for part in query.subqueries:
        operand = read_operand(part)
        if operand is None or len(operand) != 1 or query.count > _MOST_REPEATED:
            return None
        (span,) = operand
        # Places that overlap are counted as one by Lucene: only what cannot overlap itself will do.
        if span.width > 1 and (span.words is None or len(span.words) < span.width or "span_or" in span.clause):
            return None
        field = field_of(part)
        if field in fields:
            return None
        fields[field] = span.clause
    if not fields or len(fields) > 2:
        return None
    if len(fields) == 1:
        (clause,) = fields.values()
        return repeat_span(clause, query.count)
    one, other = fields.values()
    shares = [[repeat_span(one, share), repeat_span(other, query.count - share)] for share in range(1, query.count)]
    ways = [{"bool": {"filter": both}} for both in shares]
    return any_of([repeat_span(one, query.count), repeat_span(other, query.count), *ways])


def repeat_span(clause: Clause, times: int) -> Clause:
    """The query for documents that have a span so many times."""
    return clause if times == 1 else _near([clause] * times, slop_of(_ANYWHERE))


def field_of(query: plain.PlainQuery) -> str:
    """The field that a positional query is about. Raises ValueError where it names none."""
    if (name := getattr(query, "fieldname", None)) is not None:
        return str(name)
    for part in plain.iter_parts(query):
        return field_of(part)
    raise ValueError("a positional query without a word")


def any_of(clauses: list[Clause]) -> Clause:
    """The query for documents that match one of some queries."""
    if len(clauses) == 1:
        return clauses[0]
    return {"bool": {"should": clauses, "minimum_should_match": 1}} if clauses else {"match_none": {}}


def near_pair(fields: list[str], left: list[str], right: list[str], distance: int, *, ordered: bool) -> Clause:
    """The query for documents that have, in one of some fields, one of some terms near one of some others."""

    def clause(field: str, terms: list[str]) -> Clause:
        words = [_word(field, safe(term)).clause for term in terms]
        return _either(words)

    return any_of([_near([clause(field, left), clause(field, right)], slop_of(distance), ordered) for field in fields])


def _word(field: str, token: str) -> Span:
    return Span({"span_term": {field: token}}, 1, frozenset({token}))


def _phrase(field: str, tokens: list[str]) -> Span:
    if len(tokens) == 1:
        return _word(field, tokens[0])
    words = [_word(field, token).clause for token in tokens]
    # Each gap is one place at least, so all of them together are no more only where each is just one.
    return Span(_near(words, (len(tokens) - 1) * slop_of(1)), len(tokens), frozenset(tokens))


def _near(clauses: list[Clause], slop: int, ordered: bool = True) -> Clause:
    return {"span_near": {"clauses": clauses, "slop": slop, "in_order": ordered}}


def _first(clause: Clause, count: int) -> Clause:
    # One past the last of so many words.
    return {"span_first": {"match": clause, "end": STEP * count - 1}}


def _unite(spans: list[Span]) -> list[Span]:
    """Spans of one width as one."""
    widths: dict[int, list[Span]] = {}
    for span in spans:
        widths.setdefault(span.width, []).append(span)
    united = []
    for width, each in widths.items():
        if len(each) == 1:
            united += each
            continue
        known = [span.words for span in each if span.words is not None]
        words = frozenset().union(*known) if len(known) == len(each) else None
        united.append(Span({"span_or": {"clauses": [span.clause for span in each]}}, width, words))
    return united


def _find_lonely(query: plain.Near) -> list[Clause] | None:
    """Places of one query that have none of another one near."""
    left, right = read_operand(query.left), read_operand(query.right)
    if left is None or right is None:
        return None
    # What overlaps is not near for us, but is for Lucene.
    if any(_may_overlap(one.words, other.words) for one, other in product(left, right)):
        return None
    reach = STEP * query.distance
    unwanted = _either([span.clause for span in right])
    before = 0 if query.ordered else reach
    return [{"span_not": {"include": span.clause, "exclude": unwanted, "pre": before, "post": reach}} for span in left]


def _may_overlap(ones: frozenset[str] | None, others: frozenset[str] | None) -> bool:
    """Whether terms may stand in one place: a hyphenated word as a whole stands where its last part does."""
    if ones is None or others is None:
        return True
    return any(
        one == other or one[-2:] == other[-2:] or one[:2] in other[1:] or other[:2] in one[1:]
        for one, other in product(ones, others)
    )


def _words_of(candidates: plain.PlainQuery) -> frozenset[str] | None:
    """The terms of the words that a printed form belongs to."""
    match candidates:
        case plain.Term():
            return frozenset({safe(candidates.text)})
        case plain.Phrase():
            return frozenset(map(safe, candidates.words))
        case _:
            return None


def _either(clauses: list[Clause]) -> Clause:
    return clauses[0] if len(clauses) == 1 else {"span_or": {"clauses": clauses}}

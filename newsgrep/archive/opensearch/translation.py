"""Queries in OpenSearch's language: every record of `codec.plain_query`, with the meaning that it has in a folder.

A question has two sides. What matches is said by filters, which know positions. What it scores is said by words of the
field `ranked`, where BM25 is BM25F of title and body: a word of free text is one query that does both, and anything
larger is a filter with the words that it scores by beside it. What Lucene cannot tell exactly goes to a `Confirm`,
which has the texts asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from newsgrep.archive.opensearch.spans import (
    TEXTS,
    Clause,
    any_of,
    find_repeated,
    find_spans,
    form_tokens,
    match_pattern,
)
from newsgrep.archive.opensearch.tokens import JOIN, NOTHING, safe
from newsgrep.archive.schema import TITLE_WEIGHT
from newsgrep.codec import plain_query as plain
from newsgrep.codec.joint import JointWord, read_joint

Test = Callable[[Mapping[str, Any]], bool]
"""Whether the stored values of a document are what a query asks for."""
Confirm = Callable[[Clause, Test], Clause]
"""Given what documents must match at least and the test of their texts, a query for those that pass."""
BuildTest = Callable[[plain.PlainQuery], Test]
"""Makes the test of a positional query."""

RANKED = "ranked"
"""The field that free text is scored by."""
JOINT_FIELDS = (("body", 1), ("title", int(TITLE_WEIGHT)))
"""What `ranked` holds, as `JointWord.fields` has it."""
_SCORED_TERMS = 64
"""Terms of a pattern that are scored: the most frequent."""
_UNSCORED = frozenset({"section", "source", "lang", "byline", "id", "file", "undated"})
"""Fields whose terms only match."""
_NUMBERS = frozenset({"published", "captured", "words", "run"})
_PATTERNS = plain.Prefix | plain.Wildcard | plain.FuzzyTerm


class CannotTranslate(Exception):
    """A query is of a class that has no meaning here."""


class Translator:
    """Translates the queries of one question."""

    def __init__(self, confirm: Confirm, build_test: BuildTest, *, patterns: bool = True) -> None:
        """`confirm` asks the texts, `build_test` says what of them.

        Without `patterns` texts are asked for patterns that stand near something: Lucene takes the words that fit one
        by one there, at most a thousand.
        """
        self._patterns = patterns
        self._confirm = confirm
        self._build_test = build_test
        self._context: list[Clause] = []

    def within(self, clause: Clause) -> None:
        """Say what every document must match anyway: fewer texts are read."""
        self._context.append(clause)

    def translate(self, query: plain.PlainQuery, *, scored: bool) -> Clause:
        """A query in OpenSearch's language; unscored, its scores mean nothing. Raises CannotTranslate."""
        match query:
            case plain.Term():
                return _match_term(query, scored)
            case plain.Prefix() | plain.Wildcard() | plain.FuzzyTerm():
                return _match_pattern(query, query.fieldname, query.boost, scored)
            case plain.Phrase():
                return self._phrase(query, scored)
            case plain.AnyField():
                return self._any_field(query, scored)
            case plain.And():
                return self._and(query, scored)
            case plain.Or():
                return any_of([self.translate(part, scored=scored) for part in query.subqueries])
            case plain.Not():
                return {"bool": {"must_not": [self.translate(query.query, scored=False)]}}
            case plain.Rescored():
                return self.translate(query.query, scored=scored)
            case plain.Weighted():
                inner = self.translate(query.query, scored=scored)
                return {"bool": {"must": [inner], "boost": query.boost}} if scored else inner
            case plain.ConstantScoreQuery():
                inner = self.translate(query.child, scored=False)
                return {"constant_score": {"filter": inner, "boost": query.score or 1.0}} if scored else inner
            case plain.NumericRange():
                return {"range": {query.fieldname: {"gte": query.start, "lte": query.end}}}
            case plain.Every():
                return {"exists": {"field": query.fieldname}} if query.fieldname else {"match_all": {}}
            case plain.Nothing():
                return {"match_none": {}}
            case plain.Confirmed():
                return self._placed(query.asked, query.test, query, scored)
            case plain.Near() | plain.First() | plain.AtLeast() | plain.SameUnit() | plain.ExactForm():
                return self._placed(query, None, query, scored)
            case _:
                raise CannotTranslate(f"queries of class {type(query).__name__} are not known here")

    def _and(self, query: plain.And, scored: bool) -> Clause:
        if not query.subqueries:
            return {"match_none": {}}
        wanted: list[Clause] = []
        unwanted: list[Clause] = []
        depth = len(self._context)
        # What texts have to be read for comes last, when the rest says which.
        for part in sorted(query.subqueries, key=asks_for_texts):
            if isinstance(part, plain.Not):
                unwanted.append(self.translate(part.query, scored=False))
                continue
            clause = self.translate(part, scored=scored)
            wanted.append(clause)
            self._context.append(clause)
        del self._context[depth:]
        found: dict[str, Any] = {}
        if wanted:
            found["must" if scored else "filter"] = wanted
        if unwanted:
            found["must_not"] = unwanted
        return wanted[0] if len(wanted) == 1 and not unwanted else {"bool": found}

    def _phrase(self, query: plain.Phrase, scored: bool) -> Clause:
        if not query.words:
            return {"match_none": {}}
        if len(query.words) == 1:
            return _match_term(plain.Term(query.fieldname, query.words[0], query.boost), scored)
        if query.slop < 1:
            return {"match_none": {}}
        if query.slop > 1:
            return self._placed(query, None, query, scored)
        return self._with_scores(match_phrase(query.fieldname, [safe(word) for word in query.words]), query, scored)

    def _any_field(self, query: plain.AnyField, scored: bool) -> Clause:
        texts = _read_one_word(query)
        if not scored:
            if texts is not None:
                return _match_any(RANKED, texts)
            pattern = _read_one_pattern(query)
            return (
                _match_pattern(pattern, RANKED, 1.0, scored) if pattern else self.translate(query.child, scored=False)
            )
        joint = read_joint(query.child, TEXTS.__contains__)
        if joint is None:
            pattern = _read_one_pattern(query)
            return _match_pattern(pattern, RANKED, 1.0, True) if pattern else self.translate(query.child, scored=True)
        words = [word_query(word, joint.factor) for word in joint.words]
        if joint.is_word and texts is not None:
            return words[0]
        return {"bool": {"filter": [self.translate(query.child, scored=False)], "should": words}}

    def _placed(self, asked: plain.PlainQuery, test: Test | None, query: plain.PlainQuery, scored: bool) -> Clause:
        """A positional query: by spans, or by the texts of what may match."""
        clause = self._find_placed(asked)
        if clause is None:
            clause = self._confirm(
                {"bool": {"filter": [self._loosen(asked), *self._context]}}, test or self._build_test(asked)
            )
        return self._with_scores(clause, query, scored)

    def _find_placed(self, asked: plain.PlainQuery) -> Clause | None:
        if not self._patterns and has_pattern(asked):
            return None
        if isinstance(asked, plain.ExactForm) and (tokens := form_tokens(asked)) is not None:
            return match_phrase(asked.fieldname, tokens)
        if isinstance(asked, plain.AtLeast):
            return find_repeated(asked)
        spans = find_spans(asked)
        return None if spans is None else any_of(spans)

    def _loosen(self, query: plain.PlainQuery) -> Clause:
        """What documents must match to match a positional query, its words at least."""
        if (exact := self._find_placed(query)) is not None:
            return exact
        match query:
            case plain.Near() | plain.SameUnit():
                left = self._loosen(query.left)
                return left if query.negated else {"bool": {"filter": [left, self._loosen(query.right)]}}
            case plain.First() | plain.Weighted():
                return self._loosen(query.query)
            case plain.AtLeast() | plain.Or():
                return any_of([self._loosen(part) for part in query.subqueries])
            case plain.ExactForm():
                return self.translate(query.candidates, scored=False)
            case plain.Phrase():
                return {
                    "bool": {"filter": [_match_term(plain.Term(query.fieldname, word), False) for word in query.words]}
                }
            case _:
                return self.translate(query, scored=False)

    def _with_scores(self, clause: Clause, query: plain.PlainQuery, scored: bool) -> Clause:
        """What matches a clause, scored by the words of a query."""
        if not scored:
            return clause
        words = [self.translate(leaf, scored=True) for leaf in iter_words(query)]
        return {"bool": {"filter": [clause], "should": words}} if words else {"constant_score": {"filter": clause}}


def asks_for_texts(query: plain.PlainQuery) -> bool:
    """Whether texts have to be read to answer a query."""
    match query:
        case plain.Confirmed():
            return asks_for_texts(query.asked)
        case plain.AtLeast():
            return find_repeated(query) is None
        case plain.Near() | plain.First() | plain.SameUnit() | plain.ExactForm():
            return find_spans(query) is None
        case _:
            return any(map(asks_for_texts, plain.iter_parts(query)))


def has_pattern(query: plain.PlainQuery) -> bool:
    """Whether a query asks for words that fit a pattern."""
    return isinstance(query, _PATTERNS) or any(map(has_pattern, plain.iter_parts(query)))


def iter_words(query: plain.PlainQuery) -> Iterator[plain.PlainQuery]:
    """The words and patterns that a positional query scores by."""
    match query:
        case plain.Phrase():
            yield from (plain.Term(query.fieldname, word, query.boost) for word in query.words)
        case plain.ExactForm():
            yield from iter_words(query.candidates)
        case plain.Near() | plain.SameUnit() if query.negated:
            yield from iter_words(query.left)
        case plain.Term() | plain.Prefix() | plain.Wildcard() | plain.FuzzyTerm():
            yield query
        case _:
            for part in plain.iter_parts(query):
                yield from iter_words(part)


def match_phrase(field: str, tokens: Sequence[str]) -> Clause:
    """The query for tokens that stand behind each other."""
    if len(tokens) == 1:
        return {"term": {field: {"value": tokens[0]}}}
    return {"match_phrase": {field: {"query": f" {NOTHING} ".join(tokens)}}}


def word_query(word: JointWord, factor: float) -> Clause:
    """A word of several fields, scored as one where it is asked of title and body as `ranked` weighs them."""
    if (texts := _read_texts(word)) is not None:
        if len(texts) == 1:
            return {"term": {RANKED: {"value": safe(texts[0]), "boost": factor}}}
        # Tokens in one place are one word, their frequencies added up.
        return {"match": {RANKED: {"query": JOIN.join(map(safe, texts)), "boost": factor}}}
    return any_of(
        [{"term": {term.field: {"value": safe(term.text), "boost": factor * term.weight}}} for term in word.terms]
    )


def read_terms(query: plain.AnyField) -> list[str] | None:
    """The forms of the one word that free text asks for; None where it is something else."""
    joint = read_joint(query.child, TEXTS.__contains__)
    return _read_texts(joint.words[0]) if joint and joint.is_word else None


def _read_texts(word: JointWord) -> list[str] | None:
    """The texts of a word that is asked of title and body alike."""
    if word.fields != JOINT_FIELDS:
        return None
    of_field = {field: [term.text for term in word.terms if term.field == field] for field, _ in JOINT_FIELDS}
    title, body = of_field["title"], of_field["body"]
    return list(dict.fromkeys(body)) if set(title) == set(body) else None


def _read_one_word(query: plain.AnyField) -> list[str] | None:
    """The texts of terms that are asked of title and body alike, whatever they weigh."""
    parts = query.child.subqueries
    found: dict[str, set[str]] = {name: set() for name in TEXTS}
    for part in parts:
        if not isinstance(part, plain.Term) or part.fieldname not in TEXTS:
            return None
        found[part.fieldname].add(part.text)
    return sorted(found["body"]) if found["body"] == found["title"] and found["body"] else None


def _read_one_pattern(query: plain.AnyField) -> plain.Prefix | plain.Wildcard | plain.FuzzyTerm | None:
    """The pattern that is asked of title and body alike."""
    parts = query.child.subqueries
    fields = {getattr(part, "fieldname", None) for part in parts}
    first = parts[0] if parts else None
    if not isinstance(first, _PATTERNS) or fields != TEXTS or len(parts) != len(TEXTS):
        return None
    alike = {(type(part), part.text, getattr(part, "maxdist", 0)) for part in parts if isinstance(part, _PATTERNS)}
    return first if len(alike) == 1 and all(isinstance(part, _PATTERNS) for part in parts) else None


def _match_any(field: str, texts: Sequence[str]) -> Clause:
    if len(texts) == 1:
        return {"term": {field: {"value": safe(texts[0])}}}
    return {"terms": {field: [safe(text) for text in texts]}}


def _match_term(query: plain.Term, scored: bool) -> Clause:
    if query.fieldname in _UNSCORED:
        clause: Clause = {"term": {query.fieldname: {"value": query.text}}}
        return {"constant_score": {"filter": clause, "boost": query.boost or 1.0}} if scored else clause
    term: dict[str, Any] = {"value": safe(query.text)}
    if scored:
        term["boost"] = query.boost
    return {"term": {query.fieldname: term}}


def _match_pattern(
    query: plain.Prefix | plain.Wildcard | plain.FuzzyTerm, field: str, boost: float, scored: bool
) -> Clause:
    if isinstance(query, plain.Prefix | plain.Wildcard) and not query.text.strip("*"):
        return {"exists": {"field": field}}
    clause = match_pattern(query, field)
    if not scored or field in _UNSCORED:
        return clause
    # However many words fit, all of them match; the most frequent are scored.
    ((kind, options),) = match_pattern(query, field).items()
    options[field] |= {"rewrite": f"top_terms_{_SCORED_TERMS}", "boost": boost}
    return {"bool": {"filter": [clause], "should": [{kind: options}]}}

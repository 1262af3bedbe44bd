"""How a document of a cluster got its score: what each word of a query adds to it.

Lines follow the query tree, as in `codec.explanation`. Each is a query of its own, scored by the cluster for the one
document, so that lines add up to what a search gave it; what BM25 knows of a word is read from the cluster's account.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from newsgrep.codec import plain_query as plain
from newsgrep.codec.explanation import Contribution, TermFacts
from newsgrep.codec.joint import read_joint
from newsgrep.codec.spans import iter_leaves

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from newsgrep.archive.opensearch.searching import Searcher
    from newsgrep.archive.opensearch.spans import Clause

    Translate = Callable[[plain.PlainQuery], Clause]

_MOST_DEEP = 50
"""Nodes of an account below one another."""


class _Line(NamedTuple):
    """A line to be, if the document matches all that it depends on."""

    field: str
    word: str
    weight: float
    """What the score is multiplied by that its clause gives."""
    boost: float
    """What is told of it."""
    clause: int
    needed: tuple[int, ...]
    """The clauses that must match."""


def explain(searcher: Searcher, translate: Translate, query: Any, reference: int) -> list[Contribution]:
    """What makes up the score of a document that a query matches; `translate` gives the scored clause of a part."""
    lines = _Lines(translate)
    lines.add(query, 1.0, ())
    within = {"term": {"key": reference}}
    bodies = [
        {
            "query": {"bool": {"must": [clause], "filter": [within]}},
            "explain": True,
            "size": 1,
            "_source": False,
            "stored_fields": "_none_",
        }
        for clause in lines.clauses
    ]
    answers = searcher.search_all(bodies, "hits.hits._score", "hits.hits._explanation", same_statistics=True)
    hits = [next(iter(answer.get("hits", {}).get("hits", ())), None) for answer in answers]
    found = []
    for line in lines.lines:
        hit = hits[line.clause]
        if hit is None or any(hits[clause] is None for clause in line.needed):
            continue
        score = float(hit["_score"])
        if score or line.field:
            facts = _read_facts(hit.get("_explanation", {}))
            found.append(Contribution(line.field, line.word, line.weight * score, facts, line.boost))
    return found


class _Lines:
    """The lines of a query, and the clauses that they are worked out from."""

    def __init__(self, translate: Translate) -> None:
        self._translate = translate
        self.clauses: list[Clause] = []
        self.lines: list[_Line] = []

    def _ask(self, clause: Clause) -> int:
        self.clauses.append(clause)
        return len(self.clauses) - 1

    def add(self, query: Any, weight: float, needed: tuple[int, ...]) -> None:
        """Add the lines of a part of a query."""
        match query:
            case plain.Term():
                self._add_term(query, weight, needed)
            case plain.Phrase():
                needed = (*needed, self._ask(self._translate(query)))
                for word in query.words:
                    self._add_term(plain.Term(query.fieldname, word, query.boost), weight, needed)
            case plain.And() | plain.Or():
                if len(query.subqueries) > 1:
                    needed = (*needed, self._ask(self._translate(query)))
                for part in query.subqueries:
                    if not isinstance(part, plain.Not):
                        self.add(part, weight, needed)
            case plain.AnyField():
                self._add_any_field(query, weight, needed)
            case plain.Rescored():
                self.add(query.query, weight, needed)
                for each in query.also:
                    self.add(each, weight, needed)
            case plain.Near() | plain.First() | plain.AtLeast():
                needed = (*needed, self._ask(self._translate(query)))
                for leaf in iter_leaves(query):
                    self.add(leaf, weight, needed)
            case plain.Confirmed():
                self.add(query.query, weight, needed)
            case plain.Nothing() | plain.Not():
                return
            case _:
                name = getattr(query, "text", None) or type(query).__name__
                clause = self._ask(self._translate(query))
                self.lines.append(
                    _Line(getattr(query, "fieldname", "") or "", str(name), weight, weight, clause, needed)
                )

    def _add_term(self, query: plain.Term, weight: float, needed: tuple[int, ...]) -> None:
        clause = self._ask(self._translate(query))
        self.lines.append(_Line(query.fieldname, query.text, weight, weight * query.boost, clause, needed))

    def _add_any_field(self, query: plain.AnyField, weight: float, needed: tuple[int, ...]) -> None:
        from newsgrep.archive.opensearch.spans import TEXTS
        from newsgrep.archive.opensearch.translation import word_query

        joint = read_joint(query.child, TEXTS.__contains__)
        if joint is None:
            words = "|".join(dict.fromkeys(_iter_texts(query.child))) or type(query.child).__name__
            self.lines.append(_Line("", words, weight, weight, self._ask(self._translate(query)), needed))
            return
        if not joint.is_word:
            needed = (*needed, self._ask(self._translate(query)))
        for word in joint.words:
            texts = "|".join(dict.fromkeys(term.text for term in word.terms))
            clause = self._ask(word_query(word, joint.factor))
            self.lines.append(_Line("", texts, weight, weight * joint.factor, clause, needed))


def _iter_texts(query: plain.PlainQuery) -> Iterator[str]:
    """The words and patterns of a query."""
    text = getattr(query, "text", None)
    if isinstance(text, str):
        yield text
    for part in plain.iter_parts(query):
        yield from _iter_texts(part)


def _read_facts(account: Any) -> TermFacts | None:
    """What BM25 knows of a word, from the cluster's account of one score; None where it is of no one word."""
    nodes = list(_iter_nodes(account, 0))
    weighed = [node for node in nodes if _says(node, "tf, computed as")]
    rarity = [node for node in nodes if _says(node, "idf, computed as")]
    lengths = [node for node in nodes if _says(node, "dl, length of field")]
    if len(weighed) != 1 or not rarity or not lengths:
        return None
    try:
        frequency = next(each for each in weighed[0]["details"])["value"]
        idf = max(float(node["value"]) for node in rarity)
        return TermFacts(round(float(frequency)), idf, round(float(lengths[0]["value"])))
    except (KeyError, TypeError, ValueError, StopIteration):
        return None


def _says(node: dict[str, Any], beginning: str) -> bool:
    return str(node.get("description", "")).startswith(beginning)


def _iter_nodes(node: Any, depth: int) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict) and depth < _MOST_DEEP:
        yield node
        for each in node.get("details") or ():
            yield from _iter_nodes(each, depth + 1)

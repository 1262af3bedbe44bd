"""Words of several fields against one segment, scored as one, without NumPy; see `joint`."""

from __future__ import annotations

from itertools import compress
from typing import TYPE_CHECKING

from newsgrep.codec.joint import JointQuery, JointWord, read_joint
from newsgrep.codec.plain_scoring import round_scores
from newsgrep.codec.small_hits import SmallFound, SmallHits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsgrep.codec import plain_query as plain
    from newsgrep.codec.proximity import Positions
    from newsgrep.codec.segment import Part
    from newsgrep.codec.small_part import SmallPart
    from newsgrep.codec.small_statistics import SmallStatistics


class SmallJoint:
    """Evaluates `AnyField` against one segment, as `joint_evaluator` does on arrays."""

    def __init__(self, statistics: SmallStatistics, part: Part, evaluator: SmallPart) -> None:
        self._statistics = statistics
        self._part = part
        self._evaluator = evaluator

    def _read(self, query: plain.AnyField) -> JointQuery | None:
        return read_joint(query.child, self._statistics.is_scored)

    def read_word(self, query: plain.AnyField) -> JointWord | None:
        """The one word of an `AnyField`; None where it is no single word."""
        joint = self._read(query)
        return joint.words[0] if joint and joint.is_word else None

    def idf(self, word: JointWord) -> float:
        """How much a word weighs."""
        return self._statistics.joint_idf(word)

    def positions(self, word: JointWord, fields: Sequence[str], docnums: Sequence[int]) -> list[list[Positions]]:
        """Where a word stands in some documents: for each field, for each document."""
        of_fields = []
        for field in fields:
            found: list[Positions] = [[] for _ in docnums]
            for term in word.terms:
                if term.field == field:
                    for known, more in zip(found, self._evaluator.positions(field, term.text, docnums), strict=True):
                        known += more
            of_fields.append([sorted(positions) for positions in found])
        return of_fields

    def hits(self, query: plain.AnyField, *, scored: bool) -> SmallHits:
        """The documents that match."""
        joint = self._read(query) if scored else None
        if joint is None:
            return self._evaluator.hits(query.child, scored=scored)
        docnums = self._evaluator.hits(query.child, scored=False).docnums
        return SmallHits(docnums, self._score(joint, docnums))

    def look(self, query: plain.AnyField, candidates: list[int], *, scored: bool) -> SmallFound:
        """Which candidates match."""
        joint = self._read(query) if scored else None
        if joint is None:
            return self._evaluator.look(query.child, candidates, scored=scored)
        present = self._evaluator.look(query.child, candidates, scored=False).present
        scores = iter(self._score(joint, list(compress(candidates, present))))
        return SmallFound(present, [next(scores) if here else 0.0 for here in present])

    def _score(self, joint: JointQuery, docnums: list[int]) -> list[float]:
        total = [0.0] * len(docnums)
        if not docnums:
            return total
        for word in joint.words:
            total = round_scores(map(float.__add__, total, self._score_word(word, docnums)))
        if joint.factor != 1.0:
            (factor,) = round_scores([joint.factor])
            total = round_scores(score * factor for score in total)
        return total

    def _score_word(self, word: JointWord, docnums: Sequence[int]) -> list[float]:
        scoring = self._statistics.joint(word.fields)
        (idf,) = round_scores([self._statistics.joint_idf(word)])
        freqs = self._evaluator.frequencies(word, docnums)
        lengths = [0] * len(docnums)
        for field, weight in word.fields:
            codes = self._statistics.read_lengths(self._part, field, docnums)
            lengths = [length + weight * scoring.read(code) for length, code in zip(lengths, codes, strict=True)]
        weighed = [scoring.weigh(freq, length) if freq else 0.0 for freq, length in zip(freqs, lengths, strict=True)]
        return round_scores(weight * idf for weight in round_scores(weighed))

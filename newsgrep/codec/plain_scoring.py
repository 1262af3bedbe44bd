"""BM25 scores one posting at a time, equal to those of `scoring` to the last bit."""

from __future__ import annotations

from array import array
from math import log
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from newsgrep.codec.plain_schema import PlainField


def read_length(code: int) -> int:
    """The length that a one-byte code stands for. Source: whoosh.util.numeric.byte_to_length."""
    return round((1.033**code - 1) * 27)


def inverse_document_frequency(document_frequency: int, n_documents: int) -> float:
    """How much a term weighs that stands in so many of all documents. Source: whoosh.scoring.WeightingModel.idf."""
    return log(n_documents / (document_frequency + 1)) + 1 if n_documents else 0.0


def round_scores(values: Iterable[float]) -> list[float]:
    """Values as 32-bit floats.

    A sum or a product of two of these, computed in 64 bits and rounded once, is what 32-bit arithmetic gives.
    """
    return array("f", values).tolist()


class _Table(dict[int, float]):
    """What a posting scores by frequency and length, worked out when first asked for."""

    def __init__(self, score: Callable[[int], float]) -> None:
        super().__init__()
        self._score = score

    def __missing__(self, key: int) -> float:
        value = self[key] = self._score(key)
        return value


class PlainFieldScoring:
    """How postings of one field are scored."""

    def __init__(self, field: PlainField, average_length: float, k1: float, b: float) -> None:
        """`average_length` is in words over all documents of the index."""
        self.scorable = field.scorable
        self._weight = float(field.format.field_boost) if field.format else 1.0
        self._average_length = average_length or 1.0
        self._k1 = k1
        self._b = b

    def score(self, freqs: Iterable[int], lengths: Iterable[int], idf: float, boost: float) -> list[float]:
        """The scores of postings of one term; lengths are in one-byte code, 0 where the field keeps none."""
        (factor,) = round_scores([boost])
        if not self.scorable:
            counted = round_scores(freq * self._weight for freq in freqs)
            return counted if boost == 1.0 else round_scores(score * factor for score in counted)
        (weight,) = round_scores([idf])

        def score(key: int) -> float:
            (scored,) = round_scores([round_scores([self._weigh(key >> 8, key & 255)])[0] * weight])
            return scored if boost == 1.0 else round_scores([scored * factor])[0]

        table = _Table(score)
        return [table[freq << 8 | length] for freq, length in zip(freqs, lengths, strict=True)]

    def _weigh(self, freq: int, length_code: int) -> float:
        """The part of BM25 that depends on the document. Source: whoosh.scoring.bm25.

        Whoosh takes a document whose length is not known for one word.
        """
        length = float(read_length(length_code)) if length_code else 1.0
        norm = self._k1 * (1 - self._b + self._b * length / self._average_length)
        weight = freq * self._weight
        return weight * (self._k1 + 1) / (weight + norm)

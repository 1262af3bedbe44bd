"""Texts as numbers: each distinct piece between blanks is analysed once, and is an array index from then on."""

from __future__ import annotations

import re
from array import array
from typing import TYPE_CHECKING

import numpy as np

from newsgrep.codec.piece_table import LONGEST, UNKNOWN, PieceTable
from newsgrep.codec.words import LONGEST_WHOLE, LONGEST_WORD, iter_words, stem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_LONGEST_KEPT = 64
"""Characters of a piece that may come again; longer ones are analysed each time, and not remembered."""

_EDGES = ".,;:!?\"'()[]{}<>-*/«»“”‘’„…–—"
"""What often stands at the edge of a word and belongs to none: a piece without it has the same words."""


_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)+")
_NUMBER_MARK = re.compile("[.,]")
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+")
_HYPHENATED = re.compile("[A-Za-z0-9]+(?:-[A-Za-z0-9]+)+")

_WORD_BYTES = 170
"""What a remembered piece or word takes: 60 bytes of text, a number and its share of a dictionary's table."""
_SLICE_PIECES = 1 << 18
"""Pieces expanded together: what bounds the memory beside the result."""


class Vocabulary:
    """Pieces of text between blanks, and the words of each.

    No word reaches over a blank, so the words of a text are those of its pieces. A word is a number, in the order of
    first sight; `terms` lists them. The code of a piece that is one word is the number of that word; any other piece
    (none, several, a hyphenated word in its parts and as a whole) has the complement of its place in the tables.
    """

    def __init__(self, *, stemmed: bool) -> None:
        self._stemmed = stemmed
        self._pieces = PieceTable()
        self._codes: dict[str, int] = {}
        """Codes of pieces without what stands at their edges, single words in lower case."""
        self._term_numbers: dict[str, int] = {}
        self._firsts = array("i")
        self._counts = array("i")
        self._widths = array("i")
        self._flat_terms = array("i")
        self._flat_offsets = array("i")

    @property
    def terms(self) -> list[str]:
        """Every word, in the order of their numbers."""
        return list(self._term_numbers)

    @property
    def memory(self) -> int:
        """About how many bytes it takes."""
        return self._pieces.memory + _WORD_BYTES * (len(self._codes) + len(self._term_numbers))

    def read_texts(self, texts: Sequence[str]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """The codes of the pieces of texts, (n_pieces,), and how many each text has, (n_texts,)."""
        encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
        raw = b"".join([b" ", b" ".join(encoded), bytes(LONGEST + 1)])
        data = np.frombuffer(raw, np.uint8)
        # Blanks of other scripts stay inside a piece, whose analysis cuts there.
        blank = data <= 0x20
        edges = np.flatnonzero(blank[1:] != blank[:-1]) + 1
        starts, ends = edges[0::2], edges[1::2]
        counts = np.diff(np.searchsorted(starts, _running(np.array([len(text) + 1 for text in encoded], np.int64))))
        lengths = ends - starts
        if not len(starts):
            return np.zeros(0, np.int32), counts
        codes = np.empty(len(starts), np.int32)
        is_short = lengths <= LONGEST
        if not is_short.all():
            codes[~is_short] = self._read_pieces(raw, starts[~is_short], ends[~is_short])
        starts, ends, lengths = starts[is_short], ends[is_short], lengths[is_short]
        places = self._pieces.find(data, starts, lengths)
        found = self._pieces.codes[places]
        unknown = np.flatnonzero(found == UNKNOWN)
        if len(unknown):
            new, firsts = np.unique(places[unknown], return_index=True)
            firsts = unknown[firsts]
            self._pieces.codes[new] = self._read_pieces(raw, starts[firsts], ends[firsts])
            found = self._pieces.codes[places]
        codes[is_short] = found
        return codes, counts

    def _read_pieces(self, raw: bytes, starts: NDArray[np.intp], ends: NDArray[np.intp]) -> list[int]:
        """The codes of pieces that the table does not hold."""
        known = self._codes
        codes = []
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
            bare = raw[start:end].decode("utf-8", "surrogatepass").strip(_EDGES)
            is_plain = bare.isascii() and bare.isalnum()
            if is_plain:
                bare = bare.lower()[:LONGEST_WORD]
            code = known.get(bare)
            if code is None:
                code = self._number(bare) if is_plain else self._analyse(bare)
                if len(bare) <= _LONGEST_KEPT:
                    known[bare] = code
            codes.append(code)
        return codes

    def _number(self, word: str) -> int:
        """The number of a folded word."""
        numbers = self._term_numbers
        return numbers.setdefault(stem(word) if self._stemmed else word, len(numbers))

    def _add_word(self, term: str, offset: int) -> None:
        numbers = self._term_numbers
        self._flat_terms.append(numbers.setdefault(term, len(numbers)))
        self._flat_offsets.append(offset)

    def _analyse(self, piece: str) -> int:
        first = len(self._flat_terms)
        if _NUMBER.fullmatch(piece):
            count, width = self._add_number(piece)
        elif _HYPHENATED.fullmatch(piece) and len(piece) <= _LONGEST_KEPT:
            count, width = self._add_hyphenated(piece.split("-"))
        else:
            count = width = 0
            for word in iter_words(piece, stemmed=self._stemmed):
                self._add_word(word.term, word.position)
                count += 1
                width = word.position + 1
        if count == width == 1:
            self._flat_offsets.pop()
            return self._flat_terms.pop()
        self._firsts.append(first)
        self._counts.append(count)
        self._widths.append(width)
        return -len(self._firsts)

    # Short cuts for what most pieces with inner marks are: the same words as `iter_words`, in a third of the time.

    def _add_plain(self, word: str, offset: int) -> None:
        self._flat_terms.append(self._number(word.lower()[:LONGEST_WORD]))
        self._flat_offsets.append(offset)

    def _add_number(self, piece: str) -> tuple[int, int]:
        if _THOUSANDS.fullmatch(piece):
            self._add_word(piece.replace(",", "")[:LONGEST_WORD], 0)
            return 1, 1
        parts = _NUMBER_MARK.split(piece)
        for offset, part in enumerate(parts):
            self._add_word(part[:LONGEST_WORD], offset)
        return len(parts), len(parts)

    def _add_hyphenated(self, parts: list[str]) -> tuple[int, int]:
        for offset, part in enumerate(parts):
            self._add_plain(part, offset)
        whole = "".join(parts)
        if len(parts) > 4 or len(whole) + len(parts) - 1 > LONGEST_WHOLE or whole.isdecimal():
            return len(parts), len(parts)
        self._add_plain(whole, len(parts) - 1)
        return len(parts) + 1, len(parts)

    def expand(
        self, pieces: NDArray[np.int32], piece_starts: NDArray[np.int64]
    ) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int64]]:
        """The words of texts.

        pieces: (n_pieces,) codes of all texts' pieces; piece_starts: (n_texts + 1,) where each text begins.
        Returns terms (n_words,) int32, positions (n_words,) int32 counted from each text's start, and
        word_starts (n_texts + 1,) int64.
        """
        composite = np.flatnonzero(pieces < 0)
        texts = np.searchsorted(piece_starts, composite, side="right") - 1
        more = np.frombuffer(self._counts, np.int32)[~pieces[composite]] - 1
        sizes = np.diff(piece_starts) + np.bincount(texts, more, len(piece_starts) - 1).astype(np.int64)
        word_starts = _running(sizes)
        terms = np.empty(word_starts[-1], np.int32)
        positions = np.empty(word_starts[-1], np.int32)
        first = 0
        while first < len(piece_starts) - 1:
            stop = int(np.searchsorted(piece_starts, piece_starts[first] + _SLICE_PIECES, side="right")) - 1
            stop = max(first + 1, min(stop, len(piece_starts) - 1))
            words = slice(int(word_starts[first]), int(word_starts[stop]))
            begin, end = int(piece_starts[first]), int(piece_starts[stop])
            terms[words], positions[words] = self._expand_slice(
                pieces[begin:end], piece_starts[first : stop + 1] - begin
            )
            first = stop
        return terms, positions, word_starts

    def _expand_slice(
        self, pieces: NDArray[np.int32], piece_starts: NDArray[np.int64]
    ) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        composite = np.flatnonzero(pieces < 0)
        starts = np.repeat(piece_starts[:-1], np.diff(piece_starts))
        if not len(composite):
            return pieces, (np.arange(len(pieces)) - starts).astype(np.int32)
        tables = ~pieces[composite]
        # Where each piece begins, counted over all texts; then less where its text begins.
        widths = np.ones(len(pieces), np.int64)
        widths[composite] = np.frombuffer(self._widths, np.int32)[tables]
        begins = _running(widths)
        positions = (begins[:-1] - begins[starts]).astype(np.int32)
        inner_counts = np.frombuffer(self._counts, np.int32)[tables]
        counts = np.ones(len(pieces), np.int64)
        counts[composite] = inner_counts
        terms = np.repeat(pieces, counts)
        places = np.repeat(positions, counts)
        # The words of the composite pieces: their places among all words, and in the tables.
        ends = np.cumsum(inner_counts)
        within = np.arange(ends[-1]) - np.repeat(ends - inner_counts, inner_counts)
        flat = np.repeat(np.frombuffer(self._firsts, np.int32)[tables], inner_counts) + within
        mine = np.flatnonzero(terms < 0)
        terms[mine] = np.frombuffer(self._flat_terms, np.int32)[flat]
        places[mine] += np.frombuffer(self._flat_offsets, np.int32)[flat]
        return terms, places


def _running(values: NDArray[np.int32] | NDArray[np.int64]) -> NDArray[np.int64]:
    """(n + 1,): the sum of all values before each place."""
    sums = np.zeros(len(values) + 1, np.int64)
    np.cumsum(values, out=sums[1:])
    return sums

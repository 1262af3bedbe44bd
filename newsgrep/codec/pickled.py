"""The classes that Whoosh pickles into its table of contents: analyzers and segments.

This module's path, the names of its classes and what they pickle are part of the index format: they stay as they are.
"""

from __future__ import annotations

import sys
from array import array
from typing import TYPE_CHECKING, Any

from whoosh.analysis import Token, Tokenizer
from whoosh.codec.base import Segment

from newsgrep.codec.labels import fold_label as fold_label
from newsgrep.codec.words import iter_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from whoosh.codec.base import Codec

VALUE_GAP = 100
"""Positions between the lines of a list, so that no phrase reaches from one value into the next."""


class _WordTokenizer(Tokenizer):  # type: ignore[misc]  # Whoosh is untyped
    """Feeds Whoosh the words of a text."""

    stemmed: bool
    line_gap: int
    """Positions to leave between lines."""

    def __call__(
        self,
        value: str,
        positions: bool = False,
        chars: bool = False,
        keeporiginal: bool = False,
        removestops: bool = True,
        start_pos: int = 0,
        start_char: int = 0,
        mode: str = "",
        **kwargs: object,
    ) -> Iterator[Token]:
        token = Token(positions, chars, removestops=removestops, mode=mode, **kwargs)
        for text in value.split("\n") if self.line_gap else (value,):
            last = 0
            for word in iter_words(text, stemmed=self.stemmed):
                # A query asks for the words that a text shows; the wholes beside them would break its phrases.
                if word.whole and mode == "query":
                    continue
                token.text = word.term
                token.boost = 1.0
                if keeporiginal:
                    token.original = text[word.start : word.end]
                if positions:
                    token.pos = start_pos + word.position
                if chars:
                    token.startchar = start_char + word.start
                    token.endchar = start_char + word.end
                last = word.position
                yield token
            start_pos += last + self.line_gap
            start_char += len(text) + 1


class StemmedWords(_WordTokenizer):
    """Words of running text, folded and stemmed."""

    stemmed = True
    line_gap = 0


class SignedWords(StemmedWords):
    """The same; documents get a signature of these words, by which copies are found (`signatures`)."""


class PlainWords(_WordTokenizer):
    """Words of names and addresses, one value a line, folded but not stemmed."""

    stemmed = False
    line_gap = VALUE_GAP


class Labels(Tokenizer):  # type: ignore[misc]
    """Whole values, one a line, folded, blanks joined: one term a label."""

    def __call__(
        self,
        value: str,
        positions: bool = False,
        chars: bool = False,
        start_pos: int = 0,
        start_char: int = 0,
        mode: str = "",
        **_: object,
    ) -> Iterator[Token]:
        """Yield one token a line."""
        token = Token(positions, chars, mode=mode)
        for label in value.split("\n"):
            token.text = fold_label(label)
            token.boost = 1.0
            token.pos = start_pos
            token.startchar, token.endchar = start_char, start_char + len(label)
            start_pos += 1
            start_char += len(label) + 1
            if token.text:
                yield token


class ArraySegment(Segment):  # type: ignore[misc]
    """A segment of ours in Whoosh's table of contents: its name, its documents, which are deleted or hidden.

    Hidden documents are there for who asks for all; an engine leaves them out of answers unless told otherwise.
    Whoosh itself knows nothing of them. Pickled as a dict of `indexname`, `segid`, `documents`, `deleted` and, where
    there are any, `hidden`; the last two as rising u32, little-endian.
    """

    def __init__(self, indexname: str) -> None:
        super().__init__(indexname)
        self._documents = 0
        self._deleted: set[int] = set()
        self._hidden: frozenset[int] = frozenset()

    def __getstate__(self) -> dict[str, Any]:
        state = {
            "indexname": self.indexname,
            "segid": self.segid,
            "documents": self._documents,
            "deleted": _swap(array("I", sorted(self._deleted))).tobytes(),
        }
        if self._hidden:
            state["hidden"] = _swap(array("I", sorted(self._hidden))).tobytes()
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.indexname = state["indexname"]
        self.segid = state["segid"]
        self.compound = False
        self._documents = state["documents"]
        self._deleted = set(_swap(array("I", state["deleted"])))
        self._hidden = frozenset(_swap(array("I", state.get("hidden", b""))))

    def codec(self) -> Codec:
        """The codec that reads the segment."""
        from newsgrep.codec.whoosh_codec import ArrayCodec

        return ArrayCodec()

    def should_assemble(self) -> bool:
        """Never: a segment is one file already."""
        return False

    def set_doc_count(self, doccount: int) -> None:
        """Say how many documents were written."""
        self._documents = doccount

    def doc_count_all(self) -> int:
        """How many documents the segment has, deleted ones included."""
        return self._documents

    def deleted_count(self) -> int:
        """How many documents are deleted."""
        return len(self._deleted)

    def deleted_docs(self) -> Iterator[int]:
        """The deleted documents, in no order."""
        return iter(self._deleted)

    def delete_document(self, docnum: int, delete: bool = True) -> None:
        """Delete a document, or take its deletion back."""
        if delete:
            self._deleted.add(docnum)
        else:
            self._deleted.discard(docnum)

    def is_deleted(self, docnum: int) -> bool:
        """Whether a document is deleted."""
        return docnum in self._deleted

    def hide_documents(self, docnums: Iterable[int]) -> None:
        """Say which documents are hidden; those hidden before are not any more."""
        self._hidden = frozenset(docnums)

    def hidden_docs(self) -> frozenset[int]:
        """The hidden documents."""
        return self._hidden


def _swap(numbers: array[int]) -> array[int]:
    """From the machine's byte order to little-endian, and back."""
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers

"""The analyzers that Whoosh's schema names. Whoosh pickles them into its table of contents.

The module path and the class names are therefore part of the index format: they stay as they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from whoosh.analysis import Token, Tokenizer

from newsgrep.codec.words import fold, iter_words

if TYPE_CHECKING:
    from collections.abc import Iterator

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


def fold_label(label: str) -> str:
    """The form in which labels are compared: folded, blanks joined."""
    return " ".join(fold(label).split())

"""The words of a text that a question can be about: as `codec.words.iter_words`, without looking at the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsgrep.codec.words import Word, chunk_pattern, split_chunk

if TYPE_CHECKING:
    from collections.abc import Iterator


def analyze_some(text: str, initials: frozenset[str]) -> Iterator[Word]:
    """The words of a text without those that begin with none of some characters.

    A stem begins as its word does: a word of plain letters and digits is told by its first character, others are
    looked at.
    """
    position = 0
    for match in chunk_pattern(text).finditer(text):
        chunk = match.group()
        if chunk[0].lower() not in initials and chunk.isalnum() and chunk.isascii():
            position += 1
            continue
        words, width = split_chunk(chunk)
        at = match.start()
        for word in words:
            yield Word(word.term, position + word.position, at + word.start, at + word.end, word.whole)
        position += width

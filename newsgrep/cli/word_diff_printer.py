"""A word diff for eyes: [-removed-] and {+added+}, as git marks words, with colours where there are any.

The marks stay where colours are, since not everybody sees or hears those. A line is pieces of text with the name of
what they are; `text_of` and `versions_printer` make plain or styled text of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsgrep.cli.safe_text import clean_block
from newsgrep.cli.styles import QUIET
from newsgrep.cli.wording import count_of
from newsgrep.search.word_diff import Op

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newsgrep.search.word_diff import ParagraphEdit, WordEdit

Line = list[tuple[str, str]]
"""Pieces of text, each harmless, and their styles as Rich names them."""

ADDED = "green"
REMOVED = "red"


def iter_paragraphs(edits: Sequence[ParagraphEdit], *, full: bool) -> Iterator[Line]:
    """A line for each paragraph that changed; those that did not are told by their number, or with `full` shown."""
    same = 0
    for edit in edits:
        if edit.op is Op.EQUAL and not full:
            same += 1
            continue
        if same:
            yield _fold(same)
            same = 0
        match edit.op:
            case Op.EQUAL:
                yield [(clean_block(edit.new), "")]
            case Op.REPLACE:
                yield mark_words(edit.words)
            case _:
                yield _mark(edit.old.strip(), edit.new.strip())
    if same:
        yield _fold(same)


def mark_words(words: Sequence[WordEdit]) -> Line:
    """One paragraph or title with its changes marked."""
    line: Line = []
    for word in words:
        old, new = word.old.rstrip(), word.new.rstrip()
        # Blanks stand behind the marks; the last word of one text may stand in the midst of the other.
        blanks = word.new[len(new) :] or word.old[len(old) :]
        if word.op is Op.EQUAL:
            line.append((clean_block(new), ""))
        else:
            line += _mark(old, new)
        line.append((clean_block(blanks), ""))
    while line and not line[-1][0].strip():
        line.pop()
    return [piece for piece in line if piece[0]]


def _mark(old: str, new: str) -> Line:
    line: Line = []
    if old:
        line.append((f"[-{clean_block(old)}-]", REMOVED))
    if new:
        line.append((f"{{+{clean_block(new)}+}}", ADDED))
    return line


def _fold(same: int) -> Line:
    return [(f"... {count_of(same, 'paragraph')} unchanged", QUIET)]

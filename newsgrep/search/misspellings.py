"""How words come to be misspelt: the words that one slip turns into a typed one, and how likely each slip is."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_PENALTIES = {
    "transposed": 1.0,
    "doubled": 1.0,
    "neighbour": 1.2,
    "dropped": 1.4,
    "added": 1.4,
    "replaced": 1.8,
    "split": 1.5,
    "two edits": 5.0,
}
"""How unlikely each slip is, as a logarithm, so that it can be weighed against how frequent a word is. Letters in the
wrong order and keys struck twice are the commonest of slips, then keys beside the right one."""
_FIRST = 1.5
"""More where the first letter is wrong: people rarely get it wrong."""
SHORTEST_PART = 3
"""Letters of each of two words that were typed as one."""

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю")
_NEIGHBOURS = frozenset(
    pair
    for rows in (_ROWS[:3], _ROWS[3:])
    for number, row in enumerate(rows)
    for at, key in enumerate(row)
    for near in (
        row[max(0, at - 1) : at + 2]
        + (rows[number - 1][at : at + 2] if number else "")
        + (rows[number + 1][max(0, at - 1) : at + 1] if number + 1 < len(rows) else "")
    )
    for pair in ((key, near), (near, key))
    if key != near
)
_LATIN = "abcdefghijklmnopqrstuvwxyz"
_CYRILLIC = "абвгдежзийклмнопрстуфхцчшщъыьэюяіїєґ"


def penalty_of(slip: str) -> float:
    """How unlikely a slip is, as a logarithm."""
    return _PENALTIES[slip]


def iter_one_edit(word: str) -> Iterator[tuple[str, float]]:
    """Every word from which one slip leads to a folded word, with its penalty; the same word may come again.

    After Damerau (1964): a letter dropped, added or replaced, or two neighbours in the wrong order.
    """
    letters = _LATIN if word.isascii() else _CYRILLIC if "\u0400" <= max(word) <= "\u04ff" else _LATIN + word
    for at in range(len(word) - 1):
        if word[at] != word[at + 1]:
            yield word[:at] + word[at + 1] + word[at] + word[at + 2 :], _PENALTIES["transposed"]
    for at, letter in enumerate(word):
        first = _FIRST if at == 0 else 0.0
        doubled = letter in (word[at - 1 : at], word[at + 1 : at + 2])
        yield word[:at] + word[at + 1 :], first + _PENALTIES["doubled" if doubled else "added"]
        for other in letters:
            if other != letter:
                slip = "neighbour" if (letter, other) in _NEIGHBOURS else "replaced"
                yield word[:at] + other + word[at + 1 :], first + _PENALTIES[slip]
    for at in range(len(word) + 1):
        first = _FIRST if at == 0 else 0.0
        for other in letters:
            doubled = other in (word[at - 1 : at], word[at : at + 1])
            yield word[:at] + other + word[at:], first + _PENALTIES["doubled" if doubled else "dropped"]


def find_splits(word: str) -> list[tuple[str, str]]:
    """Two words each that may have been typed as one."""
    return [(word[:at], word[at:]) for at in range(SHORTEST_PART, len(word) - SHORTEST_PART + 1)]

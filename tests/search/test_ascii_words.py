from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgrep.search.ascii_words import ascii_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Crème brûlée: l’œuvre", ["creme", "brulee", "loeuvre"]),
        ("Straße nach Łódź, Ærø", ["strasse", "nach", "lodz", "aero"]),
        ("İstanbul'da 2018", ["istanbulda", "2018"]),
        ("Мост 橋", []),
        ("", []),
    ],
)
def test_words_lose_their_accents(text: str, words: list[str]) -> None:
    assert ascii_words(text) == words


@given(st.text())
def test_words_are_small_letters_and_digits_only(text: str) -> None:
    assert all(re.fullmatch("[a-z0-9]+", word) for word in ascii_words(text))

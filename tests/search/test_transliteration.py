from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsgrep.codec.skeletons import skeleton_of
from newsgrep.codec.words import fold_word
from newsgrep.search.transliteration import find_skeletons, measure_difference, split_sounds

NAMES = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=10) | st.text("абгджзийклмнхчшщ", min_size=1)


@given(NAMES)
def test_a_name_does_not_differ_from_itself(name: str) -> None:
    if split_sounds(name):
        assert measure_difference(name, name) == 0


@given(NAMES, NAMES)
def test_a_difference_is_the_same_both_ways(one: str, other: str) -> None:
    assert measure_difference(one, other) == pytest.approx(measure_difference(other, one))


@given(NAMES)
@example("wb")
def test_a_name_is_among_what_it_is_looked_for_with(name: str) -> None:
    skeletons, initials = find_skeletons(name)
    if split_sounds(name) and skeleton_of(name):
        assert skeleton_of(name) in skeletons
        assert name[0] in initials


@pytest.mark.parametrize(
    ("one", "other", "unlike"),
    [
        ("Gaddafi", "Qaddafi", "Godiva"),
        ("Zelensky", "Зеленський", "Zelinski"),
        ("Yeltsin", "Jelzin", "Eltons"),
        ("Khrushchev", "Chruschtschow", "Krusevac"),
        ("Putin", "Poutine", "Patten"),
        ("Putin", "بوتين", "Patten"),
        ("Zor", "Zawr", "Zara"),
        ("Hussein", "Husayn", "Houston"),
        ("Gorbachev", "Gorbatschow", "Gorbals"),
        ("Tchaikovsky", "Чайковский", "Tchaikovskaya"),
        ("Kuwait", "Koweit", "Kuwaiti"),
    ],
)
def test_a_spelling_of_a_name_is_nearer_than_another_name(one: str, other: str, unlike: str) -> None:
    assert measure_difference(fold_word(one), fold_word(other)) < measure_difference(fold_word(one), fold_word(unlike))


def test_scripts_without_a_rule_sound_like_nothing() -> None:
    assert split_sounds("北京") == ()
    assert find_skeletons("北京") == ((), "")
    assert measure_difference("北京", "beijing") == float("inf")

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from newsgrep.codec.spelling import count_edits
from newsgrep.search.misspellings import find_splits, iter_one_edit

WORDS = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=9)


@given(WORDS)
def test_each_word_given_is_one_slip_away(word: str) -> None:
    assert {count_edits(word, other) for other, _ in iter_one_edit(word)} == {1}


@given(WORDS, st.data())
def test_no_word_that_is_one_slip_away_is_left_out(word: str, data: st.DataObject) -> None:
    letter = data.draw(st.sampled_from("abcxyz"))
    at = data.draw(st.integers(0, len(word) - 1))
    slips = [word[:at] + letter + word[at:], word[:at] + letter + word[at + 1 :], word[:at] + word[at + 1 :]]
    slips.append(word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :])
    assert set(slips) - {word} <= {other for other, _ in iter_one_edit(word)}


def test_the_commoner_slips_are_likelier() -> None:
    penalties: dict[str, float] = {}
    for word, penalty in iter_one_edit("brigde"):
        penalties[word] = min(penalty, penalties.get(word, penalty))
    assert penalties["bridge"] < penalties["brigd"] < penalties["trigde"]
    assert penalties["briggde"] < penalties["brigxde"]
    assert penalties["brifde"] < penalties["bripde"]


def test_letters_are_those_of_the_script() -> None:
    assert "мост" in dict(iter_one_edit("мозт"))


def test_a_split_word_has_two_words_of_three_letters_or_more() -> None:
    assert find_splits("newyork") == [("new", "york"), ("newy", "ork")]
    assert find_splits("abcde") == []

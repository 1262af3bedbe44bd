from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgrep.cli.safe_text import (
    MAX_MARKS,
    clean_block,
    clean_block_with_highlights,
    clean_line,
    clean_line_with_highlights,
)

ANY_TEXT = st.text(st.characters(), max_size=60)
HOSTILE = st.sampled_from("\x00\x07\x1b\x7f\x9b\u00ad\u200b\u200d\u202e\u2066\u2069\ufeff\U000e0041\ud800\n\r\t\u2028")
HOSTILE_TEXT = st.lists(st.one_of(HOSTILE, st.characters(), st.sampled_from("ab ")), max_size=40).map("".join)


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("\x1b[31mred\x1b[0m", "␛[31mred␛[0m"),
        ("bell\x07 and nul\x00", "bell␇ and nul␀"),
        ("delete\x7f", "delete␡"),
        ("eight-bit \x9b31m", "eight-bit \ufffd31m"),
        ("two\r\nlines\tand a tab", "two  lines and a tab"),
        ("evil\u202egnp.exe", "evilgnp.exe"),
        ("a\u2066b\u2069c", "abc"),
        ("pass\u200bword\ufeff", "password"),
        ("ca\u200dt", "cat"),
        ("half \ud83d", "half \ufffd"),
        ("tag\U000e0041\U000e007f", "tag"),
        ("plain – “quoted” naïve 北京", "plain – “quoted” naïve 北京"),
    ],
)
def test_hostile_characters_are_shown_or_dropped(text: str, cleaned: str) -> None:
    assert clean_line(text) == cleaned


def test_joiners_stay_where_they_carry_meaning() -> None:
    persian, family = "می\u200cخواهم", "👩\u200d👧"
    assert clean_line(persian) == persian
    assert clean_line(family) == family


def test_marks_that_pile_up_are_cut_and_those_of_scripts_stay() -> None:
    assert clean_line("Z\u0301" + "\u0302" * 500 + "algo") == "Z\u0301" + "\u0302" * (MAX_MARKS - 1) + "algo"
    assert clean_line_with_highlights("e" + "\u0301" * 500 + "nd", [(501, 503)]) == (
        "e" + "\u0301" * 8 + "nd",
        ((9, 11),),
    )
    for word in ("שָׁלוֹם", "བརྒྱུད", "ที่นี่", "Việt", "❤️\u200d🔥"):
        assert clean_line(word) == word


def test_a_block_keeps_its_line_feeds_only() -> None:
    assert clean_block("one\ntwo\r\x1b[2J\n") == "one\ntwo ␛[2J\n"


@given(HOSTILE_TEXT)
def test_nothing_that_controls_or_reorders_is_left(text: str) -> None:
    for cleaned in (clean_line(text), clean_block(text).replace("\n", "")):
        categories = {unicodedata.category(character) for character in cleaned} - {"Cn", "Co"}
        assert not categories & {"Cc", "Cs", "Zl", "Zp"}
        assert not any(
            0x202A <= ord(character) <= 0x202E or 0x2066 <= ord(character) <= 0x2069 for character in cleaned
        )


@given(HOSTILE_TEXT)
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    once = clean_block(text)
    assert clean_block(once) == once


@given(HOSTILE_TEXT, st.data())
def test_highlights_light_the_same_words_after_cleaning(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    marked = text[:start] + "\x01" + text[start:end] + "\x02" + text[end:]
    # Joiners are judged by their neighbours, so they are left out of this comparison by marks; so are the marks.
    if set(text) & set("\u200c\u200d\x01\x02␁␂"):
        return
    for clean, clean_with_highlights in (
        (clean_line, clean_line_with_highlights),
        (clean_block, clean_block_with_highlights),
    ):
        cleaned, highlights = clean_with_highlights(text, [(start, end)])
        assert cleaned == clean(text)
        before, lit = clean(marked).split("␁")[0], clean(marked)[clean(marked).index("␁") + 1 :].split("␂")[0]
        assert [cleaned[first:last] for first, last in highlights] == ([lit] if lit else [])
        assert not highlights or highlights[0][0] == len(before)


@given(ANY_TEXT)
def test_printable_text_is_left_alone(text: str) -> None:
    if text.isprintable():
        assert clean_line(text) == text

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgrep.codec.sentences import iter_sentences, trim_blanks


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in iter_sentences(text)]


@pytest.mark.parametrize(
    "sentence",
    [
        "Mr. Adams met Gen. Brook and Sen. Cole.",
        "The U.S. President flew to the U.N. General Assembly.",
        "It fell on Feb. 7 at 9 a.m. Moscow time.",
        "George W. Bush and J. K. Rowling spoke.",
        "Prices rose 3.5 percent to $1.20.",
        "Flight No. 12 left St. Petersburg for Ft. Worth.",
        "“Is it over?” he asked.",
        "They waited... and waited.",
        "Acme Inc. said so, as did Bolt Ltd. Chairman Roe.",
        "See example.com/news.html for more.",
        "Им помог проф. Иванов, живущий на ул. Ленина.",
        "1. Open the door and leave.",
        "No stop at all",
    ],
)
def test_a_stop_inside_a_sentence_does_not_end_it(sentence: str) -> None:
    assert split(sentence) == [sentence]
    assert split(f"{sentence} Then it rained." if sentence.endswith(".") else sentence)[0] == sentence


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("It ended.", "Another began."),
        ("Was it over?", "Nobody knew."),
        ("It was!", "“So be it.”"),
        ("“It ended.”", "He left."),
        ("(It ended.)", "He left."),
        ("He left the U.S.", "The army stayed."),
        ("It closed at 9 p.m.", "However, people stayed."),
        ("It happened in Feb.", "Nobody knew."),
        ("They said no.", "Others agreed."),
        ("It was in 1998.", "Then it ended."),
        ("It cost $4.", "5 people paid."),
        ("Он уехал.", "Она осталась."),
        ("انتهى الأمر؟", "لا أحد يعرف."),
    ],
)
def test_a_stop_before_a_new_sentence_ends_one(first: str, second: str) -> None:
    assert split(f"{first} {second}") == [first, second]


def test_chinese_and_japanese_sentences_need_no_blank_between() -> None:
    assert split("他走了。“是吗？”她说！完") == ["他走了。", "“是吗？”", "她说！", "完"]
    assert split("彼は「行く。」と言った。終わり") == ["彼は「行く。」", "と言った。", "終わり"]


def test_a_blank_line_ends_a_sentence_and_a_line_break_does_not() -> None:
    assert split("A headline\n\nThe first\nline.\r\n \r\nEnd") == ["A headline", "The first\nline.", "End"]


def test_only_the_part_between_two_places_is_read() -> None:
    text = "One ends. Two ends. Three ends."
    assert [text[start:end] for start, end in iter_sentences(text, 4, 22)] == ["ends.", "Two ends.", "Th"]


def test_blanks_alone_are_no_sentence() -> None:
    assert split(" \n\n \t") == []
    assert trim_blanks("  ", 0, 2) is None
    assert trim_blanks(" a ", 0, 3) == (1, 2)


@pytest.mark.parametrize(
    "text", ["." * 300_000, "!) " * 100_000, "." * 300_000 + "x", "\n " * 150_000, "1. A " * 60_000]
)
def test_endless_punctuation_is_read_in_one_pass(text: str) -> None:
    started = time.perf_counter()
    split(text)
    assert time.perf_counter() - started < 3


@given(st.text(st.sampled_from("aB1 .?!。\n”'\u2029")) | st.text())
def test_sentences_are_in_order_and_leave_out_nothing_but_blanks(text: str) -> None:
    kept, done = [], 0
    for start, end in iter_sentences(text):
        assert done <= start < end <= len(text)
        assert not text[done:start].strip()
        assert not text[start].isspace()
        assert not text[end - 1].isspace()
        kept.append(text[start:end])
        done = end
    assert not text[done:].strip()
    assert "".join("".join(kept).split()) == "".join(text.split())

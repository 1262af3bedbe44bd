"""Pages too short for a body: their sentences are not lost."""

from __future__ import annotations

import pytest

from newsgrep.extract.html_page import extract_html_page
from newsgrep.extract.text_page import extract_text_page

SENTENCES = [
    "The harbour bridge opened.",
    "The harbour bridge opened on Tuesday after a week of repairs.",
    "The toll stays at one crown, the board says.",
    "“We are glad,” the board said.",
    "大桥周二重新开放。",
]


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_page_of_one_sentence_has_it_as_its_body(sentence: str) -> None:
    assert extract_text_page(f"Bridge reopens\n\n{sentence}\n").paragraphs == (sentence,)
    page = f"<html><title>Bridge reopens</title><h1>Bridge reopens</h1><p>{sentence}</p></html>"
    assert extract_html_page(page).paragraphs == (sentence,)


def test_furniture_of_a_short_page_is_no_body() -> None:
    page = (
        "<html><title>Bridge</title><nav><a href='/'>All the news of today.</a></nav><h1>Bridge</h1>"
        "<p>The bridge is open.</p><ul><li>Ferries sail again.</li></ul><footer>All rights reserved.</footer></html>"
    )
    assert extract_html_page(page).paragraphs == ("The bridge is open.",)


def test_a_long_list_without_an_article_has_no_body() -> None:
    page = "News of the day\n\n" + "\n\n".join(f"- Item {number} is open." for number in range(60))
    assert extract_text_page(page).paragraphs == ()

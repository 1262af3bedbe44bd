from __future__ import annotations

import re
from pathlib import Path

import pytest

from newsgrep.search.request_phrases import find_request_phrase

PAGE = (Path(__file__).parents[2] / "docs/query-language.md").read_text("utf-8")
EXAMPLES = re.findall(
    r"^\| `([^`]+)` \| `([^`]+)` \|$", PAGE.split("| question | not searched for |")[1].split("\n\n")[0], re.MULTILINE
)


@pytest.mark.parametrize(
    ("question", "phrase"),
    [
        *EXAMPLES,
        ("Identify documents that discuss arms treaties", "Identify documents that discuss"),
        ("tell me about the storm", "tell me about"),
        ("I want to find information on solar plants", "I want to find information on"),
        ("Zeige mir Artikel über den Hafen", "Zeige mir Artikel über"),
        ("noticias sobre el puente", "noticias sobre"),
        ("найди статьи о мосте", "найди статьи о"),
    ],
)
def test_a_phrase_that_only_asks_is_told_from_what_is_asked_about(question: str, phrase: str) -> None:
    assert question[: find_request_phrase(question)].strip() == phrase


def test_the_page_has_its_examples() -> None:
    assert len(EXAMPLES) == 5


@pytest.mark.parametrize(
    "text",
    [
        "harbour bridge",
        "find gold",
        "search for survivors",
        "show trial of a minister",
        "list price of cars",
        "news on Sunday",
        "find documents that discuss",
        "FIND DOCUMENTS ABOUT oil",
        '"reports on" storms',
        "",
    ],
)
def test_what_may_be_the_subject_stays(text: str) -> None:
    assert find_request_phrase(text) == 0

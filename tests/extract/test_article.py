from __future__ import annotations

import datetime as dt
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgrep.article import Content, DateOrigin, Page
from newsgrep.extract import extract_article

TODAY = dt.date(2026, 6, 1)
BODY = "The bridge was closed on Monday.\n\nIt will open again in spring, the council said."


def test_a_body_is_kept_and_only_cleaned() -> None:
    text = "The bridge\x00 was\u200b closed\r\n\r\nCafe\u0301 owners  complained."
    article = extract_article(Page(path="a.json", content=Content.BODY, text=text), "1", today=TODAY)
    assert article.body == "The bridge was closed\n\nCafé owners complained."
    assert article.words == 7


def test_a_hard_wrapped_body_is_joined_into_paragraphs() -> None:
    text = (
        "   The county said on Tuesday that the old bridge would be closed to\n"
        "lorries from the first of the month, since rust had been found in the\n"
        "hangers that carry its deck.\n"
        "   Hauliers said that they had not been told. They will have to drive\n"
        "by the lock, which is twenty miles longer and closed at night during\n"
        "the winter months because of the frost on the approach road there.\n"
    )
    article = extract_article(Page(path="a.txt", content=Content.BODY, text=text), "1", today=TODAY)
    assert [part.split()[0] for part in article.body.split("\n\n")] == ["The", "Hauliers"]


def test_fields_of_the_record_win_over_the_page() -> None:
    html = (
        '<html><head><meta name="author" content="Someone Else"><title>Other</title></head><body><p>x</p></body></html>'
    )
    page = Page(
        path="a.json",
        content=Content.HTML,
        text=html,
        title="A  Title\non two lines",
        published="12 February 2019 09:41",
        section=("World", "Home"),
        authors=("By Edna Marsh and Tom Reed",),
        source="The Island Paper",
        lang="EN_gb",
        record="r1",
    )
    article = extract_article(page, "7", today=TODAY)
    assert article.id == "7"
    assert article.title == "A Title on two lines"
    assert article.published == dt.datetime(2019, 2, 12, 9, 41)
    assert article.published_from is DateOrigin.FIELD
    assert article.section == ("World",)
    assert article.authors == ("Edna Marsh", "Tom Reed")
    assert (article.source, article.lang, article.record) == ("The Island Paper", "en-gb", "r1")


def test_an_unreadable_date_field_leaves_the_next_best_date() -> None:
    page = Page(path="a/2017-09-05-title.txt", content=Content.BODY, text=BODY, published="soon")
    article = extract_article(page, "1", today=TODAY)
    assert (article.published, article.published_from) == (dt.date(2017, 9, 5), DateOrigin.FILE_NAME)


def test_the_address_comes_before_the_file_name() -> None:
    page = Page(
        path="2017-09-05.txt", content=Content.BODY, text=BODY, url="https://paper.example/2018/02/20/a?d=2016-01-01"
    )
    article = extract_article(page, "1", today=TODAY)
    assert (article.published, article.published_from) == (dt.date(2018, 2, 20), DateOrigin.URL)


@pytest.mark.parametrize("path", ["a.txt", "x20190099.txt", "12345678901.txt", "2090-01-01.txt"])
def test_a_page_without_a_date_has_none(path: str) -> None:
    article = extract_article(Page(path=path, content=Content.BODY, text=BODY), "1", today=TODAY)
    assert (article.published, article.published_from) == (None, None)


def test_a_page_without_a_title_is_named_by_its_first_sentence_else_by_its_file() -> None:
    article = extract_article(Page(path="a.txt", content=Content.BODY, text=BODY), "1", today=TODAY)
    assert article.title == "The bridge was closed on Monday."
    long = extract_article(Page(path="a.txt", content=Content.BODY, text="word " * 100), "1", today=TODAY)
    assert len(long.title) <= 100
    assert long.title.endswith("word…")
    assert extract_article(Page(path="d/b.c.txt", content=Content.BODY, text=" "), "1", today=TODAY).title == "b"


def test_a_chinese_character_counts_as_a_word() -> None:
    article = extract_article(Page(path="a.txt", content=Content.BODY, text="北京 today"), "1", today=TODAY)
    assert article.words == 3


@given(st.sampled_from(Content), st.text(max_size=400))
def test_any_page_gives_clean_text(content: Content, text: str) -> None:
    article = extract_article(Page(path="a.txt", content=content, text=text), "1", today=TODAY)
    assert "\n" not in article.title
    for value in (article.title, article.body):
        assert unicodedata.is_normalized("NFC", value)
        assert not any(unicodedata.category(char) == "Cc" and char != "\n" for char in value)
    assert article.title


def test_a_desk_is_an_author_only_where_nobody_else_is_named() -> None:
    def authors(*names: str, text: str = BODY, content: Content = Content.BODY) -> tuple[str, ...]:
        return extract_article(Page(path="a", content=content, text=text, authors=names), "1", today=TODAY).authors

    assert authors("Island staff reporter") == ("Island staff reporter",)
    assert authors("Edna Marsh", "Island staff reporter") == ("Edna Marsh",)
    html = f'<html><head><meta name="author" content="Tom Reed"></head><body><p>{BODY}</p></body></html>'
    assert authors("Island staff reporter", text=html, content=Content.HTML) == ("Tom Reed",)

"""The blocks of HTML pages of our own writing, with markup that looks like other markup."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from newsgrep.extract.html_blocks import Block, read_blocks, strip_junk


def blocks(inner: str) -> list[Block]:
    tree = LexborHTMLParser(f"<html><body>{inner}</body></html>")
    strip_junk(tree)
    assert tree.body is not None
    return read_blocks(tree.body)


def texts(inner: str) -> list[str]:
    return [block.text for block in blocks(inner)]


@pytest.mark.parametrize(
    "inner",
    [
        "<p>The boats sail.</p><!-- <p>No boat</p> > < --><p>The wind turns.</p>",
        "<p>The boats sail.</p><!--[if lt IE 9]><p>Old</p><![endif]--><p>The wind turns.</p>",
        "<p title='a > b < c'>The boats sail.</p><p data-x='<p>No boat</p>'>The wind turns.</p>",
        "<p>The boats<!-- --> sail.</p><p>The <b>wind</b> <span class='x'>turns</span>.</p>",
        '<p>The boats sail.<i class="sail" "=""></i></p><!-- > --><p>The wind turns.</p>',
    ],
    ids=["comment", "conditional comment", "attributes", "inline", "broken attribute"],
)
def test_only_what_a_page_shows_is_text(inner: str) -> None:
    assert texts(inner) == ["The boats sail.", "The wind turns."]


def test_marks_that_a_page_shows_are_kept() -> None:
    assert texts("<p>1 &lt; 2 &amp; 3 &gt; 2</p>") == ["1 < 2 & 3 > 2"]


def test_an_element_long_out_of_use_may_hold_a_bare_mark() -> None:
    assert "The wind turns." in texts("<xmp>a > b</xmp><p>The wind turns.</p>")


@pytest.mark.parametrize(
    ("attributes", "furniture", "body"),
    [
        ('class="col Read-More"', 1, False),
        ('class="read" id="more_x"', 1, False),
        ('class="bread butter"', 0, False),
        ('class="NewsletterBox"', 1, False),
        ('class="wide article__body"', 0, True),
        ('id="storytext"', 0, True),
        ('itemprop="articleBody"', 0, True),
        ('class="wide col-6"', 0, False),
    ],
)
def test_names_tell_furniture_and_the_body(attributes: str, furniture: int, body: bool) -> None:
    (block,) = blocks(f"<div {attributes}><p>The boats sail.</p></div>")
    assert (block.furniture, block.body) == (furniture, body)


def test_a_block_knows_the_innermost_article_that_it_stands_in() -> None:
    story = (
        "<article><p>The boats sail.</p><article><p>No boat.</p></article><div><p>The wind turns.</p></div></article>"
    )
    inside, nested, behind, outside = blocks(f"{story}<p>The weather.</p>")
    assert inside.part == behind.part != nested.part
    assert outside.part == 0 != nested.part


@pytest.mark.parametrize("tag", ["nav", "button", "dialog", "label", "textarea", "canvas"])
@pytest.mark.parametrize("attributes", ["", ' class="wide"'])
def test_an_element_without_text_of_the_article_is_skipped_to_its_end(tag: str, attributes: str) -> None:
    inner = f"<p>The boats</p><{tag}{attributes}>No <{tag}>boat</{tag}></{tag}><p>sail.</p>"
    assert [text for text in texts(inner) if "o" not in text.removeprefix("The boats")] == ["The boats", "sail."]


def test_a_form_is_left_out_unless_most_of_the_page_stands_in_it() -> None:
    story = "<p>The boats sail.</p>"
    assert texts(f"{story}<form><p>Your name</p></form><p>{'wind ' * 40}</p>") == [
        "The boats sail.",
        ("wind " * 40).strip(),
    ]
    assert texts(f"<form>{story}<p>{'wind ' * 40}</p></form>") == ["The boats sail.", ("wind " * 40).strip()]


@given(comment=st.text("<>/!- ab", max_size=30).filter(lambda text: "--" not in text))
def test_a_comment_between_paragraphs_changes_nothing(comment: str) -> None:
    plain = blocks("<p>The boats <a>sail</a>.</p> <p>The wind turns.</p>")
    assert blocks(f"<p>The boats <a>sail</a>.</p><!-- {comment} --> <p>The wind turns.</p>") == plain

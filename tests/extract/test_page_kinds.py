"""Pages that are no plain article: live blogs, galleries, stubs behind a paywall, videos, AMP and printed versions."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from newsgrep.extract.html_page import extract_html_page
from newsgrep.extract.text_page import extract_text_page

TODAY = dt.date(2026, 6, 1)
TITLE = "Storm Closes Harbour and Leaves Islands Without Ferries"
ENTRIES = (
    "The harbour master has closed the outer basin until further notice, after two fishing boats broke their moorings "
    "and drifted against the new pier.",
    "All ferries to the outer islands are cancelled today. The company says that passengers may use their tickets on "
    "any other day of this month.",
    "The coast guard reports gusts of a hundred and ten kilometres an hour at the lighthouse, the strongest since "
    "measurements began there nine winters ago.",
    "Power is back in most of the old town, the electricity board says. Some three hundred households on the northern "
    "shore are still waiting for it.",
    "The council has opened the school's gymnasium for everybody whose roof was damaged, and asks for blankets and "
    "warm clothes to be brought there before nightfall.",
)
CAPTIONS = (
    "The outer basin at dawn, with two boats lying against the pier.",
    "Marta Quill sweeps broken glass from the door of her grocery.",
    "Children watch the waves from the steps of the town hall.",
    "A fallen lime tree blocks the road to the lighthouse.",
)
MENU = '<nav><ul><li><a href="/n">News</a></li><li><a href="/s">Sport</a></li></ul></nav>'
FOOTER = "<footer><p>© The Island Paper. All rights reserved. Terms of use and privacy policy apply.</p></footer>"


def html(inner: str, head: str = "") -> str:
    return (
        f'<!doctype html><html lang="en"><head><title>{TITLE}</title>{head}</head><body>{MENU}<main><article>'
        f"<h1>{TITLE}</h1>{inner}</article></main>{FOOTER}</body></html>"
    )


def linked(kind: str, **fields: object) -> str:
    data = {"@context": "https://schema.org", "@type": kind, "headline": TITLE, **fields}
    return f'<script type="application/ld+json">{json.dumps(data)}</script>'


def test_the_entries_of_a_live_blog_are_its_paragraphs() -> None:
    inner = "".join(
        f'<section class="entry"><time datetime="2019-02-12T1{at}:05">1{at}:05</time><p>{text}</p></section>'
        for at, text in enumerate(ENTRIES)
    )
    head = linked("LiveBlogPosting", datePublished="2019-02-12T10:00:00Z")
    assert extract_html_page(html(inner, head), today=TODAY).paragraphs == ENTRIES


def test_the_entries_of_a_live_blog_saved_as_text_are_its_paragraphs() -> None:
    menu = "Front\nPolitics\nSport\nCulture\nWeather\n"
    entries = "\n\n".join(f"1{at}:05\n\n{text}" for at, text in enumerate(ENTRIES))
    found = extract_text_page(f"{menu}\n{TITLE}\n\n12 February 2019\n\n{entries}\n\nAbout us\nContact\n", today=TODAY)
    assert found.title == TITLE
    assert found.paragraphs == ENTRIES
    assert f"{found.published:%Y-%m-%d}" == "2019-02-12"


def test_a_gallery_has_its_captions_for_a_body() -> None:
    figures = "".join(
        f'<figure><img src="{at}.jpg"><figcaption>{text}</figcaption></figure>' for at, text in enumerate(CAPTIONS)
    )
    intro = "<p>The storm of Tuesday night in pictures, taken by our readers.</p>"
    found = extract_html_page(html(intro + figures), today=TODAY)
    assert found.paragraphs[-len(CAPTIONS) :] == CAPTIONS


def test_the_captions_of_an_article_are_no_part_of_it() -> None:
    figures = "".join(f"<figure><figcaption>{text}</figcaption></figure>" for text in CAPTIONS)
    body = "".join(f"<p>{text}</p>" for text in ENTRIES)
    assert extract_html_page(html(figures + body), today=TODAY).paragraphs == ENTRIES


def test_of_a_page_behind_a_paywall_the_visible_paragraphs_are_the_body() -> None:
    wall = (
        '<div class="paywall"><p>Subscribe to read on. Already have an account? Sign in to your account.</p>'
        '<a href="/subscribe">Subscribe now</a></div>'
    )
    inner = f"<p>{ENTRIES[0]}</p><p>{ENTRIES[1]}</p>{wall}"
    found = extract_html_page(html(inner, linked("NewsArticle", isAccessibleForFree=False)), today=TODAY)
    assert found.paragraphs == ENTRIES[:2]


def test_the_text_beside_a_video_is_its_body() -> None:
    inner = f'<div class="player"><video src="a.mp4">Your browser plays no video.</video></div><p>{ENTRIES[2]}</p>'
    head = linked("VideoObject", name=TITLE, uploadDate="2019-02-12")
    found = extract_html_page(html(inner, head), today=TODAY)
    assert found.paragraphs == (ENTRIES[2],)
    assert found.published == dt.date(2019, 2, 12)


def test_an_amp_page_is_read_as_its_article() -> None:
    body = "".join(f"<p>{text}</p>" for text in ENTRIES)
    ad = '<amp-ad width="300" height="250"><div placeholder>Advertisement</div></amp-ad>'
    page = html(f'<amp-img src="a.jpg"></amp-img>{body}{ad}').replace("<html", "<html amp")
    assert extract_html_page(page, today=TODAY).paragraphs == ENTRIES


def test_a_printed_version_without_any_markup_of_an_article_is_read() -> None:
    body = "<br><br>".join(ENTRIES)
    page = (
        f"<html><head><title>{TITLE}</title></head><body><b>{TITLE}</b><br>12 February 2019<hr>{body}<hr></body></html>"
    )
    found = extract_html_page(page, today=TODAY)
    assert found.paragraphs == ENTRIES
    assert found.published == dt.date(2019, 2, 12)


@pytest.mark.parametrize("tag", ["form", "form id='aspnetForm'"])
def test_a_page_that_stands_inside_one_form_is_read(tag: str) -> None:
    body = "".join(f"<p>{text}</p>" for text in ENTRIES)
    page = html(body).replace("<body>", f"<body><{tag}>").replace("</body>", "</form></body>")
    assert extract_html_page(page, today=TODAY).paragraphs == ENTRIES


def test_a_sign_that_ends_a_tag_inside_an_attribute_ends_no_tag() -> None:
    body = "".join(f'<p title="a > b">{text}</p><!-- more > here <p>x</p> -->' for text in ENTRIES)
    assert extract_html_page(html(body), today=TODAY).paragraphs == ENTRIES

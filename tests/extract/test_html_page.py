"""HTML pages and fragments of our own writing."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from newsgrep.article import DateOrigin
from newsgrep.extract.html_page import extract_html_page

TODAY = dt.date(2026, 6, 1)
TITLE = "Ferry Company Cuts Winter Service to Outer Islands"
PARAGRAPHS = (
    "The company that runs the ferries to the outer islands said on Monday that it would halve the number of winter "
    "crossings, a decision that islanders called a betrayal of promises made only last spring.",
    "“We were told that the boats would sail every day, whatever the weather,” said Marta Quill, who keeps the only "
    "grocery on the smallest of the islands and depends on the Tuesday boat for fresh milk and bread.",
    "The company blamed the price of fuel, which has risen by a third since the contract was signed, and a shortage of "
    "deckhands. It said that the cuts were temporary and would be looked at again in March.",
)
BODY = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
FURNITURE = """
<nav><ul><li><a href="/news">News</a></li><li><a href="/sport">Sport</a></li></ul></nav>
<aside class="related"><h3>Related</h3><ul>
<li><a href="/a">Island School Reopens After Storm Damage</a></li></ul></aside>
<div class="newsletter"><p>Sign up for our newsletter and get the best of the islands in your inbox.</p></div>
"""
FOOTER = "<footer><p>© 2019 The Island Paper. All rights reserved. Privacy policy and terms of use apply.</p></footer>"


def page(head: str = "", inner: str = "", *, body: str = BODY) -> str:
    return (
        f'<!doctype html><html lang="en-GB"><head>{head}</head><body>{FURNITURE}<main><article><h1>{TITLE}</h1>'
        f"{inner}{body}</article></main>{FURNITURE}{FOOTER}</body></html>"
    )


def linked(**fields: object) -> str:
    data = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": TITLE, **fields}
    return f'<script type="application/ld+json">{json.dumps(data)}</script>'


def test_the_body_is_the_articles_paragraphs_only() -> None:
    found = extract_html_page(page(), today=TODAY)
    assert found.title == TITLE
    assert found.paragraphs == PARAGRAPHS
    assert found.lang == "en-gb"
    assert found.published is None


def test_json_ld_gives_every_field() -> None:
    head = linked(
        datePublished="2019-02-12T09:41:00+01:00",
        dateModified="2019-02-14T10:00:00+01:00",
        author=[{"@type": "Person", "name": "Edna Marsh"}, {"@type": "Person", "name": "Tom Reed"}],
        articleSection=["Home", "Islands"],
        publisher={"@type": "Organization", "name": "The Island Paper"},
    )
    found = extract_html_page(page(head), today=TODAY)
    assert found.published == dt.datetime(2019, 2, 12, 9, 41, tzinfo=dt.timezone(dt.timedelta(hours=1)))
    assert found.published_from is DateOrigin.JSON_LD
    assert found.authors == ("Edna Marsh", "Tom Reed")
    assert found.section == ("Islands",)
    assert found.source == "The Island Paper"


@pytest.mark.parametrize(
    "script",
    [
        '{"@graph": [{"@type": "WebSite", "name": "x"}, '
        '{"@type": ["Article", "NewsArticle"], "headline": "T", "datePublished": "2019-02-12"}]}',
        '[{"@type": "BreadcrumbList"}, '
        '{"@type": "ReportageNewsArticle", "headline": "T", "datePublished": "2019-02-12"}]',
        '<!-- {"@type": "NewsArticle", "headline": "T", "datePublished": "2019-02-12",} -->',
        '{"@type": "NewsArticle", "headline": "T", "description": "two\nlines", "datePublished": "2019-02-12"};',
    ],
)
def test_json_ld_is_found_in_graphs_and_lists_and_mended(script: str) -> None:
    head = f'<script type="application/ld+json">{script}</script>'
    found = extract_html_page(page(head), today=TODAY)
    assert found.published == dt.date(2019, 2, 12)
    assert found.title == "T"


def test_json_ld_that_is_beyond_mending_costs_nothing_but_itself() -> None:
    head = '<script type="application/ld+json">{"@type": "NewsArticle", "headline": </script>'
    assert extract_html_page(page(head), today=TODAY).title == TITLE


def test_meta_tags_serve_where_json_ld_is_missing() -> None:
    head = (
        '<meta property="article:published_time" content="2019-02-12T09:41:00Z"><meta property="article:modified_time" '
        'content="2019-03-01"><meta name="author" content="Edna Marsh">'
        '<meta property="article:section" content="Islands"><meta property="og:site_name" content="The Island Paper">'
        '<link rel="canonical" href="https://paper.example/2019/a">'
    )
    found = extract_html_page(page(head), today=TODAY)
    assert found.published == dt.datetime(2019, 2, 12, 9, 41, tzinfo=dt.UTC)
    assert found.published_from is DateOrigin.META
    assert (found.authors, found.section, found.source) == (("Edna Marsh",), ("Islands",), "The Island Paper")
    assert found.url == "https://paper.example/2019/a"


def test_the_time_element_of_the_article_serves_next() -> None:
    inner = '<p class="info"><time datetime="2019-02-12">12 February</time> · By Edna Marsh</p>'
    found = extract_html_page(page(inner=inner), today=TODAY)
    assert found.published == dt.date(2019, 2, 12)
    assert found.published_from is DateOrigin.TIME
    assert found.authors == ("Edna Marsh",)
    assert found.paragraphs == PARAGRAPHS


def test_a_visible_stamp_serves_last_and_an_update_never() -> None:
    inner = "<p>Updated: 14 February 2019</p><p>12 February 2019, 9:41 am</p>"
    found = extract_html_page(page(inner=inner), today=TODAY)
    assert found.published == dt.datetime(2019, 2, 12, 9, 41)
    assert found.published_from is DateOrigin.TEXT


def test_a_time_of_a_related_item_is_not_the_articles() -> None:
    aside = '<aside><time datetime="2018-01-01">1 Jan</time></aside>'
    assert extract_html_page(page(inner=aside), today=TODAY).published is None


def test_the_title_comes_without_the_name_of_the_site() -> None:
    html = f"<html><head><title>{TITLE} | The Island Paper</title></head><body>{BODY}</body></html>"
    assert extract_html_page(html, today=TODAY).title == TITLE


def test_figures_captions_and_share_lines_are_left_out() -> None:
    figure = '<figure><img src="a.jpg"><figcaption>A ferry leaves the harbour. Photo: Tom Reed</figcaption></figure>'
    share = '<div class="share"><a href="#">Share</a> <a href="#">Print</a></div>'
    body = f"{share}<p>{PARAGRAPHS[0]}</p>{figure}<p>{PARAGRAPHS[1]}</p><p>{PARAGRAPHS[2]}</p>"
    assert extract_html_page(page(body=body), today=TODAY).paragraphs == PARAGRAPHS


def test_paragraphs_made_with_breaks_are_kept_apart() -> None:
    body = "<div>" + "<br><br>".join(PARAGRAPHS) + "</div>"
    assert extract_html_page(page(body=body), today=TODAY).paragraphs == PARAGRAPHS


def test_a_link_inside_a_sentence_does_not_cut_it() -> None:
    body = BODY.replace("outer islands", '<a href="/islands"><em>outer</em> islands</a>')
    assert extract_html_page(page(body=body), today=TODAY).paragraphs == PARAGRAPHS


def test_a_fragment_without_a_head_is_read() -> None:
    assert extract_html_page(BODY, today=TODAY).paragraphs == PARAGRAPHS


@pytest.mark.parametrize(
    "html",
    [
        "",
        "no markup at all",
        "<div>" * 100_000,
        "<div>" * 100_000 + BODY,
        "<div><span>" * 50_000 + BODY + "</span></div>" * 50_000,
        "<b>" * 20_000 + "x",
        "<p>" + "word " * 200_000,
        "<a href=x>link</a> " * 50_000,
        '<script type="application/ld+json">' + "[" * 200_000 + "</script>",
        "<!--" + "x" * 1_000_000,
        "\x00<p>\ud7ff</p>",
    ],
)
def test_a_hostile_page_is_read_without_an_error(html: str) -> None:
    assert extract_html_page(html, today=TODAY).published is None


def test_the_text_of_a_page_far_too_deep_is_kept() -> None:
    html = "<div>" * 20_000 + BODY + "</div>" * 20_000
    assert extract_html_page(html, today=TODAY).paragraphs == PARAGRAPHS


@pytest.mark.parametrize("names", ["promo", "author overlay", "widget", "newsletter"])
def test_an_article_in_elements_named_like_furniture_is_an_article(names: str) -> None:
    wrapped = f'<div class="{names}"><div class="{names}">{BODY}</div></div>'
    assert extract_html_page(page(body=wrapped), today=TODAY).paragraphs == PARAGRAPHS


def test_the_next_article_of_an_endless_page_is_left_out() -> None:
    other = "".join(
        f"<p>The council of the {name} town voted on Tuesday to mend the harbour wall, its mayor said.</p>"
        for name in ("northern", "old", "smaller")
    )
    html = page().replace("</article></main>", f"</article><article><h2>A Wall Is Mended</h2>{other}</article></main>")
    assert extract_html_page(html, today=TODAY).paragraphs == PARAGRAPHS


def test_navigation_alone_is_no_article() -> None:
    html = f"<html><body>{FURNITURE * 5}{FOOTER}</body></html>"
    assert extract_html_page(html, today=TODAY).paragraphs == ()

"""Feeds: what each kind calls its fields, and what a broken entry costs."""

from __future__ import annotations

import pytest

from newsgrep.article import Content, Page
from newsgrep.errors import FileUnreadable
from newsgrep.sources.outcome import Skipped
from tests.sources.format_samples import ATOM, RDF, RSS
from tests.sources.reading import list_faults, read, read_pages


def test_rss_with_full_content_and_with_a_summary_only() -> None:
    first, second = read_pages("a.xml", RSS)
    assert (first.title, first.published) == ("Harbour & coast reopen & rest", "Tue, 20 Feb 2018 16:02:00 GMT")
    assert (first.content, first.text) == (Content.BODY, "Boats left at dawn.\n\nOthers followed — later.")
    assert (first.key, first.record, first.url) == ("q1", "q1", "https://quay.example/1")
    assert (first.authors, first.section, first.source, first.lang) == (("Ada Quill",), ("World",), "Quay Ledger", "en")
    assert (second.content, second.text) == (Content.BODY, "It was the fog é.")
    assert (second.key, second.url) == ("https://quay.example/2", "https://quay.example/2")


def test_rss_1() -> None:
    (page,) = read_pages("a.rdf", RDF)
    assert (page.title, page.text, page.source) == ("Harbour reopens", "Boats left.", "Quay Ledger")
    assert (page.published, page.section, page.url) == ("2018-02-20T16:02:00Z", ("World",), "https://quay.example/1")


def test_atom_under_a_prefix_of_its_own() -> None:
    (page,) = read_pages("feed", ATOM)
    assert (page.key, page.title, page.url) == ("tag:quay.example,2018:1", "Harbour reopens", "https://quay.example/1")
    assert page.text == "Boats left at dawn & noon."
    assert (page.published, page.authors, page.section) == ("2018-02-20T16:02:00Z", ("Ada Quill",), ("World",))
    assert (page.source, page.lang) == ("Quay Ledger", "en")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('<content type="text">3 &lt; 4</content>', "3 < 4"),
        ('<content type="html">&lt;p&gt;Fog.&lt;/p&gt;</content>', "Fog."),
        ('<content type="image/png">iVBORw0KGgo=</content><summary>Fog.</summary>', "Fog."),
        ("<summary>Fog.</summary>", "Fog."),
    ],
)
def test_kinds_of_atom_content(content: str, expected: str) -> None:
    feed = f'<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>Ferry</title>{content}</entry></feed>'
    (page,) = read_pages("a.atom", feed)
    assert page.text == expected


def rss(items: str) -> str:
    return f'<?xml version="1.0"?>\n<rss version="2.0"><channel><title>Quay</title>\n{items}\n</channel></rss>'


def test_a_broken_entry_costs_that_entry() -> None:
    outcomes = read(
        "a.rss",
        rss("<item><title>A</title></item>\n<item><title>B</b></title></item>\n<item/>\n<item><title>C</title></item>"),
    )
    assert [(one.title, one.source) for one in outcomes if isinstance(one, Page)] == [("A", "Quay"), ("C", "Quay")]
    assert list_faults(outcomes) == [
        ("line 4", "Not valid XML: mismatched tag"),
        ("line 5", "An entry with neither a title nor a text"),
    ]


def test_a_feed_cut_short_gives_what_is_before_the_cut() -> None:
    outcomes = read("a.rss", rss("<item><title>A</title></item>\n<item><title>B</title>")[:-20])
    assert [one.title for one in outcomes if isinstance(one, Page)] == ["A"]
    assert list_faults(outcomes) != []


def test_names_of_html_bare_ampersands_and_control_characters_are_no_faults() -> None:
    (page,) = read_pages("a.rss", rss("<item><title>AT&T &eacute;t&eacute; &foo; &#0;\x01</title></item>"))
    assert page.title == "AT&T été &foo; \ufffd\ufffd"


@pytest.mark.parametrize(
    "declaration",
    ['<!ENTITY lol "lol">', '<!ENTITY % lol "lol">', '<!ENTITY lol SYSTEM "file:///etc/hostname">'],
)
def test_a_file_that_declares_entities_is_refused_by_their_name(declaration: str) -> None:
    bomb = f"<!DOCTYPE rss [{declaration}]><rss><channel><item><title>&lol;</title></item></channel></rss>"
    with pytest.raises(FileUnreadable, match=r"declares entities .*'lol'"):
        read("a.rss", bomb)


def test_elements_without_end_inside_each_other_are_refused() -> None:
    with pytest.raises(FileUnreadable, match="200 elements inside each other"):
        read("a.rss", "<rss>" + "<a>" * 1000)
    outcomes = read("a.rss", rss("<item>" + "<a>" * 1000 + "\n<item><title>B</title></item>"))
    assert [one.title for one in outcomes if isinstance(one, Page)] == ["B"]


def test_an_empty_feed_is_no_fault() -> None:
    assert read("a.rss", rss("")) == [Skipped("a feed without entries")]


def test_a_declared_encoding_is_heeded() -> None:
    feed = rss("<item><title>Порт снова открыт</title></item>").replace('"1.0"?', '"1.0" encoding="koi8-r"?')
    (page,) = read_pages("a.rss", feed.encode("koi8-r"))
    assert page.title == "Порт снова открыт"
    (page,) = read_pages("a.rss", feed.replace("koi8-r", "utf-16").encode("utf-16"))
    assert page.title == "Порт снова открыт"

"""The markup of agencies and collections: NITF, NewsML, TEI, TREC and Reuters."""

from __future__ import annotations

import pytest

from newsgrep.article import Content, Page
from newsgrep.errors import FileUnreadable
from newsgrep.sources.outcome import Skipped
from newsgrep.sources.sgml_reading import parse_fields, read_text
from tests.sources.format_samples import NEWSML_1, NEWSML_G2, NITF, RCV1, REUTERS, TEI, TREC
from tests.sources.reading import list_faults, read, read_pages


def test_nitf_as_in_the_annotated_corpus() -> None:
    (page,) = read_pages("0000077.xml", NITF)
    assert (page.key, page.record, page.content) == ("", None, Content.BODY)
    assert (page.title, page.text) == ("Harbour reopens", "Boats left.\n\nOthers followed.")
    assert (page.published, page.section) == ("19870101T000000", ("World", "Coast"))
    assert (page.authors, page.source, page.url) == (("By Ada Quill",), "The Quay Ledger", "http://quay.example/77")


def test_newsml_g2_of_several_items() -> None:
    first, second = read_pages("a.xml", NEWSML_G2)
    assert (first.key, first.title, first.text) == ("urn:quay:1", "Harbour reopens", "Boats left.\n\nOthers & more.")
    assert (first.published, first.section, first.authors) == ("2018-02-20T16:02:00Z", ("Ports",), ("Bo Reed",))
    assert (first.source, first.lang) == ("Quay Wire", "en")
    assert (second.key, second.title, second.text) == ("urn:quay:2", "Ferry late", "Fog.")


def test_newsml_1() -> None:
    (page,) = read_pages("a.xml", NEWSML_1)
    assert (page.title, page.text, page.lang) == ("Le port rouvre", "Les bateaux partent.\n\nEnfin.", "fr")
    assert (page.published, page.authors, page.source) == ("20010203T101112Z", ("Ada Quill",), "quay.example")


def test_rcv1() -> None:
    (page,) = read_pages("2286newsML.xml", RCV1)
    assert (page.key, page.title, page.text) == ("", "Harbour reopens.", "Boats left the café.\n\nOthers followed.")
    assert (page.published, page.authors, page.source) == ("1996-08-20", ("Ada Quill",), "Quay Holdings")


def test_tei_gives_its_articles_else_its_text() -> None:
    first, second = read_pages("a.xml", TEI)
    assert (first.key, first.title, first.text) == ("a1", "Fire at the quay", "It burnt all night.")
    assert (first.published, first.authors, first.source) == ("1890-03-04", ("Ada Quill",), "Quay Ledger, 4 March")
    assert (second.key, second.record, second.title, second.authors) == ("#2", "2", "Ferry late", ())
    (whole,) = read_pages("a.xml", TEI.replace(b'type="article"', b""))
    assert (whole.key, whole.title) == ("", "Quay Ledger, 4 March")
    assert whole.text.split("\n\n") == ["Fire at the quay", "It burnt all night.", "Ferry late", "Fog."]


@pytest.mark.parametrize("content", [NITF, NEWSML_G2, NEWSML_1, RCV1, TEI])
def test_entities_are_refused_in_every_xml_format(content: bytes) -> None:
    start = min(
        at for tag in (b"<nitf", b"<newsM", b"<NewsML", b"<newsitem", b"<TEI") if (at := content.find(tag)) >= 0
    )
    with pytest.raises(FileUnreadable, match="declares entities"):
        read("a.xml", b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + content[start:])


def test_xml_that_is_no_news_has_no_reader() -> None:
    assert read("a.xml", "<catalogue><title>x</title></catalogue>") == [Skipped("no reader for .xml files")]


def test_trec_collections_have_their_own_tags_and_dates() -> None:
    ap, ft, la = read_pages("disk1", TREC)
    assert (ap.key, ap.record, ap.title) == ("AP880212-0001", "AP880212-0001", "Harbour & Coast AT&T Reopens")
    assert (ap.published, ap.source, ap.authors) == ("1988-02-12", "AP", ("By ADA QUILL",))
    assert ap.text == "Boats left at dawn, 3 < 4 of them, on the tide.\n\nOthers followed."
    assert (ft.title, ft.published, ft.source) == ("Ferry late", "1991-05-14", "The Financial Times")
    assert (la.title, la.published, la.section) == ("TIDE HIGH", "January 1, 1989, Sunday, Home Edition", ("Coast",))
    assert la.text == "It rose.\n\nIt fell."


@pytest.mark.parametrize(
    ("document", "title", "published"),
    [
        ("<DOC>\n<DOCNO>WSJ870324-0001</DOCNO>\n<HL>Ferry</HL>\n<DD>03/24/87</DD>\n<TEXT>x</TEXT></DOC>",
         "Ferry", "1987-03-24"),
        ("<DOC><DOCNO>NYT19980601.0001</DOCNO><DATE_TIME> 06/01/1998 00:05:00 </DATE_TIME><BODY>"
         "<HEADLINE>Ferry</HEADLINE><TEXT><P>x</P></TEXT></BODY></DOC>", "Ferry", "1998-06-01T00:05:00"),
        ('<DOC id="QUA_ENG_19940701.0001" type="story">\n<HEADLINE>\nFerry\n</HEADLINE><TEXT><P>\nx\n</P></TEXT></DOC>',
         "Ferry", "1994-07-01"),
        ("<DOC><DOCNO>FBIS3-1</DOCNO><HEADER><DATE1>5 March 1994</DATE1><H3><TI>Ferry</TI></H3><TEXT>x</TEXT></DOC>",
         "Ferry", "5 March 1994"),
        ("<DOC><DOCNO>SJMN91-06182091</DOCNO><HEADLINE>Ferry</HEADLINE><LEADPARA>l</LEADPARA><TEXT>x</TEXT>"
         "<PUBDATE> 910630 </PUBDATE></DOC>", "Ferry", "1991-06-30"),
    ],
)  # fmt: skip
def test_dates_and_titles_of_other_collections(document: str, title: str, published: str) -> None:
    (page,) = read_pages("a", document)
    assert (page.title, page.published, page.text[-1]) == (title, published, "x")


def test_a_document_that_is_not_ended_costs_itself() -> None:
    outcomes = read("a", b"<DOC>\n<DOCNO>A</DOCNO>\n" + TREC)
    assert list_faults(outcomes) == [("line 1", "No </DOC> before the next <DOC>")]
    assert len(outcomes) == 4


def test_reuters_21578() -> None:
    first, second = read_pages("reut2-000.sgm", REUTERS)
    assert (first.key, first.title, first.section) == ("1", "QUAY <QQ> REOPENS", ("ship", "grain"))
    assert (first.published, first.source) == ("26-FEB-1987 15:01:01.79", "Reuters")
    assert first.text == "Boats left at dawn on the tide.\n\nOthers followed."
    assert (second.key, second.title, second.text.strip()) == ("2", None, "Fog at the ferry today")


def test_records_across_blocks_of_the_file_are_whole() -> None:
    document = "<DOC>\n<DOCNO> A{} </DOCNO>\n<HEAD>Ferry</HEAD>\n<TEXT>\n{}\n</TEXT>\n</DOC>\n"
    pages = read_pages("a", "".join(document.format(at, f"Fog {at}. " * 3000) for at in range(200)))
    assert [page.key for page in pages] == [f"A{at}" for at in range(200)]
    assert all(page.text.strip() == (f"Fog {at}. " * 3000).strip() for at, page in enumerate(pages))


def test_an_end_tag_left_out_ends_at_the_next_field() -> None:
    assert parse_fields("<A>one<B>two</B><C>three", frozenset("abc")) == {"a": ["one"], "b": ["two"], "c": ["three"]}
    assert read_text("<P>One</P><P>Two &#3;&lt;x></P>") == "One\n\nTwo <x>"


def test_lines_of_tables_and_of_bodies_without_paragraphs_stay() -> None:
    assert read_text("  One\nline.\n  Boats     3\n  Ferries   4\n") == "One line.\n\n  Boats     3\n\n  Ferries   4"
    assert read_text("One line\nand another.") == "One line\nand another."


def test_positions_are_lines_of_the_file() -> None:
    outcomes = read("a", "<DOC>\n<DOCNO>A</DOCNO>\n<TEXT>x</TEXT>\n</DOC>\n\n<DOC>\n<DOCNO>B</DOCNO>\n</DOC>\n")
    assert isinstance(outcomes[0], Page)
    assert list_faults(outcomes) == [("line 6", "Neither a title nor a text")]


SHORT_TEI = b"<TEI><teiHeader/><text><body><p>Boats left.</p></body></text></TEI>\n"


@pytest.mark.parametrize("content", [RCV1, NITF, SHORT_TEI, SHORT_TEI.strip()])
def test_files_joined_into_one_give_each_article_a_key_of_its_own(content: bytes) -> None:
    for times in (3, 2_000):
        first, *others = read_pages("a.xml", content * times)
        assert (first.key, first.record) == ("", None)
        assert len({one.key for one in (first, *others)}) == times
        assert all(one.text == first.text and one.record for one in others)


def test_what_stands_behind_a_closed_frame_is_a_fault_that_ends() -> None:
    outcomes = read("a.xml", b"<newsmessage></newsmessage>" + b"<newsitem><text><p>Boats.</p></text></newsitem>" * 50)
    assert 0 < len(outcomes) <= 100

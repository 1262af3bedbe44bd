from __future__ import annotations

import dataclasses
import datetime as dt
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgrep.article import Article
from newsgrep.search.citation import build_citation, clean_address, clean_text
from newsgrep.search.citations import Style, iter_citations, render_markdown, render_text
from tests.search.citation_readers import Entry, check_csl_item, read_bibtex, read_ris, untex

HARBOUR = Article(
    id="a1b2c3d4e5f60718",
    title="Harbour bridge reopens after storm",
    body="The harbour bridge opened on Tuesday.",
    section=("News", "Local"),
    authors=("Ada Quill", "Bo van Dam Jr.", "Associated Press"),
    source="The Quay Ledger",
    url="https://quay.example/harbour",
    published=dt.datetime(2018, 2, 20, 16, 2),
    lang="en",
    path="saved/harbour.html",
)
UNDATED = Article(id="b1b2c3d4e5f60718", title="A bridge, undated", body="", path="wire.jsonl")


def cite(style: Style, *articles: Article) -> str:
    return "".join(iter_citations(articles, style))


def bibtex(*articles: Article) -> list[Entry]:
    return read_bibtex(cite(Style.BIBTEX, *articles))


def changed(**fields: object) -> Article:
    return dataclasses.replace(HARBOUR, **fields)  # type: ignore[arg-type]


# Text and Markdown.


def test_a_citation_for_a_text() -> None:
    assert cite(Style.TEXT, HARBOUR, UNDATED) == (
        "Ada Quill, Bo van Dam Jr. and Associated Press, “Harbour bridge reopens after storm”, The Quay Ledger, "
        "20 February 2018, https://quay.example/harbour\n“A bridge, undated”, n.d.\n"
    )


def test_a_citation_in_markdown_links_its_title() -> None:
    assert cite(Style.MARKDOWN, changed(authors=("Ada Quill",)), UNDATED) == (
        "Ada Quill, “[Harbour bridge reopens after storm](https://quay.example/harbour)”, *The Quay Ledger*, "
        "20 February 2018\n\n“A bridge, undated”, n.d.\n"
    )


def test_quotation_marks_in_a_title_become_inner_ones() -> None:
    assert "“‘No toll’, says board”" in cite(Style.TEXT, changed(title="“No toll”, says board"))


def test_the_day_on_which_a_page_was_saved_is_said_beside_its_address() -> None:
    saved = changed(captured=dt.datetime(2018, 3, 3, 23, 30, tzinfo=dt.UTC))
    assert cite(Style.TEXT, saved).endswith("https://quay.example/harbour (saved 3 March 2018)\n")
    assert bibtex(saved)[0].fields["urldate"] == "2018-03-03"
    assert ("Y2", "2018/03/03/") in read_ris(cite(Style.RIS, saved))[0]
    (item,) = json.loads(cite(Style.CSL_JSON, saved))
    check_csl_item(item)
    assert item["accessed"] == {"date-parts": [[2018, 3, 3]]}
    assert "saved" not in cite(Style.TEXT, dataclasses.replace(saved, url=None))


def test_no_day_of_access_is_made_up() -> None:
    assert "urldate" not in bibtex(HARBOUR)[0].fields
    assert "Y2" not in dict(read_ris(cite(Style.RIS, HARBOUR))[0])
    assert "accessed" not in cite(Style.CSL_JSON, HARBOUR)


def test_what_opens_a_list_in_markdown_does_not() -> None:
    for author, begins in (("- x", r"\- x"), ("1. Quay", r"1\. Quay"), ("+ x", r"\+ x"), ("# x", r"\# x")):
        assert cite(Style.MARKDOWN, changed(authors=(author,))).startswith(begins)


MARKDOWN_MARK = re.compile(r"(?<!\\)(?:\\\\)*[`*_\[\]<>|~=^#$]")


@given(st.text(alphabet="ab \n\\`*_[]()<>!#&;|~amp", max_size=20), st.text(max_size=20))
def test_no_title_is_markup_in_markdown(title: str, source: str) -> None:
    article = changed(title=title, source=source, authors=(), url="https://quay.example/a_(b)<i>&amp;*x*")
    text = render_markdown(build_citation(article))
    assert "\n" not in text
    found = re.fullmatch(r"“\[(.*)\]\(([^()\s<>]*)\)”(?:, \*(.*)\*)?, 20 February 2018", text)
    assert found
    assert not MARKDOWN_MARK.search(found[1])
    assert not MARKDOWN_MARK.search(found[3] or "")
    assert not re.search(r"(?<!\\)&#?\w+;", found[1])


# Addresses and cleaning.


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "saved/a.html", "", "https://", "data:text/html,x", "https:///x"]
)
def test_what_is_no_address_of_the_web_is_not_cited(url: str) -> None:
    assert clean_address(url) is None


def test_an_address_is_encoded_where_it_must_be() -> None:
    assert clean_address(" https://quay.example/a b{c}\\|é%20\x00\n") == "https://quay.example/a%20b%7Bc%7D%5C%7Cé%20"


@given(st.text())
def test_clean_text_is_one_printable_line(text: str) -> None:
    clean = clean_text(text)
    assert clean == clean_text(clean)
    assert clean == " ".join(clean.split())
    clean.encode()
    assert not re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", clean)


def test_an_empty_title_is_said_to_be_none() -> None:
    assert render_text(build_citation(dataclasses.replace(UNDATED, title="\x00"))) == "“Untitled”, n.d."


# BibTeX.


def test_an_article_of_a_publication_in_bibtex() -> None:
    (entry,) = bibtex(HARBOUR)
    assert entry == Entry(
        "article",
        "quill2018harbour-a1b2c3",
        {
            "author": "Quill, Ada and van Dam, Jr., Bo and {Associated Press}",
            "title": "{Harbour bridge reopens after storm}",
            "journal": "The Quay Ledger",
            "entrysubtype": "newspaper",
            "date": "2018-02-20",
            "year": "2018",
            "url": "https://quay.example/harbour",
            "keywords": "News, Local",
        },
    )


def test_without_a_publication_an_entry_is_online_and_without_an_address_misc() -> None:
    assert bibtex(changed(source=None))[0].kind == "online"
    assert bibtex(UNDATED)[0] == Entry("misc", "anonndbridge-b1b2c3", {"title": "{A bridge, undated}"})


def test_keys_are_unique_and_do_not_depend_on_what_else_is_cited() -> None:
    twin = changed(id="a1b2c3ffffffffff")
    keys = [entry.key for entry in bibtex(UNDATED, HARBOUR, twin)]
    assert keys == ["anonndbridge-b1b2c3", "quill2018harbour-a1b2c3", "quill2018harbour-a1b2c3ffffffffff"]
    assert bibtex(HARBOUR)[0].key == keys[1]


def test_a_key_is_of_ascii_letters() -> None:
    assert bibtex(changed(authors=("Анна Петрова",), title="Мост"))[0].key == "anon2018-a1b2c3"
    assert bibtex(changed(authors=("Zoë Müller-Łoś",), title="Œuvre"))[0].key == "mullerlos2018oeuvre-a1b2c3"


def test_names_that_hold_what_bibtex_reads_are_one_name() -> None:
    (entry,) = bibtex(changed(authors=("Ada and Bo", "Quay, Reed", "A {B} & C")))
    braces = r"A \textbraceleft{}B\textbraceright{} \& C"
    assert entry.fields["author"] == f"{{Ada and Bo}} and {{Quay, Reed}} and {{{braces}}}"


HOSTILE = st.text(alphabet='{}\\%&#_$~^"@=,\n\r\t aé\x00\x1b\u2028\ud800日', max_size=24)


@given(HOSTILE, st.lists(HOSTILE, max_size=3), HOSTILE, HOSTILE)
def test_nothing_in_an_article_breaks_out_of_a_bibtex_field(
    title: str, authors: list[str], source: str, section: str
) -> None:
    article = changed(title=title, authors=tuple(authors), source=source, section=(section,))
    first, second = bibtex(article, UNDATED)
    citation = build_citation(article)
    assert untex(first.fields["title"]) == citation.title
    assert untex(first.fields.get("journal", "")) == (citation.source or "")
    names = re.split(r" and (?![^{]*\})", first.fields.get("author", "")) if citation.authors else []
    assert len(names) == len(citation.authors)
    assert second.key == "anonndbridge-b1b2c3"


# RIS.


def test_an_article_in_ris() -> None:
    assert read_ris(cite(Style.RIS, HARBOUR)) == [
        [
            ("TY", "NEWS"),
            ("ID", "a1b2c3d4e5f60718"),
            ("AU", "Quill, Ada"),
            ("AU", "van Dam, Bo, Jr."),
            ("AU", "Associated Press"),
            ("TI", "Harbour bridge reopens after storm"),
            ("T2", "The Quay Ledger"),
            ("SE", "News, Local"),
            ("PY", "2018"),
            ("DA", "2018/02/20/"),
            ("LA", "en"),
            ("UR", "https://quay.example/harbour"),
        ]
    ]


def test_an_undated_article_has_no_date_in_any_format() -> None:
    assert read_ris(cite(Style.RIS, UNDATED)) == [
        [("TY", "NEWS"), ("ID", "b1b2c3d4e5f60718"), ("TI", "A bridge, undated")]
    ]
    assert json.loads(cite(Style.CSL_JSON, UNDATED)) == [
        {"id": "b1b2c3d4e5f60718", "type": "article-newspaper", "title": "A bridge, undated"}
    ]
    assert not {"date", "year"} & set(bibtex(UNDATED)[0].fields)


@given(st.text(alphabet="ER TY-A,\n\r\t\x0b\x1c\x85\u2028é", max_size=30), st.lists(st.text(max_size=12), max_size=3))
def test_nothing_in_an_article_breaks_out_of_a_ris_field(title: str, authors: list[str]) -> None:
    article = changed(title=title, authors=tuple(authors))
    first, second = read_ris(cite(Style.RIS, article, UNDATED))
    citation = build_citation(article)
    assert ("TI", citation.title) in first
    assert len([tag for tag, _ in first if tag == "AU"]) == len(citation.authors)
    assert dict(second)["TI"] == "A bridge, undated"


# CSL-JSON.


def test_an_article_in_csl_json() -> None:
    (item,) = json.loads(cite(Style.CSL_JSON, HARBOUR))
    check_csl_item(item)
    assert item == {
        "id": "a1b2c3d4e5f60718",
        "type": "article-newspaper",
        "title": "Harbour bridge reopens after storm",
        "author": [
            {"family": "Quill", "given": "Ada"},
            {"family": "van Dam", "given": "Bo", "suffix": "Jr."},
            {"literal": "Associated Press"},
        ],
        "container-title": "The Quay Ledger",
        "section": "News, Local",
        "issued": {"date-parts": [[2018, 2, 20]]},
        "language": "en",
        "URL": "https://quay.example/harbour",
    }


def test_csl_json_is_an_array_however_many_there_are() -> None:
    assert json.loads(cite(Style.CSL_JSON)) == []
    assert [item["id"] for item in json.loads(cite(Style.CSL_JSON, HARBOUR, UNDATED))] == [HARBOUR.id, UNDATED.id]


@given(st.text(max_size=20), st.lists(st.text(max_size=20), max_size=3), st.none() | st.text(max_size=20))
def test_any_article_is_valid_csl_json(title: str, authors: list[str], source: str | None) -> None:
    text = cite(Style.CSL_JSON, changed(title=title, authors=tuple(authors), source=source))
    text.encode()
    (item,) = json.loads(text)
    check_csl_item(item)

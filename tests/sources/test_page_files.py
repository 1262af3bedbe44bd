"""Pages saved by SingleFile, EPUB and PDF."""

from __future__ import annotations

import importlib.util
import io
import zipfile

import pytest

from newsgrep.article import Content, Page
from newsgrep.errors import FileUnreadable
from newsgrep.sources import epub
from newsgrep.sources.outcome import Skipped
from newsgrep.sources.single_file import cut_inlined_data
from tests.sources.format_samples import SINGLE_FILE, build_epub, build_pdf
from tests.sources.reading import list_faults, read, read_pages

needs_pypdf = pytest.mark.skipif(importlib.util.find_spec("pypdf") is None, reason="pypdf is not installed")


def test_a_page_of_single_file_has_its_address_and_none_of_its_data() -> None:
    (page,) = read_pages("a.html", SINGLE_FILE)
    assert (page.url, page.published, page.content) == ("https://quay.example/1?a=b", None, Content.HTML)
    assert len(page.text) < 500
    assert "<p>Boats left at dawn.</p>" in page.text


def test_a_page_of_single_file_is_bounded_as_other_pages_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsgrep.sources.single_file.MAX_PAGE_BYTES", len(SINGLE_FILE) - 1)
    with pytest.raises(FileUnreadable, match="Larger than"):
        read("a.html", SINGLE_FILE)


def test_only_data_addresses_are_cut() -> None:
    assert cut_inlined_data(b'<a href="data:,x">data: are here</a>') == b'<a href="data:,x">data: are here</a>'
    assert cut_inlined_data(b"url(data:image/svg+xml;charset=utf-8," + b"%3Csvg" * 40 + b")") == b"url(data:,)"


def test_an_epub_gives_its_chapters_and_not_its_cover() -> None:
    outcomes = read("a.epub", build_epub())
    pages = [one for one in outcomes if isinstance(one, Page)]
    assert [(page.key, page.record, page.title) for page in pages] == [
        ("OEBPS/one a.xhtml", "OEBPS/one a.xhtml", "Harbour & coast"),
        ("OEBPS/two.xhtml", "OEBPS/two.xhtml", "Ferry late"),
    ]
    assert {(page.source, page.published, page.lang) for page in pages} == {("Quay Weekly", "2018-02-20", "en")}
    assert list_faults(outcomes) == [("OEBPS/gone.xhtml", "OEBPS/gone.xhtml is not in the EPUB")]


def test_a_chapter_above_the_bound_costs_that_chapter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(epub, "_MAX_CHAPTER_BYTES", 800)
    content = io.BytesIO(build_epub())
    with zipfile.ZipFile(content, "a", zipfile.ZIP_DEFLATED) as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("OEBPS/two.xhtml", "<p>Fog</p>" * 10_000)
    outcomes = read("a.epub", content.getvalue())
    assert ("OEBPS/two.xhtml", "OEBPS/two.xhtml is larger than 0 MiB") in list_faults(outcomes)
    assert sum(isinstance(one, Page) for one in outcomes) == 1


def test_a_damaged_epub_is_unreadable() -> None:
    with pytest.raises(FileUnreadable, match="Damaged EPUB"):
        read("a.epub", build_epub()[:400])


@needs_pypdf
def test_a_pdf_gives_its_text_without_running_heads_and_its_title() -> None:
    pages = []
    for at in range(4):
        day = chr(65 + at)
        fog = [f"Fog {day}{number}." for number in range(5)]
        lines = [f"Boats of day {day} left at dawn and fol-", f"lowed the tide {day}.", *fog]
        pages.append([f"QUAY LEDGER {at}", *lines, str(at)])
    (page,) = read_pages("a.pdf", build_pdf(pages))
    assert (page.title, page.published, page.content) == ("Harbour reopens", None, Content.TEXT)
    assert "QUAY LEDGER" not in page.text
    assert "Boats of day C left at dawn and followed the tide C." in page.text


@needs_pypdf
@pytest.mark.parametrize("title", ["Microsoft Word - a.doc", "untitled", "story.indd", "  "])
def test_a_pdf_title_that_a_program_made_up_is_none(title: str) -> None:
    (page,) = read_pages("a.pdf", build_pdf([["Fog."]], title))
    assert page.title is None


@needs_pypdf
def test_a_pdf_without_text_and_one_that_is_damaged() -> None:
    assert read("a.pdf", build_pdf([[]])) == [Skipped("a PDF file without text")]
    with pytest.raises(FileUnreadable, match="Damaged PDF"):
        read("a.pdf", b"%PDF-1.4\n%%EOF")


def test_without_the_extra_a_pdf_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    (outcome,) = read("a.pdf", build_pdf([["Fog."]]))
    assert isinstance(outcome, Skipped)
    assert 'pip install "newsgrep[pdf]"' in outcome.reason


def test_what_is_said_of_a_damaged_book_is_short() -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("mimetype", "application/epub+zip")
        archive.writestr("META-INF/container.xml", f'<rootfile full-path="{"a" * 1900}"/>')
    with pytest.raises(FileUnreadable) as caught:
        read("a.epub", content.getvalue())
    assert "is not in the EPUB" in caught.value.message
    assert len(caught.value.message) < 300

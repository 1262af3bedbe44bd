"""Mail: bodies, senders, charsets, mailboxes, and pages saved as MHTML."""

from __future__ import annotations

import email.message
import mailbox
import os
import quopri
from typing import TYPE_CHECKING

import pytest

from newsgrep.article import Content, Page
from newsgrep.sources.formats import detect_format, read_file
from newsgrep.sources.mime_message import iter_leaves, parse_message
from newsgrep.sources.outcome import Skipped
from newsgrep.sources.walk import walk_files
from tests.sources.format_samples import MHTML, build_mail, build_mbox
from tests.sources.reading import read, read_pages

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("name", ["a.eml", "1519142520.M1P2.host:2,S"])
def test_a_newsletter_is_its_html_part(name: str) -> None:
    (page,) = read_pages(name, build_mail())
    assert (page.key, page.record, page.title) == ("", None, "Häfen öffnen wieder")
    assert (page.content, page.text) == (Content.BODY, "Schöne Häfen.")
    assert (page.published, page.source, page.authors) == ("Tue, 20 Feb 2018 16:02:00 +0100", "Mörgen Ledger", ())


def test_a_letter_has_its_sender_as_author_and_no_signature() -> None:
    (page,) = read_pages("a.eml", build_mail(bulk=False, html=False))
    assert (page.content, page.text) == (Content.BODY, "Boats left at dawn.\n\nFrom here they followed.")
    assert (page.authors, page.source) == (("Mörgen Ledger",), "ledger.example")


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("=?utf-8?q?H=C3=A4fen?= =?utf-8?b?IMO2ZmZuZW4=?=", "Häfen öffnen"),
        ("=?iso-8859-1?Q?H=E4fen_heute?=", "Häfen heute"),
        ("=?x-unknown?q?Hafen?=", "Hafen"),
        ("=?utf-8?b?Z?= rest", "rest"),
        ("Häfen roh", "Häfen roh"),
        ("a\n folded\n\tsubject", "a folded subject"),
    ],
)
def test_subjects(subject: str, expected: str) -> None:
    (page,) = read_pages("a.eml", f"From: a@q.example\nMessage-ID: <1@q>\nSubject: {subject}\n\nFog.\n")
    assert (page.title, page.text) == (expected, "Fog.")


@pytest.mark.parametrize("charset", ["us-ascii", "utf-8", "iso-8859-1", "x-none", "unicode_escape"])
def test_a_body_is_read_whatever_charset_it_claims(charset: str) -> None:
    body = "Les élèves étaient déjà arrivés à l'école, près du marché.".encode("cp1252")
    mail = f"From: a@q.example\nMIME-Version: 1.0\nContent-Type: text/plain; charset={charset}\n\n".encode() + body
    (page,) = read_pages("a.eml", mail)
    assert page.text == body.decode("cp1252")


def test_attachments_are_left_alone() -> None:
    message = email.message.EmailMessage()
    message["From"], message["Date"], message["Subject"] = "a@q.example", "1 Jan 2018", "Fog"
    message.set_content("The text.")
    message.add_attachment("<p>Not this.</p>", subtype="html", filename="a.html")
    (page,) = read_pages("a.eml", message.as_bytes())
    assert page.text == "The text."


@pytest.mark.parametrize(
    "content", [b"From: Ada\n\nDear all,", b"Note: a\nFrom: b\nTo: c\n\nx", b"From here: on\nthey left."]
)
def test_a_text_with_a_colon_is_no_mail(content: bytes) -> None:
    chosen = detect_format("a.txt", content)
    assert not isinstance(chosen, Skipped)
    assert chosen.name == "text"


def test_parts_are_bounded_in_depth_and_number() -> None:
    nested = b"From: a\n"
    for at in range(100):
        nested += b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (at, at)
    assert list(iter_leaves(parse_message(nested + b"\nx"))) == []
    many = b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 5000
    assert len(list(iter_leaves(parse_message(many)))) == 500


def test_a_mailbox_gives_each_message() -> None:
    pages = read_pages("inbox", build_mbox())
    assert [(page.key, page.title) for page in pages] == [
        ("1@ledger.example", "s"), ("2@ledger.example", "ss"), ("3@ledger.example", "sss"),
    ]  # fmt: skip
    assert pages[0].text == "Boats left at dawn.\n\nFrom here they followed."


def test_messages_across_blocks_of_a_mailbox_are_whole() -> None:
    letter = "From a@q Tue Feb 20 16:02:00 2018\nFrom: a@q.example\nMessage-ID: <{}@q>\nSubject: s\n\n{}\n\n"
    content = "".join(letter.format(at, "From the quay. " * 997) for at in range(300))
    pages = read_pages("a.mbox", content)
    assert [page.key for page in pages] == [f"{at}@q" for at in range(300)]
    assert {page.text for page in pages} == {("From the quay. " * 997).strip()}


def test_a_message_without_anything_to_read_costs_itself() -> None:
    outcomes = read("a.mbox", "From a\nFrom: a\n\n\nFrom b\nFrom: b\nSubject: s\n\nx\n")
    assert [one.title for one in outcomes if isinstance(one, Page)] == ["s"]
    assert len(outcomes) == 2


def test_mhtml_is_its_page_at_its_address_without_the_day_it_was_saved() -> None:
    (page,) = read_pages("a.mhtml", MHTML)
    assert (page.url, page.published, page.content) == ("https://quay.example/1", None, Content.HTML)
    assert "<p>Boats left the café at dawn.</p>" in page.text
    (page,) = read_pages("without suffix", MHTML)
    assert page.url == "https://quay.example/1"
    assert read("a.mht", MHTML.replace(b"text/html", b"text/css")) == [Skipped("a web archive without a page")]


def test_mhtml_as_chromium_lays_it_out_is_the_page_and_none_of_its_frames_and_styles() -> None:
    edge = b"----MultipartBoundary--kQ7dT2x0aPz1----"
    page = "<!DOCTYPE html><html><head><title>Häfen öffnen</title></head><body><p>Boats left.</p></body></html>"
    parts = [
        (b"text/html", b"<frame-5F1E@mhtml.blink>", b"https://quay.example/1", page.encode()),
        (b"text/css", b"", b"cid:css-0c52@mhtml.blink", b'@charset "utf-8";\np { color: red; }'),
        (b"text/html", b"<frame-77AA@mhtml.blink>", b"https://ads.example/", b"<html><body><p>Buy.</p></body></html>"),
    ]
    content = (
        b"From: <Saved by Blink>\r\nSnapshot-Content-Location: https://quay.example/1\r\n"
        b"Subject: =?utf-8?Q?Harbour=20reopens=20=E2=80=93=20caf=C3=A9?=\r\n"
        b"Date: Wed, 1 Jan 2025 10:00:00 -0000\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n"
        b'\ttype="text/html";\r\n\tboundary="%b"\r\n\r\n' % edge
    )
    for kind, name, place, body in parts:
        content += b"\r\n--%b\r\nContent-Type: %b\r\n" % (edge, kind)
        content += b"Content-ID: %b\r\n" % name if name else b""
        content += b"Content-Transfer-Encoding: quoted-printable\r\nContent-Location: %b\r\n\r\n" % place
        content += quopri.encodestring(body).replace(b"\n", b"\r\n")
    (found,) = read_pages("a.mhtml", content + b"\r\n--%b--\r\n" % edge)
    assert (found.text, found.url) == (page, "https://quay.example/1")


def test_a_maildir_as_the_standard_library_writes_it_is_read_message_by_message(tmp_path: Path) -> None:
    box = mailbox.Maildir(tmp_path / "Mail")
    seen = mailbox.MaildirMessage(build_mail("Harbour reopens"))
    seen.set_subdir("cur")
    seen.set_flags("RS")
    box.add(seen)
    box.add(build_mail("Ferry late", html=False))
    box.add_folder("Lists.Daily").add(build_mail("Tide"))
    box.close()
    (tmp_path / "Mail" / "tmp" / "half").write_bytes(build_mail("Not delivered"))
    (tmp_path / "Mail" / ".cache").mkdir()
    (tmp_path / "Mail" / ".cache" / "a.txt").write_text("No mail.")
    outcomes = {
        os.path.relpath(os.path.dirname(file.path), tmp_path / "Mail"): outcome
        for file in walk_files(tmp_path / "Mail")
        for outcome in read_file(file.path)
    }
    titles = {folder: one.title for folder, one in outcomes.items() if isinstance(one, Page)}
    assert titles == {"cur": "Harbour reopens", "new": "Ferry late", ".Lists.Daily/new": "Tide"}
    assert outcomes.keys() - titles.keys() == {".Lists.Daily"}

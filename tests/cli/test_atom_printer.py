from __future__ import annotations

import datetime as dt
import json
import os
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

import newsgrep as library
from newsgrep.article import Article
from newsgrep.cli import atom_printer
from newsgrep.errors import OptionError
from newsgrep.search.results import Hit, Snippet

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Ran = tuple[int, str, str]

ATOM = "{http://www.w3.org/2005/Atom}"
IDENTITY = "c2a1d0f4-7d0e-4f5e-9c9c-0f9d2b1a3e44"
NOW = dt.datetime(2024, 5, 17, 6, 30, tzinfo=dt.UTC)
# RFC 3339, as RFC 4287 asks for it in section 3.3.
TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
ONCE = {"feed": ("id", "title", "updated", "generator"), "entry": ("id", "title", "updated", "summary", "published")}
KNOWN = {"feed": {"author", "entry", "link"}, "entry": {"author", "category", "link"}}
PERSON = {"name", "uri", "email"}


def check_atom(document: bytes) -> ET.Element:
    """Fail for what RFC 4287 does not allow; the numbers are those of its sections."""
    feed = ET.fromstring(document)
    assert feed.tag == f"{ATOM}feed"
    _check_parts(feed, "feed")
    assert feed.findall(f"{ATOM}author"), "4.1.1: an author, where not each entry has one"
    ids = []
    for entry in feed.findall(f"{ATOM}entry"):
        _check_parts(entry, "entry")
        links = [link for link in entry.findall(f"{ATOM}link") if link.get("rel") == "alternate"]
        assert len(links) == 1, "4.1.2: without content, an alternate link; one of each type"
        assert urlsplit(links[0].attrib["href"]).scheme in ("http", "https", "file")
        assert re.fullmatch(r"[!-~]+", links[0].attrib["href"]), "4.2.7.1: an IRI reference"
        assert all(category.get("term") for category in entry.findall(f"{ATOM}category")), "4.2.2.1"
        ids.append(entry.findtext(f"{ATOM}id"))
    assert len(set(ids)) == len(ids), "4.1.1: entries of one id are versions, of different times"
    return feed


def _check_parts(element: ET.Element, kind: str) -> None:
    names = [child.tag.removeprefix(ATOM) for child in element]
    assert set(names) <= {*ONCE[kind], *KNOWN[kind]}
    for name in ONCE[kind]:
        assert names.count(name) <= 1
    for name in ("id", "title", "updated"):
        assert names.count(name) == 1, f"4.1: exactly one {name}"
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", element.findtext(f"{ATOM}id") or ""), "4.2.6: an absolute IRI"
    for name in ("updated", "published"):
        if name in names:
            assert TIMESTAMP.fullmatch(element.findtext(f"{ATOM}{name}") or ""), "3.3"
    for text in ("title", "summary"):
        if (found := element.find(f"{ATOM}{text}")) is not None:
            assert found.get("type", "text") == "text"
            assert not len(found), "3.1.1.1: text has no child elements"
    for author in element.findall(f"{ATOM}author"):
        assert [child.tag for child in author].count(f"{ATOM}name") == 1, "3.2.1"
        assert author.findtext(f"{ATOM}name")
        assert {child.tag.removeprefix(ATOM) for child in author} <= PERSON


def render(watch: str, *articles: Article) -> list[str]:
    hits = [
        Hit(number, 0.0, article, (), (Snippet("body", f"A passage of {article.title}", ()),))
        for number, article in enumerate(articles, 1)
    ]
    return list(atom_printer.iter_entries(watch, hits, identity=IDENTITY, now=NOW))


def feed_of(entries: Sequence[str], *watches: str) -> bytes:
    return atom_printer.render_feed(entries, watches=watches, identity=IDENTITY, now=NOW).encode()


def test_a_feed_is_atom_and_an_entry_has_the_facts_of_its_article(harbour: Article, undated: Article) -> None:
    feed = check_atom(feed_of(render("bridge", harbour, undated)))
    first, second = feed.findall(f"{ATOM}entry")
    assert first.findtext(f"{ATOM}title") == harbour.title
    assert first.findtext(f"{ATOM}author/{ATOM}name") == "Ada Example"
    assert first.find(f"{ATOM}link").attrib["href"] == "https://example.org/harbour-bridge"  # type: ignore[union-attr]
    assert first.find(f"{ATOM}category").attrib == {"term": "bridge"}  # type: ignore[union-attr]
    summary = first.findtext(f"{ATOM}summary") or ""
    assert summary.startswith("20 Feb 2018, 16:02 · News, Local · The Example Post … A passage")
    assert first.findtext(f"{ATOM}updated") == "2024-05-17T06:30:00Z"
    assert second.find(f"{ATOM}link").attrib["href"].startswith("file:///")  # type: ignore[union-attr]


def test_only_a_date_with_its_offset_is_a_date_of_publication() -> None:
    days = [
        dt.date(2018, 2, 20),
        dt.datetime(2018, 2, 20, 16, 2),
        dt.datetime(2018, 2, 20, 16, 2, tzinfo=dt.timezone(dt.timedelta(hours=3))),
    ]
    articles = [Article(id=f"{n}", title="t", body="", path="p", published=day) for n, day in enumerate(days)]
    entries = check_atom(feed_of(render("a", *articles))).findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}published") for entry in entries] == [None, None, "2018-02-20T16:02:00+03:00"]


ANY_TEXT = st.text(st.characters(), max_size=12)


@given(ANY_TEXT, ANY_TEXT, st.lists(ANY_TEXT, max_size=2))
def test_whatever_an_article_holds_the_feed_is_atom(title: str, path: str, authors: list[str]) -> None:
    path = path.replace("\0", "").encode("utf-8", "surrogatepass").decode("utf-8", "surrogateescape")
    for url in (title, f"http://example.org/{title}"):
        article = Article(id="1", title=title, body="", path=path, url=url, authors=tuple(authors))
        entries = render("a", article)
        feed = feed_of(entries)
        check_atom(feed)
        assert atom_printer.join_entries([], feed, "feed") == entries


def test_a_feed_keeps_what_it_had_and_each_entry_once(harbour: Article, undated: Article) -> None:
    (old,) = render("bridge", harbour)
    (new,) = render("bridge", undated)
    joined = atom_printer.join_entries([new], feed_of([old]), "feed")
    assert joined == [new, old]
    assert atom_printer.join_entries([old], feed_of(joined), "feed") == [old, new]
    assert atom_printer.join_entries([new], b"", "feed") == [new]
    check_atom(feed_of(joined))


def test_one_article_of_two_watches_is_two_entries(harbour: Article) -> None:
    feed = check_atom(feed_of([*render("bridge", harbour), *render("storm", harbour)]))
    assert len(feed.findall(f"{ATOM}entry")) == 2


def test_the_last_entries_of_a_long_feed_fall_out_but_none_that_are_new(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(atom_printer, "KEPT", 3)
    entries = render("a", *(Article(id=f"{n}", title=f"{n}", body="", path="p") for n in range(9)))
    feed = feed_of(atom_printer.join_entries(entries[4:6], feed_of(entries[:3]), "feed"))
    assert re.findall("<title>(.)</title>", feed.decode()) == ["4", "5", "0"]
    assert atom_printer.join_entries(entries[4:], feed, "feed") == entries[4:]


@pytest.mark.parametrize("content", [b"<html></html>", b"notes of mine", b"<?xml version='1.0'?><feed/>"])
def test_a_file_that_is_no_feed_of_ours_is_left_alone(content: bytes) -> None:
    with pytest.raises(OptionError):
        atom_printer.join_entries([], content, "notes")


def test_feeds_of_other_watches_have_other_ids() -> None:
    ids = {check_atom(feed_of([], *watches)).findtext(f"{ATOM}id") for watches in ((), ("a",), ("a", "b"))}
    assert len(ids) == 3


def test_a_feed_file_grows_run_by_run_and_can_be_indexed(newsgrep: Callable[..., Ran], tmp_path: Path) -> None:
    index, feed = os.fspath(tmp_path / "index"), tmp_path / "news.atom"

    def save(title: str) -> None:
        (tmp_path / "saved" / f"{title}.json").write_text(json.dumps({"title": title, "text": "High tides."}))
        with library.open(index, create=True) as archive:
            archive.update([tmp_path / "saved"])

    (tmp_path / "saved").mkdir()
    save("Old")
    for name in ("tides", "high"):
        assert newsgrep("watch", "add", name, name, "--index", index)[0] == 0
    for number, title in enumerate(("One", "Two"), 1):
        save(title)
        assert newsgrep("watch", "run", "--atom", "--to", os.fspath(feed), "--index", index) == (0, "", "")
        entries = check_atom(feed.read_bytes()).findall(f"{ATOM}entry")
        assert len(entries) == 2 * number
        assert entries[0].findtext(f"{ATOM}title") == title
    save("Three")
    code, out, _ = newsgrep("watch", "run", "--atom", "--index", index)
    assert code == 0
    assert len(check_atom(out.encode()).findall(f"{ATOM}entry")) == 2
    code, out, _ = newsgrep("extract", os.fspath(feed), "--jsonl")
    assert {json.loads(line)["title"] for line in out.splitlines()} == {"One", "Two"}
    (tmp_path / "notes").write_text("notes of mine")
    save("Four")
    assert newsgrep("watch", "run", "--atom", "--to", os.fspath(tmp_path / "notes"), "--index", index)[0] == 2
    assert (tmp_path / "notes").read_text() == "notes of mine"
    assert newsgrep("watch", "run", "--index", index)[0] == 0

from __future__ import annotations

import errno
import gzip
import importlib.util
import json
import os
import sqlite3
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import newsgrep
from newsgrep.archive import file_reading
from newsgrep.archive.file_reading import FileReading, Wish, make_wish, parse_reading
from newsgrep.archive.manifest import Manifest, Status
from newsgrep.errors import OptionError
from newsgrep.sources.read_options import TARGETS, ReadOptions
from tests.sources.archive_samples import HTML, build_response, pack_zip
from tests.sources.format_samples import build_pdf

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from newsgrep.archive.report import UpdateSummary

NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8)


class Desk:
    """A folder of articles and the index over it."""

    def __init__(self, folder: Path) -> None:
        self.articles = folder / "articles"
        self.articles.mkdir()
        self.index = folder / "index"

    def write(self, name: str, content: bytes | str) -> None:
        (self.articles / name).write_bytes(content.encode() if isinstance(content, str) else content)

    def update(self, **options: Any) -> UpdateSummary:
        with newsgrep.open(self.index, create=True) as archive:
            return archive.update([self.articles], **options)

    def titles(self) -> list[str]:
        with newsgrep.open(self.index) as archive:
            return sorted(hit.article.title for hit in archive.search(newsgrep.Request(text="*", limit=1000)).hits)

    def status(self, name: str) -> Status | None:
        with newsgrep.open(self.index) as archive:
            segments = archive.info().segments
        assert segments
        (toc,) = self.index.glob("*.toc")
        with Manifest(self.index, int(toc.stem.rpartition("_")[2]), readonly=True) as manifest:
            record = manifest.record(str(self.articles / name))
        return record.status if record else None


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


DUTCH = "".join(json.dumps({"kop": f"Kop {n}", "title": f"Title {n}", "text": "De boot."}) + "\n" for n in (1, 2))


def test_another_mapping_reads_again_what_it_makes_a_difference_to(desk: Desk) -> None:
    desk.write("a.jsonl", DUTCH)
    desk.write("b.html", HTML)
    desk.write("c.zip", pack_zip([("c.csv", b"id,kop,title,text\n1,Kop 3,Title 3,x\n"), ("c.html", HTML)]))
    desk.write("d.zip", pack_zip([("d.html", HTML)]))
    desk.update()
    assert desk.titles() == ["Boats", "Boats", "Boats", "Title 1", "Title 2", "Title 3"]
    assert desk.update(mapping={"title": "kop"}, dry_run=True).files_read == 2
    summary = desk.update(mapping={"title": "kop"})
    assert (summary.files_read, summary.files_unchanged, summary.added, summary.removed) == (2, 2, 4, 4)
    assert desk.titles() == ["Boats", "Boats", "Boats", "Kop 1", "Kop 2", "Kop 3"]
    assert desk.update(mapping={"title": "kop"}).files_read == 0


def test_a_file_is_read_again_the_way_it_was_read_before(desk: Desk) -> None:
    desk.write("a.dat", DUTCH)
    desk.update(source_format="json-lines", mapping={"title": "kop"})
    desk.write("a.dat", DUTCH.replace("Kop 2", "Kop 3"))
    assert desk.update().files_read == 1
    assert desk.titles() == ["Kop 1", "Kop 3"]
    assert desk.update().files_read == 0
    assert desk.update(mapping={"title": "title"}).files_read == 1
    assert desk.titles() == ["Title 1", "Title 2"]


def test_a_rebuild_starts_from_what_is_said_this_time(desk: Desk) -> None:
    desk.write("a.jsonl", DUTCH)
    desk.update(mapping={"title": "kop"})
    desk.update(rebuild=True)
    assert desk.titles() == ["Title 1", "Title 2"]
    assert desk.update().files_read == 0


def test_another_format_reads_again_what_was_not_taken_for_it(desk: Desk) -> None:
    desk.write("a.jsonl", DUTCH)
    desk.write("b.xyz", '[{"title": "Tide", "text": "It rose."}]'.replace("[", "  [", 1))
    desk.write("photo.png", b"\x89PNG\r\n\x1a\n" + bytes(99))
    desk.update()
    before = desk.titles()
    assert desk.update(source_format="auto").files_read == 0
    summary = desk.update(source_format="json-lines")
    assert summary.files_read == 2
    assert desk.update(source_format="json-lines").files_read == 0
    desk.update(source_format="auto")
    assert desk.titles() == before
    assert desk.update(source_format="auto").files_read == 0


def test_a_run_that_was_stopped_in_a_file_remembers_how_it_was_to_be_read(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.write("a.jsonl", DUTCH)
    monkeypatch.setattr("newsgrep.archive.ingest.FLUSH_DOCUMENTS", 1)
    monkeypatch.setattr("newsgrep.archive.ingest.TOLD_ARTICLES", 1)
    told: list[object] = []

    def stop(step: object) -> None:
        told.append(step)
        if len(told) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        desk.update(mapping={"title": "kop"}, on_progress=stop)
    desk.update()
    assert desk.titles() == ["Kop 1", "Kop 2"]


def install(monkeypatch: pytest.MonkeyPatch, *, lacking: str | None) -> None:
    """Let a module be there or not."""
    found = importlib.util.find_spec
    file_reading._is_installed.cache_clear()
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == lacking else found(name))


@pytest.mark.parametrize(
    ("module", "name", "content"),
    [
        ("pypdf", "a.pdf", build_pdf([["Boats left at dawn, and others followed."]], title="Boats")),
        ("pypdf", "a.zip", pack_zip([("a.pdf", build_pdf([["Boats left at dawn."]], title="Boats"))])),
        ("brotli", "a.warc", b""),
    ],
)
def test_an_extra_that_was_lacking_is_asked_for_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, module: str, name: str, content: bytes
) -> None:
    library = pytest.importorskip(module)
    page = content or build_response("https://quay.example/1", library.compress(HTML), "Content-Encoding: br")
    desk.write(name, page)
    desk.write("b.html", HTML)
    install(monkeypatch, lacking=module)
    desk.update()
    assert desk.titles() == ["Boats"]
    assert desk.update().files_read == 0
    monkeypatch.undo()
    install(monkeypatch, lacking=None)
    assert desk.update().files_read == 1
    assert desk.titles() == ["Boats", "Boats"]
    assert desk.update().files_read == 0


def test_a_file_of_which_nothing_is_known_is_not_read_again(desk: Desk) -> None:
    desk.write("a.jsonl", DUTCH)
    desk.update()
    with sqlite3.connect(desk.index / "manifest.sqlite") as database:
        database.execute("UPDATE files SET reading = NULL")
    assert desk.update(mapping={"title": "kop"}).files_read == 0
    desk.write("a.jsonl", DUTCH + "\n")
    desk.update(mapping={"title": "kop"})
    assert desk.titles() == ["Kop 1", "Kop 2"]


def test_a_format_that_there_is_not_is_an_error_before_anything_is_read(desk: Desk) -> None:
    with pytest.raises(OptionError):
        desk.update(source_format="none")
    assert not desk.index.exists()


@given(
    mapping=st.dictionaries(st.sampled_from(sorted(TARGETS)), NAMES, max_size=4),
    formats=st.frozensets(NAMES, max_size=4),
    lacking=st.frozensets(NAMES, max_size=2),
    name=st.none() | NAMES,
)
def test_a_reading_is_the_same_after_the_manifest(
    mapping: dict[str, str], formats: frozenset[str], lacking: frozenset[str], name: str | None
) -> None:
    wish = make_wish(name, mapping)
    reading = FileReading(wish.apply(ReadOptions()), formats, lacking)
    assert parse_reading(reading.spell()) == reading


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"formats":1}', '{"formats":[[]]}', '{"formats":[],"map":[]}'])
def test_a_damaged_reading_is_one_kind_of_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"damaged|Expecting"):
        parse_reading(text)


def test_what_is_not_said_is_as_it_was() -> None:
    before = ReadOptions("table", (("title", "kop"),))
    assert Wish().apply(before) == before
    assert Wish("json").apply(before) == ReadOptions("json", before.mapping)
    assert Wish(mapping=(("body", "b"),)).apply(before) == ReadOptions("table", (("body", "b"),))
    assert Wish("auto").apply(before) == ReadOptions(None, before.mapping)


def fail_after(size: int) -> Callable[[int, int], bytes]:
    """A system call `read` of a disk that fails after so many bytes of a file."""
    read = os.read

    def read_some(descriptor: int, length: int) -> bytes:
        at = os.lseek(descriptor, 0, os.SEEK_CUR)
        if at >= size:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return read(descriptor, min(length, size - at))

    return read_some


LINES = b"".join(b'{"id": "r%d", "title": "Title %d", "text": "Boats left."}\n' % (n, n) for n in range(5000))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jsonl", LINES),
        ("a.jsonl.gz", gzip.compress(LINES, 0)),
        ("a.warc", b"".join(build_response(f"https://quay.example/{n}", HTML) for n in range(500))),
        ("a.mbox", b"".join(b"From a\nFrom: a@b.example\nSubject: s%d\n\nBoats.\n\n" % n for n in range(5000))),
    ],
)
def test_a_disk_error_keeps_what_came_before_it_and_is_tried_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, name: str, content: bytes
) -> None:
    desk.write(name, content)
    monkeypatch.setattr("newsgrep.sources.opened_file.os.read", fail_after(len(content) // 2))
    broken = desk.update()
    assert broken.failed == 1
    assert os.strerror(errno.EIO) in broken.problems[0].reason
    assert desk.status(name) is Status.FAILED
    monkeypatch.undo()
    mended = desk.update()
    assert 0 < broken.articles < mended.articles
    assert (mended.files_read, mended.added, mended.removed) == (1, mended.articles, broken.articles)
    assert mended.failed == 0
    assert desk.update().files_read == 0


def test_a_damaged_file_is_read_as_far_as_it_goes_once(desk: Desk) -> None:
    desk.write("a.jsonl.gz", gzip.compress(LINES, 0)[: len(LINES) // 2])
    assert desk.update().articles
    assert desk.status("a.jsonl.gz") is Status.READ
    assert desk.update().files_read == 0

"""Which reader a file gets, and how files fail."""

from __future__ import annotations

import gzip
import os
import threading
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgrep.article import Content, Page
from newsgrep.errors import FileUnreadable
from newsgrep.sources import opened_file, unpacked
from newsgrep.sources.formats import FORMATS, detect_format, read_file
from newsgrep.sources.outcome import Outcome, Skipped

if TYPE_CHECKING:
    from pathlib import Path

PAGE = b"<!DOCTYPE html><html><head><title>x</title></head><body><p>Boats.</p></body></html>"


def read(folder: Path, name: str, content: bytes) -> Outcome:
    path = folder / name
    path.write_bytes(content)
    (outcome,) = read_file(str(path))
    return outcome


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.txt", b"Boats left.", Content.TEXT),
        ("a.text", b"Boats left.", Content.TEXT),
        ("a.md", b"# Boats left", Content.BODY),
        ("noextension", b"Boats left.", Content.TEXT),
        ("Mr. Reed v. the harbour", b"Boats left.", Content.TEXT),
        ("a.html", b"Boats left: 3 < 4.", Content.TEXT),
        ("a.html", PAGE, Content.HTML),
        ("a.HTM", b"<p>Boats", Content.HTML),
        ("a.shtml", b"Boats <b>left</b>", Content.HTML),
        ("a.xhtml", b'<?xml version="1.0"?>\n' + PAGE, Content.HTML),
        ("a.txt", PAGE, Content.HTML),
        ("a", b"<!-- saved from url=(0014)about:internet -->\n" + PAGE, Content.HTML),
        ("a.php", PAGE, Content.HTML),
        ("story.pl", PAGE, Content.HTML),
        ("index.html?id=7", PAGE, Content.HTML),
        ("a.json", PAGE, Content.HTML),
        ("a.txt", b"\xff\xfe" + PAGE.decode().encode("utf-16-le"), Content.HTML),
        ("a.txt", b"\xef\xbb\xbf" + PAGE, Content.HTML),
        ("a.txt", b'<div class="story"><p>Boats.</p></div>', Content.HTML),
        ("a.txt", b"<Reuters> Boats left.", Content.TEXT),
        ("a.txt", b"{Editor's note} Boats left.", Content.TEXT),
        ("a.txt", b"[Updated] Boats left.", Content.TEXT),
        ("a.txt", b"[] [] Boats left.", Content.TEXT),
        ("a", b'[{"title": "x", "text": "y"}]', Content.BODY),
        ("a.txt", b' {"title": "x", "text": "y"}', Content.BODY),
    ],
)
def test_content_decides_before_the_name(tmp_path: Path, name: str, content: bytes, expected: Content) -> None:
    for file_name, data in ((name, content), (name + ".gz", gzip.compress(content))):
        if "?" in name and file_name != name:
            continue
        page = read(tmp_path, file_name, data)
        assert isinstance(page, Page)
        assert page.content is expected
        assert page.path == str(tmp_path / file_name)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.css", b"p {}", "no reader for .css files"),
        ("a.JS", b"let a", "no reader for .js files"),
        ("a.csv", b"a,b", "a table without a column for titles or texts"),
        ("a.py", b"import a", "no reader for .py files"),
        ("a.xml", b'<?xml version="1.0"?><feed/>', "no reader for .xml files"),
        ("a.csv.gz", gzip.compress(b"a,b"), "a table without a column for titles or texts"),
        ("feed", b'<?xml version="1.0"?><feed/>', "no reader for this kind of file"),
        ("a.map", b'{"version": 3}', "no reader for .map files"),
        ("a.txt", b"\x89PNG\r\n", "an image"),
        ("a.html", bytes(200), "binary data"),
        ("a.gz", gzip.compress(gzip.compress(b"x")), "gzip data inside compressed data"),
        ("a.txt", b"", "empty"),
        ("a.txt", b" \r\n\t", "empty"),
        ("a.html", b"\n", "empty"),
        ("a.txt", b"\xef\xbb\xbf", "empty"),
        ("a.txt", b"\xff\xfe\n\0", "empty"),
        ("a.txt.gz", gzip.compress(b""), "empty"),
    ],
)
def test_files_without_articles_are_skipped_with_a_reason(
    tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    assert read(tmp_path, name, content) == Skipped(reason)


def test_line_ends_of_text_are_lf(tmp_path: Path) -> None:
    page = read(tmp_path, "a.txt", b"One\r\nTwo\rThree\n")
    assert isinstance(page, Page)
    assert page.text == "One\nTwo\nThree\n"


def test_a_page_is_decoded_as_it_declares(tmp_path: Path) -> None:
    page = read(tmp_path, "a.html", '<meta charset="koi8-r"><p>мир</p>'.encode("koi8-r"))
    assert isinstance(page, Page)
    assert "мир" in page.text


@pytest.mark.parametrize(
    "content", [b"\x1f\x8b123", gzip.compress(b"x" * 999)[:-12], gzip.compress(b"x")[:-8] + b"12345678"]
)
def test_damaged_gzip_data_are_unreadable(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(FileUnreadable, match="gzip"):
        read(tmp_path, "a.txt.gz", content)


def test_gzip_members_one_after_the_other_are_one_file(tmp_path: Path) -> None:
    page = read(tmp_path, "a.txt.gz", gzip.compress(b"One ") + gzip.compress(b"two"))
    assert isinstance(page, Page)
    assert page.text == "One two"


def test_a_gzip_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacked, "RATIO_FROM_BYTES", 1 << 20)
    with pytest.raises(FileUnreadable, match="200 times"):
        read(tmp_path, "a.txt.gz", gzip.compress(b"x" * (4 << 20)))


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_file_above_the_bound_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pack: type[bytes]) -> None:
    monkeypatch.setattr(opened_file, "MAX_WHOLE_BYTES", 1000)
    assert isinstance(read(tmp_path, "a.txt", pack(b"x" * 1000)), Page)
    with pytest.raises(FileUnreadable, match="Larger"):
        read(tmp_path, "a.txt", pack(b"x" * 1001))


def test_the_systems_words_are_the_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    with pytest.raises(FileUnreadable, match="No such file"):
        list(read_file(str(tmp_path / "none")))
    with pytest.raises(FileUnreadable, match="Not a regular file"):
        list(read_file(str(tmp_path)))
    (tmp_path / "a.txt").write_text("x")
    with monkeypatch.context() as patch:
        patch.setattr(os, "read", refuse)
        with pytest.raises(FileUnreadable, match="Permission denied"):
            list(read_file(str(tmp_path / "a.txt")))
    with monkeypatch.context() as patch:
        patch.setattr(os, "open", refuse)
        with pytest.raises(FileUnreadable, match="Permission denied"):
            list(read_file(str(tmp_path / "a.txt")))


def test_a_fifo_does_not_hold_up_the_run(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    outcome: list[str] = []

    def attempt() -> None:
        try:
            list(read_file(str(tmp_path / "fifo")))
        except FileUnreadable as error:
            outcome.append(error.message)

    thread = threading.Thread(target=attempt, daemon=True)
    thread.start()
    thread.join(10)
    assert outcome == ["Not a regular file"]


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="counts open files in /proc")
def test_no_file_stays_open(tmp_path: Path) -> None:
    before = len(os.listdir("/proc/self/fd"))
    (tmp_path / "a.jsonl").write_text('{"title": "a"}\n' * 10)
    outcomes = read_file(str(tmp_path / "a.jsonl"))
    next(outcomes)
    del outcomes
    with pytest.raises(FileUnreadable):
        read(tmp_path, "b.gz", b"\x1f\x8b123")
    with pytest.raises(FileUnreadable):
        list(read_file(str(tmp_path)))
    assert len(os.listdir("/proc/self/fd")) == before


@given(st.text(max_size=20), st.binary(max_size=300))
def test_any_name_and_content_has_a_format_or_a_reason(name: str, head: bytes) -> None:
    chosen = detect_format(name, head)
    assert chosen in FORMATS or (isinstance(chosen, Skipped) and chosen.reason)


def test_a_long_open_comment_does_not_slow_detection() -> None:
    head = (b"<!-- " * 13_000)[:65536]
    chosen = detect_format("a.html", head)
    assert not isinstance(chosen, Skipped)

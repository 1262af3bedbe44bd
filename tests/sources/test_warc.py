"""WARC and WACZ files: captures, codings, versions, damage, and what holds no page."""

from __future__ import annotations

import gzip
import io
import re
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

import brotli
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsgrep.article import Content, Page
from newsgrep.errors import FileUnreadable
from newsgrep.sources import format as format_module
from newsgrep.sources import warc
from newsgrep.sources.formats import can_share, read_file
from newsgrep.sources.outcome import BrokenRecord, Skipped
from newsgrep.sources.share import Share
from newsgrep.sources.warc_records import iter_records
from tests.sources.archive_samples import (
    HTML,
    broken,
    build_record,
    build_response,
    keys,
    pack_records,
    pack_zip,
    pack_zstd,
    read,
    skipped,
)

if TYPE_CHECKING:
    from collections.abc import Callable

SAMPLES = Path(__file__).parent / "samples"
URL = "https://isk-gazette.example/2021/ferry.html"
KEY = f"20210304050607/{URL}"
INFO = build_record("warcinfo", "", b"software: none\r\n")


def chunk(body: bytes, size: int = 30) -> bytes:
    """A body as a server sends it piece by piece."""
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x;a=b\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


@pytest.mark.parametrize("pack", [b"".join, pack_records, lambda records: gzip.compress(b"".join(records))])
def test_a_capture_is_a_page_with_its_address(tmp_path: Path, pack: Callable[[list[bytes]], bytes]) -> None:
    (page,) = read(
        tmp_path, "a.warc.gz", pack([INFO, build_record("request", URL, b"GET / HTTP/1.1\r\n"), build_response(URL)])
    )
    assert isinstance(page, Page)
    assert (page.key, page.record, page.url, page.name) == (KEY, KEY, URL, "ferry.html")
    assert (page.content, page.text, page.published) == (Content.HTML, HTML.decode(), None)


@pytest.mark.parametrize(
    ("name", "titles"),
    [
        ("wget.warc.gz", ["The Gazette", "Ferry returns", "Lamps on the quay"]),
        ("wget.warc", ["Ferry returns"]),
        ("warcio.warc.gz", ["Ferry returns", "Lamps on the quay", "Ferry returns late"]),
        ("crawl.wacz", ["Ferry returns", "Lamps on the quay", "Ferry returns late"]),
    ],
)
def test_files_of_real_programs_are_read(name: str, titles: list[str]) -> None:
    outcomes = list(read_file(str(SAMPLES / name)))
    pages = [outcome.text for outcome in outcomes if isinstance(outcome, Page)]
    assert [re.findall("<title>(.*?)</title>", text) for text in pages] == [[title] for title in titles]
    assert not broken(outcomes)


def bare_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (chunk(HTML), ["Transfer-Encoding: chunked"]),
        (HTML, ["Transfer-Encoding: chunked"]),
        (gzip.compress(HTML), ["Content-Encoding: gzip"]),
        (HTML, ["Content-Encoding: gzip"]),
        (zlib.compress(HTML), ["Content-Encoding: deflate"]),
        (bare_deflate(HTML), ["Content-Encoding: deflate"]),
        (HTML, ["Content-Encoding: deflate"]),
        (brotli.compress(HTML), ["Content-Encoding: br"]),
        (HTML, ["Content-Encoding: br"]),
        (pack_zstd(HTML), ["Content-Encoding: zstd"]),
        (chunk(gzip.compress(HTML)), ["Transfer-Encoding: chunked", "Content-Encoding: gzip"]),
        (gzip.compress(zlib.compress(HTML)), ["Content-Encoding: deflate, gzip"]),
        (HTML, ["Content-Encoding: identity"]),
    ],
)
def test_the_body_is_what_the_server_meant(tmp_path: Path, body: bytes, headers: list[str]) -> None:
    (page,) = read(tmp_path, "a.warc", build_response(URL, body, *headers))
    assert isinstance(page, Page)
    assert page.text == HTML.decode()


def test_a_body_that_breaks_off_gives_what_there_is(tmp_path: Path) -> None:
    body = gzip.compress(HTML + b"<p>" + bytes(range(32, 127)) * 20)[:-40]
    (page,) = read(tmp_path, "a.warc", build_response(URL, body, "Content-Encoding: gzip"))
    assert isinstance(page, Page)
    assert page.text.startswith("<!doctype html>")


@pytest.mark.parametrize(
    ("body", "header", "reason"),
    [
        (b"\x1f\x8b12345678901234", "Content-Encoding: gzip", "Damaged gzip data"),
        (b"\x00\x01\x02\x03", "Content-Encoding: compress", "no reader for"),
        (gzip.compress(b"x" * (17 << 20)), "Content-Encoding: gzip", "Larger than 16 MiB"),
        (brotli.compress(b"x" * (17 << 20)), "Content-Encoding: br", "Larger than 16 MiB"),
    ],
)
def test_a_body_that_cannot_be_had_costs_its_record_only(tmp_path: Path, body: bytes, header: str, reason: str) -> None:
    outcomes = read(tmp_path, "a.warc", build_response(URL, body, header) + build_response(URL + "2"))
    assert keys(outcomes) == [KEY + "2"]
    ((position, told),) = broken(outcomes)
    assert position == f"record 1, {URL}"
    assert reason in told


def test_without_brotli_the_command_that_installs_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(format_module.Extra, "is_installed", lambda _: False)
    ((_, reason),) = broken(
        read(tmp_path, "a.warc", build_response(URL, brotli.compress(HTML), "Content-Encoding: br"))
    )
    assert 'pip install "newsgrep[brotli]"' in reason


def test_a_page_above_the_bound_costs_its_record_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warc, "MAX_PAGE_BYTES", 1 << 20)
    outcomes = read(tmp_path, "a.warc", build_response(URL, b"<p>" + b"x" * (1 << 20)) + build_response(URL + "2"))
    assert keys(outcomes) == [KEY + "2"]
    assert broken(outcomes) == [(f"record 1, {URL}", "Larger than 1 MiB")]


def test_the_charset_of_the_answer_counts(tmp_path: Path) -> None:
    body = "<html><body><p>мир и труд на набережной".encode("koi8-r")
    (page,) = read(tmp_path, "a.warc", build_response(URL, body, content_type="text/html; charset=KOI8-R"))
    assert isinstance(page, Page)
    assert "мир и труд" in page.text


def test_what_is_no_page_is_told_once_for_each_reason(tmp_path: Path) -> None:
    records = [
        build_response(URL + "1", b"x", content_type="image/png"),
        build_response(URL + "2", b"x", content_type="image/jpeg"),
        build_response(URL + "3", b"x", content_type="text/css"),
        build_response(URL + "4", HTML, status="404 Not Found"),
        build_response(URL + "5", b""),
        build_response(URL + "6", bytes(500)),
        build_record("revisit", URL, b"HTTP/1.1 304 Not Modified\r\n\r\n"),
        build_record("response", "dns:isk-gazette.example", b"20210304\nisk-gazette.example. 300 IN A 192.0.2.1\n"),
        build_record("resource", "urn:text:https://isk-gazette.example/", b"Boats", "Content-Type: text/plain"),
        build_record("metadata", URL, b"via: x"),
    ]
    assert skipped(read(tmp_path, "a.warc", b"".join(records))) == [
        (f"{URL}1 and 1 more", "an image"),
        (f"{URL}3", "no page but text/css"),
        (f"{URL}4", "HTTP status 404"),
        (f"{URL}5", "empty"),
        (f"{URL}6", "no page, whatever it is called"),
        (URL, "captured again, unchanged"),
    ]


def test_captures_of_the_same_address_are_told_apart_by_time(tmp_path: Path) -> None:
    later = HTML.replace(b"left", b"reached")
    records = [
        build_response(URL, date="2021-03-04T05:06:07Z"),
        build_response(URL, date="2021-03-05T05:06:07Z"),
        build_response(URL, later, date="2021-03-06T05:06:07.123456Z"),
        build_response(URL, HTML + b"<p>More.", date="2021-03-06T05:06:07Z"),
    ]
    outcomes = read(tmp_path, "a.warc.gz", pack_records(records))
    assert keys(outcomes) == [KEY, f"20210306050607/{URL}", "#4"]
    assert skipped(outcomes) == [(URL, "captured again, unchanged")]


@pytest.mark.parametrize("kind", ["resource", "conversion"])
def test_pages_kept_without_an_answer_are_read(tmp_path: Path, kind: str) -> None:
    assert keys(read(tmp_path, "a.warc", build_record(kind, f"<{URL}>", HTML, "Content-Type: text/html"))) == [KEY]


def test_texts_of_a_wet_file_are_read(tmp_path: Path) -> None:
    (page,) = read(
        tmp_path,
        "a.warc.wet.gz",
        pack_records([build_record("conversion", URL, b"Boats left.", "Content-Type: text/plain")]),
    )
    assert isinstance(page, Page)
    assert (page.content, page.text) == (Content.TEXT, "Boats left.")


@pytest.mark.parametrize(
    "bad",
    [
        b"WARC/1.0\r\nWARC-Type: response\r\n\r\nno length\r\n\r\n",
        b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: many\r\n\r\nx\r\n\r\n",
        b"rubbish\r\nmore rubbish\r\n\r\n",
        b"\0\xff" * 70_000 + b"\n",
        build_record("response", URL, b"no answer of a server"),
    ],
)
def test_a_broken_record_costs_itself_only(tmp_path: Path, bad: bytes) -> None:
    outcomes = read(tmp_path, "a.warc", build_response(URL) + bad + build_response(URL + "2"))
    assert keys(outcomes) == [KEY, KEY + "2"]
    ((position, _),) = broken(outcomes)
    assert position.startswith("record 2")


def test_a_length_that_is_too_short_costs_itself_only(tmp_path: Path) -> None:
    short = build_response(URL + "1").replace(b"Content-Length: 1", b"Content-Length: ")
    outcomes = read(tmp_path, "a.warc", short + build_response(URL + "2"))
    assert keys(outcomes)[-1] == KEY + "2"
    assert len(broken(outcomes)) == 1


def test_a_damaged_piece_of_a_compressed_file_costs_itself_only(tmp_path: Path) -> None:
    pages = [build_response(f"{URL}{number}", HTML + b"<p>%d" % number) for number in range(9)]
    pieces = [bytearray(gzip.compress(page, mtime=0)) for page in pages]
    for at in range(20, 60):
        pieces[4][at] ^= 0x5A
    outcomes = read(tmp_path, "a.warc.gz", b"".join(pieces))
    assert keys(outcomes) == [f"{KEY}{number}" for number in range(9) if number != 4]
    assert len(broken(outcomes)) == 1


@pytest.mark.parametrize("cut", [1, 30, 200, 350])
def test_a_file_cut_short_gives_what_comes_before(tmp_path: Path, cut: int) -> None:
    packed = build_response(URL) + build_response(URL + "2")
    outcomes = read(tmp_path, "a.warc", packed[: len(packed) - 4 - cut])
    assert keys(outcomes)[0] == KEY
    assert broken(outcomes)


def test_a_crawl_that_is_all_damage_is_given_up() -> None:
    class Failing(io.BytesIO):
        def readline(self, size: int | None = -1, /) -> bytes:
            if self.tell():
                raise FileUnreadable("no")
            return super().readline(size)

    outcomes: list[object] = []
    with pytest.raises(FileUnreadable):
        outcomes.extend(iter_records(Failing(build_response(URL))))
    assert all(isinstance(record, BrokenRecord) for record in outcomes)


def test_shares_together_give_each_capture_once(tmp_path: Path) -> None:
    records = [
        build_response(f"{URL}?{n % 40}", HTML + b"<p>%d" % (n % 80), date=f"2021-03-04T05:06:{n % 60:02}Z")
        for n in range(120)
    ]
    path = str(tmp_path / "a.warc.gz")
    whole = read(tmp_path, "a.warc.gz", pack_records(records))
    assert can_share(path)
    parts = [list(read_file(path, Share(number, 3))) for number in range(3)]
    assert all(keys(part) for part in parts)
    assert sorted(key for part in parts for key in keys(part)) == sorted(keys(whole))
    assert len(set(keys(whole))) == 80


def test_a_wacz_file_gives_the_pages_of_its_crawl_and_nothing_else(tmp_path: Path) -> None:
    members = [
        ("pages/pages.jsonl", b'{"title": "Boats", "url": "x", "text": "Boats left."}\n'),
        ("archive/data.warc.gz", pack_records([INFO, build_response(URL)])),
        ("archive/more.warc", build_response(URL + "2")),
        ("datapackage.json", b'{"title": "Boats", "description": "A crawl."}'),
    ]
    for name in ("a.wacz", "a.zip"):
        outcomes = read(tmp_path, name, pack_zip(members, compression=0))
        assert keys(outcomes) == [f"archive/data.warc.gz#{KEY}", f"archive/more.warc#{KEY}2"]
        assert len(outcomes) == 2
    path = str(tmp_path / "a.wacz")
    parts = [keys(read_file(path, Share(number, 2))) for number in range(2)]
    assert sorted(parts[0] + parts[1]) == sorted(keys(outcomes))


def test_a_crawl_without_pages_is_told(tmp_path: Path) -> None:
    assert read(tmp_path, "a.warc", INFO) == [Skipped("a WARC file without captures")]


def test_a_wacz_file_without_captures_is_told(tmp_path: Path) -> None:
    assert read(tmp_path, "a.wacz", pack_zip([("datapackage.json", b"{}")])) == [
        Skipped("a WACZ file without captures")
    ]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=12))
def test_each_content_of_an_address_is_read_once(tmp_path: Path, captures: list[tuple[int, int]]) -> None:
    records = [build_response(f"{URL}{page}", HTML + b"<p>%d" % version) for page, version in captures]
    outcomes = read(tmp_path, "a.warc", INFO + b"".join(records))
    assert len(keys(outcomes)) == len(set(captures))
    assert len(set(keys(outcomes))) == len(keys(outcomes))

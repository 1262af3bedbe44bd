"""Compressed files: each kind, its damage, and what unpacks to too much."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import sys
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgrep.article import Page
from newsgrep.errors import FileUnreadable
from newsgrep.sources import unpacked
from newsgrep.sources.unpacked import Budget, Unpacked, find_compression
from tests.sources.archive_samples import HTML, LINES, keys, pack_zstd, read

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": pack_zstd,
}
each_packer = pytest.mark.parametrize("suffix", PACKERS)


@each_packer
def test_a_compressed_file_is_read_as_what_it_holds(tmp_path: Path, suffix: str) -> None:
    assert keys(read(tmp_path, f"a.jsonl.{suffix}", PACKERS[suffix](LINES))) == ["#1", "#2"]
    assert keys(read(tmp_path, f"a.html.{suffix}", PACKERS[suffix](HTML))) == [""]


@each_packer
def test_compression_is_told_by_content_not_by_name(tmp_path: Path, suffix: str) -> None:
    (page,) = read(tmp_path, "page.html", PACKERS[suffix](HTML))
    assert isinstance(page, Page)


@each_packer
def test_pieces_one_after_the_other_are_one_file(tmp_path: Path, suffix: str) -> None:
    pack = PACKERS[suffix]
    assert keys(read(tmp_path, "a.jsonl", pack(LINES) + pack(LINES))) == ["#1", "#2", "#3", "#4"]


@each_packer
def test_a_cut_file_gives_what_comes_before_the_cut(tmp_path: Path, suffix: str) -> None:
    pack = PACKERS[suffix]
    outcomes = read(tmp_path, "a.jsonl", pack(LINES) + pack(LINES)[:-9])
    assert keys(outcomes)[:2] == ["#1", "#2"]
    assert not isinstance(outcomes[-1], Page)


@each_packer
def test_what_unpacks_to_too_much_is_refused(tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacked, "RATIO_FROM_BYTES", 1 << 20)
    with pytest.raises(FileUnreadable, match="200 times"):
        read(tmp_path, "a.txt", PACKERS[suffix](b"x" * (32 << 20)))


@each_packer
def test_twice_compressed_data_are_not_read(tmp_path: Path, suffix: str) -> None:
    (outcome,) = read(tmp_path, "a.txt", PACKERS[suffix](PACKERS[suffix](HTML)))
    assert not isinstance(outcome, Page)
    assert outcome.reason.endswith("data inside compressed data")


@each_packer
@given(data=st.data())
def test_damage_is_told_in_one_way(suffix: str, data: st.DataObject) -> None:
    packed = bytearray(PACKERS[suffix](LINES * 3))
    for _ in range(data.draw(st.integers(1, 4))):
        packed[data.draw(st.integers(0, len(packed) - 1))] = data.draw(st.integers(0, 255))
    compression = find_compression(bytes(packed[:10]))
    if compression is None:
        return
    stream = Unpacked(io.BytesIO(packed), compression, Budget(len(packed)))
    with suppress(FileUnreadable):
        while stream.read(1000):
            pass


@given(
    pieces=st.lists(st.binary(max_size=300), min_size=1, max_size=5),
    size=st.integers(1, 400),
    suffix=st.sampled_from(sorted(PACKERS)),
)
def test_reading_in_any_steps_gives_the_content(pieces: list[bytes], size: int, suffix: str) -> None:
    packed = b"".join(map(PACKERS[suffix], pieces))
    compression = find_compression(packed[:10])
    assert compression is not None
    stream = Unpacked(io.BytesIO(packed), compression, Budget(len(packed)))
    given_out = b""
    while piece := stream.read(size):
        given_out += piece
    assert given_out == b"".join(pieces)


def test_a_damaged_gzip_piece_costs_itself_only() -> None:
    pieces = [gzip.compress(text * 50, mtime=0) for text in (b"one ", b"two ", b"three ")]
    middle = bytearray(pieces[1])
    middle[12] ^= 0xFF
    packed = pieces[0] + bytes(middle) + pieces[2]
    compression = find_compression(packed)
    assert compression is not None
    stream = Unpacked(io.BytesIO(packed), compression, Budget(len(packed)))
    assert stream.read(200) == b"one " * 50
    faults = 0
    rest = b""
    while True:
        try:
            data = stream.read(1000)
        except FileUnreadable:
            faults += 1
            continue
        if not data:
            break
        rest += data
    assert faults == 1
    assert rest.endswith(b"three " * 50)


def test_an_xz_file_that_asks_for_much_memory_is_refused(tmp_path: Path) -> None:
    filters = [{"id": lzma.FILTER_LZMA2, "dict_size": 256 << 20}]
    with pytest.raises(FileUnreadable, match="xz data"):
        read(tmp_path, "a.txt", lzma.compress(HTML, filters=filters))


@pytest.mark.parametrize("is_packed", [False, True])
def test_a_dictionary_before_the_pieces_is_used(tmp_path: Path, is_packed: bool) -> None:
    library = import_module("compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd")
    dictionary = library.train_dict([LINES + b"%d" % number for number in range(200)], 4096)
    content = pack_zstd(dictionary.dict_content) if is_packed else dictionary.dict_content
    frame = b"\x5d*M\x18" + len(content).to_bytes(4, "little") + content
    pieces = [library.compress(LINES, zstd_dict=dictionary) for _ in range(3)]
    assert len(keys(read(tmp_path, "a.jsonl.zst", frame + b"".join(pieces)))) == 6


def test_other_frames_without_content_are_passed_over(tmp_path: Path) -> None:
    frame = b"\x50*M\x18\x05\0\0\0table"
    assert keys(read(tmp_path, "a.jsonl.zst", frame + pack_zstd(LINES) + frame)) == ["#1", "#2"]


def test_a_dictionary_that_is_too_large_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable, match="dictionary"):
        read(tmp_path, "a.zst", b"\x5d*M\x18\xff\xff\xff\xff" + pack_zstd(HTML))


@pytest.mark.parametrize("start", [b"BZh is how it began", b"\xfd7zXY\0aaaa", b"plain text"])
def test_text_that_begins_like_compressed_data_is_text(start: bytes) -> None:
    assert find_compression(start) is None

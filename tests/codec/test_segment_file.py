from __future__ import annotations

import os
import platform
import re
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgrep.codec.segment_file import PAGE, SegmentDamaged, SegmentFile, SegmentFileWriter


def write(path: Path, sections: dict[str, bytes]) -> SegmentFile:
    with SegmentFileWriter(path) as writer:
        for name, data in sections.items():
            writer.add(name, data)
        writer.facts = {"documents": 3}
    return SegmentFile(path)


@given(st.dictionaries(st.text(min_size=1, max_size=5), st.binary(max_size=300), max_size=6))
def test_sections_come_back_as_they_were_written(
    tmp_path_factory: pytest.TempPathFactory, sections: dict[str, bytes]
) -> None:
    file = write(tmp_path_factory.mktemp("segment") / "a.seg", sections)
    assert {name: bytes(file.read(name)) for name in sections} == sections
    assert file.facts == {"documents": 3}
    file.check()


def test_a_section_written_in_pieces_is_one_section(tmp_path: Path) -> None:
    with SegmentFileWriter(tmp_path / "a.seg") as writer:
        writer.begin("long")
        for _ in range(5):
            writer.write(bytes(range(256)) * 300)
    file = SegmentFile(tmp_path / "a.seg")
    assert bytes(file.read("long")) == bytes(range(256)) * 1_500
    assert bytes(file.read("long", 256, 260)) == b"\x00\x01\x02\x03"


def test_sections_begin_at_multiples_of_eight(tmp_path: Path) -> None:
    file = write(tmp_path / "a.seg", {"a": b"x", "b": b"y" * 11, "c": b"z"})
    assert all(offset % 8 == 0 for offset, _ in file._sections.values())


def test_every_flipped_byte_is_found(tmp_path: Path) -> None:
    path = tmp_path / "a.seg"
    write(path, {"small": b"some bytes", "large": b"more" * 50})
    good = path.read_bytes()
    for at in range(len(good)):
        path.write_bytes(good[:at] + bytes([good[at] ^ 0x41]) + good[at + 1 :])
        with pytest.raises(SegmentDamaged, match=r"a\.seg"):
            SegmentFile(path).check()


def test_every_truncation_is_found_at_once(tmp_path: Path) -> None:
    path = tmp_path / "a.seg"
    write(path, {"small": b"some bytes"})
    good = path.read_bytes()
    for length in range(len(good)):
        path.write_bytes(good[:length])
        with pytest.raises(SegmentDamaged, match=r"a\.seg"):
            SegmentFile(path)


def is_kernel_new_enough() -> bool:
    release = re.match(r"(\d+)\.(\d+)", platform.release())
    return sys.platform == "linux" and release is not None and (int(release[1]), int(release[2])) >= (5, 14)


@pytest.mark.skipif(not is_kernel_new_enough(), reason="only Linux from 5.14 on says what it cannot read")
def test_a_file_that_is_cut_while_it_is_open_is_reported_and_ends_no_process(tmp_path: Path) -> None:
    whole = write(tmp_path / "a.seg", {"a": bytes(10 * PAGE)})
    assert whole.read("a", 0, 10)[:] == bytes(10)
    os.truncate(tmp_path / "a.seg", 2 * PAGE)
    with pytest.raises(SegmentDamaged, match=r"a\.seg: its end is missing"):
        whole.read("a", 5 * PAGE, 6 * PAGE)


def test_damage_elsewhere_does_not_keep_from_reading(tmp_path: Path) -> None:
    path = tmp_path / "a.seg"
    write(path, {"first": b"a" * 3 * PAGE, "second": b"b" * 3 * PAGE})
    data = bytearray(path.read_bytes())
    data[5 * PAGE] ^= 1
    path.write_bytes(data)
    file = SegmentFile(path)
    assert bytes(file.read("first", 10, 14)) == b"aaaa"
    with pytest.raises(SegmentDamaged, match="page 5"):
        file.read("second")


def test_another_format_version_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.seg"
    write(path, {})
    data = bytearray(path.read_bytes())
    data[8] = 9
    path.write_bytes(data)
    with pytest.raises(SegmentDamaged, match="format version 9"):
        SegmentFile(path)


def test_what_a_section_lacks_is_damage(tmp_path: Path) -> None:
    file = write(tmp_path / "a.seg", {"a": b"four"})
    with pytest.raises(SegmentDamaged, match="no section b"):
        file.read("b")
    with pytest.raises(SegmentDamaged, match="no bytes 2 to 9"):
        file.read("a", 2, 9)


def test_a_failed_write_leaves_no_file(tmp_path: Path) -> None:
    def fail() -> None:
        with SegmentFileWriter(tmp_path / "a.seg") as writer:
            writer.add("a", b"half")
            writer.add("a", b"again")

    with pytest.raises(ValueError, match="twice"):
        fail()
    assert list(tmp_path.iterdir()) == []

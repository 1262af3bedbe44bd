"""tar archives: every dialect, long names, links, limits and damage."""

from __future__ import annotations

import io
import tarfile
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsgrep.errors import FileUnreadable
from newsgrep.sources import archive_members
from newsgrep.sources.formats import can_share, read_file
from newsgrep.sources.share import Share
from newsgrep.sources.tar_archive import is_tar, iter_tar
from tests.sources.archive_samples import HTML, LINES, PNG, broken, keys, pack_tar, pack_zip, read, skipped

if TYPE_CHECKING:
    from pathlib import Path

DIALECTS = [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT]


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_each_member_is_read_by_its_own_format(tmp_path: Path, mode: str, dialect: int) -> None:
    packed = pack_tar([("in/a.html", HTML), ("b.jsonl", LINES), ("c.png", PNG)], mode, dialect)
    outcomes = read(tmp_path, "a.tar", packed)
    assert keys(outcomes) == ["in/a.html", "b.jsonl##1", "b.jsonl##2"]
    assert skipped(outcomes) == [("c.png", "an image")]


@pytest.mark.parametrize("dialect", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
@pytest.mark.parametrize("name", ["d/" * 80 + "a.txt", "é" * 120 + ".txt", "a" * 99 + ".txt"])
def test_long_names_are_whole(tmp_path: Path, name: str, dialect: int) -> None:
    assert keys(read(tmp_path, "a.tar", pack_tar([(name, b"Boats."), ("b.txt", b"x")], "w", dialect))) == [
        name,
        "b.txt",
    ]


def test_a_prefix_of_ustar_is_part_of_the_name(tmp_path: Path) -> None:
    name = "folder/" * 20 + "a.txt"
    assert keys(read(tmp_path, "a.tar", pack_tar([(name, b"Boats.")], "w", tarfile.USTAR_FORMAT))) == [name]


def test_links_and_folders_are_left_out(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, kind in (
            ("d", tarfile.DIRTYPE),
            ("s", tarfile.SYMTYPE),
            ("h", tarfile.LNKTYPE),
            ("f", tarfile.FIFOTYPE),
        ):
            member = tarfile.TarInfo(name)
            member.type = kind
            member.linkname = "/etc/passwd"
            archive.addfile(member)
        member = tarfile.TarInfo("a.txt")
        member.size = 6
        archive.addfile(member, io.BytesIO(b"Boats."))
    assert keys(read(tmp_path, "a.tar", packed.getvalue())) == ["a.txt"]


@pytest.mark.parametrize("name", ["../a.txt", "/etc/a.txt"])
def test_a_name_that_leads_outside_is_refused(tmp_path: Path, name: str) -> None:
    outcomes = read(tmp_path, "a.tar", pack_tar([(name, b"Boats."), ("b.txt", b"Boats.")]))
    assert keys(outcomes) == ["b.txt"]
    assert broken(outcomes) == [(name, "A path that leads out of the archive")]


def test_a_damaged_header_costs_its_member_only(tmp_path: Path) -> None:
    packed = bytearray(pack_tar([("a.txt", b"Boats."), ("b.txt", b"Ships."), ("c.txt", b"Rafts.")]))
    packed[packed.index(b"b.txt")] = 0x7A
    outcomes = read(tmp_path, "a.tar", bytes(packed))
    assert keys(outcomes) == ["a.txt", "c.txt"]
    assert broken(outcomes) == [("member 2", "Damaged tar archive (a header is not whole)")]


def test_an_archive_cut_short_gives_what_is_whole(tmp_path: Path) -> None:
    packed = pack_tar([("a.txt", b"Boats."), ("b.txt", b"Boats. " * 500)])
    outcomes = read(tmp_path, "a.tar", packed[:2000])
    assert keys(outcomes) == ["a.txt"]
    assert broken(outcomes) == [("b.txt", "The tar archive ends too early")]


def test_damage_of_the_compression_keeps_what_comes_before(tmp_path: Path) -> None:
    packed = pack_tar([("a.txt", b"Boats."), *((f"{n}.txt", bytes(range(256)) * 400) for n in range(4))], "w:gz")
    outcomes = read(tmp_path, "a.tgz", packed[: len(packed) * 2 // 3])
    assert keys(outcomes)[0] == "a.txt"
    assert broken(outcomes)


def test_more_members_than_are_sensible_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_members, "MAX_MEMBERS", 3)
    outcomes = read(tmp_path, "a.tar", pack_tar([(f"{number}.txt", b"Boats.") for number in range(9)]))
    assert len(keys(outcomes)) == 3
    assert broken(outcomes)[0][0] == "member 4"


def test_an_extended_header_of_any_size_takes_no_memory() -> None:
    header = bytearray(pack_tar([("a.txt", b"")], "w", tarfile.USTAR_FORMAT)[:512])
    header[156:157] = b"x"
    header[124:136] = b"77777777777\0"
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    with pytest.raises(FileUnreadable, match="Damaged tar"):
        list(iter_tar(io.BytesIO(bytes(header) + bytes(5000))))


def test_an_archive_may_hold_an_archive(tmp_path: Path) -> None:
    outcomes = read(tmp_path, "a.tar", pack_tar([("b.zip", pack_zip([("c.html", HTML)])), ("d.txt", b"Boats.")]))
    assert keys(outcomes) == ["b.zip#c.html", "d.txt"]


def test_shares_together_read_each_member_once(tmp_path: Path) -> None:
    path = str(tmp_path / "a.tar")
    whole = keys(read(tmp_path, "a.tar", pack_tar([(f"{number}.txt", b"Boats.") for number in range(50)], "w:gz")))
    assert can_share(path)
    parts = [keys(read_file(path, Share(number, 3))) for number in range(3)]
    assert all(parts)
    assert sorted(key for part in parts for key in part) == sorted(whole)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.text(st.characters(codec="utf-8", exclude_characters="\0/"), min_size=1, max_size=150).filter(
                lambda name: not name.startswith(".") and name.strip() and ":" not in name[:2]
            ),
            st.binary(min_size=1, max_size=2000),
        ),
        min_size=1,
        max_size=5,
    ),
    st.sampled_from([tarfile.GNU_FORMAT, tarfile.PAX_FORMAT]),
)
def test_members_are_those_that_pythons_own_reader_finds(members: list[tuple[str, bytes]], dialect: int) -> None:
    packed = pack_tar(members, "w", dialect)
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        expected = []
        for member in archive:
            content = archive.extractfile(member)
            assert content is not None
            expected.append((member.name, content.read()))
    assert [(member.name, member.open().read()) for member in iter_tar(io.BytesIO(packed))] == expected


@given(st.binary(min_size=512, max_size=600))
def test_bytes_are_rarely_taken_for_an_archive(head: bytes) -> None:
    assert not is_tar("a.tar", head)

"""ZIP archives: members by their formats, addresses, limits and damage."""

from __future__ import annotations

import io
import struct
import subprocess
import zipfile
import zlib
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsgrep.article import Page
from newsgrep.errors import FileUnreadable
from newsgrep.sources import archive_members, unpacked
from newsgrep.sources.formats import can_share, read_file
from newsgrep.sources.outcome import Skipped
from newsgrep.sources.share import Share
from newsgrep.sources.unpacked import Budget, Unpacked
from newsgrep.sources.zip_archive import _METHODS, is_zip
from tests.sources.archive_samples import HTML, LINES, PNG, broken, keys, pack_tar, pack_zip, read, skipped

if TYPE_CHECKING:
    from pathlib import Path


def test_each_member_is_read_by_its_own_format(tmp_path: Path) -> None:
    outcomes = read(tmp_path, "a.zip", pack_zip([("in/a.html", HTML), ("b.jsonl", LINES), ("c.txt", b"Boats.")]))
    assert keys(outcomes) == ["in/a.html", "b.jsonl##1", "b.jsonl##2", "c.txt"]
    pages = [outcome for outcome in outcomes if isinstance(outcome, Page)]
    assert [page.record for page in pages] == ["in/a.html", "b.jsonl#1", "b.jsonl#2", "c.txt"]
    assert {page.path for page in pages} == {str(tmp_path / "a.zip")}
    assert pages[0].name == "a.html"


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])
def test_members_may_be_compressed_in_several_ways(tmp_path: Path, compression: int) -> None:
    assert keys(read(tmp_path, "a.zip", pack_zip([("a.html", HTML)], compression))) == ["a.html"]


def test_an_archive_in_an_archive_is_read_and_one_in_that_is_not(tmp_path: Path) -> None:
    third = pack_zip([("deep.html", HTML)])
    second = pack_zip([("b.html", HTML), ("third.zip", third)])
    outcomes = read(tmp_path, "a.zip", pack_zip([("second.zip", second), ("second.tar", pack_tar([("c.txt", b"x")]))]))
    assert keys(outcomes) == ["second.zip#b.html", "second.tar#c.txt"]
    assert broken(outcomes) == [("second.zip, third.zip", "An archive in an archive in an archive")]


def test_what_holds_no_article_is_told_once_for_each_reason(tmp_path: Path) -> None:
    members = [("a.png", PNG), ("b.png", PNG), ("c.css", b"p {}"), ("d.png", PNG), ("e.txt", b"")]
    outcomes = read(tmp_path, "a.zip", pack_zip(members))
    assert skipped(outcomes) == [
        ("a.png and 2 more", "an image"),
        ("c.css", "no reader for .css files"),
        ("e.txt", "empty"),
    ]


@pytest.mark.parametrize("name", ["../a.txt", "a/../../b.txt", "/etc/a.txt", "C:/a.txt", "a/..", "..\\a.txt"])
def test_a_name_that_leads_outside_is_refused(tmp_path: Path, name: str) -> None:
    outcomes = read(tmp_path, "a.zip", pack_zip([(name, b"Boats."), ("b.txt", b"Boats.")]))
    assert keys(outcomes) == ["b.txt"]
    assert broken(outcomes) == [(name.replace("\\", "/"), "A path that leads out of the archive")]


def test_an_archive_without_files_is_told(tmp_path: Path) -> None:
    assert read(tmp_path, "a.zip", pack_zip([])) == [Skipped("an archive without files")]
    assert read(tmp_path, "a.zip", pack_zip([("folder/", b"")])) == [Skipped("an archive without files")]


def test_hidden_members_are_left_out_as_hidden_files_are(tmp_path: Path) -> None:
    members = [(".a.txt", b"x"), (".git/b.txt", b"x"), ("__MACOSX/._c.txt", b"x"), ("./d.txt", b"Boats.")]
    assert keys(read(tmp_path, "a.zip", pack_zip(members))) == ["d.txt"]


def test_two_members_of_the_same_name_have_different_keys(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.txt", "Boats.")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("a.txt", "Ships.")
    assert keys(read(tmp_path, "a.zip", packed.getvalue())) == ["a.txt", "#2"]


def test_an_encrypted_member_is_reported_and_the_rest_is_read(tmp_path: Path) -> None:
    packed = bytearray(pack_zip([("a.txt", b"Boats."), ("b.txt", b"Boats.")]))
    packed[packed.index(b"PK\x01\x02") + 8] |= 1
    outcomes = read(tmp_path, "a.zip", bytes(packed))
    assert keys(outcomes) == ["b.txt"]
    assert broken(outcomes) == [("a.txt", "Encrypted")]


def test_a_member_whose_checksum_differs_costs_itself_only(tmp_path: Path) -> None:
    packed = pack_zip([("a.txt", b"Boats."), ("b.txt", b"Ships.")], zipfile.ZIP_STORED).replace(b"Boats.", b"Goats.")
    outcomes = read(tmp_path, "a.zip", packed)
    assert keys(outcomes) == ["b.txt"]
    assert broken(outcomes) == [("a.txt", "Damaged ZIP archive (the checksum of the member differs)")]


def test_an_archive_cut_short_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable, match="no directory"):
        read(tmp_path, "a.zip", pack_zip([("a.txt", b"Boats." * 50)])[:-30])


def test_bytes_before_the_archive_do_no_harm(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"PK00" + pack_zip([("a.txt", b"Boats.")]))
    assert keys(read_file(str(tmp_path / "a.zip"))) == ["a.txt"]


def test_a_bomb_is_refused_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacked, "RATIO_FROM_BYTES", 1 << 20)
    members = [("a.txt", b"Boats."), ("bomb.txt", b"0" * (32 << 20)), ("c.txt", b"Boats.")]
    outcomes = read(tmp_path, "a.zip", pack_zip(members))
    assert keys(outcomes) == ["a.txt", "c.txt"]
    ((position, reason),) = broken(outcomes)
    assert position == "bomb.txt"
    assert "bomb" in reason


def test_the_end_of_a_member_that_repeats_itself_is_not_lost() -> None:
    # The last bits of it may be taken in, and stand for kilobytes, when a buffer is full to the brim.
    for size in range((1 << 18) - 600, (1 << 18) + 600, 13):
        content = b"a" * size
        squeezer = zlib.compressobj(9, zlib.DEFLATED, -15)
        packed = squeezer.compress(content) + squeezer.flush()
        unpacked = io.BufferedReader(Unpacked(io.BytesIO(packed), _METHODS[8], Budget(1), single=True), 1 << 16)
        assert unpacked.read() == content


def test_members_that_lie_over_each_other_are_a_bomb_too(tmp_path: Path) -> None:
    packed = pack_zip([("a.txt", b"Boats. " * 20_000)], zipfile.ZIP_STORED)
    start = packed.index(b"PK\x01\x02")
    end = packed.index(b"PK\x05\x06")
    entry = packed[start:end]
    directory = entry * 400
    tail = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 400, 400, len(directory), start, 0)
    outcomes = read(tmp_path, "a.zip", packed[:start] + directory + tail)
    ((position, reason),) = broken(outcomes)
    assert (position, len(keys(outcomes))) == ("member 2", 1)
    assert "lie over each other" in reason


def test_more_members_than_are_sensible_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_members, "MAX_MEMBERS", 3)
    outcomes = read(tmp_path, "a.zip", pack_zip([(f"{number}.txt", b"Boats.") for number in range(9)]))
    assert len(keys(outcomes)) == 3
    ((position, reason),) = broken(outcomes)
    assert position == "member 4"
    assert reason.startswith("More than 3 members")


def test_an_archive_beyond_four_gigabytes_in_its_numbers_is_read(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive, archive.open("a.html", "w", force_zip64=True) as member:
        member.write(HTML)
    assert keys(read(tmp_path, "a.zip", packed.getvalue())) == ["a.html"]


def test_many_failures_of_one_kind_are_told_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_members, "MAX_FAILURES", 2)
    members = [*((f"../{number}.txt", b"Boats.") for number in range(9)), ("a.txt", b"Boats."), ("b" * 5000, b"x")]
    outcomes = read(tmp_path, "a.zip", pack_zip(members))
    assert keys(outcomes) == ["a.txt"]
    outside = "A path that leads out of the archive"
    assert broken(outcomes) == [
        ("../0.txt", outside),
        ("../1.txt", outside),
        ("../2.txt and 6 more", outside),
        ("b" * 4096, "A name of 4,096 characters or more"),
    ]


def test_names_in_old_character_sets_are_kept_apart(tmp_path: Path) -> None:
    packed = pack_zip([("caf_.txt", b"Boats.")]).replace(b"caf_", b"caf\x82")
    assert keys(read(tmp_path, "a.zip", packed)) == ["café.txt"]


@pytest.mark.parametrize(
    ("name", "first"), [("a.docx", "[Content_Types].xml"), ("a", "[Content_Types].xml"), ("a.jar", "a.txt")]
)
def test_documents_and_programs_are_no_archives(tmp_path: Path, name: str, first: str) -> None:
    packed = pack_zip([(first, b"<x/>")])
    assert not is_zip(name, packed)
    assert read(tmp_path, name, packed) == [Skipped("an office document or a program")]


def test_shares_together_read_each_member_once(tmp_path: Path) -> None:
    path = str(tmp_path / "a.zip")
    whole = keys(read(tmp_path, "a.zip", pack_zip([(f"{number}.txt", b"Boats.") for number in range(50)])))
    assert can_share(path)
    parts = [keys(read_file(path, Share(number, 3))) for number in range(3)]
    assert all(parts)
    assert sorted(key for part in parts for key in part) == sorted(whole)


def test_an_archive_of_the_command_zip_is_read(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.html").write_bytes(HTML)
    try:
        subprocess.run(["zip", "-q", "-r", "a.zip", "in"], cwd=tmp_path, check=True)
    except FileNotFoundError:
        pytest.skip("there is no command zip")
    assert keys(read_file(str(tmp_path / "a.zip"))) == ["in/a.html"]


NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0\\"), min_size=1, max_size=20).filter(
    lambda name: not name.startswith((".", "/")) and ".." not in name and "/." not in name and ":" not in name
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(NAMES.filter(lambda name: "/" not in name), st.text("abc \n", min_size=1), max_size=6))
def test_members_are_those_that_pythons_own_reader_finds(tmp_path: Path, members: dict[str, str]) -> None:
    packed = pack_zip([(name, b"Boats. " + text.encode()) for name, text in members.items()])
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        expected = archive.namelist()
    outcomes = read(tmp_path, "a.zip", packed)
    given_out = [*keys(outcomes), *(position for position, _ in skipped(outcomes) if position)]
    assert set(keys(outcomes)) <= set(expected)
    assert bool(given_out) == bool(expected)

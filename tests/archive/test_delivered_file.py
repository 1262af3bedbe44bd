from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgrep.archive.delivered_file import AppendedFile, Completion, Place, complete_output, replace_file
from newsgrep.errors import OptionError

BEFORE = b"what was there\n"
OUTPUT = b'{"title": "Tide table", "watch": "tides"}\n{"title": "Harbour", "watch": "tides"}\n' * 3
OTHERS = st.sampled_from([b"", b"a line of another program\n", b'{"title": "of another index"}\n' * 9])


def complete_after(written: bytes, before: bytes = BEFORE) -> tuple[Completion, bytes]:
    """What becomes of a file that held `before` when OUTPUT was begun, and `written` behind it after a crash."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "news"
        path.write_bytes(before)
        with AppendedFile(os.fspath(path)) as file:
            place = file.place
        with path.open("ab") as file_after:
            file_after.write(written)
        completion = complete_output(place, OUTPUT)
        return completion, path.read_bytes()


@given(st.integers(0, len(OUTPUT)), OTHERS)
def test_what_is_missing_is_appended_wherever_the_output_was_cut(written: int, others: bytes) -> None:
    completion, content = complete_after(others + OUTPUT[:written])
    assert content == BEFORE + others + OUTPUT
    assert completion is (Completion.WHOLE if written == len(OUTPUT) else Completion.COMPLETED)


@given(st.integers(0, len(OUTPUT)), st.integers(1, 5000))
def test_zeros_that_a_loss_of_power_left_are_cut_off(written: int, zeros: int) -> None:
    _, content = complete_after(OUTPUT[:written] + b"\0" * zeros)
    assert content == BEFORE + OUTPUT


@given(st.integers(1, len(OUTPUT) - 1), st.integers(1, 100), OTHERS)
def test_gaps_that_a_loss_of_power_left_are_filled(start: int, zeros: int, others: bytes) -> None:
    torn = OUTPUT[:start] + b"\0" * zeros + OUTPUT[start + zeros :]
    _, content = complete_after(torn[: len(OUTPUT)] + others)
    assert content == BEFORE + OUTPUT + others


@given(OTHERS)
def test_a_whole_output_is_not_written_again_whoever_wrote_after_it(others: bytes) -> None:
    assert complete_after(OUTPUT + others) == (Completion.WHOLE, BEFORE + OUTPUT + others)


@given(st.integers(64, len(OUTPUT) - 1))
def test_an_output_that_others_wrote_into_is_left_alone(written: int) -> None:
    content = BEFORE + OUTPUT[:written] + b"another line\n"
    assert complete_after(OUTPUT[:written] + b"another line\n") == (Completion.UNKNOWN, content)


def test_a_file_that_was_replaced_shortened_or_removed_is_not_written_to(tmp_path: Path) -> None:
    path = tmp_path / "news"
    path.write_bytes(BEFORE)
    with AppendedFile(os.fspath(path)) as file:
        place = file.place
    path.write_bytes(b"")
    assert complete_output(place, OUTPUT) is Completion.UNKNOWN
    (tmp_path / "other").write_bytes(BEFORE)
    os.replace(tmp_path / "other", path)
    assert complete_output(place, OUTPUT) is Completion.UNKNOWN
    assert path.read_bytes() == BEFORE
    path.unlink()
    assert complete_output(place, OUTPUT) is Completion.UNKNOWN
    assert not path.exists()


def test_only_regular_files_are_appended_to(tmp_path: Path) -> None:
    with pytest.raises(OptionError):
        AppendedFile(os.devnull)
    os.mkfifo(tmp_path / "fifo")
    with pytest.raises((OptionError, OSError)):
        AppendedFile(os.fspath(tmp_path / "fifo"))


def test_a_line_that_was_left_open_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "news"
    for content, is_open in ((b"", False), (b"whole\n", False), (b"half", True)):
        path.write_bytes(content)
        with AppendedFile(os.fspath(path)) as file:
            assert file.ends_within_a_line() is is_open


def test_a_replaced_file_keeps_its_mode_and_what_links_to_it(tmp_path: Path) -> None:
    path = tmp_path / "feed"
    path.write_bytes(b"old")
    path.chmod(0o640)
    (tmp_path / "link").symlink_to(path)
    replace_file(os.fspath(tmp_path / "link"), OUTPUT)
    assert path.read_bytes() == OUTPUT
    assert path.stat().st_mode & 0o777 == 0o640
    assert (tmp_path / "link").is_symlink()
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["feed", "link"]


def test_a_whole_file_is_given_up_only_where_its_folder_is_gone(tmp_path: Path) -> None:
    place = Place(os.fspath(tmp_path / "feed"), replaced=True)
    assert complete_output(place, OUTPUT) is Completion.COMPLETED
    assert (tmp_path / "feed").read_bytes() == OUTPUT
    gone = Place(os.fspath(tmp_path / "gone" / "feed"), replaced=True)
    assert complete_output(gone, OUTPUT) is Completion.UNKNOWN


def test_a_full_disk_is_an_error_that_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import errno

    path = tmp_path / "news"
    with AppendedFile(os.fspath(path)) as file:
        place = file.place

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "write", full)
        with pytest.raises(OSError, match="No space"):
            complete_output(place, OUTPUT)
    assert complete_output(place, OUTPUT) is Completion.COMPLETED
    assert path.read_bytes() == OUTPUT

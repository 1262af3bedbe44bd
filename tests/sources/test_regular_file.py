"""A file as it was when it was opened, whatever becomes of it while it is read."""

from __future__ import annotations

import errno
import io
import os
import threading
import time
from pathlib import Path

import pytest

from newsgrep.errors import FileUnreadable
from newsgrep.sources import regular_file
from newsgrep.sources.formats import read_file
from newsgrep.sources.regular_file import RegularFile, compute_digest
from newsgrep.sources.unpacked import RATIO_FROM_BYTES

TERABYTE = 1 << 40


def make_sparse(path: Path, content: bytes = b"", size: int = TERABYTE) -> Path:
    path.write_bytes(content)
    os.truncate(path, size)
    if path.stat().st_blocks * 512 >= TERABYTE // 1000:
        pytest.skip("this file system has no sparse files")
    return path


def read_buffered(file: RegularFile) -> bytes:
    """Read to the end, as readers do."""
    return io.BufferedReader(file, 1 << 16).read()


def test_a_file_is_read_as_it_is(tmp_path: Path) -> None:
    content = bytes(range(256)) * 1000
    (tmp_path / "a").write_bytes(content)
    with RegularFile(str(tmp_path / "a")) as file:
        assert (file.size, read_buffered(file)) == (len(content), content)


def test_what_a_file_grows_by_while_it_is_read_is_for_the_next_run(tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(b"first\n")
    with RegularFile(str(tmp_path / "log")) as file:
        with (tmp_path / "log").open("ab") as log:
            log.write(b"second\n" * 100_000)
        assert file.seek(-3, os.SEEK_END) == 3
        assert file.seek(0) == 0
        assert read_buffered(file) == b"first\n"


def test_a_log_that_is_written_faster_than_it_is_read_has_a_digest(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"x" * 100_000)
    is_done = threading.Event()

    def grow() -> None:
        with path.open("ab", buffering=0) as log:
            while not is_done.is_set() and log.tell() < 200 << 20:
                log.write(b"x" * (1 << 20))

    writer = threading.Thread(target=grow)
    writer.start()
    try:
        with RegularFile(str(path)) as file:
            size = file.size
            assert len(read_buffered(file)) == size
        assert compute_digest(str(path)) is not None
    finally:
        is_done.set()
        writer.join()


def test_a_file_that_is_cut_replaced_or_removed_while_it_is_read_ends(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"x" * 100_000)
    with RegularFile(str(path)) as file:
        assert file.readinto(bytearray(10)) == 10
        os.truncate(path, 50)
        assert len(read_buffered(file)) == 40
    path.write_bytes(b"old")
    with RegularFile(str(path)) as file:
        (tmp_path / "b").write_bytes(b"new and longer")
        (tmp_path / "b").replace(path)
        assert read_buffered(file) == b"old"
    with RegularFile(str(path)) as file:
        path.unlink()
        assert read_buffered(file) == b"new and longer"


@pytest.mark.parametrize("name", ["a.txt", "a.jsonl", "a.html", "a.warc", "a.csv", "a.zip", "a.mbox", "a.xml", "a.gz"])
def test_terabytes_of_hole_are_refused_at_once(tmp_path: Path, name: str) -> None:
    path = str(make_sparse(tmp_path / name, b"<html>" if name == "a.html" else b""))
    started = time.process_time()
    assert compute_digest(path) is None
    with pytest.raises(FileUnreadable, match="sparse"):
        list(read_file(path))
    assert time.process_time() - started < 1


def test_a_small_hole_and_a_full_disk_image_are_no_bombs(tmp_path: Path) -> None:
    path = make_sparse(tmp_path / "a.jsonl", b'{"title": "a", "text": "b"}\n', 1 << 20)
    assert list(read_file(str(path)))
    with (tmp_path / "b").open("wb") as file:
        file.write(b"x" * (2 << 20))
        file.truncate(RATIO_FROM_BYTES + 1)
    with RegularFile(str(tmp_path / "b")) as opened:
        assert opened.size == RATIO_FROM_BYTES + 1


def test_a_file_system_that_counts_no_blocks_is_asked_for_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_bytes(b"x" * 5000)
    monkeypatch.setattr(regular_file, "RATIO_FROM_BYTES", 1000)
    real = os.fstat

    def count_none(descriptor: int) -> os.stat_result:
        status = real(descriptor)
        fields = {name: getattr(status, name) for name in dir(status) if name.startswith("st_")}
        return os.stat_result(tuple(status), fields | {"st_blocks": 0})

    monkeypatch.setattr(os, "fstat", count_none)
    with RegularFile(str(tmp_path / "a")) as file:
        assert len(read_buffered(file)) == 5000


@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="needs a file of /proc")
def test_a_file_without_size_is_read_and_one_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with RegularFile("/proc/self/status") as file:
        assert file.size == 0
        assert b"VmRSS" in read_buffered(file)
    monkeypatch.setattr(os, "read", lambda _, most: b"x" * most)
    with RegularFile("/proc/self/status") as file, pytest.raises(FileUnreadable, match="does not end"):
        read_buffered(file)
    assert compute_digest("/proc/self/status") is None


@pytest.mark.parametrize("name", ["fifo", "/dev/zero", "/dev/tty", "folder"])
def test_what_is_no_regular_file_is_refused_without_waiting(tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "folder").mkdir()
    path = str(tmp_path / name)
    with pytest.raises(FileUnreadable, match=r"Not a regular file|No such device"):
        RegularFile(path)
    assert compute_digest(path) is None


def test_no_descriptor_stays_open_where_opening_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_sparse(tmp_path / "a")
    before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    for path in (tmp_path / "a", tmp_path, tmp_path / "none"):
        with pytest.raises(FileUnreadable):
            RegularFile(str(path))

    def fail(*_: object) -> int:
        raise OSError(errno.EIO, "Input/output error")

    (tmp_path / "b").touch()
    with monkeypatch.context() as patch:
        patch.setattr(os, "fstat", fail)
        with pytest.raises(FileUnreadable, match="Input/output error"):
            RegularFile(str(tmp_path / "b"))
    assert before in (0, len(os.listdir("/proc/self/fd")))

"""The model of a disk that loses power: it knows what may be lost, and finds programs that do not care."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.power_loss import SECTOR, Disk, iter_losses
from tests.traced_calls import read_trace


def write_hex(text: str) -> str:
    return '"' + "".join(f"\\x{byte:02x}" for byte in text.encode()) + '"'


def replaced_file(folder: Path, *, file_synced: bool, folder_synced: bool) -> str:
    """What strace would record of a program that replaces `page` with a new one."""
    new, page = write_hex(f"{folder}/new"), write_hex(f"{folder}/page")
    lines = [
        f"7 openat(AT_FDCWD, {new}, O_WRONLY|O_CREAT|O_TRUNC|O_CLOEXEC, 0666) = 3",
        f"7 write(3, {write_hex('second' * 200)}, 1200) = 1200",
        *(["7 fsync(3) = 0"] if file_synced else []),
        "7 close(3) = 0",
        f"7 rename({new}, {page}) = 0",
    ]
    if folder_synced:
        lines += [
            f"7 openat(AT_FDCWD, {write_hex(str(folder))}, O_RDONLY|O_CLOEXEC) = 3",
            "7 fsync(3) = 0",
            "7 close(3) = 0",
        ]
    return "\n".join([*lines, "7 +++ exited with 0 +++"])


def pages_after(folder: Path, trace: str, *, at_the_end: bool = False) -> set[bytes | None]:
    """What `page` may hold after a loss of power, None where it may be gone."""
    (folder / "page").write_bytes(b"first")
    losses = iter_losses(Disk(folder), list(read_trace(trace)), random.Random(1), 40)
    trees = [loss.tree for loss in losses if loss.is_over or not at_the_end]
    return {tree.files.get("page", (0, None))[1] for tree in trees}


def test_a_file_that_is_synced_before_its_rename_is_the_old_or_the_new(tmp_path: Path) -> None:
    trace = replaced_file(tmp_path, file_synced=True, folder_synced=True)
    assert pages_after(tmp_path, trace) == {b"first", b"second" * 200}
    assert pages_after(tmp_path, trace, at_the_end=True) == {b"second" * 200}


def test_a_rename_without_a_sync_of_the_file_is_found_out(tmp_path: Path) -> None:
    found = pages_after(tmp_path, replaced_file(tmp_path, file_synced=False, folder_synced=True))
    assert b"" in found
    assert any(page and page != b"first" and page != b"second" * 200 for page in found)


def test_a_rename_without_a_sync_of_the_folder_may_be_undone(tmp_path: Path) -> None:
    trace = replaced_file(tmp_path, file_synced=True, folder_synced=False)
    assert pages_after(tmp_path, trace, at_the_end=True) == {b"first", b"second" * 200}


def test_a_torn_write_keeps_whole_sectors(tmp_path: Path) -> None:
    for page in pages_after(tmp_path, replaced_file(tmp_path, file_synced=False, folder_synced=True)):
        assert page is not None
        if page != b"first":
            sectors = [page[at : at + SECTOR] for at in range(0, len(page), SECTOR)]
            whole = b"second" * 200
            assert all(
                sector in (whole[at * SECTOR : (at + 1) * SECTOR], bytes(len(sector)))
                for at, sector in enumerate(sectors)
            )


def test_names_may_be_lost_in_any_order(tmp_path: Path) -> None:
    one, two = (f"7 mkdir({write_hex(f'{tmp_path}/{name}')}, 0777) = 0" for name in ("one", "two"))
    losses = iter_losses(Disk(tmp_path), list(read_trace(f"{one}\n{two}")), random.Random(1), 40)
    assert {frozenset(loss.tree.files) for loss in losses} == {
        frozenset(),
        frozenset({"one"}),
        frozenset({"two"}),
        frozenset({"one", "two"}),
    }


def test_a_tree_is_written_as_it_is_said_to_be(tmp_path: Path) -> None:
    (tmp_path / "from/inner").mkdir(parents=True)
    (tmp_path / "from/inner/page").write_bytes(b"first")
    disk = Disk(tmp_path / "from")
    disk.leave(set(), {}).write(tmp_path / "to")
    assert (tmp_path / "to/inner/page").read_bytes() == b"first"
    kept = tmp_path / "kept"
    kept.write_bytes(b"")
    disk.leave(set(), {}).write(tmp_path / "to", {disk.number(tmp_path / "from/inner/page"): kept})
    assert kept.samefile(tmp_path / "to/inner/page")


def test_a_call_that_is_not_known_is_refused_where_it_matters(tmp_path: Path) -> None:
    trace = f"7 truncate({write_hex(f'{tmp_path}/page')}, 0) = 0"
    with pytest.raises(AssertionError, match="no one knows"):
        pages_after(tmp_path, trace)
    elsewhere = f"7 truncate({write_hex('/elsewhere')}, 0) = 0"
    assert pages_after(tmp_path, elsewhere, at_the_end=True) == {b"first"}

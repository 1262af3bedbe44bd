"""Where an index lies is looked at: rights, room, kind of disk, synchronised folders."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsgrep.cli.folder_checkup import find_file_system
from newsgrep.cli.setup_findings import Level
from tests.cli.situations import build_index, copy_index, levels, look, look_as_nobody, told

SOUND, NOTE, WRONG = Level.SOUND, Level.NOTE, Level.WRONG


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_index(tmp_path_factory.mktemp("whole"))


@pytest.fixture
def index(whole: Path) -> Iterator[Path]:
    """An index in a folder that every user can reach."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        yield copy_index(whole, Path(folder))


@pytest.mark.parametrize("name", ["rights", "room", "synchronised"])
def test_a_sound_place_is_sound(index: Path, name: str) -> None:
    assert levels(look(name, index)) == [SOUND]


@pytest.mark.parametrize("name", ["rights", "room", "disk", "synchronised"])
def test_where_there_is_no_index_nothing_is_said_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert look(name) == []


def test_an_index_that_may_only_be_searched_is_worth_knowing(index: Path) -> None:
    index.chmod(0o555)
    found = look_as_nobody("rights", index)
    assert found[0].level is NOTE
    assert "cannot be written by you: it can be searched, not updated" in found[0].message


@pytest.mark.skipif(os.geteuid() != 0, reason="takes two users")
def test_an_index_of_another_user_is_worth_knowing(index: Path) -> None:
    found = look_as_nobody("rights", index)
    assert NOTE in levels(found)
    assert f"{index} belongs to root, and you are " in told(found)


def test_files_that_cannot_be_read_are_wrong(index: Path) -> None:
    (segment,) = index.glob("*.seg")
    segment.chmod(0)
    found = look_as_nobody("rights", index)
    assert found[0].level is WRONG
    assert f"1 of its files cannot be read by you: {segment.name}" in found[0].message
    assert "Permission denied" in told(look_as_nobody("segments", index))


def test_a_folder_that_cannot_be_entered_is_wrong(index: Path) -> None:
    index.chmod(0o444)
    found = look_as_nobody("which index", index)
    assert levels(found) == [WRONG]
    assert "which cannot be entered by you" in found[0].message
    assert look_as_nobody("segments", index) == []
    index.chmod(0o755)


@pytest.mark.parametrize(("mode", "who"), [(0o777, "everyone"), (0o775, "its group")])
def test_a_folder_that_others_may_write_is_worth_knowing(index: Path, mode: int, who: str) -> None:
    index.chmod(mode)
    found = look("rights", index)
    assert levels(found) == [NOTE]
    assert f"can be written by {who}" in found[0].message
    assert found[0].advice == f"chmod go-w {index}"


@pytest.mark.parametrize(("free", "level"), [(0, WRONG), (16 << 20, SOUND), (1 << 40, SOUND)])
def test_room_is_measured_by_what_an_update_takes(
    index: Path, monkeypatch: pytest.MonkeyPatch, free: int, level: Level
) -> None:
    usage = shutil.disk_usage(index)._replace(free=free)
    monkeypatch.setattr("shutil.disk_usage", lambda path: usage)
    assert levels(look("room", index)) == [level]


def test_less_room_than_the_index_takes_is_worth_knowing(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (index / "MAIN_large.seg").open("wb") as file:
        file.truncate(1 << 30)  # A hole takes no room.
    usage = shutil.disk_usage(index)._replace(free=900_000_000)
    monkeypatch.setattr("shutil.disk_usage", lambda path: usage)
    found = look("room", index)
    assert levels(found) == [NOTE]
    assert "900.0 MB free, the index takes 1.1 GB" in found[0].message


def test_an_index_in_memory_is_worth_knowing(whole: Path) -> None:
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK) or " - tmpfs " not in Path("/proc/self/mountinfo").read_text():
        pytest.skip("no file system in memory here")
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        found = look("disk", copy_index(whole, Path(folder)))
    assert levels(found) == [NOTE]
    assert "in memory (tmpfs)" in found[0].message


@pytest.mark.parametrize("kind", ["nfs4", "cifs", "fuse.sshfs", "9p"])
def test_an_index_on_a_network_disk_is_worth_knowing(
    index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    place = str(index.resolve().parent).replace(" ", r"\040")
    mounts = f"1 0 8:1 / / rw - ext4 /dev/sda1 rw\n2 1 0:9 / {place} rw shared:1 - {kind} server:/x rw\n"
    (tmp_path / "mountinfo").write_text(mounts)
    monkeypatch.setattr("newsgrep.cli.folder_checkup._MOUNTS", str(tmp_path / "mountinfo"))
    found = look("disk", index)
    assert levels(found) == [NOTE]
    assert f"on a network disk ({kind})" in found[0].message


def test_a_disk_that_does_not_tell_capitals_is_worth_knowing(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copyfile(index / "manifest.sqlite", index / "MANIFEST.SQLITE")
    monkeypatch.setattr("newsgrep.cli.folder_checkup._MOUNTS", "/nowhere")
    assert "does not tell capitals" in told(look("disk", index))


def test_the_nearest_mount_counts_and_of_two_on_one_place_the_later() -> None:
    mounts = "\n".join(
        [
            "1 0 8:1 / / rw - ext4 /dev/sda1 rw",
            "2 1 0:9 / /a\\040b rw - nfs4 server:/x rw",
            "3 1 0:9 / /a\\040b rw - cifs server:/x rw",
            "a line of nothing",
        ]
    )
    assert find_file_system("/a b/c", mounts) == "cifs"
    assert find_file_system("/a bc", mounts) == "ext4"
    assert find_file_system("/a", "") is None


@settings(max_examples=25)
@given(st.text(), st.text())
def test_any_list_of_mounts_can_be_read(path: str, mounts: str) -> None:
    kind = find_file_system(path, mounts)
    assert kind is None or kind in mounts


@pytest.mark.parametrize("name", ["Dropbox", "Dropbox (Desk)", "OneDrive - Desk", "Mobile Documents", "Nextcloud"])
def test_an_index_in_a_synchronised_folder_is_worth_knowing(whole: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / name / "desk").mkdir(parents=True)
    found = look("synchronised", copy_index(whole, tmp_path / name / "desk"))
    assert levels(found) == [NOTE]
    assert str(tmp_path / name) in found[0].message


def test_a_folder_that_syncthing_marks_is_synchronised(index: Path) -> None:
    (index.parent / ".stfolder").mkdir()
    assert levels(look("synchronised", index)) == [NOTE]

from __future__ import annotations

import errno
import os
import stat
import threading
from pathlib import Path

import pytest

from newsgrep.cli.output_files import open_folder, open_output
from newsgrep.errors import OptionError, OutputExists


def write(path: Path, content: bytes = b"new", *, force: bool = False) -> None:
    with open_output(str(path), force=force) as file:
        file.write(content)


def test_a_file_appears_when_it_is_complete(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with open_output(str(path), force=False) as file:
        file.write(b"half")
        file.flush()
        assert not path.exists()
    assert path.read_bytes() == b"half"
    assert os.listdir(tmp_path) == ["a.csv"]


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError, ValueError])
def test_a_run_that_is_broken_off_leaves_what_was_there(tmp_path: Path, error: type[BaseException]) -> None:
    path = tmp_path / "a.csv"

    def fail() -> None:
        with open_output(str(path), force=True) as file:
            file.write(b"half")
            raise error

    with pytest.raises(error):
        fail()
    assert os.listdir(tmp_path) == []
    path.write_bytes(b"old")
    with pytest.raises(error):
        fail()
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a.csv"]


def test_what_is_there_is_only_replaced_on_demand(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"old")
    with pytest.raises(OutputExists, match="--force"):
        write(path)
    assert path.read_bytes() == b"old"
    path.chmod(0o640)
    write(path, force=True)
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


@pytest.mark.parametrize("said", [None, "{folder}/.newsgrep-0a1b.part"])
def test_an_error_of_the_disk_names_the_place_that_was_asked_for(tmp_path: Path, said: str | None) -> None:
    for place in (open_output(str(tmp_path / "a"), force=False), open_folder(str(tmp_path / "a"), force=False)):
        with pytest.raises(OSError, match="No space left") as caught, place:
            raise OSError(errno.ENOSPC, "No space left", said and said.format(folder=tmp_path))
        assert caught.value.filename == str(tmp_path / "a")
    assert os.listdir(tmp_path) == []


def test_what_comes_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"

    def meet() -> None:
        with open_output(str(path), force=False) as file:
            file.write(b"new")
            path.write_bytes(b"someone else's")

    with pytest.raises(OutputExists):
        meet()
    assert path.read_bytes() == b"someone else's"


def test_of_a_link_the_file_behind_it_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "real.csv").write_bytes(b"old")
    (tmp_path / "link.csv").symlink_to("real.csv")
    write(tmp_path / "link.csv", force=True)
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").read_bytes() == b"new"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_written_to_as_it_is(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    write(pipe)
    reader.join(timeout=10)
    assert read == [b"new"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


@pytest.mark.skipif(not os.path.isdir("/dev/fd"), reason="no /dev/fd here")
def test_a_pipe_of_the_shell_is_written_to() -> None:
    reader, writer = os.pipe()
    try:
        write(Path(f"/dev/fd/{writer}"))
    finally:
        os.close(writer)
    with open(reader, "rb") as pipe:
        assert pipe.read() == b"new"


def test_a_place_that_there_is_not_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="there is no directory"):
        write(tmp_path / "none" / "a.csv")
    with pytest.raises(OptionError, match="is a directory"):
        write(tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(OptionError, match="is a file"), open_folder(str(tmp_path / "file"), force=True):
        pass


def fill(path: Path, *names: str, force: bool = False, error: BaseException | None = None) -> list[bool]:
    with open_folder(str(path), force=force) as put:
        told = [put(name, f"new {name}".encode()) for name in names]
        if error is not None:
            raise error
    return told


def test_a_directory_appears_with_all_its_files(tmp_path: Path) -> None:
    assert fill(tmp_path / "notes", "a.md", "b.md") == [True, True]
    assert sorted(os.listdir(tmp_path / "notes")) == ["a.md", "b.md"]
    assert os.listdir(tmp_path) == ["notes"]


@pytest.mark.parametrize("existing", [True, False])
def test_a_directory_that_is_broken_off_is_as_before(tmp_path: Path, *, existing: bool) -> None:
    notes = tmp_path / "notes"
    if existing:
        notes.mkdir()
        (notes / "a.md").write_text("old")
    with pytest.raises(KeyboardInterrupt):
        fill(notes, "a.md", "b.md", force=True, error=KeyboardInterrupt())
    assert os.listdir(tmp_path) == (["notes"] if existing else [])
    if existing:
        assert os.listdir(notes) == ["a.md"]
        assert (notes / "a.md").read_text() == "old"


def test_files_of_a_directory_are_only_replaced_on_demand(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "a.md").write_text("old")
    (notes / "mine.md").write_text("mine")
    with pytest.raises(OutputExists, match=r"notes.a\.md exists already"):
        fill(notes, "b.md", "a.md")
    assert sorted(os.listdir(notes)) == ["a.md", "mine.md"]
    fill(notes, "b.md", "a.md", force=True)
    assert {name: (notes / name).read_text() for name in os.listdir(notes)} == {
        "a.md": "new a.md",
        "b.md": "new b.md",
        "mine.md": "mine",
    }


def test_a_name_that_is_taken_is_told(tmp_path: Path) -> None:
    assert fill(tmp_path / "notes", "a.md", "a.md") == [True, False]


@pytest.mark.parametrize("name", ["../a.md", "/tmp/a.md", "sub/a.md", "..", ".", ""])
def test_no_name_leads_out_of_a_directory(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="bare name"):
        fill(tmp_path / "notes", name)
    assert os.listdir(tmp_path) == []

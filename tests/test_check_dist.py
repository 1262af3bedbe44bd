"""A wheel or an sdist that holds too much, too little or something else is found out."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from requirements.check_dist import Made, Wrong, check_files, check_metadata, check_sdist, run

TRACKED = [
    "README.md",
    ".ci/run",
    "newsgrep/__init__.py",
    "newsgrep/py.typed",
    "docs/man/newsgrep.1",
    "tests/test_a.py",
]
INFO = "newsgrep-1.dist-info/"
WHEEL = {
    "newsgrep/__init__.py": b"",
    "newsgrep/py.typed": b"",
    "newsgrep-1.data/data/share/man/man1/newsgrep.1": b"",
    f"{INFO}METADATA": b"",
    f"{INFO}WHEEL": b"",
    f"{INFO}RECORD": b"",
    f"{INFO}entry_points.txt": b"",
}


def test_a_wheel_of_the_package_and_its_man_pages_is_right() -> None:
    check_files(WHEEL, TRACKED)


@pytest.mark.parametrize("stray", ["tests/test_a.py", "newsgrep/__pycache__/a.pyc", "newsgrep/notes.txt"])
def test_a_wheel_with_something_else_in_it_is_wrong(stray: str) -> None:
    with pytest.raises(Wrong, match=stray):
        check_files({**WHEEL, stray: b""}, TRACKED)


@pytest.mark.parametrize("lost", ["newsgrep/py.typed", "newsgrep-1.data/data/share/man/man1/newsgrep.1"])
def test_a_wheel_without_one_of_its_files_is_wrong(lost: str) -> None:
    with pytest.raises(Wrong, match=Path(lost).name):
        check_files({name: content for name, content in WHEEL.items() if name != lost}, TRACKED)


def test_metadata_that_say_something_else_than_pyproject_are_wrong() -> None:
    project: dict[str, object] = {"name": "newsgrep", "version": "2", "description": "", "requires-python": ">=3.11"}
    with pytest.raises(Wrong, match="Version of the wheel is '1', not '2'"):
        check_metadata({f"{INFO}METADATA": b"Name: newsgrep\nVersion: 1\n\n"}, Made(Path(), Path(), project))


@pytest.mark.parametrize(
    ("names", "odd"),
    [
        (["README.md", "PKG-INFO"], "tests/test_a.py"),
        ([*TRACKED, "PKG-INFO"], ".ci/run"),
        ([*TRACKED[2:], "README.md", "PKG-INFO", "saved.html"], "saved.html"),
    ],
)
def test_an_sdist_with_other_files_than_are_tracked_is_wrong(tmp_path: Path, names: list[str], odd: str) -> None:
    with tarfile.open(tmp_path / "x.tar.gz", "w:gz") as sdist:
        for name in names:
            sdist.addfile(tarfile.TarInfo(f"newsgrep-1/{name}"), io.BytesIO())
    with pytest.raises(Wrong, match=odd):
        check_sdist(tmp_path / "x.tar.gz", TRACKED)


def test_a_command_that_fails_or_crashes_is_told_with_what_it_said() -> None:
    with pytest.raises(Wrong, match=r"ends with 3:\nno"):
        run("sh", "-c", "echo no >&2; exit 3")
    with pytest.raises(Wrong, match="ends with -11"):
        run("sh", "-c", "kill -SEGV $$")
    assert run("echo", "yes") == "yes\n"

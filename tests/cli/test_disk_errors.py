"""What the system refuses: rights, room, names, streams that were closed. Told as what it is, with what to do."""

from __future__ import annotations

import contextlib
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import newsgrep
from newsgrep.archive.check import check_index
from newsgrep.cli.disk_errors import describe_disk_error

REPOSITORY = Path(__file__).parents[2]
NOBODY = 65534
RIGHTS = "let its owner give you the right"


def run(*arguments: str, redirected: str = "", largest: int | None = None) -> subprocess.CompletedProcess[str]:
    """Run the program; `redirected` as a shell says it, with a limit of bytes a file."""

    def limit() -> None:
        if largest is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))

    return subprocess.run(
        ["/bin/sh", "-c", f'exec "$@" {redirected}', "sh", sys.executable, "-m", "newsgrep", *arguments],
        cwd="/",
        # Python would write its own files cut short, too, and believe them later.
        env={
            "PATH": os.defpath,
            "PYTHONPATH": os.pathsep.join([str(REPOSITORY), *filter(None, sys.path)]),
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        capture_output=True,
        encoding="utf-8",
        errors="surrogateescape",
        timeout=60,
        check=False,
        preexec_fn=limit if largest is not None else None,
    )


@contextlib.contextmanager
def without_rights() -> Iterator[None]:
    """As another user, if this one is root; this process can still open what it has imported."""
    if os.geteuid():
        yield
        return
    os.setresuid(NOBODY, NOBODY, 0)
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)


def check_message(ran: subprocess.CompletedProcess[str], *parts: str) -> None:
    """One message, exit code 2, nothing on stdout."""
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith("newsgrep: ")
    assert ran.stderr.count("newsgrep: ") == 1
    assert "Traceback" not in ran.stderr
    for part in parts:
        assert part in ran.stderr


@pytest.fixture
def folder() -> Iterator[Path]:
    """A directory that anyone can enter: pytest's own are for their user only."""
    path = Path(tempfile.mkdtemp(prefix="newsgrep-test-"))
    path.chmod(0o755)
    yield path
    for root, folders, files in os.walk(path):
        for name in folders:
            (Path(root) / name).chmod(0o755)
        for name in files:
            (Path(root) / name).chmod(0o644)
    shutil.rmtree(path)


@pytest.fixture
def index(folder: Path) -> Path:
    articles = [{"title": "Harbour", "text": "The harbour was closed, they said."}]
    (folder / "articles.json").write_text(json.dumps(articles))
    with newsgrep.open(folder / "index", create=True) as archive:
        archive.update([folder / "articles.json"])
    for path in (folder / "index").iterdir():
        path.chmod(0o644)
    return folder / "index"


def test_an_index_that_may_not_be_read_or_written_is_no_damaged_one(
    folder: Path, index: Path, newsgrep: Callable[..., tuple[int, str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder))
    articles = str(folder / "articles.json")
    commands = {
        "count": ("search", "harbour", "--count", "--index", str(index)),
        "info": ("info", "--index", str(index)),
        "sections": ("sections", "--index", str(index)),
        "index": ("index", articles, "--index", str(index)),
        "new": ("index", articles, "--index", f"{folder}/new"),
        "export": ("export", "harbour", "--index", str(index), "--to", f"{folder}/x.csv"),
    }

    def refused(name: str, *parts: str) -> None:
        with without_rights():
            code, out, err = newsgrep(*commands[name])
        check_message(subprocess.CompletedProcess((), code, out, err), "Permission denied", RIGHTS, *parts)
        assert "--rebuild" not in err

    # What they import may be out of another user's reach.
    for arguments in commands.values():
        assert newsgrep(*arguments)[0] in (0, 1)
    shutil.rmtree(folder / "new")
    (folder / "x.csv").unlink()
    for path in index.iterdir():
        path.chmod(0o444)
    index.chmod(0o555)
    folder.chmod(0o555)
    with without_rights():
        assert newsgrep(*commands["count"])[1] == "1\n"
    refused("index", f"{index}/")
    refused("new", f"{folder}/new: ")
    refused("export", f"{folder}/x.csv: ")
    for pattern, name in (("manifest.sqlite", "info"), ("*.toc", "sections"), ("*.seg", "sections")):
        (file,) = index.glob(pattern)
        file.chmod(0)
        refused(name, f"{file}: ")
        file.chmod(0o444)
    index.chmod(0)
    with without_rights():
        code, _, err = newsgrep(*commands["count"])
    assert code == 2
    assert f"Invalid value for '--index': Path '{index}' is not" in err
    folder.chmod(0o755)


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_disk_without_room_ends_an_update_and_blames_no_article(folder: Path, index: Path, jobs: str) -> None:
    draw = random.Random(1)
    words = (" ".join(f"{draw.getrandbits(32):x}" for _ in range(1_200)) for _ in range(850))
    (folder / "large.jsonl").write_text("\n".join(json.dumps({"title": "Ferry", "text": text}) for text in words))
    large = str(folder / "large.jsonl")
    ran = run("index", large, "--index", str(index), "--jobs", jobs, "--quiet", largest=200_000)
    check_message(ran, f"{index}: File too large", "ulimit -f")
    assert not check_index(index).faults
    assert run("search", "harbour OR ferry", "--count", "--index", str(index)).stdout == "1\n"


def test_names_that_cannot_be_are_told_as_such(folder: Path, index: Path) -> None:
    file, long = str(folder / "articles.json"), "x" * 300
    check_message(run("search", "x", "--index", file), f"{file} is a file", "Name a directory")
    check_message(run("index", file, "--index", file), f"{file} is a file", "Name a directory")
    check_message(run("index", file, "--index", f"{file}/x"), f"newsgrep: {file}: ", "name")
    check_message(run("search", "x", "--index", long), "File name too long", "Choose a shorter name")
    check_message(run("index", "", "--index", str(index)), "with an empty name", "Give the folder")
    to = ("export", "harbour", "--index", str(index), "--to")
    check_message(run(*to, f"{folder}/none/x.csv"), f"no directory {folder}/none", f"mkdir -p {folder}/none")
    check_message(run(*to, f"{file}/x.csv"), f"{file}/x.csv: Not a directory", "is a file")
    check_message(run(*to, "/dev/full", "--format", "csv"), "/dev/full: No space left", "Make room on that disk")


def test_bytes_that_are_no_utf_8_are_refused_by_their_option(index: Path) -> None:
    check_message(run("search", "\udcff", "--index", str(index)), "not valid UTF-8")
    for option in ("--section", "--author", "--source"):
        ran = run("search", "x", option, "\udcff", "--index", str(index))
        check_message(ran, f"{option} is not valid UTF-8 text", "^", "Type it as UTF-8")
    check_message(run("search", "x", "--since", "\udcff", "--index", str(index)), "This is not a date", "^")
    check_message(run("show", "\udcff", "--index", str(index)), "no article has the id or the path")


def test_standard_streams_that_are_closed_cost_nothing_but_themselves(folder: Path, index: Path) -> None:
    asked = ("search", "harbour", "--json", "--index", str(index))
    silent = run(*asked, redirected=">&-")
    assert (silent.returncode, silent.stdout, silent.stderr) == (0, "", "")
    for redirected in ("2>&-", "<&-", "<&- 2>&-"):
        ran = run(*asked, redirected=redirected)
        assert (ran.returncode, json.loads(ran.stdout)["total"], ran.stderr) == (0, 1, "")
    # Nothing that is said, by whomever, ends up in a file that has taken the place of a stream.
    ran = run("index", str(folder), "--index", str(index), redirected="<&- >&- 2>&-")
    assert ran.returncode == 0
    assert not check_index(index).faults
    for command in (("batch", "-"), ("cite", "-")):
        check_message(run(*command, "--index", str(index), redirected="<&-"), "stdin is closed", "Name a file")
    check_message(run("extract", "-", redirected="<&-"), "stdin is closed", "Name a file")


def test_an_error_without_a_number_or_a_name_is_told_all_the_same() -> None:
    assert describe_disk_error(OSError("odd")) == "odd"
    assert describe_disk_error(FileNotFoundError(2, "None", b"\xff")).startswith("\udcff: None\n")

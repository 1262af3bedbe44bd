from __future__ import annotations

import runpy
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

from newsgrep import __version__
from newsgrep.api import Archive
from newsgrep.cli.commands import COMMANDS
from newsgrep.cli.commands import newsgrep as group
from newsgrep.cli.main import run
from newsgrep.errors import IndexMissing

if TYPE_CHECKING:
    from collections.abc import Callable

    Newsgrep = Callable[..., tuple[int, str, str]]

HEAVY = ("numpy", "whoosh", "rich", "sqlite3", "selectolax", "json")
REPOSITORY = Path(__file__).parents[2]
FAKE = REPOSITORY / "tests" / "cli" / "conftest.py"

# Many hits from an archive in memory, printed by the real program to the real stdout.
MANY = f"""
import runpy, sys, dataclasses
import newsgrep.opening
fake = runpy.run_path({str(FAKE)!r})
articles = [dataclasses.replace(fake["HARBOUR"], id=str(n)) for n in range(5000)]
newsgrep.opening.open_archive = lambda path=None, create=False: fake["FakeArchive"](articles)
from newsgrep.cli.main import main
sys.argv = ["newsgrep", *sys.argv[1:]]
main()
"""


def python(*arguments: str, timeout: float = 60, **options: object) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, *arguments], cwd=REPOSITORY, capture_output=True, timeout=timeout, check=False
    )


def raising(error: BaseException) -> Callable[..., Archive]:
    def open_archive(path: object = None, *, create: bool = False) -> Archive:
        raise error

    return open_archive


def test_version_and_help_go_to_stdout(newsgrep: Newsgrep) -> None:
    assert newsgrep("--version") == (0, f"newsgrep {__version__}\n", "")
    for option in ("-h", "--help"):
        code, out, err = newsgrep(option)
        assert (code, err) == (0, "")
        assert all(f"  {command} " in out for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_examples(newsgrep: Newsgrep, command: str) -> None:
    code, out, _ = newsgrep(command, "-h")
    assert code == 0
    assert f"  newsgrep {command} " in out[out.index("Examples:") :]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_says_what_it_does(command: str) -> None:
    found = group.get_command(click.Context(group), command)
    assert found is not None
    assert all(option.help for option in found.params if isinstance(option, click.Option))


def test_no_command_shows_help_as_an_error(newsgrep: Newsgrep) -> None:
    code, out, err = newsgrep()
    assert (code, out) == (2, "")
    assert err.startswith("Usage: newsgrep")


def test_a_query_without_search_is_shown_how_to_type_it(newsgrep: Newsgrep) -> None:
    code, _, err = newsgrep("Deir Ezzor", "--json")
    assert code == 2
    assert "newsgrep search 'Deir Ezzor' --json" in err


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (IndexMissing("no index", hint="Make one."), 2, "newsgrep: no index\nMake one.\n"),
        (IndexMissing("no index in \x1b[2J"), 2, "newsgrep: no index in ␛[2J\n"),
        (click.ClickException("bad"), 2, "newsgrep: bad\n"),
        (click.Abort(), 130, ""),
        (KeyboardInterrupt(), 130, ""),
        (
            FileNotFoundError(2, "Gone", "index/x"),
            2,
            "newsgrep: index/x: Gone\nLook whether the name is right, and whether it is still there.\n",
        ),
        (OSError("odd"), 2, "newsgrep: odd\n"),
    ],
)
def test_errors_have_their_exit_codes(
    newsgrep: Newsgrep, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, message: str
) -> None:
    monkeypatch.setattr("newsgrep.opening.open_archive", raising(error))
    assert newsgrep("info") == (code, "", message)


def test_a_fault_of_the_program_is_not_taken_for_nothing_found(
    newsgrep: Newsgrep, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("newsgrep.opening.open_archive", raising(ZeroDivisionError()))
    code, _, err = newsgrep("search", "x")
    assert code == 2
    assert "ZeroDivisionError" in err


def test_a_pipe_that_breaks_inside_is_an_error(newsgrep: Newsgrep, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsgrep.opening.open_archive", raising(BrokenPipeError(32, "Broken pipe")))
    assert newsgrep("index", "saved") == (2, "", "newsgrep: Broken pipe\n")


def test_help_and_errors_of_typing_load_nothing_heavy() -> None:
    program = (
        "import sys; from newsgrep.cli.main import run; code = run(sys.argv[1:]);"
        f"sys.stderr.write(' '.join(m for m in {HEAVY!r} if m in sys.modules)); sys.exit(code)"
    )
    for arguments in (["--help"], ["search", "--help"], ["index", "-h"], ["--version"]):
        ran = python("-c", program, *arguments)
        assert (ran.returncode, ran.stderr) == (0, b"")


def test_the_module_is_the_program() -> None:
    ran = python("-m", "newsgrep", "--version")
    assert (ran.returncode, ran.stdout) == (0, f"newsgrep {__version__}\n".encode())
    assert python("-m", "newsgrep", "search").returncode == 2


@pytest.mark.parametrize(
    "output", ["--color=never", "--color=always", "--json", "--jsonl", "--csv", "--tsv", "--paths"]
)
def test_a_reader_that_has_seen_enough_ends_it_quietly(output: str) -> None:
    """`newsgrep search ... | head -c 5` with the shell's own plumbing left out."""
    limit = "0"
    process = subprocess.Popen(
        [sys.executable, "-c", MANY, "search", "bridge", "-n", limit, output],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    if output == "--paths":
        process.stdout.close()
    else:
        assert len(process.stdout.read(5)) == 5
        process.stdout.close()
    assert process.wait(60) == 0
    assert process.stderr.read() == b""
    process.stderr.close()


@pytest.mark.parametrize("arguments", [["--help"], ["search", "--help"], ["--version"]])
def test_help_is_quiet_into_a_closed_pipe(arguments: list[str]) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "newsgrep", *arguments],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.wait(60) == 0
    assert process.stderr.read() == b""
    process.stderr.close()


def test_machine_output_is_utf_8_in_any_locale() -> None:
    environment = {"PYTHONIOENCODING": "latin-1", "LC_ALL": "C", "PYTHONUTF8": "0", "PATH": ""}
    program = MANY.replace("range(5000)", "range(1)").replace("id=str(n)", f"title={'Bridge – 北京 ' + chr(0xDCE9)!a}")
    ran = subprocess.run(
        [sys.executable, "-c", program, "search", "bridge", "--tsv"],
        cwd=REPOSITORY,
        env=environment,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert "Bridge – 北京 ".encode() + b"\xe9\t" in ran.stdout


def test_a_full_disk_is_an_error() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    with open("/dev/full", "wb") as full:
        ran = subprocess.run(
            [sys.executable, "-c", MANY, "search", "bridge", "--json"],
            cwd=REPOSITORY,
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=60,
            check=False,
        )
    assert ran.returncode == 2
    assert ran.stderr.startswith(b"newsgrep: stdout: No space left on device\nMake room on that disk")


def test_the_archive_of_these_tests_is_where_the_programs_look_for_it() -> None:
    assert issubclass(runpy.run_path(str(FAKE))["FakeArchive"], Archive)


def test_a_folder_that_is_gone_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    monkeypatch.chdir(folder)
    folder.rmdir()
    assert run(["search", "bridge"]) == 2
    assert "no longer there" in capsys.readouterr().err

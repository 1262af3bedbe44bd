"""Every error that a user can meet, met: each class of errors.py, and each misuse of options, by a command."""

from __future__ import annotations

import ast
import contextlib
import fcntl
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import click
import pytest

import newsgrep as package
from newsgrep import errors
from newsgrep.cli.main import run
from newsgrep.errors import FileUnreadable, NewsgrepError
from tests.archive.opensearch.played_server import Answer, find_closed_port, played_server

Newsgrep = Callable[..., tuple[int, str, str]]
PACKAGE = Path(package.__file__).parent
CLASSES = {
    name: each
    for name, each in vars(errors).items()
    if isinstance(each, type) and issubclass(each, NewsgrepError) and each is not NewsgrepError
}
ARTICLES = [
    {"id": "one", "title": "Harbour bridge", "text": "The harbour bridge was opened.", "published": "2021-03-01"},
    {"id": "two", "title": "Ferry", "text": "A ferry ran late. " + "alpha beta " * 4_000, "section": "Local"},
]


@dataclass(frozen=True)
class Case:
    """A command that cannot do what it was asked for."""

    arguments: tuple[str, ...]
    """With {index}, {articles}, {folder} and {damaged} for paths."""
    happened: str
    to_do: str
    where: str = ""
    """The option, file or place that the message names; empty where that is the whole command."""
    circumstances: str = ""
    """What else is so: a key of CIRCUMSTANCES."""


CASES: dict[str, Case] = {
    "IndexMissing": Case(
        ("search", "x", "--index", "{folder}/none"),
        "no newsgrep index",
        "newsgrep index DIR --index {folder}/none",
        where="{folder}/none",
    ),
    "IndexBusy": Case(
        ("index", "{articles}", "--index", "{index}"),
        "is being written by",
        "newsgrep index --wait",
        where="{index}",
        circumstances="busy",
    ),
    "IndexUnusable": Case(
        ("search", "x", "--index", "{damaged}"),
        "cannot be opened",
        "newsgrep index DIR --rebuild",
        where="{damaged}",
    ),
    "ClusterUnreachable": Case(
        ("search", "x", "--index", "http://127.0.0.1:{no_port}/news"),
        "cannot be reached: Connection refused",
        "Is the address right, and the cluster running?",
        where="http://127.0.0.1:{no_port}",
    ),
    "ClusterRefused": Case(
        ("search", "x", "--index", "http://127.0.0.1:{port}/news"),
        "refuses: who asks is not known (status 401)",
        "NEWSGREP_OPENSEARCH_USER",
        where="http://127.0.0.1:{port}",
        circumstances="refusing",
    ),
    "ClusterFailed": Case(
        ("search", "x", "--index", "http://127.0.0.1:{port}/news"),
        "answered with status 400: too many of them (odd_exception)",
        "newsgrep doctor",
        where="http://127.0.0.1:{port}",
        circumstances="failing",
    ),
    "SourceMissing": Case(
        ("index", "{folder}/none", "--index", "{index}"),
        "there is no file or folder",
        "Give the folder",
        where="{folder}/none",
    ),
    "WorkerLost": Case(
        ("index", "{large}", "--index", "{folder}/lost", "--jobs", "2", "--quiet"),
        "a worker process ended before its work was done",
        "--jobs 1",
        where="exit code 1",
        circumstances="no workers",
    ),
    "FileUnreadable": Case(
        ("extract", "{broken}"),
        "Not valid JSON",
        "",  # What to do about a file is its owner's business: the message says what is wrong with it, and where.
        where="{broken}",
    ),
    "QueryError": Case(("search", '"harbour', "--index", "{index}"), "never closed", "Add a closing", where="^"),
    "FilterError": Case(
        ("search", "x", "--since", "soonish", "--index", "{index}"),
        "This is not a date: soonish",
        "Write a day (2017-09-05",
        where="--since soonish\n          ^",
    ),
    "QueryTooCostly": Case(
        ("search", "(alpha OR beta) w/1000 (alpha OR beta) w/1000 (alpha OR beta)", "--index", "{index}"),
        "in too many places",
        "Add a rarer word",
        where="words of this query",
    ),
    "ArticleMissing": Case(
        ("show", "nothing-of-that-name", "--index", "{index}"),
        "no article has the id or the path",
        "newsgrep search WORDS --format",
        where="nothing-of-that-name",
    ),
    "ArticleAmbiguous": Case(("show", "{articles}/all.json", "--index", "{index}"), "articles", "", where="all.json"),
    "NothingToOpen": Case(
        ("open", "{articles}/all.json#one", "--index", "{index}"),
        "is one of several articles",
        "newsgrep show",
        where="all.json",
    ),
    "WatchMissing": Case(
        ("watch", "remove", "storm", "--index", "{index}"), "there is no watch", "watch list", where="storm"
    ),
    "WatchExists": Case(
        ("watch", "add", "harbour", "harbour", "--index", "{index}"),
        "there is a watch",
        "--replace",
        where="harbour",
    ),
    "TemplateError": Case(
        ("search", "x", "--format", "{{nope}}", "--index", "{index}"), "--format: ", "nope", where="^"
    ),
    "OptionError": Case(
        ("index", "{articles}", "--map", "title", "--index", "{index}"),
        "is no pair TARGET=FIELD",
        "For example: --map",
        where="--map title",
    ),
    "OutputExists": Case(
        ("export", "harbour", "--index", "{index}", "--to", "{broken}", "--format", "csv"),
        "exists already",
        "--force",
        where="{broken}",
    ),
    "ExtraMissing": Case(
        ("export", "harbour", "--index", "{index}", "--to", "{folder}/x.parquet"),
        "Parquet needs pyarrow",
        "pip install 'newsgrep[parquet]'",
        where="pyarrow",
        circumstances="no pyarrow",
    ),
}


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An index of two articles with a watch, a damaged copy of it, and files that are not articles."""
    folder = tmp_path_factory.mktemp("errors")
    names = ("articles", "large", "index", "damaged")
    paths = {name: str(folder / name) for name in names} | {
        "folder": str(folder),
        "broken": str(folder / "broken.json"),
        "no_port": str(find_closed_port()),
    }
    for name in ("articles", "large", "damaged"):
        (folder / name).mkdir()
    (folder / "broken.json").write_text('{"title": ')
    (folder / "articles/all.json").write_text(json.dumps(ARTICLES))
    for number in range(2):  # Large enough for processes of their own.
        (folder / f"large/{number}.jsonl").write_text('{"title": "Boats", "text": "They sailed."}\n' * 110_000)
    with package.open(folder / "index", create=True) as archive:
        archive.update([folder / "articles"])
    assert run(["watch", "add", "harbour", "harbour", "--index", paths["index"]]) == 0
    for file in (folder / "index").iterdir():
        content = file.read_bytes()
        (folder / "damaged" / file.name).write_bytes(content[: len(content) // 2] if file.suffix == ".toc" else content)
    return paths


@contextlib.contextmanager
def _busy(places: dict[str, str], patch: pytest.MonkeyPatch) -> Iterator[None]:
    with (Path(places["index"]) / "MAIN_WRITELOCK").open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def _no_workers(places: dict[str, str], patch: pytest.MonkeyPatch) -> Iterator[None]:
    false = Path(places["folder"]) / "false"
    false.write_text("#!/bin/sh\nexit 1\n")
    false.chmod(0o755)
    patch.setattr(sys, "executable", str(false))
    yield


@contextlib.contextmanager
def _no_pyarrow(places: dict[str, str], patch: pytest.MonkeyPatch) -> Iterator[None]:
    patch.setitem(sys.modules, "pyarrow", None)
    yield


@contextlib.contextmanager
def _refusing(places: dict[str, str], patch: pytest.MonkeyPatch) -> Iterator[None]:
    with played_server(Answer(b"Unauthorized", 401, "text/plain")) as server:
        places["port"] = str(server.port)
        yield


@contextlib.contextmanager
def _failing(places: dict[str, str], patch: pytest.MonkeyPatch) -> Iterator[None]:
    with played_server(Answer({"error": {"type": "odd_exception", "reason": "too many of them"}}, 400)) as server:
        places["port"] = str(server.port)
        yield


CIRCUMSTANCES = {
    "busy": _busy,
    "no workers": _no_workers,
    "no pyarrow": _no_pyarrow,
    "refusing": _refusing,
    "failing": _failing,
}


def check_message(ran: tuple[int, str, str]) -> str:
    """One message on stderr and nothing else, exit code 2; returns the message."""
    code, out, err = ran
    assert (code, out) == (2, "")
    assert err.startswith("newsgrep: ")
    assert err.endswith("\n")
    assert err.count("newsgrep: ") == 1
    assert "Traceback" not in err
    return err


def test_every_class_of_errors_has_a_command_that_meets_it() -> None:
    assert list(CASES) == list(CLASSES), "errors.py and CASES name the same classes in the same order"


@pytest.mark.parametrize("name", CASES)
def test_an_error_says_what_happened_and_where_and_what_to_do(
    name: str, places: dict[str, str], newsgrep: Newsgrep, monkeypatch: pytest.MonkeyPatch
) -> None:
    met: list[type] = []
    first = NewsgrepError.__init__

    def spy(self: NewsgrepError, message: str, *, hint: str | None = None) -> None:
        met.append(type(self))
        assert hint or isinstance(self, FileUnreadable)
        first(self, message, hint=hint)

    monkeypatch.setattr(NewsgrepError, "__init__", spy)
    case = CASES[name]
    with CIRCUMSTANCES.get(case.circumstances, lambda *_: contextlib.nullcontext())(places, monkeypatch):
        message = check_message(newsgrep(*(each.format(**places) for each in case.arguments)))
    assert met, message
    assert met[-1] is CLASSES[name], message
    for part in (case.happened, case.where):
        assert part.format(**places) in message
    assert case.to_do.format(**places) in message.partition("\n")[2]


def _iter_calls() -> Iterator[tuple[Path, ast.Raise | None, ast.Call, str]]:
    """Each call in the package of something that is called like a class, with the statement that raises it."""
    for path in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        raised = {id(node.exc): node for node in ast.walk(tree) if isinstance(node, ast.Raise)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                yield path, raised.get(id(node)), node, name


def test_wherever_an_error_is_made_it_is_told_what_to_do() -> None:
    without = [
        f"{path.relative_to(PACKAGE)}:{call.lineno}"
        for path, _, call, name in _iter_calls()
        if name in CLASSES.keys() - {"FileUnreadable"}
        and "hint" not in {keyword.arg for keyword in call.keywords}
        # What is told in one line of the screen says it there.
        and path.parent.name != "browse"
    ]
    assert not without


MISUSES = (
    "",
    "serach x",
    "search",
    "search --plain --color always x",
    "search --undated --since 2020 x",
    "search --all --any x",
    "search --on 2020 --since 2019 x",
    "search --json --csv x",
    "search --null x",
    "search --safe-csv x",
    "search \udcff",
    "search x --index=",
    "info --index {index} --index {folder}",
    "search --nosuch x",
    "search --limit many x",
    "search x --sort nowhere",
    "batch {broken} --matrix --pairs",
    "batch {broken} --json --csv",
    "cite --json --style bibtex x",
    "cite",
    "completion",
    "compare",
    "compare harbour airport --undated --a-since 2020",
    "compare harbour airport --since 2021 --a-until 2020",
    "compare harbour harbour",
    "index",
    "index {articles} --quiet --verbose",
    "index {articles} --watch --rebuild",
    "index {articles} --memory lots",
    "index {articles} --shards 2",
    "export harbour --to=",
    "export harbour --to x.jsonl --safe-csv",
    "kwic",
    "versions --changed --diff",
    "versions",
    "versions one --since 2020",
    "versions one --from 1 --no-diff",
    "timeline harbour --share --per story",
    "timeline harbour --top 3",
    "watch run --jsonl --mail",
    "watch run --mail-to a@example.org",
    "watch run --to x --pipe y",
    "watch nosuch",
    "extract",
)
NO_MISUSE = {"cli/config.py"}
"""Where Click's errors are caught: a setting that cannot be used is told, and the command goes on."""


def test_every_misuse_of_options_is_told_with_the_way_to_the_help(
    places: dict[str, str], newsgrep: Newsgrep, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: set[tuple[str, int]] = set()
    first = click.UsageError.__init__

    def spy(self: click.UsageError, *arguments: object, **named: object) -> None:
        caller = sys._getframe(1)
        made.add((caller.f_code.co_filename, caller.f_lineno))
        first(self, *arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(click.UsageError, "__init__", spy)
    monkeypatch.setenv("NEWSGREP_INDEX", places["index"])
    monkeypatch.setenv("SHELL", "/bin/unknown")
    for typed in MISUSES:
        arguments = [each.format(**places) for each in typed.split()]
        code, out, err = newsgrep(*arguments)
        if not arguments:
            assert (code, out) == (2, "")
            assert err.startswith("Usage: newsgrep")
            continue
        message = check_message((code, out, err))
        assert message.splitlines()[-1].startswith("Try 'newsgrep"), message
    told = {
        (str(path.relative_to(PACKAGE)), raised.lineno, raised.end_lineno or raised.lineno)
        for path, raised, _, name in _iter_calls()
        if raised is not None and name in ("UsageError", "BadParameter", "BadOptionUsage", "ClickException")
    }
    not_met = {
        f"{path}:{begin}"
        for path, begin, end in told
        if path not in NO_MISUSE
        and not any(file == str(PACKAGE / path) and begin <= line <= end for file, line in made)
    }
    assert not not_met

"""What bash, zsh and fish offer when Tab is pressed: asked as Click's classes ask, and by the shells themselves."""

from __future__ import annotations

import datetime as dt
import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgrep.cli import last_search
from newsgrep.cli.command import COMPLETION_VARIABLE
from newsgrep.cli.commands import newsgrep as group
from newsgrep.cli.offers import DATES
from newsgrep.cli.shells import NAMES, quote_for_bash, read_line, render_answer, render_script
from newsgrep.opening import open_archive
from newsgrep.search.periods import parse_period
from newsgrep.search.watches import Watch

if TYPE_CHECKING:
    from collections.abc import Callable

    Newsgrep = Callable[..., tuple[int, str, str]]
    Ask = Callable[[str], list[str]]

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"], include_characters=" "), min_size=1)
SECTIONS = ("World News", "World News", "Women", "Économie")
SOURCES = ("L'Écho du $oir", "L'Écho du $oir", "Arts: Music", "L'Écho du $oir")
HEAVY = ("numpy", "whoosh", "rich", "sqlite3", "selectolax")


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Articles whose labels a shell would take apart, and two watches."""
    folder = tmp_path_factory.mktemp("shells")
    articles = [
        {
            "title": f"Report {number}",
            "text": "The harbour bridge was opened, they said.",
            "section": section,
            "author": "Ada Example",
            "source": source,
        }
        for number, (section, source) in enumerate(zip(SECTIONS, SOURCES, strict=True))
    ]
    (folder / "articles.json").write_text(json.dumps(articles))
    with open_archive(folder / "index", create=True) as archive:
        archive.update([folder / "articles.json"])
        with archive.open_watches() as watches:
            for name in ("harbour", "harvest"):
                watches.add(Watch(name=name, text="bridge"))
    return folder / "index"


@pytest.fixture
def ask_bash(index: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """What bash is told for a line up to the cursor."""
    monkeypatch.setenv("NEWSGREP_INDEX", str(index))
    monkeypatch.delenv("COMP_WORDBREAKS", raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(index.parent / "state"))

    def ask(line: str) -> list[str]:
        monkeypatch.setenv("COMP_WORDS", line)
        return render_answer(group, "bash_complete").splitlines()

    return ask


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("newsgrep sim", ["plain,similar"]),
        ("newsgrep watch re", ["plain,remove"]),
        ("newsgrep search --not-s", ["plain,--not-section"]),
        ("newsgrep search --section wo", ["plain,World\\ News", "plain,Women"]),
        ("newsgrep search --not-section 'WORLD n", ["plain,World News"]),
        ("newsgrep search --section=wor", ["plain,World\\ News"]),
        ("newsgrep search --section World\\ N", ["plain,World\\ News"]),
        ("newsgrep search --section eco", ["plain,Économie"]),
        # bash replaces only what follows the last colon that stands without quotes.
        ("newsgrep search --source Arts:", ["plain,\\ Music"]),
        ('newsgrep search --source "arts: ', ["plain,Arts: Music"]),
        ("newsgrep search harbour --source l", ["plain,L\\'Écho\\ du\\ \\$oir"]),
        ("newsgrep search --source 'l", ["plain,L'\\''Écho du $oir"]),
        ('newsgrep facets --source "l', ["plain,L'Écho du \\$oir"]),
        ("newsgrep compare --a-author a", ["plain,Ada\\ Example"]),
        ("newsgrep stories --on yes", ["plain,yesterday"]),
        ("newsgrep watch remove har", ["plain,harbour", "plain,harvest"]),
        ("newsgrep watch run harvest har", ["plain,harbour"]),
        ("newsgrep index --format trec", ["plain,trec"]),
        ("newsgrep cite --style bib", ["plain,bibtex"]),
        ("newsgrep completion z", ["plain,zsh"]),
        ("newsgrep export --to x", ["file,"]),
        ("newsgrep index cl", ["file,"]),
        ("newsgrep show art", ["file,"]),
        ("newsgrep search har", []),
        ("newsgrep search --limit ", []),
        ("newsgrep serach --sec", []),
        ("newsgrep search --index /nowhere --section ", []),
        ("newsgrep i", ["plain,index", "plain,info"]),
    ],
)
def test_bash_is_offered_what_it_can_insert(ask_bash: Ask, line: str, offered: list[str]) -> None:
    assert ask_bash(line) == offered


def test_an_id_is_offered_from_its_start(ask_bash: Ask, index: Path) -> None:
    with open_archive(index) as archive:
        article = archive.search("bridge").hits[0].article
    for command in ("show", "similar", "cite"):
        assert f"plain,{article.id}" in ask_bash(f"newsgrep {command} {article.id[:4]}")


def test_numbers_of_the_last_search_are_offered(
    ask_bash: Ask, index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setattr(last_search, "_is_terminal", lambda stream: True)
    assert ask_bash("newsgrep show ") == ["file,"]
    with open_archive(index) as archive:
        hits = archive.search("bridge").hits
    last_search.remember(str(index), hits, query="bridge", question="")
    assert ask_bash("newsgrep open ") == ["plain,1", "plain,2", "plain,3", "plain,4"]
    assert ask_bash("newsgrep cite 1 2") == ["plain,2"]
    # The numbers are of another index than the one that is named.
    assert ask_bash("newsgrep show --index /nowhere ") == ["file,"]


def test_word_breaks_that_are_not_set_break_nothing(ask_bash: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMP_WORDBREAKS", " \t\n\"'><;|&(")
    assert ask_bash("newsgrep search --source Arts:") == ["plain,Arts:\\ Music"]


@given(TEXT, st.sampled_from(["", "'", '"']))
def test_what_is_quoted_for_bash_is_read_back(value: str, quote: str) -> None:
    words, last = read_line(f"newsgrep search {quote}{quote_for_bash(value, quote)}")
    assert words == ["newsgrep", "search"]
    assert last.text == value
    # An apostrophe within single quotes ends them for a moment.
    assert (last.quote == quote) or "'" in value


def test_bash_itself_reads_back_what_is_quoted_for_it() -> None:
    values = ["World News", "L'Écho", 'A: "B"', "$HOME `x` \\n", "~", "*?[a]", "a=b:c@d", "#1", "{a,b}", "!x", "日本"]
    for quote in ("", "'", '"'):
        line = " ".join(f"{quote}{quote_for_bash(value, quote)}{quote}" for value in values)
        ran = subprocess.run(["bash", "-c", f"printf '%s\\n' {line}"], capture_output=True, check=True, timeout=20)
        assert ran.stdout.decode().splitlines() == values


@pytest.mark.parametrize("shell", ["zsh", "fish"])
@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        (["search", "--section", "wo"], ["World News", "Women"]),
        (["search", "--section=wor"], ["--section=World News"]),
        (["search", "--sou"], ["--source"]),
        (["watch", "remove", "harv"], ["harvest"]),
    ],
)
def test_zsh_and_fish_are_offered_whole_words(
    index: Path, monkeypatch: pytest.MonkeyPatch, shell: str, typed: list[str], offered: list[str]
) -> None:
    monkeypatch.setenv("NEWSGREP_INDEX", str(index))
    monkeypatch.setenv("COMP_WORDS", " ".join(["newsgrep", *typed]))
    monkeypatch.setenv("COMP_CWORD", typed[-1] if shell == "fish" else str(len(typed)))
    lines = render_answer(group, f"{shell}_complete").splitlines()
    values = lines[1::3] if shell == "zsh" else [line.removeprefix("plain,").split("\t")[0] for line in lines]
    assert values == offered


def test_nobody_hears_of_what_goes_wrong(
    newsgrep: Newsgrep, tmp_path: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(index, broken)
    for path in broken.iterdir():
        path.write_bytes(b"nonsense")
    for folder in (tmp_path, broken):
        monkeypatch.setenv("NEWSGREP_INDEX", str(folder))
        for line in ("newsgrep search --section ", "newsgrep show 3f9a", "newsgrep watch run "):
            monkeypatch.setenv("COMP_WORDS", line)
            monkeypatch.setenv(COMPLETION_VARIABLE, "bash_complete")
            assert newsgrep() in ((0, "", ""), (0, "file,\n", ""))
    monkeypatch.delenv("COMP_WORDS")
    assert newsgrep()[1:] == ("", "")
    monkeypatch.setenv(COMPLETION_VARIABLE, "tcsh_complete")
    assert newsgrep() == (0, "", "")


def test_completing_a_label_loads_nothing_heavy(index: Path) -> None:
    code = (
        "import sys; from newsgrep.cli.main import run; code = run([]);"
        f"print(*(set(sys.modules) & set({HEAVY!r})), file=sys.stderr); sys.exit(code)"
    )
    asked = {"COMP_WORDS": "newsgrep search --section wo", COMPLETION_VARIABLE: "bash_complete"}
    environment = {**os.environ, **asked, "NEWSGREP_INDEX": str(index)}
    ran = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, timeout=60, check=True)
    assert ran.stdout == b"plain,World\\ News\nplain,Women\n"
    assert ran.stderr.split() == []


@pytest.mark.parametrize("date", [value for value, _ in DATES])
def test_every_date_offered_is_understood(date: str) -> None:
    assert parse_period(date, dt.date(2024, 5, 17)).first < dt.date(2024, 5, 18)


def test_every_option_for_labels_and_dates_has_something_to_offer() -> None:
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        assert command is not None
        for param in command.params:
            if isinstance(param, click.Option) and param.metavar in ("DATE", "LABEL", "NAME"):
                assert param._custom_shell_complete is not None, f"{name} {param.opts}"


def test_the_script_is_for_the_shell_of_the_user(newsgrep: Newsgrep, monkeypatch: pytest.MonkeyPatch) -> None:
    for shell in NAMES:
        monkeypatch.setenv("SHELL", f"/usr/bin/{shell}")
        assert newsgrep("completion") == newsgrep("completion", shell) == (0, render_script(group, shell), "")
    monkeypatch.setenv("SHELL", "/bin/tcsh")
    code, out, err = newsgrep("completion")
    assert (code, out) == (2, "")
    assert "newsgrep completion bash|zsh|fish" in err


@pytest.fixture
def environment(index: Path, tmp_path: Path) -> dict[str, str]:
    """What a shell is started with: `newsgrep` on its path, no settings of its own."""
    program = tmp_path / "newsgrep"
    root = Path(__file__).parent.parent.parent
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m newsgrep "$@"\n')
    program.chmod(0o755)
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    kept = {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}
    return {
        **kept,
        "PATH": path,
        "HOME": str(tmp_path),
        "PYTHONPATH": str(root),
        "NEWSGREP_INDEX": str(index),
        "LC_ALL": "C.UTF-8",
    }


def run_shell(shell: str, script: str, environment: dict[str, str]) -> list[str]:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    command = [shell, *{"bash": ["--norc"], "zsh": ["-f"], "fish": ["--no-config"]}[shell], "-c", script]
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert ran.stderr == ""
    return ran.stdout.splitlines()


def test_bash_asks_and_is_answered(environment: dict[str, str]) -> None:
    script = r"""
        source <(newsgrep completion bash)
        compopt() { echo "compopt $*"; }
        COMP_LINE='newsgrep search --section=wo OR' COMP_POINT=28 COMP_WORDS=(newsgrep search --section = wo OR)
        COMP_CWORD=4
        _newsgrep_completion newsgrep
        printf '%s\n' "${COMPREPLY[@]}"
        COMP_LINE='newsgrep export --to ' COMP_POINT=21
        _newsgrep_completion newsgrep
        complete -p newsgrep
    """
    assert run_shell("bash", script, environment) == [
        "World\\ News",
        "Women",
        "compopt -o default",
        "complete -o nosort -F _newsgrep_completion newsgrep",
    ]


def test_zsh_asks_and_is_answered(environment: dict[str, str]) -> None:
    script = r"""
        compdef() { }
        _describe() { print -l -- ${(P)3} }
        source <(newsgrep completion zsh)
        words=(newsgrep search --section wo) CURRENT=4
        _newsgrep_completion
    """
    assert run_shell("zsh", script, environment) == ["World News:2 articles", "Women:1 article"]


def test_fish_asks_and_is_answered(environment: dict[str, str]) -> None:
    script = """
        newsgrep completion fish | source
        complete -C 'newsgrep search --section wo'
        complete -C 'newsgrep search --section=wor'
    """
    assert sorted(run_shell("fish", script, environment)) == [
        "--section=World News\t2 articles",
        "Women\t1 article",
        "World News\t2 articles",
    ]

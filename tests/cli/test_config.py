"""Settings: the right default from the right place, and a word on each that cannot be used."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from newsgrep.cli.main import run

Answer = dict[str, object]


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An index of five articles, in a folder of no settings, asked from another one."""
    saved = tmp_path / "saved"
    saved.mkdir()
    for number in range(5):
        (saved / f"page{number}.json").write_text(json.dumps({"title": f"Bridge {number}", "text": "A bridge. " * 9}))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
    for name in [name for name in os.environ if name.startswith("NEWSGREP_")]:
        monkeypatch.delenv(name)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    assert run(["index", str(saved), "--index", str(tmp_path / "index"), "--quiet"]) == 0
    return tmp_path / "index"


@pytest.fixture
def user_file(tmp_path: Path) -> Path:
    path = tmp_path / "settings/newsgrep/newsgrep.toml"
    path.parent.mkdir(parents=True)
    return path


def search(index: Path, capfdbinary: pytest.CaptureFixture[bytes], *options: str) -> tuple[int, str]:
    """How many hits a search shows, and what it says on stderr."""
    capfdbinary.readouterr()
    assert run(["search", "bridge", "--jsonl", "--index", str(index), *options]) == 0
    out, err = capfdbinary.readouterr()
    return len(out.splitlines()), err.decode()


def test_the_users_file_sets_a_default(index: Path, user_file: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    user_file.write_text("[search]\nlimit = 2\n")
    assert search(index, capfdbinary) == (2, "")


def test_what_counts_more_goes_before(
    index: Path, user_file: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    user_file.write_text("[search]\nlimit = 1\n")
    assert search(index, capfdbinary)[0] == 1
    (index / "newsgrep.toml").write_text("[search]\nlimit = 2\n")
    assert search(index, capfdbinary)[0] == 2
    monkeypatch.setenv("NEWSGREP_SEARCH_LIMIT", "3")
    assert search(index, capfdbinary)[0] == 3
    assert search(index, capfdbinary, "--limit", "4")[0] == 4


def test_a_key_outside_tables_is_for_every_command_that_has_it(
    index: Path, user_file: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    user_file.write_text("limit = 2\n")
    assert search(index, capfdbinary) == (2, "")
    assert run(["stories", "bridge", "--csv", "--index", str(index)]) == 0
    assert run(["info", "--index", str(index)]) == 0
    assert capfdbinary.readouterr().err == b""


def test_the_users_index_is_used_where_none_is_near(
    index: Path,
    user_file: Path,
    tmp_path: Path,
    capfdbinary: pytest.CaptureFixture[bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    user_file.write_text('index = "../../index"\n')
    assert run(["search", "bridge", "--count"]) == 0
    assert capfdbinary.readouterr().out == b"5\n"
    monkeypatch.setenv("NEWSGREP_INDEX", str(index.parent / "none"))
    assert run(["search", "bridge", "--count"]) == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[search]\nlimt = 2", "newsgrep search has no option --limt; --limit is near"),
        ('[search]\nlimit = "many"', "search.limit: 'many' is not a valid"),
        ("[search]\nlimit = [1, 2]", "takes one value, not a list"),
        ("[search]\nlimit = true", "takes a value, not true or false"),
        ("[search]\nfresh = 3", "takes true or false"),
        ('[search]\nsort = "best"', "is not one of"),
        ("[search\nlimit = 2", "newsgrep.toml: "),
        ("[search]\nlimit = 2020-01-01", "neither a text nor a number"),
        ("x = " + "[" * 5000, "newsgrep.toml: "),
    ],
)
def test_a_setting_that_cannot_be_used_is_told_and_left_aside(
    index: Path, user_file: Path, text: str, said: str, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    user_file.write_text(text)
    hits, err = search(index, capfdbinary)
    assert hits == 5
    assert str(user_file) in err
    assert said in err
    assert len(err.splitlines()) == 1


def test_an_index_sets_neither_paths_nor_what_writes(index: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    (index / "newsgrep.toml").write_text('force = true\n[search]\nsynonyms = "/etc/passwd"\n[export]\nforce = true\n')
    hits, err = search(index, capfdbinary)
    assert hits == 5
    assert "search.synonyms: an index sets no paths" in err
    target = index.parent / "out.jsonl"
    target.write_text("mine")
    assert run(["export", "bridge", "--to", str(target), "--index", str(index)]) == 2
    assert target.read_text() == "mine"


def test_a_pipe_in_the_place_of_a_file_does_not_block(index: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    os.mkfifo(index / "newsgrep.toml")
    assert "not a file" in search(index, capfdbinary)[1]


def test_flags_are_switched_by_true_and_false(
    index: Path, user_file: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    user_file.write_text("[search]\nall = true\n")
    capfdbinary.readouterr()
    assert run(["search", "bridgge", "--count", "--index", str(index)]) == 1
    monkeypatch.setenv("NEWSGREP_SEARCH_ALL", "false")
    assert run(["search", "bridgge", "--count", "--index", str(index)]) == 0


def show_config(capfdbinary: pytest.CaptureFixture[bytes], index: Path, code: int = 0) -> Answer:
    capfdbinary.readouterr()
    assert run(["config", "--json", "--index", str(index)]) == code
    answer: Answer = json.loads(capfdbinary.readouterr().out)
    return answer


def test_config_says_where_each_setting_comes_from(
    index: Path, user_file: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    user_file.write_text('color = "never"\n[search]\nlimit = 1\n[watch.run]\nquiet = true\n')
    (index / "newsgrep.toml").write_text("[search]\nlimit = 2\n")
    monkeypatch.setenv("NEWSGREP_SEARCH_LIMIT", "3")
    shown = show_config(capfdbinary, index, 2 if "quiet" not in _options("watch run") else 0)
    assert isinstance(shown["settings"], list)
    rows = {(row["name"], row["value"], row["origin"], row["used"]) for row in shown["settings"]}
    assert ("search.limit", "3", "NEWSGREP_SEARCH_LIMIT", True) in rows
    assert ("search.limit", 2, str(index / "newsgrep.toml"), False) in rows
    assert ("search.limit", 1, str(user_file), False) in rows
    assert ("color", "never", str(user_file), True) in rows


def _options(path: str) -> set[str]:
    import click

    from newsgrep.cli.commands import newsgrep
    from newsgrep.cli.config import options_of

    command: click.Command | None = newsgrep
    for name in path.split():
        assert isinstance(command, click.Group)
        command = command.get_command(click.Context(command), name)
    assert command
    return set(options_of(command))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[serch]\nlimit = 1", "[serch]: there is no such command"),
        ("colour = 1", "colour: no command has this option"),
        ("[search]\nlimt = 1", "--limit is near"),
    ],
)
def test_config_finds_what_no_command_uses(
    index: Path, user_file: Path, text: str, said: str, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    user_file.write_text(text)
    problems = show_config(capfdbinary, index, 2)["problems"]
    assert isinstance(problems, list)
    assert [said in problem for problem in problems] == [True]


def test_the_example_of_the_page_can_be_used(
    index: Path, user_file: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    page = (Path(__file__).parents[2] / "docs/config.md").read_text("utf-8")
    user_file.write_text(page.split("```toml\n")[1].split("```")[0])
    shown = show_config(capfdbinary, index)
    assert isinstance(shown["settings"], list)
    assert len(shown["settings"]) == 7

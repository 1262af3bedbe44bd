"""Several indexes in one question: how they are named, how what is found is marked, what is said where one fails."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import newsgrep as package
from newsgrep import Request
from newsgrep.cli.last_search import LastSearch, read_last_search, read_names, remember_hits
from newsgrep.cli.main import run
from newsgrep.errors import ArticleMissing, OptionError
from newsgrep.opening import JoinedArchive
from tests.terminals import NEWSGREP, run_in_terminal

ARTICLES = {
    "coast": [
        {"id": "storm", "title": "Storm closes the bridge", "text": "The harbour bridge was closed in the storm.",
         "published": "2017-09-04", "section": "News", "url": "https://courier.example/storm",
         "date_download": "2017-09-05T10:00:00Z"},
        {"id": "fog", "title": "Ferry late", "text": "Fog held up the ferry.", "published": "2017-03-01",
         "url": "https://courier.example/fog", "date_download": "2017-03-01T10:00:00Z"},
        {"id": "ferry", "title": "Ferry late", "text": "Fog held up the ferry for a day.", "published": "2017-03-01",
         "url": "https://courier.example/fog", "date_download": "2017-03-02T10:00:00Z"},
    ],
    "inland": [
        {"id": "toll", "title": "Toll rises", "text": "The toll for the bridge rises.", "published": "2018-01-07"},
        {"id": "later", "title": "Storm closes the bridge", "text": "The harbour bridge was closed for two days.",
         "published": "2017-09-04", "url": "https://courier.example/storm", "date_download": "2017-09-08T10:00:00Z"},
    ],
}  # fmt: skip

Newsgrep = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two indexes, `coast` and `inland`."""
    made = tmp_path_factory.mktemp("several")
    for name, articles in ARTICLES.items():
        (made / f"{name}.jsonl").write_text("\n".join(map(json.dumps, articles)), "utf-8")
        with package.open(made / name, create=True) as archive:
            archive.update([made / f"{name}.jsonl"])
    return made


@pytest.fixture
def newsgrep(folder: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Newsgrep:
    """Run a command in the folder of the indexes: exit code, stdout, stderr."""
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(folder)

    def _newsgrep(*arguments: str) -> tuple[int, str, str]:
        capfdbinary.readouterr()
        code = run(list(arguments))
        out, err = capfdbinary.readouterr()
        return code, out.decode(), err.decode()

    return _newsgrep


BOTH = ("--index", "coast", "--index", "inland")


def rows(text: str, delimiter: str = ",") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text), delimiter=delimiter))


def test_hits_of_json_say_where_they_are(newsgrep: Newsgrep) -> None:
    document = json.loads(newsgrep("search", "bridge", "--json", *BOTH)[1])
    assert document["total"] == 3
    assert {(hit["record"], hit["index"]) for hit in document["hits"]} == {
        ("storm", "coast"),
        ("toll", "inland"),
        ("later", "inland"),
    }
    assert list(document["hits"][0])[-1] == "index"
    lines = newsgrep("search", "bridge", "--jsonl", *BOTH)[1].splitlines()
    assert [json.loads(line) for line in lines] == document["hits"]


@pytest.mark.parametrize(
    "command",
    [
        ("search", "bridge", "--csv"),
        ("stories", "bridge", "--csv"),
        ("kwic", "bridge", "--csv"),
        ("export", "bridge", "--to", "-", "--format", "csv"),
        ("similar", "coast.jsonl#storm", "--copies", "show", "--csv"),
        ("versions", "coast.jsonl#storm", "--csv"),
        ("versions", "--changed", "--csv"),
    ],
    ids=lambda command: command[0],
)
def test_tables_have_one_more_column_where_several_indexes_are_asked(
    newsgrep: Newsgrep, command: tuple[str, ...]
) -> None:
    code, out, err = newsgrep(*command, *BOTH)
    assert code == 0, err
    marks = [row["index"] for row in rows(out)]
    assert marks
    assert set(marks) <= {"coast", "inland"}
    assert out.splitlines()[0].split(",")[-1] == "index"
    code, alone, err = newsgrep(*command, "--index", "coast")
    assert "index" not in alone.partition("\n")[0].split(",")


@pytest.mark.parametrize("command", ["stories", "kwic"])
def test_other_documents_mark_their_records_too(newsgrep: Newsgrep, command: str) -> None:
    document = json.loads(newsgrep(command, "bridge", "--json", *BOTH)[1])
    records = document["stories" if command == "stories" else "lines"]
    assert {record["index"] for record in records} == {"coast", "inland"}
    assert "index" not in newsgrep(command, "bridge", "--json", "--index", "coast")[1]


def test_versions_of_an_address_are_those_of_all_indexes(newsgrep: Newsgrep) -> None:
    document = json.loads(newsgrep("versions", "coast.jsonl#storm", "--json", *BOTH)[1])
    assert [(version["record"], version["index"]) for version in document["versions"]] == [
        ("storm", "coast"),
        ("later", "inland"),
    ]
    assert " · in inland" in newsgrep("versions", "coast.jsonl#storm", *BOTH)[1]


def test_the_mark_stands_with_the_facts_for_eyes(newsgrep: Newsgrep) -> None:
    assert "4 Sep 2017 · News · in coast" in newsgrep("search", "bridge", *BOTH)[1]
    assert "4 Sep 2017 · News · in coast" in newsgrep("show", "coast.jsonl#storm", *BOTH)[1]
    assert " in coast" not in newsgrep("search", "bridge", "--index", "coast")[1]


def test_an_index_with_a_hostile_name_acts_on_no_terminal(newsgrep: Newsgrep, folder: Path, tmp_path: Path) -> None:
    hostile = tmp_path / "a\x1b[2Jb"
    shutil.copytree(folder / "coast", hostile)
    _, out, _ = newsgrep("search", "bridge", "--index", str(hostile), "--index", "inland", "--color", "always")
    assert "\x1b[2J" not in out
    assert "[2Jb" in out


def test_templates_name_the_index(newsgrep: Newsgrep) -> None:
    out = newsgrep("search", "ferry OR toll", "--format", "{index}/{record}", *BOTH)[1]
    assert sorted(out.split()) == ["coast/ferry", "inland/toll"]
    assert newsgrep("search", "ferry", "--format", "[{index}]", "--index", "coast")[1] == "[]\n"


def test_parquet_has_the_column_too(newsgrep: Newsgrep, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    assert newsgrep("export", "bridge", "--to", str(tmp_path / "a.parquet"), *BOTH)[0] == 0
    assert set(parquet.read_table(tmp_path / "a.parquet")["index"].to_pylist()) == {"coast", "inland"}


def test_counts_are_those_of_all(newsgrep: Newsgrep, tmp_path: Path) -> None:
    assert newsgrep("search", "bridge", "--count", *BOTH)[1] == "3\n"
    assert json.loads(newsgrep("timeline", "bridge", "--json", *BOTH)[1])["total"] == 3
    assert json.loads(newsgrep("facets", "bridge", "--json", *BOTH)[1])["total"] == 3
    queries = tmp_path / "queries.txt"
    queries.write_text("bridge\ntoll\nstorm\n")
    rows = json.loads(newsgrep("batch", str(queries), "--json", *BOTH)[1])["queries"]
    assert [row["articles"] for row in rows] == [3, 1, 2]
    assert {row["top"]["index"] for row in rows} == {"coast", "inland"}
    pairs = json.loads(newsgrep("batch", str(queries), "--pairs", "--json", *BOTH)[1])["pairs"]
    assert {(pair["a"], pair["b"]): pair["articles"] for pair in pairs if pair["articles"]} == {
        ("bridge", "toll"): 1,
        ("bridge", "storm"): 2,
    }


def test_the_variable_has_one_index_a_line(newsgrep: Newsgrep, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSGREP_INDEX", "coast\ninland\n")
    assert newsgrep("search", "bridge", "--count")[1] == "3\n"
    assert newsgrep("search", "bridge", "--count", "--index", "inland")[1] == "2\n"
    config = json.loads(newsgrep("config", "--json")[1])
    assert config["indexes"] == ["coast", "inland"]


def test_settings_name_several_where_none_is_near(
    newsgrep: Newsgrep, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = tmp_path / "newsgrep.toml"
    settings.write_text(f'index = ["{folder}/coast", "{folder}/inland"]\n')
    monkeypatch.setenv("NEWSGREP_CONFIG", str(settings))
    assert newsgrep("search", "bridge", "--count")[1] == "3\n"
    code, _, err = newsgrep("config")
    assert (code, err) == (0, "")
    code, _, err = newsgrep("info")
    assert code == 2
    assert "newsgrep info is about one index, and 2 are named" in err
    settings.write_text(f'index = "{folder}/coast"\n')
    assert newsgrep("search", "bridge", "--count")[1] == "1\n"


def test_no_index_decides_for_others_how_they_are_asked(newsgrep: Newsgrep, folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder / "coast", tmp_path / "coast")
    (tmp_path / "coast/newsgrep.toml").write_text("[search]\ncount = true\n")
    assert newsgrep("search", "bridge", "--index", str(tmp_path / "coast"))[1] == "1\n"
    assert " · in inland" in newsgrep("search", "bridge", "--index", str(tmp_path / "coast"), "--index", "inland")[1]


@pytest.mark.parametrize("names", [("coast", "./coast"), ("coast", "coast")])
def test_an_index_that_is_named_twice_is_one(newsgrep: Newsgrep, names: tuple[str, str]) -> None:
    code, out, _ = newsgrep("search", "bridge", "--jsonl", "--index", names[0], "--index", names[1])
    assert (code, len(out.splitlines())) == (0, 1)
    assert "index" not in json.loads(out)
    assert newsgrep("info", "--index", names[0], "--index", names[1])[0] == 0


@pytest.mark.parametrize("damage", ["missing", "damaged"])
def test_an_index_that_cannot_be_read_is_named_and_nothing_is_printed(
    newsgrep: Newsgrep, folder: Path, tmp_path: Path, damage: str
) -> None:
    other = tmp_path / "other"
    if damage == "damaged":
        shutil.copytree(folder / "inland", other)
        for path in other.glob("*.seg"):
            path.write_bytes(b"nothing of use")
    code, out, err = newsgrep("search", "bridge", "--index", "coast", "--index", str(other))
    assert (code, out) == (2, "")
    assert str(other) in err


def test_an_address_that_cannot_be_reached_is_named_and_nothing_is_printed(newsgrep: Newsgrep) -> None:
    pytest.importorskip("opensearchpy")
    # Nothing listens on a port that only the system may give.
    code, out, err = newsgrep("search", "bridge", "--index", "coast", "--index", "http://127.0.0.1:9/news")
    assert (code, out) == (2, "")
    assert "http://127.0.0.1:9" in err
    assert "fault of newsgrep" not in err


@pytest.mark.parametrize(
    "command",
    [
        ("info",),
        ("check",),
        ("doctor",),
        ("index", "coast.jsonl"),
        ("watch", "list"),
        ("watch", "run"),
        ("watch", "add", "bridge", "bridge"),
    ],
    ids=" ".join,
)
def test_what_is_about_one_index_says_so(
    newsgrep: Newsgrep, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    code, out, err = newsgrep(*command, *BOTH)
    assert (code, out) == (2, "")
    assert "is about one index, and 2 are named: coast and inland" in err
    monkeypatch.setenv("NEWSGREP_INDEX", "coast\ninland")
    assert newsgrep(*command) == (code, out, err)


def test_an_archive_of_several_is_for_questions_only(folder: Path) -> None:
    with package.open([folder / "coast", folder / "inland"]) as archive:
        assert isinstance(archive, JoinedArchive)
        assert archive.search("bridge").total == 3
        assert archive.get("coast.jsonl#storm".replace("coast", f"{folder}/coast")).index == str(folder / "coast")
        assert not archive.follow()
        for ask in (
            archive.info,
            archive.check,
            archive.repair,
            archive.list_watches,
            lambda: archive.update([folder]),
        ):
            with pytest.raises(OptionError, match="of one index, and 2 are named"):
                ask()
    with pytest.raises(OptionError, match="one index is written at a time"):
        package.open([folder / "coast", folder / "inland"], create=True)


def test_a_list_of_one_is_an_archive_as_ever(folder: Path) -> None:
    with package.open([folder / "coast"]) as archive:
        assert archive.info().articles == 2
        assert archive.search("storm").hits[0].article.index is None


def test_an_open_archive_of_several_follows_all_of_them(folder: Path, tmp_path: Path) -> None:
    for name in ("coast", "inland"):
        shutil.copytree(folder / name, tmp_path / name)
    with package.open([tmp_path / "coast", tmp_path / "inland"]) as archive:
        assert archive.search("zeppelin").total == 0
        (tmp_path / "new.txt").write_text("A zeppelin\n\nA zeppelin came down in the harbour.")
        with package.open(tmp_path / "inland") as other:
            other.update([tmp_path / "new.txt"])
        assert archive.follow()
        assert archive.search("zeppelin").hits[0].article.index == str(tmp_path / "inland")
        assert not archive.follow()


def test_files_are_found_from_each_index(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        monkeypatch.chdir(tmp_path / name)
        Path("page.txt").write_text(f"Bridge {name}\n\nThe bridge is of interest to {name}.")
        with package.open("index", create=True) as archive:
            archive.update(["page.txt"])
    monkeypatch.chdir(tmp_path)
    with package.open(["one/index", "two/index"]) as archive:
        found = {archive.locate(hit.article) for hit in archive.search("bridge").hits}
    assert found == {str(tmp_path / name / "page.txt") for name in ("one", "two")}


def test_numbers_of_a_search_name_articles_of_all_its_indexes(folder: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "TERM": "xterm", "XDG_STATE_HOME": str(tmp_path), "NEWSGREP_PAGER": "cat"}
    command = " ".join(NEWSGREP)
    search = f"{command} search 'ferry OR toll' --sort oldest --index coast --index inland"
    script = f"{search} > /dev/null; cd /; {command} show 1 2 --json; {command} similar 2 --json | head -c 200; true"
    shown = run_in_terminal(["sh", "-c", script], environment=environment, columns=200, cwd=folder)
    lines = shown.text.splitlines()
    articles = [json.loads(line)["article"] for line in lines[:2]]
    assert [(each["record"], each["index"]) for each in articles] == [
        ("ferry", f"{folder}/coast"),
        ("toll", f"{folder}/inland"),
    ]
    assert f'"index": "{folder}/inland"' in lines[2]


def test_numbers_of_several_indexes_are_none_of_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = LastSearch(("/a", "/b"), "", "bridge", {1: "abcd"})
    monkeypatch.setattr("newsgrep.cli.last_search._read", lambda path: kept)
    assert read_last_search() == kept
    assert read_names(["1"], None).index == ("/a", "/b")
    assert read_names(["1"], ("/a", "/b")).names == ("abcd",)
    with pytest.raises(ArticleMissing, match="which was of /a and /b"):
        read_names(["1"], "/a")


def test_what_was_searched_is_read_as_it_was_kept(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setattr("newsgrep.cli.last_search._is_terminal", lambda stream: True)
    monkeypatch.chdir(folder)
    with package.open(["coast", "inland"]) as archive:
        results = archive.search("bridge")
        remember_hits(archive.location, results.hits, Request(text="bridge"))
    last = read_last_search()
    assert last is not None
    assert last.index == (str(folder / "coast"), str(folder / "inland"))
    assert len(last.articles) == 3

"""Every command where the index is an address: it works as with a folder, or says what to do instead.

The engine behind the address is the one of a folder here: what it answers is the business of its own tests.
"""

from __future__ import annotations

import json
import os
import sys
import types
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

import newsgrep as package
from newsgrep.archive.facts import Facts, OnCluster
from newsgrep.archive.local_engine import LocalEngine
from newsgrep.archive.opensearch.address import IndexUrl
from newsgrep.archive.opensearch.credentials import PASSWORD, TOKEN, USER
from newsgrep.archive.report import UpdateSummary
from newsgrep.archive.update import Options, update_index
from newsgrep.cli.commands import COMMANDS
from newsgrep.cli.last_search import LastSearch
from tests.archive.opensearch.played_server import Answer, Asked, played_server

Newsgrep = Callable[..., tuple[int, str, str]]
URL = "http://localhost:9299/news"
SECRET = "s3cret-word"

ARGUMENTS: dict[str, tuple[tuple[str, ...], ...]] = {
    "index": (("saved", "--dry-run"), ("saved",), ("saved", "--shards", "2", "--replicas", "0", "--by-year")),
    "search": (("harbour",), ("harbour", "--json"), ("harbour", "--paths"), ("harbour", "--count")),
    "browse": (("harbour",),),
    "stories": (("harbour",),),
    "kwic": (("harbour",),),
    "compare": (("harbour", "ferry"),),
    "show": (("saved/one.txt",),),
    "open": (("saved/one.txt", "--print"),),
    "versions": (("saved/one.txt",), ("--changed",)),
    "similar": (("saved/one.txt",),),
    "batch": (("queries.txt",),),
    "timeline": (("harbour",),),
    "facets": (("harbour",),),
    "cite": (("saved/one.txt",),),
    "export": (("harbour", "--to", "out.jsonl", "--force"),),
    "sections": ((),),
    "watch": (
        ("add", "bridge", "harbour", "--from-start"),
        ("list",),
        ("run",),
        ("run",),
        ("remove", "bridge"),
    ),
    "info": ((), ("--json",)),
    "check": ((), ("--repair",)),
    "doctor": ((),),
    "config": ((), ("--json",)),
}
WITHOUT_INDEX = {"extract", "formats", "completion"}
FOLDERS_ONLY = {"check"}


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two articles, an index of them that answers for every address, and a home of its own."""
    for name in ("NEWSGREP_INDEX", USER, PASSWORD, TOKEN, "NETRC", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("NEWSGREP_CONFIG", str(tmp_path / "home/newsgrep.toml"))
    (tmp_path / "home").mkdir()
    saved = tmp_path / "desk/saved"
    saved.mkdir(parents=True)
    (saved / "one.txt").write_text("The harbour\n\n12 May 2019\n\nThe harbour was opened. A ferry came in.\n")
    (saved / "two.txt").write_text("A ferry\n\n13 May 2019\n\nThe ferry left late and the harbour was closed.\n")
    (tmp_path / "desk/queries.txt").write_text("harbour\nferry\n")
    monkeypatch.chdir(tmp_path / "desk")
    with package.open(tmp_path / "behind", create=True) as archive:
        archive.update(["saved"])

    def update_remote(url: IndexUrl, sources: Iterable[str], options: Options, **rest: Any) -> UpdateSummary:
        return update_index(tmp_path / "behind", sources, options, **rest)

    def read_facts(url: IndexUrl) -> Facts:
        where = OnCluster(server="OpenSearch 2.19.1", indices=("news-g000001",), shards=1, replicas="0-1")
        return Facts(1, 2, 0, "2019-05-14T00:00:00+00:00", 12_345, where)

    remote_engine = types.SimpleNamespace(RemoteEngine=lambda *_: LocalEngine(tmp_path / "behind"))
    room = "newsgrep.archive.opensearch"
    monkeypatch.setitem(sys.modules, f"{room}.remote_engine", remote_engine)
    monkeypatch.setitem(sys.modules, f"{room}.update", types.SimpleNamespace(update_remote=update_remote))
    monkeypatch.setitem(sys.modules, f"{room}.facts", types.SimpleNamespace(read_facts=read_facts))
    return tmp_path / "desk"


def check_no_folder(desk: Path) -> None:
    """Nothing was made by the name of an address."""
    assert not [path for path in desk.parent.rglob("*") if "http" in path.name]


@pytest.mark.parametrize("command", [name for name in COMMANDS if name not in WITHOUT_INDEX])
@pytest.mark.parametrize("way", ["option", "variable", "settings"])
def test_a_command_takes_an_address(
    desk: Path, newsgrep: Newsgrep, monkeypatch: pytest.MonkeyPatch, command: str, way: str
) -> None:
    named = ("--index", URL) if way == "option" else ()
    if way == "variable":
        monkeypatch.setenv("NEWSGREP_INDEX", URL)
    elif way == "settings":
        (desk.parent / "home/newsgrep.toml").write_text(f'index = "{URL}"\n')
    for arguments in ARGUMENTS[command]:
        code, out, err = newsgrep(command, *arguments, *named)
        told = out + err
        assert "fault of newsgrep itself" not in told, told
        if command in FOLDERS_ONLY:
            assert code == 2
            assert "is for an index in a folder" in err
            assert "newsgrep doctor --index URL" in err
        elif command == "doctor":
            assert f"{URL} cannot be reached" not in out or code == 2
        elif command == "browse":
            assert "browse draws on a terminal" in err
        else:
            assert code in (0, 1), told
    check_no_folder(desk)


def test_what_is_found_and_told_is_that_of_the_address(desk: Path, newsgrep: Newsgrep) -> None:
    code, out, _ = newsgrep("search", "harbour", "--json", "--index", URL)
    assert (code, json.loads(out)["total"]) == (0, 2)
    code, out, _ = newsgrep("info", "--json", "--index", URL)
    told = json.loads(out)
    assert (told["path"], told["files"], told["index_bytes"]) == (URL, 2, 12_345)
    assert told["cluster"] == {
        "server": "OpenSearch 2.19.1",
        "indices": ["news-g000001"],
        "shards": 1,
        "replicas": "0-1",
    }
    assert "OpenSearch 2.19.1" in newsgrep("info", "--index", URL)[1]


def test_watches_of_an_address_are_kept_for_the_user_and_tell_once(desk: Path, newsgrep: Newsgrep) -> None:
    assert newsgrep("watch", "add", "bridge", "harbour", "--from-start", "--index", URL)[0] == 0
    assert "two.txt" in newsgrep("watch", "run", "--index", URL)[1]
    assert newsgrep("watch", "run", "--index", URL)[:2] == (1, "")
    assert newsgrep("watch", "list", "--index", "http://localhost:9299/other")[1] == ""
    (folder,) = (desk.parent / "home/.local/share/newsgrep/watches").iterdir()
    assert folder.name.startswith("news-")
    assert folder.stat().st_mode & 0o077 == 0


def test_shards_and_copies_are_for_a_cluster(desk: Path, newsgrep: Newsgrep) -> None:
    code, _, err = newsgrep("index", "saved", "--shards", "2", "--index", str(desk.parent / "behind"))
    assert code == 2
    assert "are for an index on a cluster" in err


def test_numbers_of_the_last_search_lead_to_its_address(
    desk: Path, newsgrep: Newsgrep, monkeypatch: pytest.MonkeyPatch
) -> None:
    with package.open(desk.parent / "behind") as archive:
        article = archive.search("late").hits[0].article
    last = LastSearch(URL, articles={1: article.id})
    monkeypatch.setattr("newsgrep.cli.last_search.read_last_search", lambda: last)
    assert "A ferry" in newsgrep("show", "1")[1]
    assert newsgrep("show", "1", "--index", "http://localhost:9299/news/")[0] == 0
    code, _, err = newsgrep("show", "1", "--index", "http://localhost/news")
    assert code == 2
    assert f"which was of {URL}" in err


BAD = {
    "http://localhost:9200": "the name of the index is missing",
    "http:/localhost:9200/news": "begins with http:// or https://",
    "ftp://localhost/news": "begins with http:// or https://",
    "https://localhost/News": "lower case",
    f"http://reader:{SECRET}@localhost:9200/news": "takes no user and no password",
}


@pytest.mark.parametrize("address", BAD)
@pytest.mark.parametrize("way", ["option", "variable", "settings"])
def test_what_is_no_address_is_told_by_every_command(
    desk: Path, newsgrep: Newsgrep, monkeypatch: pytest.MonkeyPatch, address: str, way: str
) -> None:
    named = ("--index", address) if way == "option" else ()
    if way == "variable":
        monkeypatch.setenv("NEWSGREP_INDEX", address)
    elif way == "settings":
        (desk.parent / "home/newsgrep.toml").write_text(f'index = "{address}"\n')
    for command, ways in ARGUMENTS.items():
        code, out, err = newsgrep(command, *ways[0], *named)
        told = out + err
        assert "fault of newsgrep itself" not in told, told
        assert SECRET not in told
        if command == "doctor":
            assert BAD[address] in out
        elif command == "browse":
            assert code == 2
        elif command != "config":
            assert (code, out) == (2, ""), command
            assert BAD[address] in err
    for form in ((), ("--json",), ("--verbose",)):
        for command in ("config", "doctor"):
            _, out, err = newsgrep(command, *form, *named)
            assert SECRET not in out + err
    check_no_folder(desk)


def test_neither_settings_nor_variables_show_who_one_is(
    desk: Path, newsgrep: Newsgrep, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = desk.parent / "home/newsgrep.toml"
    settings.write_text(f'[opensearch."localhost:9299"]\nuser = "reader"\npassword = "{SECRET}-1"\n')
    settings.chmod(0o600)
    monkeypatch.setenv(TOKEN, f"{SECRET}-2")
    for command in ("config", "doctor"):
        for form in ((), ("--json",)):
            code, out, err = newsgrep(command, *form, "--index", URL)
            assert SECRET not in out + err
            assert "there is no such command" not in out + err
            assert "which nothing reads" not in out
            assert command != "config" or (code, err) == (0, "")
    assert "NEWSGREP_OPENSEARCH_TOKEN  (set, and not shown)" in newsgrep("config", "--index", URL)[1]


def test_an_index_in_a_folder_says_nothing_of_clusters(desk: Path, newsgrep: Newsgrep) -> None:
    own = desk.parent / "behind/newsgrep.toml"
    own.write_text(f'index = "http://evil.example.org/news"\n[opensearch."localhost:9299"]\ntoken = "{SECRET}"\n')
    code, out, err = newsgrep("search", "harbour", "--index", str(desk.parent / "behind"))
    assert (code, out.count("harbour") > 0) == (0, True)
    assert "is not for an index to set" in err
    assert SECRET not in err


def cluster_says(asked: Asked) -> Answer:
    """A cluster of one node, with the index of this newsgrep."""
    from newsgrep.archive.opensearch.mapping import MAPPING_VERSION

    meta = {"_meta": {"newsgrep": {"version": MAPPING_VERSION}}}
    path = asked.path.partition("?")[0]
    if path == "/":
        return Answer({"cluster_uuid": "u", "version": {"distribution": "opensearch", "number": "2.19.1"}})
    if path.startswith("/_cluster/health"):
        return Answer({"status": "yellow", "number_of_nodes": 1, "unassigned_shards": 2, "active_primary_shards": 2})
    if "/_settings" in path:
        closed = {"settings": {"index.blocks.read_only_allow_delete": "true"}}
        return Answer({"news-g000001": closed, "news-g000001-files": {"settings": {}}})
    return Answer(
        {
            "news-g000001": {"aliases": {"news": {}}, "mappings": meta},
            "news-g000001-files": {"aliases": {"news-files": {}}, "mappings": meta},
        }
    )


def doctor(newsgrep: Newsgrep, url: str, point: str) -> list[dict[str, str]]:
    _, out, _ = newsgrep("doctor", "--json", "--index", url)
    return [each for each in json.loads(out)["findings"] if each["point"] == point]


def test_doctor_says_how_a_cluster_is(desk: Path, newsgrep: Newsgrep, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "newsgrep.archive.opensearch.facts")
    monkeypatch.setenv(USER, "reader")
    monkeypatch.setenv(PASSWORD, SECRET)
    with played_server(cluster_says) as server:
        url = str(server.url)
        (access,) = doctor(newsgrep, url, "access")
        assert access["message"] == f"credentials of {USER} and {PASSWORD}, on this machine"
        (node,) = doctor(newsgrep, url, "nodes")
        assert node["message"].endswith("OpenSearch 2.19.1")
        (health,) = doctor(newsgrep, url, "health")
        assert (health["level"], health["message"][:6]) == ("note", "yellow")
        (index,) = doctor(newsgrep, url, "index on it")
        assert (index["level"], "closed to writing" in index["message"]) == ("wrong", True)
        assert not doctor(newsgrep, url, "rights")
        assert SECRET not in newsgrep("doctor", "--json", "--index", url)[1]
    assert {asked.method for asked in server.asked} == {"GET"}


@pytest.mark.parametrize(
    ("answer", "what"),
    [
        (Answer(b"<html>", media="text/html"), "not JSON"),
        (Answer(b"no", 401, "text/plain"), "refuses"),
        (Answer({"a": {"b": []}}), "does not say its version"),
        (Answer(hang_up=True), "cannot be reached"),
    ],
)
def test_doctor_says_what_is_no_cluster(
    desk: Path, newsgrep: Newsgrep, monkeypatch: pytest.MonkeyPatch, answer: Answer, what: str
) -> None:
    monkeypatch.delitem(sys.modules, "newsgrep.archive.opensearch.facts")
    with played_server(answer) as server:
        found = doctor(newsgrep, str(server.url), "nodes")
    assert what in found[0]["message"], found


def test_a_tab_asks_no_cluster(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import click

    from newsgrep.cli.commands import newsgrep
    from newsgrep.cli.offers import complete_article, complete_label, complete_watch

    with played_server(Answer({})) as server:
        ctx = click.Context(newsgrep)
        ctx.params = {"index": str(server.url)}
        param = click.Option(["--section"])
        assert complete_label("section")(ctx, param, "n") == []
        assert [each.type for each in complete_article(ctx, param, "ab")] == ["file"]
        assert complete_watch(ctx, param, "") == []
    assert not server.asked


def test_without_the_optional_part_an_address_says_what_to_install(
    desk: Path, newsgrep: Newsgrep, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "newsgrep.archive.opensearch.facts")
    monkeypatch.setitem(sys.modules, "opensearchpy", None)
    code, _, err = newsgrep("info", "--index", URL)
    assert code == 2
    assert "pip install 'newsgrep[opensearch]'" in err


def test_a_folder_with_a_colon_is_no_address(desk: Path, newsgrep: Newsgrep) -> None:
    os.rename(desk.parent / "behind", desk / "a:b")
    assert newsgrep("search", "harbour", "--index", "a:b")[0] == 0
    os.rename(desk / "a:b", desk / "http:")
    assert newsgrep("search", "harbour", "--index", "./http:")[0] == 0


def test_the_words_of_a_server_are_harmless(newsgrep: Newsgrep, monkeypatch: pytest.MonkeyPatch) -> None:
    hostile = {"type": "\x1b[31mred", "reason": "\x1b]0;owned\x07 \u202egnp\u202c [red]x[/red]\r\n" + "long " * 1000}
    with played_server(Answer({"error": hostile}, 500)) as server:
        for arguments in (("search", "x"), ("info",), ("doctor",), ("doctor", "--verbose")):
            _, out, err = newsgrep(*arguments, "--index", str(server.url))
            assert not {"\x1b", "\x07", "\u202e", "\r"} & set(out + err)
            assert len(err) < 1_500
            assert "[red]" in out + err

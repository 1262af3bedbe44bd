"""The command line with the address of a real cluster: TLS, credentials, doctor, info, watches."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from newsgrep.archive.opensearch.credentials import CA, PASSWORD, TOKEN, USER
from tests.opensearch.certificates import Authority, build_authority
from tests.opensearch.faulty_proxy import FaultyProxy, basic
from tests.opensearch.jars import Missing

pytestmark = pytest.mark.opensearch
Newsgrep = Callable[..., tuple[int, str, str]]
SECRET = "s3cret-word"


@pytest.fixture
def saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two articles and a file that is none, and a home of its own."""
    for name in (USER, PASSWORD, TOKEN, CA, "NEWSGREP_INDEX", "NETRC", "XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    folder = tmp_path / "saved"
    folder.mkdir()
    (folder / "one.txt").write_text("The harbour\n\n12 May 2019\n\nThe harbour was opened. A ferry came in.\n")
    (folder / "two.txt").write_text("A ferry\n\n13 May 2019\n\nThe ferry left late and the harbour was closed.\n")
    (folder / "three.json").write_text('{"title": ')
    return folder


@pytest.fixture
def newsgrep(capfd: pytest.CaptureFixture[str]) -> Newsgrep:
    """Run a command in this process."""
    from newsgrep.cli.main import run

    def run_newsgrep(*arguments: str) -> tuple[int, str, str]:
        code = run(arguments)
        return (code, *capfd.readouterr())

    return run_newsgrep


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """An authority that no system trusts."""
    try:
        return build_authority(tmp_path_factory.mktemp("authority"))
    except Missing as missing:
        pytest.skip(str(missing))


def test_info_and_doctor_tell_of_the_cluster(saved: Path, index_url: str, newsgrep: Newsgrep) -> None:
    name = index_url.rpartition("/")[2]
    assert newsgrep("info", "--index", index_url)[0] == 2
    assert newsgrep("index", str(saved), "--index", index_url, "--shards", "2", "--replicas", "0", "--quiet")[0] == 2
    code, out, _ = newsgrep("info", "--json", "--index", index_url)
    told = json.loads(out)
    assert (code, told["articles"], told["files"], told["problems"]) == (0, 2, 3, 1)
    assert told["index_bytes"] > 0
    assert told["updated"].startswith("20")
    assert told["cluster"]["server"].startswith("OpenSearch ")
    assert told["cluster"]["indices"] == [f"{name}-g000001"]
    assert (told["cluster"]["shards"], told["cluster"]["replicas"]) == (2, "0")
    code, out, _ = newsgrep("doctor", "--json", "--index", index_url)
    found = {each["point"]: each for each in json.loads(out)["findings"] if each["group"] == "Cluster"}
    assert {point: each["level"] for point, each in found.items()} == {
        "access": "ok",
        "nodes": "ok",
        "health": "ok",
        "index on it": "ok",
    }
    assert newsgrep("doctor", "--index", f"{index_url}x")[0] == 2


def test_watches_and_paths_work_from_anywhere(
    saved: Path, index_url: str, newsgrep: Newsgrep, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(saved.parent)
    newsgrep("index", "saved", "--index", index_url, "--quiet")
    assert newsgrep("watch", "add", "harbour", "harbour", "--index", index_url)[0] == 0
    (saved / "four.txt").write_text("A bridge\n\n14 May 2019\n\nThe harbour has a bridge.\n")
    newsgrep("index", "saved", "--index", index_url, "--quiet")
    monkeypatch.chdir("/")
    assert "A bridge" in newsgrep("watch", "run", "--index", index_url)[1]
    assert newsgrep("watch", "run", "--index", index_url)[:2] == (1, "")
    paths = newsgrep("search", "harbour", "--paths", "--index", index_url)[1].splitlines()
    assert sorted(paths) == [str(saved / name) for name in ("four.txt", "one.txt", "two.txt")]


def test_tls_and_a_password_are_used_where_the_cluster_asks_for_them(
    saved: Path,
    index_url: str,
    node_urls: tuple[str, ...],
    authority: Authority,
    newsgrep: Newsgrep,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    name = index_url.rpartition("/")[2]
    wanted = basic("reader", SECRET)
    with FaultyProxy(node_urls[0], tls=authority.issue("localhost"), authorization=wanted) as proxy:
        url = f"https://localhost:{urlsplit(proxy.url).port}/{name}"
        code, out, err = newsgrep("index", str(saved), "--index", url, "--quiet")
        assert (code, out) == (2, "")
        assert "cannot be trusted" in err
        monkeypatch.setenv(CA, str(authority.certificate))
        code, out, err = newsgrep("index", str(saved), "--index", url, "--quiet")
        assert (code, out) == (2, "")
        assert "who asks is not known (status 401)" in err
        monkeypatch.setenv(USER, "reader")
        monkeypatch.setenv(PASSWORD, "another")
        code, out, err = newsgrep("search", "harbour", "--index", url)
        assert (code, out) == (2, "")
        assert "these credentials are not good" in err
        monkeypatch.setenv(PASSWORD, SECRET)
        assert newsgrep("index", str(saved), "--index", url, "--quiet")[2].count("three.json") == 1
        code, out, err = newsgrep("search", "harbour", "--json", "--index", url)
        assert (code, json.loads(out)["total"]) == (0, 2)
        code, out, err = newsgrep("doctor", "--verbose", "--index", url)
        assert f"credentials of {USER} and {PASSWORD}, over https://" in out
        assert SECRET not in out + err

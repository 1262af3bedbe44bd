"""An archive on a cluster is brought up to date as one in a folder is: the same articles, the same summary."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from newsgrep.archive.local_engine import LocalEngine
from newsgrep.archive.opensearch.address import parse_index_url
from newsgrep.archive.opensearch.cluster import Cluster
from newsgrep.archive.opensearch.documents import read_document
from newsgrep.archive.opensearch.files import ClusterFiles
from newsgrep.archive.opensearch.layout import Layout
from newsgrep.archive.opensearch.names import files_alias
from newsgrep.archive.opensearch.pages import column, iter_hits
from newsgrep.archive.opensearch.standing import read_standing
from newsgrep.archive.opensearch.update import update_remote
from newsgrep.archive.report import UpdateSummary
from newsgrep.archive.update import Options, update_index
from newsgrep.article import Article
from newsgrep.codec.plain_query import Every
from newsgrep.errors import ClusterFailed, IndexBusy, IndexUnusable, OptionError

pytestmark = pytest.mark.opensearch

Shown = dict[str, tuple[Article, bool]]
"""Articles by id, and whether each is shown."""


@dataclass
class Twins:
    """The same files in an archive on a cluster and in one in a folder."""

    folder: Path
    url: str
    cluster: Cluster
    layout: Layout | None = None
    summaries: list[tuple[UpdateSummary, UpdateSummary]] = field(default_factory=list)

    @property
    def saved(self) -> Path:
        return self.folder / "saved"

    def write(self, name: str, *records: dict[str, Any]) -> None:
        (self.saved / name).write_text("".join(json.dumps(record) + "\n" for record in records))

    def update_remote(self, **options: Any) -> UpdateSummary:
        return update_remote(self.url, [self.saved], Options(layout=self.layout, **options))

    def update(self, **options: Any) -> UpdateSummary:
        """Bring both up to date, and compare all that there is."""
        here = update_index(self.folder / "index", [self.saved], Options(**options))
        there = self.update_remote(**options)
        for name in (
            "articles",
            "added",
            "removed",
            "files",
            "files_read",
            "files_unchanged",
            "files_gone",
            "problems",
        ):
            assert (name, getattr(there, name)) == (name, getattr(here, name))
        self.compare()
        return there

    def compare(self) -> None:
        """Both hold the same articles, show the same and know the same files."""
        assert self.remote() == local(self.folder / "index")
        known = {record.key: (record.size, record.articles, record.status) for record in self.files.iter_records()}
        assert known == local_files(self.folder / "index")

    @property
    def files(self) -> ClusterFiles:
        return ClusterFiles(self.cluster, files_alias(self.cluster.url.name))

    def remote(self) -> Shown:
        hits = iter_hits(self.cluster, self.cluster.url.name, {"match_all": {}}, ["hidden"], source=["article"])
        found = [(hit["_id"], read_document(hit["_source"]), not column(hit, "hidden")) for hit in hits]
        assert len({name for name, _, _ in found}) == len(found)
        return {name: (article, shown) for name, article, shown in found}


def local(index: Path) -> Shown:
    engine = LocalEngine(index)
    try:
        shown = {article.id for article in engine.fetch(engine.scan(Every()).references.tolist())}
        whole = engine.every_version()
        articles = whole.fetch(whole.scan(Every()).references.tolist())
        return {article.id: (article, article.id in shown) for article in articles}
    finally:
        engine.close()


def local_files(index: Path) -> dict[str, tuple[int, int, str]]:
    from newsgrep.archive.manifest import Manifest

    engine = LocalEngine(index)
    with Manifest(index, engine.generation, readonly=True) as manifest:
        found = {record.key: (record.size, record.articles, record.status) for record in manifest.iter_records()}
    engine.close()
    return found


def record(number: int, text: str = "The ferry was late.", **more: Any) -> dict[str, Any]:
    return {"id": f"r{number}", "title": f"Ferry {number}", "text": text, "published": "2018-02-20", **more}


@pytest.fixture
def twins(tmp_path: Path, index_url: str) -> Iterator[Twins]:
    (tmp_path / "saved").mkdir()
    (tmp_path / "index").mkdir()
    with Cluster(parse_index_url(index_url)) as cluster:
        yield Twins(tmp_path, index_url, cluster)


def ask(url: str, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
    """A request beside newsgrep's own."""
    root = f"http://{urlsplit(url).netloc.split(',')[0]}"
    data = json.dumps(body).encode() if body is not None else None
    asked = urllib.request.Request(root + path, data, {"content-type": "application/json"}, method=method)
    with urllib.request.urlopen(asked, timeout=60) as answer:
        return json.load(answer)


def test_new_changed_and_gone_files(twins: Twins) -> None:
    twins.write("a.jsonl", *(record(number) for number in range(40)))
    twins.write("b.jsonl", *(record(number, section="Sport") for number in range(30)))
    (twins.saved / "broken.json").write_text("{")
    (twins.saved / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    assert twins.update().added == 70
    assert twins.update().files_read == 1
    twins.write("a.jsonl", *(record(number, "The ferry was on time.") for number in range(20, 50)))
    (twins.saved / "b.jsonl").unlink()
    summary = twins.update()
    assert (summary.articles, summary.added, summary.removed) == (30, 30, 70)
    twins.write("a.jsonl")
    assert twins.update().articles == 0


def test_an_update_without_news_commits_nothing(twins: Twins) -> None:
    twins.write("a.jsonl", record(1))
    twins.update()
    before = twins.files.state()
    twins.update()
    after = twins.files.state()
    assert before is not None
    assert after is not None
    assert (after.generation, after.is_open) == (before.generation, False)


def test_a_file_name_that_is_no_text(twins: Twins) -> None:
    name = os.fsdecode(b"caf\xe9.jsonl")
    twins.write(name, record(1, "An odd character: \ud800."))
    twins.update()
    assert twins.update().files_read == 0
    (twins.saved / name).unlink()
    assert twins.update().removed == 1


def test_several_processes_write_what_one_writes(twins: Twins, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsgrep.archive.update._POOL_BYTES", 1)
    for name in range(6):
        twins.write(f"{name}.jsonl", *(record(number) for number in range(200)))
    # The same id twice, perhaps in different shares: both are kept.
    twins.write("twice.jsonl", *(record(number % 300) for number in range(600)))
    assert twins.update(jobs=2).articles == 1_800


@pytest.fixture
def by_year(twins: Twins) -> Twins:
    twins.layout = Layout(by_year=True)
    return twins


def test_each_year_has_an_index_of_its_own(by_year: Twins) -> None:
    by_year.write(
        "a.jsonl",
        record(1),
        record(2, published="2019-05-01"),
        {"title": "Undated", "text": "No date."},
    )
    by_year.update()
    standing = read_standing(by_year.cluster)
    base = f"{standing.name}-g000001"
    assert {f"{base}-2018", f"{base}-2019", f"{base}-undated"} == set(standing.articles)
    by_year.layout = None
    by_year.write("b.jsonl", record(4, published="2020-01-01"))
    by_year.update()
    assert f"{base}-2020" in read_standing(by_year.cluster).articles


def test_an_article_whose_date_changed_stands_in_one_year_only(by_year: Twins) -> None:
    by_year.write("a.jsonl", record(1), record(2))
    by_year.update()
    by_year.write("a.jsonl", record(1, published="2021-03-04"), record(2))
    assert by_year.update().articles == 2


def test_the_layout_is_remembered_and_changed_by_a_rebuild_alone(twins: Twins) -> None:
    twins.write("a.jsonl", record(1))
    twins.layout = Layout(shards=2)
    twins.update_remote()
    twins.layout = Layout(shards=3)
    with pytest.raises(OptionError, match="shards"):
        twins.update_remote()
    twins.update_remote(rebuild=True)
    twins.layout = None
    twins.update_remote(rebuild=True)
    state = twins.files.state()
    assert state is not None
    assert state.layout.shards == 3
    assert read_standing(twins.cluster).generation == 3


def test_a_rebuild_takes_the_place_of_what_served_and_leaves_nothing(twins: Twins) -> None:
    twins.write("a.jsonl", *(record(number) for number in range(10)))
    twins.update()
    before = twins.files.state()
    twins.write("b.jsonl", record(11))
    summary = twins.update(rebuild=True)
    assert (summary.added, summary.removed) == (11, 10)
    after, standing = twins.files.state(), read_standing(twins.cluster)
    assert before is not None
    assert after is not None
    assert after.generation > before.generation
    assert (standing.generation, len(standing.articles), standing.others) == (2, 1, ())
    assert twins.update().files_read == 0


def test_a_rebuild_that_is_stopped_leaves_the_old_one_serving(twins: Twins) -> None:
    twins.write("a.jsonl", *(record(number) for number in range(10)))
    twins.update()
    twins.write("b.jsonl", record(11))

    def stop(_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        update_remote(twins.url, [twins.saved], Options(rebuild=True), on_progress=stop)
    assert len(twins.remote()) == 10
    assert read_standing(twins.cluster).others == ()
    twins.update()


def test_what_a_rebuild_that_was_killed_has_left_is_removed(twins: Twins) -> None:
    twins.write("a.jsonl", record(1))
    twins.update()
    from newsgrep.archive.opensearch.indices import make_first_index

    make_first_index(twins.cluster, 2, Layout(shards=1), serves=False)
    assert read_standing(twins.cluster).others == (f"{twins.cluster.url.name}-g000002",)
    twins.update()
    assert read_standing(twins.cluster).others == ()


# Interrupted and killed runs

PROGRAM = """
import sys
from newsgrep.archive import ingest
from newsgrep.archive.opensearch.update import update_remote
from newsgrep.archive.opensearch import bulk
from newsgrep.archive.update import Options
bulk.REQUEST_BYTES = 20_000
ingest.TOLD_ARTICLES = 50
ingest.FLUSH_DOCUMENTS = int(sys.argv[3])
update_remote(sys.argv[1], [sys.argv[2]], Options(jobs=1), on_progress=lambda told: print(told.articles, flush=True))
"""


@pytest.mark.parametrize("flush", [150, 1_000_000])
def test_a_run_that_is_killed_goes_on_with_the_next(twins: Twins, flush: int) -> None:
    twins.write("a.jsonl", *(record(number) for number in range(100)))
    twins.write("b.jsonl", *(record(number) for number in range(300)))
    twins.update()
    twins.write("b.jsonl", *(record(number, "The ferry was on time. " * 20) for number in range(200, 600)))
    twins.write("c.jsonl", *(record(number, "The bridge is shut. " * 20) for number in range(400)))
    run = [sys.executable, "-c", PROGRAM, twins.url, os.fspath(twins.saved), str(flush)]
    with subprocess.Popen(run, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert any(int(line) >= 550 for line in process.stdout)
        process.kill()
    # What it had written of this file, which is gone now, is known to no commit.
    (twins.saved / "c.jsonl").unlink()
    twins.update_remote()
    update_index(twins.folder / "index", [twins.saved], Options())
    twins.compare()


def test_articles_of_a_killed_run_do_not_outlive_a_file_that_is_as_it_was(twins: Twins) -> None:
    twins.write("a.jsonl", *(record(number) for number in range(300)))
    twins.update()
    as_it_was = (twins.saved / "a.jsonl").read_text()
    twins.write("a.jsonl", *(record(number, "The ferry was on time. " * 20) for number in range(200, 600)))
    run = [sys.executable, "-c", PROGRAM, twins.url, os.fspath(twins.saved), "1000000"]
    with subprocess.Popen(run, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert any(int(line) >= 300 for line in process.stdout)
        process.kill()
    (twins.saved / "a.jsonl").write_text(as_it_was)
    twins.update_remote()
    update_index(twins.folder / "index", [twins.saved], Options())
    twins.compare()


def test_an_interrupt_commits_what_was_read(twins: Twins, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsgrep.archive.ingest.TOLD_ARTICLES", 1)
    for name in range(5):
        twins.write(f"{name}.jsonl", *(record(number) for number in range(20)))
    told = 0

    def stop(_: object) -> None:
        nonlocal told
        told += 1
        if told == 50:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        update_remote(twins.url, [twins.saved], Options(), on_progress=stop)
    kept = {entry.path for entry in twins.files.iter_records() if entry.is_finished}
    assert 1 <= len(kept) < 5
    state = twins.files.state()
    assert state is not None
    assert not state.is_open
    assert twins.update_remote().files_read == 5 - len(kept)
    update_index(twins.folder / "index", [twins.saved], Options())
    twins.compare()


# Versions: the stories of tests/archive/test_versions.py

FERRY = (
    "The ferry to the islands was late on Monday because of fog. Its captain said that the harbour had been closed "
    "for most of the morning. Forty passengers waited in the hall of the old customs house, where the town served "
    "coffee. The company promised to give back the price of the tickets within ten days."
)


def capture(day: str, body: str = FERRY, url: str = "https://example.org/ferry", **more: Any) -> dict[str, Any]:
    return {"title": "Ferry", "url": url, "text": body, "date_download": f"2018-03-{day}T10:00:00Z", **more}


@pytest.mark.parametrize("split", [False, True])
def test_older_captures_are_hidden_as_in_a_folder(twins: Twins, split: bool) -> None:
    twins.layout = Layout(by_year=split)

    def shown() -> list[str]:
        articles = (article for article, is_shown in twins.remote().values() if is_shown)
        return sorted(f"{article.captured:%d}" for article in articles if article.captured)

    twins.write("a.jsonl", capture("02", published="2017-12-31"))
    twins.write("b.jsonl", capture("05", FERRY + " It has done so.", "http://www.example.org/ferry/?utm_source=x"))
    twins.write("c.jsonl", capture("03", "Snow fell on the harbour."), capture("04", "Snow fell on the harbour again."))
    twins.update()
    assert shown() == ["04", "05"]
    (twins.saved / "b.jsonl").unlink()
    twins.update()
    assert shown() == ["02", "04"]
    twins.write("d.jsonl", capture("09", published="2018-01-01"))
    twins.update()
    assert shown() == ["04", "09"]
    # It moves to another address, and what it hid there is shown again.
    twins.write("d.jsonl", capture("09", url="https://example.org/other"))
    twins.update()
    assert shown() == ["02", "04", "09"]


def test_marks_that_a_killed_commit_has_not_made_are_made_by_the_next_update(
    twins: Twins, monkeypatch: pytest.MonkeyPatch
) -> None:
    twins.write("a.jsonl", capture("02"))
    twins.write("b.jsonl", capture("05"))
    twins.update()
    (twins.saved / "b.jsonl").unlink()
    with monkeypatch.context() as broken:
        broken.setattr("newsgrep.archive.opensearch.writer.ClusterWriter._mark_versions", _die)
        with pytest.raises(SystemExit):
            twins.update_remote()
    twins.update_remote()
    update_index(twins.folder / "index", [twins.saved], Options())
    twins.compare()


def _die(*_: object) -> None:
    raise SystemExit


# Other writers and other indices


def test_only_one_writes_at_a_time(twins: Twins) -> None:
    twins.write("a.jsonl", record(1))
    hold = (
        "import sys\nfrom newsgrep.archive.opensearch.update import update_remote\n"
        "from newsgrep.archive.update import Options\n"
        "def wait(_):\n    print('x', flush=True)\n    sys.stdin.read()\n"
        "update_remote(sys.argv[1], [sys.argv[2]], Options(), on_progress=wait)\n"
    )
    run = [sys.executable, "-c", hold, twins.url, os.fspath(twins.saved)]
    with subprocess.Popen(run, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        assert process.stdout.readline() == "x\n"
        with pytest.raises(IndexBusy, match=f"process {process.pid} on "):
            twins.update_remote()
        told: list[str] = []

        def let_go(holder: str) -> None:
            told.append(holder)
            assert process.stdin is not None
            process.stdin.close()
            process.stdin = None

        assert twins.update_remote(on_wait=let_go).articles == 1
        assert told[0].startswith(f"process {process.pid} on ")


def test_a_writer_that_lost_its_lease_commits_nothing(twins: Twins) -> None:
    twins.write("a.jsonl", record(1))
    twins.update_remote()
    twins.write("b.jsonl", record(2))
    path = f"/{twins.cluster.url.name}-files/_doc/lease?refresh=true"
    taken = {"lease": {"token": "another", "host": "elsewhere", "pid": 7, "since": "2026-01-01T00:00:00+00:00"}}

    def take_over(_: object) -> None:
        ask(twins.url, "PUT", path, taken)

    with pytest.raises(IndexBusy, match="process 7 on elsewhere"):
        update_remote(twins.url, [twins.saved], Options(), on_progress=take_over)
    assert [entry.articles for entry in twins.files.iter_records()] == [1]
    ask(twins.url, "PUT", path, {"lease": None})
    assert twins.update_remote().articles == 2


def test_the_lease_of_a_writer_that_died_on_another_machine_runs_out(
    twins: Twins, monkeypatch: pytest.MonkeyPatch
) -> None:
    twins.write("a.jsonl", record(1))
    twins.update_remote()
    taken = {"lease": {"token": "another", "host": "elsewhere", "pid": 7, "since": "2026-01-01T00:00:00+00:00"}}
    ask(twins.url, "PUT", f"/{twins.cluster.url.name}-files/_doc/lease", taken)
    monkeypatch.setattr("newsgrep.archive.opensearch.lock.LASTS", 1.0)
    assert twins.update_remote().articles == 1


Foreign = Callable[[str, str], None]


def _as_index(url: str, name: str) -> None:
    ask(url, "PUT", f"/{name}", {"settings": {"number_of_replicas": 0}})


def _as_alias(url: str, name: str) -> None:
    ask(url, "PUT", f"/{name}-theirs", {"settings": {"number_of_replicas": 0}, "aliases": {name: {}}})


def _as_files(url: str, name: str) -> None:
    ask(url, "PUT", f"/{name}-files", {"settings": {"number_of_replicas": 0}})


@pytest.mark.parametrize("make", [_as_index, _as_alias, _as_files])
@pytest.mark.parametrize("rebuild", [False, True])
def test_an_index_of_others_is_left_alone(twins: Twins, make: Foreign, rebuild: bool) -> None:
    name = twins.cluster.url.name
    make(twins.url, name)
    before = sorted(ask(twins.url, "GET", f"/{name}*"))
    twins.write("a.jsonl", record(1))
    with pytest.raises(IndexUnusable, match="has not made"):
        twins.update_remote(rebuild=rebuild)
    with pytest.raises(IndexUnusable, match="has not made"):
        twins.update_remote(dry_run=True)
    assert sorted(ask(twins.url, "GET", f"/{name}*")) == before


def test_an_index_of_another_version_is_told_and_replaced_by_a_rebuild(twins: Twins) -> None:
    twins.write("a.jsonl", record(1))
    twins.update()
    for index in (f"{twins.cluster.url.name}-g000001", f"{twins.cluster.url.name}-g000001-files"):
        ask(twins.url, "PUT", f"/{index}/_mapping", {"_meta": {"newsgrep": {"version": 0}}})
    with pytest.raises(IndexUnusable, match="version 0"):
        twins.update_remote()
    twins.update_remote(rebuild=True)
    twins.compare()
    assert read_standing(twins.cluster).generation == 2


def test_a_dry_run_makes_nothing(twins: Twins) -> None:
    twins.write("a.jsonl", record(1))
    assert twins.update_remote(dry_run=True).files_read == 1
    assert not read_standing(twins.cluster).is_there
    twins.update()
    assert twins.update_remote(dry_run=True).articles == 1


# Documents that a cluster does not take


def test_an_article_that_the_cluster_refuses_is_a_problem_of_its_record(
    twins: Twins, monkeypatch: pytest.MonkeyPatch
) -> None:
    import newsgrep.archive.opensearch.sink as sink

    build = sink.build_document

    def build_with_a_field_too_many(article: Article, *rest: Any) -> dict[str, Any]:
        document = build(article, *rest)
        return document | {"nonsense": 1} if article.title == "Ferry 3" else document

    monkeypatch.setattr(sink, "build_document", build_with_a_field_too_many)
    twins.write("a.jsonl", *(record(number) for number in range(6)))
    summary = twins.update_remote()
    (problem,) = summary.problems
    assert (summary.added, summary.articles, summary.failed) == (5, 5, 1)
    assert "nonsense" in problem.reason
    assert problem.position
    assert problem.path.endswith("a.jsonl")
    (kept,) = twins.files.iter_records()
    assert (kept.articles, kept.problems) == (5, (problem,))
    assert twins.update_remote().files_read == 0


def test_an_article_too_large_for_the_cluster_is_a_problem_of_its_record(
    twins: Twins, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("newsgrep.archive.opensearch.update.ClusterTarget._read_most_bytes", lambda _: 50_000)
    twins.write("a.jsonl", record(1), record(2, "The ferry was late again. " * 2_000), record(3))
    summary = twins.update_remote()
    assert (summary.added, summary.failed) == (2, 1)
    assert "larger than the cluster takes" in summary.problems[0].reason


def test_full_disks_are_told_and_nothing_is_lost(twins: Twins) -> None:
    twins.write("a.jsonl", record(1))
    twins.update()
    twins.write("b.jsonl", record(2))
    block = "/_settings"
    index = f"/{twins.cluster.url.name}-g000001"
    ask(twins.url, "PUT", index + block, {"index.blocks.read_only_allow_delete": True})
    with pytest.raises(ClusterFailed, match="disks are full"):
        twins.update_remote()
    ask(twins.url, "PUT", index + block, {"index.blocks.read_only_allow_delete": None})
    twins.update_remote()
    update_index(twins.folder / "index", [twins.saved], Options())
    twins.compare()

"""An archive on a cluster is brought up to date as one in a folder is: the same articles, the same summary."""

from __future__ import annotations

import os
from typing import Any

import pytest

from newsgrep.archive.opensearch.layout import Layout
from newsgrep.archive.opensearch.standing import read_standing
from newsgrep.archive.opensearch.update import update_remote
from newsgrep.archive.update import Options, update_index
from newsgrep.errors import OptionError
from tests.opensearch.twins import Twins, record

pytestmark = pytest.mark.opensearch


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

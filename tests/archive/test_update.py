from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import newsgrep
from newsgrep.archive.report import Problem, Progress, UpdateSummary
from newsgrep.errors import IndexBusy, IndexUnusable, SourceMissing
from newsgrep.sources.formats import read_file


def write_article(path: Path, title: str, **fields: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    record = {"title": title, "text": f"The text of {title}, which says little else.", **fields}
    path.write_text(json.dumps(record), "utf-8")


def write_lines(path: Path, *titles: str) -> None:
    lines = [json.dumps({"id": f"r-{title}", "title": title, "text": f"About {title}."}) for title in titles]
    path.write_text("\n".join(lines) + "\n", "utf-8")


class Desk:
    """A folder of articles and the index over it."""

    def __init__(self, folder: Path) -> None:
        self.articles = folder / "articles"
        self.articles.mkdir()
        self.index = folder / "index"

    def update(self, *sources: Path, **options: object) -> UpdateSummary:
        with newsgrep.open(self.index, create=True) as archive:
            return archive.update(sources or (self.articles,), **options)  # type: ignore[arg-type]

    def titles(self) -> list[str]:
        with newsgrep.open(self.index) as archive:
            results = archive.search(newsgrep.Request(text="*", limit=1000))
        return sorted(hit.article.title for hit in results.hits)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_a_first_run_reads_every_file(desk: Desk) -> None:
    write_article(desk.articles / "a.json", "Alder")
    write_article(desk.articles / "deep" / "b.json", "Birch")
    summary = desk.update()
    assert (summary.articles, summary.added, summary.files, summary.files_read) == (2, 2, 2, 2)
    assert desk.titles() == ["Alder", "Birch"]
    assert summary.index_bytes > 0


def test_a_second_run_reads_nothing(desk: Desk) -> None:
    write_article(desk.articles / "a.json", "Alder")
    desk.update()
    summary = desk.update()
    assert (summary.files_read, summary.files_unchanged, summary.added, summary.removed) == (0, 1, 0, 0)
    assert summary.articles == 1


def test_a_run_without_changes_makes_no_commit(desk: Desk) -> None:
    write_article(desk.articles / "a.json", "Alder")
    desk.update()
    before = sorted(path.name for path in desk.index.iterdir())
    desk.update()
    assert sorted(path.name for path in desk.index.iterdir()) == before


def test_a_changed_file_replaces_its_articles(desk: Desk) -> None:
    write_lines(desk.articles / "all.jsonl", "Alder", "Birch", "Cedar")
    desk.update()
    write_lines(desk.articles / "all.jsonl", "Birch", "Dogwood")
    summary = desk.update()
    assert (summary.added, summary.removed, summary.articles) == (2, 3, 2)
    assert desk.titles() == ["Birch", "Dogwood"]


def test_a_new_file_is_added_and_the_rest_left_alone(desk: Desk) -> None:
    write_article(desk.articles / "a.json", "Alder")
    desk.update()
    write_article(desk.articles / "b.json", "Birch")
    summary = desk.update()
    assert (summary.files_read, summary.files_unchanged) == (1, 1)
    assert desk.titles() == ["Alder", "Birch"]


def test_a_file_that_is_gone_takes_its_articles_with_it(desk: Desk) -> None:
    write_article(desk.articles / "a.json", "Alder")
    write_article(desk.articles / "b.json", "Birch")
    desk.update()
    (desk.articles / "a.json").unlink()
    summary = desk.update()
    assert (summary.files_gone, summary.removed, summary.articles) == (1, 1, 1)
    assert desk.titles() == ["Birch"]
    assert desk.update().files_gone == 0


def test_a_moved_file_is_there_once(desk: Desk) -> None:
    write_article(desk.articles / "a.json", "Alder")
    desk.update()
    (desk.articles / "a.json").rename(desk.articles / "z.json")
    desk.update()
    assert desk.titles() == ["Alder"]


def test_a_touched_file_is_not_indexed_again(desk: Desk) -> None:
    write_article(desk.articles / "a.json", "Alder")
    desk.update()
    os.utime(desk.articles / "a.json", (1_000_000_000, 1_000_000_000))
    summary = desk.update()
    assert (summary.files_read, summary.added, summary.articles) == (1, 0, 1)
    assert desk.update().files_read == 0


def test_other_folders_keep_their_articles(desk: Desk, tmp_path: Path) -> None:
    write_article(desk.articles / "a.json", "Alder")
    write_article(tmp_path / "more" / "b.json", "Birch")
    desk.update()
    desk.update(tmp_path / "more")
    assert desk.titles() == ["Alder", "Birch"]


def test_files_that_a_pattern_leaves_out_keep_their_articles(desk: Desk) -> None:
    write_article(desk.articles / "a.json", "Alder")
    write_article(desk.articles / "b.json", "Birch")
    desk.update()
    assert desk.update(exclude=["a*"]).files_gone == 0
    assert desk.titles() == ["Alder", "Birch"]


def test_patterns_choose_files(desk: Desk) -> None:
    write_article(desk.articles / "a.json", "Alder")
    write_article(desk.articles / "b.json", "Birch")
    write_article(desk.articles / "ba.json", "Balsa")
    desk.update(include=["b*"], exclude=["ba*"])
    assert desk.titles() == ["Birch"]


def test_the_same_file_by_another_spelling_is_the_same_file(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    write_article(desk.articles / "a.json", "Alder")
    desk.update()
    monkeypatch.chdir(desk.articles)
    summary = desk.update(Path())
    assert (summary.files_read, summary.articles) == (0, 1)


def test_a_path_is_as_the_walk_found_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    write_article(desk.articles / "deep" / "a.json", "Alder")
    monkeypatch.chdir(desk.articles.parent)
    desk.update(Path("articles"))
    with newsgrep.open(desk.index) as archive:
        assert archive.search("alder").hits[0].article.path == "articles/deep/a.json"


def test_a_rebuild_starts_from_nothing(desk: Desk, tmp_path: Path) -> None:
    write_article(desk.articles / "a.json", "Alder")
    write_article(tmp_path / "more" / "b.json", "Birch")
    desk.update()
    desk.update(tmp_path / "more")
    summary = desk.update(rebuild=True)
    assert (summary.files_read, summary.articles) == (1, 1)
    assert desk.titles() == ["Alder"]
    assert desk.update().files_read == 0


def test_a_dry_run_changes_nothing(desk: Desk) -> None:
    write_article(desk.articles / "a.json", "Alder")
    summary = desk.update(dry_run=True)
    assert (summary.files, summary.files_read, summary.added, summary.dry_run) == (1, 1, 0, True)
    assert not desk.index.exists()
    desk.update()
    (desk.articles / "a.json").unlink()
    assert desk.update(dry_run=True).files_gone == 1
    assert desk.titles() == ["Alder"]


def test_a_broken_record_costs_that_record_only(desk: Desk) -> None:
    write_lines(desk.articles / "all.jsonl", "Alder", "Birch")
    with (desk.articles / "all.jsonl").open("a") as file:
        file.write('{"title": "Cedar", \n')
        file.write('{"title": "Dogwood", "text": "About dogwood."}\n')
    problems: list[Problem] = []
    summary = desk.update(on_problem=problems.append)
    assert desk.titles() == ["Alder", "Birch", "Dogwood"]
    assert summary.failed == 1
    assert tuple(problems) == summary.problems
    assert (problems[0].position, problems[0].path) == ("line 3", str(desk.articles / "all.jsonl"))


def test_a_binary_file_is_skipped_and_no_failure(desk: Desk) -> None:
    (desk.articles / "photo.txt").write_bytes(bytes(range(256)) * 40)
    write_article(desk.articles / "a.json", "Alder")
    summary = desk.update()
    assert [problem.failed for problem in summary.problems] == [False]
    assert summary.failed == 0
    assert desk.update().files_read == 0


def test_a_file_that_turns_unreadable_keeps_its_articles_and_is_tried_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = desk.articles / "a.json"
    write_article(path, "Alder")
    desk.update()
    path.write_text('{"title": "Alder", "text": ', "utf-8")
    assert desk.update().failed == 1
    assert desk.titles() == ["Alder"]
    assert desk.update().failed == 1
    write_article(path, "Alder again")
    assert desk.update().failed == 0
    assert desk.titles() == ["Alder again"]


def test_a_file_emptied_loses_its_articles(desk: Desk) -> None:
    write_article(desk.articles / "a.json", "Alder")
    desk.update()
    (desk.articles / "a.json").write_text("")
    desk.update()
    assert desk.titles() == []


def test_a_source_that_is_not_there_is_an_error_before_anything_is_dropped(desk: Desk) -> None:
    write_article(desk.articles / "a.json", "Alder")
    desk.update()
    shutil.rmtree(desk.articles)
    with pytest.raises(SourceMissing):
        desk.update()
    assert desk.titles() == ["Alder"]


def test_a_second_writer_is_told_so(desk: Desk) -> None:
    write_article(desk.articles / "a.json", "Alder")

    def intrude(_: Progress) -> None:
        with pytest.raises(IndexBusy):
            desk.update()

    assert desk.update(on_progress=intrude).articles == 1


def test_progress_counts_to_the_end(desk: Desk) -> None:
    for name in "abc":
        write_article(desk.articles / f"{name}.json", name)
    seen: list[Progress] = []
    desk.update(on_progress=seen.append)
    assert [step.files_done for step in seen] == [1, 2, 3]
    assert seen[-1].bytes_done == seen[-1].bytes_total > 0
    assert seen[-1].articles == 3


def interrupt_after(files: int) -> Callable[[Progress], None]:
    def on_progress(step: Progress) -> None:
        if step.files_done == files:
            raise KeyboardInterrupt

    return on_progress


def test_an_interrupted_build_keeps_what_it_did_and_the_next_run_completes_it(desk: Desk) -> None:
    for name in "abcde":
        write_article(desk.articles / f"{name}.json", name)
    with pytest.raises(KeyboardInterrupt):
        desk.update(on_progress=interrupt_after(3))
    assert desk.titles() == ["a", "b", "c"]
    assert desk.update().files_read == 2
    assert desk.titles() == ["a", "b", "c", "d", "e"]


def test_an_interrupted_rebuild_leaves_the_old_index(desk: Desk) -> None:
    for name in "abc":
        write_article(desk.articles / f"{name}.json", name)
    desk.update()
    with pytest.raises(KeyboardInterrupt):
        desk.update(rebuild=True, on_progress=interrupt_after(1))
    assert desk.titles() == ["a", "b", "c"]
    assert desk.update().files_read == 0


def test_an_interrupt_within_a_file_does_not_double_its_articles(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    write_lines(desk.articles / "all.jsonl", "Alder", "Birch", "Cedar")

    def read_two(path: str, *_: object) -> object:
        pages = read_file(path)
        yield next(pages)
        yield next(pages)
        raise KeyboardInterrupt

    monkeypatch.setattr("newsgrep.archive.ingest.read_file", read_two)
    with pytest.raises(KeyboardInterrupt):
        desk.update()
    monkeypatch.undo()
    assert desk.titles() == []
    desk.update()
    assert desk.titles() == ["Alder", "Birch", "Cedar"]


def test_a_long_build_commits_on_the_way(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsgrep.archive.ingest.FLUSH_DOCUMENTS", 2)
    for name in "abcde":
        write_article(desk.articles / f"{name}.json", name)
    seen: list[int] = []

    def look(_: Progress) -> None:
        seen.append(len(desk.titles()) if desk.index.exists() and seen else 0)

    assert desk.update(on_progress=look).articles == 5
    assert seen == [0, 0, 2, 2, 4]


def test_rows_of_a_commit_that_never_came_are_forgotten(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    write_article(desk.articles / "a.json", "Alder")
    desk.update()
    write_article(desk.articles / "a.json", "Alder, second version")
    write_article(desk.articles / "b.json", "Birch")

    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("newsgrep.archive.local_writer.LocalWriter.commit", fail)
    with pytest.raises(OSError, match="No space"):
        desk.update()
    monkeypatch.undo()
    assert desk.titles() == ["Alder"]
    assert desk.update().files_read == 2
    assert desk.titles() == ["Alder, second version", "Birch"]


def test_steps_and_one_run_give_the_same_articles(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    stepped, whole = Desk(tmp_path / "one"), Desk(tmp_path / "two")
    for name in "abcd":
        write_article(stepped.articles / f"{name}.json", name)
        stepped.update()
        write_article(whole.articles / f"{name}.json", name)
    whole.update()
    assert stepped.titles() == whole.titles()


def test_a_damaged_manifest_is_named_and_a_rebuild_mends_it(desk: Desk) -> None:
    write_article(desk.articles / "a.json", "Alder")
    desk.update()
    (desk.index / "manifest.sqlite").write_bytes(b"no database at all, but long enough to be read as one" * 20)
    with pytest.raises(IndexUnusable, match=r"manifest\.sqlite"):
        desk.update()
    assert desk.update(rebuild=True).articles == 1
    assert desk.titles() == ["Alder"]


def test_files_of_other_people_in_the_index_folder_stay(desk: Desk) -> None:
    desk.index.mkdir()
    (desk.index / "README.md").write_text("mine")
    write_article(desk.articles / "a.json", "Alder")
    desk.update()
    (desk.index / "manifest.sqlite").write_bytes(b"damaged" * 200)
    desk.update(rebuild=True)
    assert (desk.index / "README.md").read_text() == "mine"


def test_a_name_that_is_no_text_survives(desk: Desk) -> None:
    name = os.fsencode(desk.articles) + b"/caf\xe9\n.json"
    with open(name, "wb") as file:
        file.write(b'{"title": "Alder", "text": "About alder."}')
    assert desk.update().articles == 1
    assert desk.update().files_read == 0
    with newsgrep.open(desk.index) as archive:
        assert os.fsencode(archive.search("alder").hits[0].article.path) == name


def damage(desk: Desk) -> None:
    (path,) = desk.index.glob("*.seg")
    data = bytearray(path.read_bytes())
    for at in range(16, len(data) // 2):
        data[at] ^= 0x55
    path.write_bytes(data)


def test_a_damaged_segment_is_named_and_a_rebuild_mends_it(desk: Desk) -> None:
    write_article(desk.articles / "a.json", "Alder")
    desk.update()
    damage(desk)
    with pytest.raises(IndexUnusable, match=r"\.seg"):
        desk.titles()
    write_article(desk.articles / "a.json", "Alder, changed")
    with pytest.raises(IndexUnusable, match=r"\.seg"):
        desk.update()
    assert desk.update(rebuild=True).articles == 1
    assert desk.titles() == ["Alder, changed"]


def test_a_segment_that_is_gone_is_named(desk: Desk) -> None:
    write_article(desk.articles / "a.json", "Alder")
    desk.update()
    next(desk.index.glob("*.seg")).unlink()
    with pytest.raises(IndexUnusable, match=r"missing: .*\.seg"):
        desk.titles()
    assert desk.update(rebuild=True).articles == 1

from __future__ import annotations

import json
from pathlib import Path

import pytest

import newsgrep
from newsgrep.archive.events import Waiting
from newsgrep.archive.meter import Meter
from newsgrep.archive.report import Progress
from newsgrep.search.request import Request


@pytest.fixture(autouse=True)
def _asked_at_every_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsgrep.archive.meter.PAUSE", 0.0)


def titles(index: Path) -> list[str]:
    with newsgrep.open(index) as archive:
        return sorted(hit.article.title for hit in archive.search(Request(text="*", limit=1000)).hits)


class Impatient:
    """Interrupts when it is told so many times."""

    def __init__(self, at: int) -> None:
        self.at = at
        self.told: list[Progress] = []

    def __call__(self, progress: Progress) -> None:
        self.told.append(progress)
        if len(self.told) == self.at:
            raise KeyboardInterrupt


@pytest.mark.parametrize("at", range(1, 9))
def test_what_was_not_read_when_it_was_interrupted_is_read_by_the_next_update(
    tmp_path: Path, at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("newsgrep.archive.ingest.FLUSH_DOCUMENTS", 1)
    lines = [json.dumps({"title": f"Tide {number}", "text": f"Tide number {number}."}) for number in range(4)]
    (tmp_path / "all.jsonl").write_text("\n".join(lines))
    impatient = Impatient(at)
    with newsgrep.open(tmp_path / "index", create=True) as archive:
        with pytest.raises(KeyboardInterrupt):
            archive.update([tmp_path / "all.jsonl"], on_progress=impatient)
        assert archive.update([tmp_path / "all.jsonl"]).articles == 4
    assert titles(tmp_path / "index") == [f"Tide {number}" for number in range(4)]


def test_the_walk_tells_how_many_files_it_has_found_and_may_be_stopped(tmp_path: Path) -> None:
    (tmp_path / "saved").mkdir()
    for number in range(200):
        (tmp_path / "saved" / f"{number:03}.json").write_text(json.dumps({"title": f"T {number}", "text": "Tide."}))
    impatient = Impatient(3)
    with newsgrep.open(tmp_path / "index", create=True) as archive, pytest.raises(KeyboardInterrupt):
        archive.update([tmp_path / "saved"], on_progress=impatient)
    assert [step.files_total for step in impatient.told] == [63, 127, 191]
    assert titles(tmp_path / "index") == []


def test_an_interrupt_while_segments_are_merged_keeps_them_as_they_are(tmp_path: Path) -> None:
    saved = tmp_path / "saved"
    saved.mkdir()
    with newsgrep.open(tmp_path / "index", create=True) as archive:
        for number in range(7):
            (saved / f"{number}.json").write_text(json.dumps({"title": f"Tide {number}", "text": "It rose."}))
            archive.update([saved])
        (saved / "7.json").write_text(json.dumps({"title": "Tide 7", "text": "It rose."}))
        told: list[Progress] = []

        def stop(progress: Progress) -> None:
            """Interrupt some steps after all was read."""
            told.append(progress)
            if sum(step.files_done for step in told) > 4:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            archive.update([saved], on_progress=stop)
        assert archive.info().segments == 8
        assert archive.info().articles == 8
        assert not list((tmp_path / "index").glob("*.unfinished"))
        assert len(list((tmp_path / "index").glob("*.seg"))) == 8
        (saved / "8.json").write_text(json.dumps({"title": "Tide 8", "text": "It rose."}))
        archive.update([saved])
        assert archive.info().segments < 8
    assert len(titles(tmp_path / "index")) == 9


def test_what_is_waited_for_is_told_until_it_goes_on() -> None:
    told: list[Progress] = []
    meter = Meter(told.append)
    meter.count(Waiting("the cluster is busy"))
    meter.wait_for("")
    assert [progress.waiting for progress in told] == ["the cluster is busy", ""]

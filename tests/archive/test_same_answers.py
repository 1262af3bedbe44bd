"""An index answers by the files that it is of, whatever its history: built at once or in steps, alone or by several."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import random
import shutil
from pathlib import Path

import pytest

import newsgrep
from newsgrep import Request
from newsgrep.archive import ingest
from newsgrep.archive import update as update_module
from newsgrep.cli.json_printer import render_results
from newsgrep.codec import tiers
from newsgrep.search.request import CopyMode, Filters, Match, Sort

TOPICS = """
harbour bridge storm ferry council budget vote minister econom economy economic election school teacher strike hospital
nurse police court trial judge oil price market bank rate inflation wage union river flood dam rain
"""
WORDS = TOPICS.split()
NAMES = ["Moammar Gaddafi", "Muammar Qaddafi", "Ada Lovelace", "Deir ez-Zor", "Deir Ezzor", "Kim Possible"]
GONE = ["zeppelin", "harbuor", "ballot", "quagga"]
"""Words of articles that are not there in the end."""
SECTIONS = ["World", "world", "Sport", "City"]

Files = dict[str, str]
"""What is in a folder: paths and texts."""

REQUESTS = [
    Request(text="*", limit=30),
    Request(text="*", sort=Sort.NEWEST, limit=15, page=2),
    Request(text="*", sort=Sort.OLDEST, limit=30),
    Request(text="harbour"),
    Request(text="harbour bridge storm", match=Match.ANY, limit=30),
    Request(text="council budget vote", match=Match.ANY, fresh=True),
    Request(text="council OR school OR court OR oil OR bank OR river OR union OR police OR flood"),
    Request(text='"market bank" OR "price market"'),
    Request(text="b* -strike", limit=30),
    Request(text="elektion~1"),
    Request(text="section:world", limit=40),
    Request(text="river", filters=Filters(since=dt.date(2010, 1, 1), sections=("world",))),
    Request(text="river", filters=Filters(undated=True)),
    Request(text="zeppelin"),
    Request(text="harbuor ferry"),
    Request(text="zeppelin ballot"),
    Request(text="hospitl nurse"),
    Request(text="election flood dam rain wage"),
    Request(text="gaddafi~~"),
    Request(text="market rate", expand=True),
    Request(text="bridge", explain=True),
    Request(text="judge trial", copies=CopyMode.GROUP),
    Request(text="court", copies=CopyMode.HIDE, largest_first=True),
    Request(text="ferry", every_version=True),
]


def write_text(rng: random.Random, extra: str = "") -> str:
    names = rng.choices(NAMES, k=rng.choice([0, 0, 1]))
    return " ".join([*rng.choices(WORDS, range(len(WORDS), 0, -1), k=rng.choice([5, 30, 200])), *names, extra])


def write_record(rng: random.Random, texts: list[str], extra: str = "") -> str:
    record: dict[str, object] = {"title": " ".join(rng.choices(WORDS, k=3)), "section": rng.choice(SECTIONS)}
    # Some articles are copies of others, and some are captured again.
    record["text"] = rng.choice(texts) if rng.random() < 0.4 and not extra else write_text(rng, extra)
    if rng.random() < 0.8:
        record["published"] = f"20{rng.randrange(5, 20):02}-0{rng.randrange(1, 9)}-11"
    if rng.random() < 0.3:
        record["url"] = f"https://example.org/{rng.randrange(6)}"
        record["date_download"] = f"2021-0{rng.randrange(1, 9)}-02T10:00:00Z"
    return json.dumps(record)


def write_files(rng: random.Random, n: int, texts: list[str], prefix: str = "", extra: str = "") -> Files:
    files = {f"{prefix}{number:03}.json": write_record(rng, texts, extra) for number in range(n)}
    records = [json.loads(write_record(rng, texts, extra)) | {"id": f"r{number}"} for number in range(n // 3)]
    files[f"{prefix}lines.jsonl"] = "".join(json.dumps(record) + "\n" for record in records)
    return files


def make_steps(rng: random.Random, files: Files, texts: list[str], most: int) -> list[Files]:
    """States of a folder, the last of which is `files`."""
    steps: list[Files] = []
    for _ in range(rng.randrange(1, most)):
        doomed = write_files(rng, rng.choice([1, 3, 20]), texts, "doomed-", rng.choice(GONE))
        kept = {name: text for name, text in files.items() if rng.random() < 0.7}
        changed = {name: write_record(rng, texts, rng.choice(GONE)) for name in kept if rng.random() < 0.2}
        renamed = {f"old-{name}": text for name, text in files.items() if rng.random() < 0.1}
        steps.append(kept | {name: text for name, text in changed.items() if name.endswith(".json")} | doomed | renamed)
    return [*steps, files]


def put(folder: Path, files: Files) -> None:
    for path in folder.iterdir():
        if path.name not in files:
            path.unlink()
    for name, text in files.items():
        path = folder / name
        if not path.exists() or path.read_text("utf-8") != text:
            # A new file, as an editor saves it: its time tells that it is another.
            path.unlink(missing_ok=True)
            path.write_text(text, "utf-8")


def answer(archive: newsgrep.Archive, request: Request) -> str:
    return render_results(dataclasses.replace(archive.search(request), took_ms=0.0))


def answers(index: Path) -> list[str]:
    """What is answered, each request of a newly opened archive and of one that was asked before."""
    found = []
    with newsgrep.open(index) as archive:
        found += [answer(archive, request) for request in (*REQUESTS, *REQUESTS)]
        sections = [dataclasses.asdict(section) for section in archive.sections()]
    for request in REQUESTS:
        with newsgrep.open(index) as archive:
            found.append(answer(archive, request))
    return [*found, json.dumps(sections), *around(index)]


def around(index: Path) -> list[str]:
    """What is counted and compared beside searches."""
    with newsgrep.open(index) as archive:
        ids = sorted(hit.article.id for hit in archive.search(Request(text="harbour", limit=100)).hits)
        similar = [dataclasses.replace(archive.similar(name), took_ms=0.0) for name in ids[:5]]
        facets = archive.facets("harbour")
        timeline = archive.timeline("harbour")
        lines = list(archive.concordance("harbour").lines)
    return [*map(repr, similar), repr(facets), repr(timeline), repr(lines)]


@pytest.mark.parametrize("seed", range(3))
def test_any_path_to_the_same_files_gives_the_same_answers(
    tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = random.Random(seed)
    texts = [write_text(rng) for _ in range(8)]
    files = write_files(rng, 60, texts)
    folder = tmp_path / "articles"
    folder.mkdir()
    put(folder, files)
    with newsgrep.open(tmp_path / "once", create=True) as archive:
        archive.update([folder], jobs=1)
    expected = answers(tmp_path / "once")
    for number, jobs in enumerate((1, 3)):
        index = tmp_path / f"path{number}"
        with monkeypatch.context() as patch:
            # Small segments, merged often, now and then, or never.
            patch.setattr(ingest, "FLUSH_DOCUMENTS", rng.choice([2, 7, 1000]))
            patch.setattr(tiers, "TIER_SEGMENTS", rng.choice([2, 5, 1000]))
            patch.setattr(update_module, "_POOL_FILES", 1)
            for step in make_steps(rng, files, texts, 10 if jobs == 1 else 3):
                put(folder, step)
                with newsgrep.open(index, create=True) as archive:
                    archive.update([folder], jobs=jobs)
        found = answers(index)
        assert len(found) == len(expected)
        for at, (one, other) in enumerate(zip(expected, found, strict=True)):
            assert other == one, REQUESTS[at % len(REQUESTS)] if at < 3 * len(REQUESTS) else one[:40]
        shutil.rmtree(index)

"""Of an article that was captured several times, answers show the newest version."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import newsgrep
from newsgrep.archive.local_engine import LocalEngine
from newsgrep.archive.url_keys import url_key
from newsgrep.archive.versions import list_words, mark_older_versions
from newsgrep.codec.signatures import SLOTS
from newsgrep.search.request import Request

FERRY = (
    "The ferry to the islands was late on Monday because of fog. Its captain said that the harbour had been closed "
    "for most of the morning. Forty passengers waited in the hall of the old customs house, where the town served "
    "coffee. The company promised to give back the price of the tickets within ten days."
)
BRIDGE = (
    "Engineers have reopened the harbour bridge after a week of repairs. Storms had torn three cables in January, and "
    "lorries had to take the long way round by the northern road. The mayor called the work a small wonder."
)


def capture(url: str, day: str | None, body: str, title: str = "Ferry late") -> dict[str, Any]:
    record = {"title": title, "url": url, "text": body, "published": "2018-02-20"}
    return record | ({"date_download": f"2018-03-{day}T10:00:00Z"} if day else {})


def write(path: Path, *records: dict[str, Any]) -> None:
    path.write_text("".join(json.dumps(record) + "\n" for record in records))


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    (tmp_path / "saved").mkdir()
    return tmp_path / "saved"


@pytest.fixture
def archive(tmp_path: Path) -> newsgrep.Archive:
    (tmp_path / "index").mkdir()
    return newsgrep.open(tmp_path / "index", create=True)


def found(archive: newsgrep.Archive, text: str = "*", *, every_version: bool = False) -> list[str]:
    hits = archive.search(Request(text=text, limit=100, every_version=every_version)).hits
    return sorted(f"{hit.article.captured:%d}" if hit.article.captured else "-" for hit in hits)


def test_the_newest_capture_is_shown_and_the_others_on_demand(archive: newsgrep.Archive, saved: Path) -> None:
    write(saved / "a.jsonl", capture("https://example.org/ferry", "02", FERRY))
    write(
        saved / "b.jsonl",
        capture("http://www.example.org/ferry/?utm_source=mail", "05", FERRY + " It has done so by now."),
        capture("https://example.org/ferry", "03", FERRY.replace("Forty", "Fifty")),
    )
    archive.update([saved])
    assert found(archive) == ["05"]
    assert found(archive, "fifty") == []
    assert found(archive, "fifty", every_version=True) == ["03"]
    assert found(archive, every_version=True) == ["02", "03", "05"]


def test_an_older_version_is_shown_again_when_the_newer_one_is_gone(archive: newsgrep.Archive, saved: Path) -> None:
    write(saved / "a.jsonl", capture("https://example.org/ferry", "02", FERRY))
    write(saved / "b.jsonl", capture("https://example.org/ferry", "05", FERRY))
    archive.update([saved])
    assert found(archive) == ["05"]
    (saved / "b.jsonl").unlink()
    archive.update([saved])
    assert found(archive) == ["02"]


def test_a_version_that_comes_later_takes_the_place_of_the_older_one(archive: newsgrep.Archive, saved: Path) -> None:
    write(saved / "a.jsonl", capture("https://example.org/ferry", "05", FERRY))
    archive.update([saved])
    write(saved / "b.jsonl", capture("https://example.org/ferry", "02", FERRY))
    archive.update([saved])
    assert found(archive) == ["05"]
    write(saved / "c.jsonl", capture("https://example.org/ferry", "09", FERRY))
    archive.update([saved])
    assert found(archive) == ["09"]


def test_different_articles_under_one_address_are_all_shown(archive: newsgrep.Archive, saved: Path) -> None:
    write(
        saved / "a.jsonl",
        capture("https://example.org/local", "02", FERRY),
        capture("https://example.org/local", "03", BRIDGE, "Bridge reopens"),
        capture("https://example.org/local", "04", "Snow fell.", "Snow"),
        capture("https://example.org/local", "05", "Two elected to council.", "Council"),
    )
    archive.update([saved])
    assert found(archive) == ["02", "03", "04", "05"]


def test_texts_too_short_for_a_signature_are_compared_by_their_words(archive: newsgrep.Archive, saved: Path) -> None:
    write(
        saved / "a.jsonl",
        capture("https://example.org/snow", "02", "Snow fell on the harbour.", "Snow"),
        capture("https://example.org/snow", "03", "Snow fell on the harbour again.", "Snow"),
    )
    archive.update([saved])
    assert found(archive) == ["03"]


def test_articles_whose_capture_is_not_dated_are_no_versions(archive: newsgrep.Archive, saved: Path) -> None:
    write(saved / "a.jsonl", capture("https://example.org/ferry", None, FERRY))
    write(saved / "b.jsonl", capture("https://example.org/ferry", "05", FERRY))
    archive.update([saved])
    assert found(archive) == ["-", "05"]


def test_an_older_version_can_be_shown_by_its_name(archive: newsgrep.Archive, saved: Path) -> None:
    write(
        saved / "a.jsonl",
        capture("https://example.org/ferry", "02", FERRY),
        capture("https://example.org/ferry", "05", FERRY),
    )
    archive.update([saved])
    (hit,) = archive.search(Request(text="captain")).hits
    names = [each.article.id for each in archive.search(Request(text="captain", every_version=True)).hits]
    older = next(name for name in names if name != hit.article.id)
    assert archive.get(older).captured is not None
    assert archive.info().articles == 1


def test_articles_of_an_address_are_found_without_arrays(archive: newsgrep.Archive, saved: Path) -> None:
    write(
        saved / "a.jsonl",
        *(capture(f"https://example.org/{number}", "02", FERRY) for number in range(20)),
        *(capture("https://example.org/7", day, FERRY) for day in ("03", "04")),
    )
    write(saved / "b.jsonl", capture("https://example.org/7", "05", FERRY))
    archive.update([saved])
    (saved / "b.jsonl").unlink()
    archive.update([saved])
    engine = LocalEngine(Path(archive.path))
    whole = engine.every_version()
    key = url_key("http://www.example.org/7/")
    assert sorted(f"{article.captured:%d}" for article in engine.fetch(whole.at_address(key))) == ["02", "03", "04"]
    assert [f"{article.captured:%d}" for article in engine.fetch(engine.at_address(key))] == ["04"]
    assert whole.at_address(key + 1) == []


TEXTS = st.sampled_from(["fog", "fog and rain", "snow", "ice on the road"])
ROWS = st.lists(st.tuples(st.integers(1, 3), st.integers(0, 3), TEXTS), max_size=12)


@given(ROWS, st.randoms())
def test_older_versions_do_not_depend_on_the_order_of_articles(
    rows: list[tuple[int, int, str]], random: Random
) -> None:
    def older(places: list[int]) -> set[int]:
        keys, captured = (np.array([rows[place][at] for place in places], np.int64) for at in (0, 1))
        marks = mark_older_versions(
            keys,
            np.array(places, np.int64),
            captured,
            np.zeros((len(places), SLOTS), np.uint16),
            lambda at: list_words("", rows[places[at]][2]),
        )
        return {place for place, mark in zip(places, marks.tolist(), strict=True) if mark}

    places = list(range(len(rows)))
    shuffled = random.sample(places, len(places))
    assert older(places) == older(shuffled)
    newest = {key: max(place for place in places if rows[place][0] == key) for key, _, _ in rows}
    for key, captured, _ in rows:
        if captured > rows[newest[key]][1]:
            newest[key] = max(place for place in places if rows[place][:2] == (key, captured))
    assert older(places).isdisjoint(newest.values())

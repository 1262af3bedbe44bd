from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsgrep.archive.delivered_file import Place
from newsgrep.archive.watch_lock import WatchLock
from newsgrep.archive.watch_store import STORE_NAME, WatchStore, list_watches
from newsgrep.errors import IndexBusy, IndexUnusable, WatchExists, WatchMissing

if TYPE_CHECKING:
    from newsgrep.archive.watch_store import Ids

NOW, LATER = "2024-05-17T06:00:00+00:00", "2024-05-18T06:00:00+00:00"


def ids(*numbers: int) -> Ids:
    return np.array(sorted(numbers), np.uint64)


def add(store: WatchStore, name: str, *seen: int) -> int:
    store.add(name, "{}", ids(*seen), now=NOW)
    return next(watch.number for watch in store.watches() if watch.name == name)


def test_a_watch_is_there_until_it_is_removed(tmp_path: Path) -> None:
    with WatchStore(tmp_path) as store:
        add(store, "tides", 1)
        add(store, "boats")
        with pytest.raises(WatchExists):
            add(store, "tides")
    listed = list_watches(tmp_path)
    assert [(watch.name, watch.added, watch.last_run, watch.told) for watch in listed] == [
        ("boats", NOW, None, 0),
        ("tides", NOW, None, 0),
    ]
    with WatchStore(tmp_path) as store:
        store.remove("tides")
        with pytest.raises(WatchMissing):
            store.remove("tides")
    assert [watch.name for watch in list_watches(tmp_path)] == ["boats"]


def test_replacing_a_watch_forgets_what_the_one_before_has_seen(tmp_path: Path) -> None:
    with WatchStore(tmp_path) as store:
        before = add(store, "tides", 1, 2)
        store.add("tides", "{}", ids(3), now=LATER, replace=True)
        (watch,) = store.watches()
        assert watch.number != before
        assert store.seen(watch.number).tolist() == [3]
        assert store.seen(before).tolist() == []


@settings(max_examples=30)
@given(st.lists(st.sets(st.integers(0, 2**64 - 1), max_size=40), max_size=30))
def test_what_was_told_in_any_number_of_runs_is_seen(runs: list[set[int]]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder, WatchStore(Path(folder)) as store:
        watch = add(store, "tides")
        told: set[int] = set()
        for run in runs:
            store.finish(store.begin({watch: ids(*run - told)}, None, b""), now=LATER)
            told |= run
        assert store.seen(watch).tolist() == sorted(told)
        (listed,) = store.watches()
        assert listed.told == len(told)
        assert listed.last_run == (LATER if runs else None)


def test_many_small_runs_are_kept_as_few(tmp_path: Path) -> None:
    with WatchStore(tmp_path) as store:
        watch = add(store, "tides", *range(1000))
        for number in range(200):
            store.finish(store.begin({watch: ids(1000 + number)}, None, b""), now=LATER)
    with sqlite3.connect(tmp_path / STORE_NAME) as db:
        ((rows, longest),) = db.execute("SELECT count(*), max(length(ids)) FROM seen")
    db.close()
    assert rows <= 12
    assert longest == 8000, "what was seen first is not written again and again"


def test_a_batch_that_was_begun_is_remembered_with_its_place(tmp_path: Path) -> None:
    place = Place("/news/caf\udce9.jsonl", False, 1, 2, 3)
    with WatchStore(tmp_path) as store:
        watch = add(store, "tides")
        number = store.begin({watch: ids(7)}, place, b"output")
    with WatchStore(tmp_path) as store:
        assert store.unfinished() == ((number, place, b"output"),)
        store.finish(number, now=LATER)
        assert store.unfinished() == ()
        assert store.seen(watch).tolist() == [7]


def test_articles_of_a_batch_that_was_given_up_are_unsure_until_they_are_told(tmp_path: Path) -> None:
    with WatchStore(tmp_path) as store:
        watch = add(store, "tides")
        store.give_up(store.begin({watch: ids(7, 8)}, None, b""))
        store.give_up(store.begin({watch: ids(8, 9)}, None, b""))
        assert store.seen(watch).tolist() == []
        assert store.unsure(watch).tolist() == [7, 8, 9]
        store.finish(store.begin({watch: ids(8, 9, 10)}, None, b""), now=LATER)
        assert store.seen(watch).tolist() == [8, 9, 10]
        assert store.unsure(watch).tolist() == [7]


def test_a_watch_that_is_removed_takes_its_share_of_a_batch_along(tmp_path: Path) -> None:
    with WatchStore(tmp_path) as store:
        tides, boats = add(store, "tides"), add(store, "boats")
        number = store.begin({tides: ids(1), boats: ids(2)}, None, b"")
        store.remove("tides")
        store.give_up(number)
        assert store.unsure(tides).tolist() == []
        assert store.unsure(boats).tolist() == [2]


def test_each_store_has_an_identity_of_its_own_that_stays(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    with WatchStore(tmp_path) as store, WatchStore(tmp_path / "other") as other:
        assert store.identity != other.identity
        identity = store.identity
    with WatchStore(tmp_path) as store:
        assert store.identity == identity


def test_listing_makes_no_file(tmp_path: Path) -> None:
    assert list_watches(tmp_path) == ()
    assert list(tmp_path.iterdir()) == []


def test_a_store_that_cannot_be_read_says_which_file_it_is(tmp_path: Path) -> None:
    (tmp_path / STORE_NAME).write_bytes(b"something else altogether" * 100)
    with pytest.raises(IndexUnusable, match=STORE_NAME):
        WatchStore(tmp_path)


def test_a_store_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    WatchStore(tmp_path).close()
    with sqlite3.connect(tmp_path / STORE_NAME) as db:
        db.execute("PRAGMA user_version = 2")
    db.close()
    with pytest.raises(IndexUnusable, match="later newsgrep"):
        WatchStore(tmp_path)


def test_the_second_to_take_the_lock_is_told_who_has_it(tmp_path: Path) -> None:
    with WatchLock(tmp_path, wait=0), pytest.raises(IndexBusy, match=rf"process {os.getpid()}, since \d{{4}}-"):
        WatchLock(tmp_path, wait=0.1)
    WatchLock(tmp_path, wait=0).close()


def test_what_a_killed_process_left_half_done_is_undone_by_who_only_lists(tmp_path: Path) -> None:
    with WatchStore(tmp_path) as store:
        add(store, "tides", 1)
    script = (
        "import os, signal, sqlite3, sys; db = sqlite3.connect(sys.argv[1], isolation_level=None);"
        "db.execute('PRAGMA cache_size = 1'); db.execute('BEGIN'); db.execute('DELETE FROM watches');"
        "db.execute('INSERT INTO batches (output) VALUES (zeroblob(1000000))'); os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", script, os.fspath(tmp_path / STORE_NAME)], check=False, timeout=60)
    assert (tmp_path / f"{STORE_NAME}-journal").stat().st_size > 0
    assert [watch.name for watch in list_watches(tmp_path)] == ["tides"]

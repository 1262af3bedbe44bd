from __future__ import annotations

import gc
import json
import os
from pathlib import Path

import pytest

import newsgrep
from newsgrep.archive.local_engine import LocalEngine
from newsgrep.archive.snapshot import SMALL_BEFORE
from newsgrep.codec import plain_query as plain
from newsgrep.codec.queries import build_query
from newsgrep.codec.toc import latest_generation, toc_path
from newsgrep.errors import IndexUnusable
from newsgrep.opening import open_archive


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    articles = [{"title": f"Report {number}", "text": "The harbour was quiet. " * (number + 1)} for number in range(9)]
    (tmp_path / "articles.json").write_text(json.dumps(articles))
    with open_archive(tmp_path / "index", create=True) as archive:
        archive.update([tmp_path / "articles.json"])
    return tmp_path / "index"


def test_who_asks_again_and_again_is_answered_on_arrays_and_the_same(folder: Path) -> None:
    engine = LocalEngine(folder)
    query = plain.Or([plain.Term("body", "harbour"), plain.Term("title", "report")])
    first = engine.run(query, None, order=None, offset=0, limit=20)
    snapshot = engine._open()
    assert snapshot._evaluator is None
    asked = 1
    while snapshot._evaluator is None and asked < SMALL_BEFORE:
        assert engine.run(query, None, order=None, offset=0, limit=20) == first
        asked += 1
    assert asked < 100
    assert engine.run(query, None, order=None, offset=0, limit=20) == first
    engine.close()


def test_whooshs_own_query_finds_the_same_as_the_record_in_its_place(folder: Path) -> None:
    engine = LocalEngine(folder)
    query = plain.And([plain.Term("body", "harbour"), plain.Not(plain.Term("title", "3"))])
    found = engine.run(query, None, order=None, offset=0, limit=20)
    assert found.total == 8
    assert engine.run(build_query(query), None, order=None, offset=0, limit=20) == found
    assert engine.count(query) == engine.count(build_query(query)) == 8
    engine.close()


def test_a_range_finds_nothing_in_a_segment_where_no_article_has_a_value(folder: Path) -> None:
    engine = LocalEngine(folder)
    dated = plain.NumericRange("published", 0, 10**9)
    assert engine.count(dated) == 0
    assert len(engine.scan(plain.Every(), plain.And([dated])).references) == 0
    assert len(engine.scan(plain.Every(), plain.Not(dated)).references) == 9
    engine.close()


def test_a_damaged_table_of_contents_is_named(folder: Path) -> None:
    path = toc_path(folder, latest_generation(folder))
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(IndexUnusable, match=r"cannot be opened: .*toc: it is damaged"):
        LocalEngine(folder)


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="open files are counted in /proc")
def test_an_index_that_is_closed_or_refreshed_holds_no_file_open(tmp_path: Path) -> None:
    (tmp_path / "saved").mkdir()
    gc.collect()
    before = len(os.listdir("/proc/self/fd"))
    most = 0
    with newsgrep.open(tmp_path / "index", create=True) as archive:
        for number in range(20):
            (tmp_path / "saved" / f"{number}.txt").write_text(f"Storm {number}\n\nThe storm tore cable {number}.\n")
            archive.update([tmp_path / "saved"])
            archive.search("storm")
            archive.search('"storm tore" OR cable*')
            gc.collect()
            most = max(most, len(os.listdir("/proc/self/fd")))
        archive.stories("storm")
        archive.info()
    gc.collect()
    assert len(os.listdir("/proc/self/fd")) == before
    # Eight segments of this size are merged.
    assert most <= before + 2 * 8

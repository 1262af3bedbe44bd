"""The files of an archive as documents: they come back as they were written."""

from __future__ import annotations

import dataclasses
import json
import os
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgrep.archive.file_reading import FileReading
from newsgrep.archive.manifest import FileRecord, Status
from newsgrep.archive.opensearch.files import ClusterFiles, State, _read_record
from newsgrep.archive.opensearch.layout import NEW
from newsgrep.archive.report import Problem
from newsgrep.errors import IndexUnusable
from newsgrep.sources.read_options import ReadOptions
from tests.archive.opensearch.kept_documents import KeptDocuments

PATHS = st.binary(min_size=1).map(lambda name: os.fsdecode(b"/" + name.replace(b"\0", b"x")))


def written(record: FileRecord) -> Any:
    """The lines that write a record, as JSON."""
    (action,) = ClusterFiles(KeptDocuments().cluster, "news-files").iter_actions([record], 4)
    return [json.loads(line) for line in action.lines.splitlines()]


@given(PATHS, PATHS, st.binary(min_size=16, max_size=16) | st.none(), st.integers(-1, 1 << 50), st.booleans())
def test_a_file_is_read_as_it_was_written(
    key: str, path: str, digest: bytes | None, size: int, has_problems: bool
) -> None:
    problems = (Problem(path, "no title", "line 7"), Problem(path, "others", None, False, 40)) if has_problems else ()
    reading = FileReading(ReadOptions("csv", (("title", "head"),)), frozenset({"csv"}), frozenset())
    record = FileRecord(
        key=key, path=path, size=size, mtime_ns=5, digest=digest, articles=3, problems=problems, reading=reading
    )
    target, source = written(record)
    assert target["index"]["require_alias"]
    assert (source["file"], source["run"]) == (target["index"]["_id"], 4)
    assert _read_record(source) == record


def test_a_file_that_is_gone_is_taken_out() -> None:
    (target,) = written(FileRecord(key="/a", path="a", size=0, mtime_ns=0, status=Status.GONE))
    assert list(target) == ["delete"]


def test_of_two_records_of_a_file_the_last_counts() -> None:
    gone = FileRecord(key="/a", path="a", size=0, mtime_ns=0, status=Status.GONE)
    read = FileRecord(key="/a", path="a", size=4, mtime_ns=0)
    files = ClusterFiles(KeptDocuments().cluster, "news-g000001-files")
    (action,) = files.iter_actions([gone, read], 1)
    assert b"require_alias" not in action.lines
    assert json.loads(action.lines.splitlines()[1])["size"] == 4


@pytest.mark.parametrize(
    "broken",
    [
        {"size": "1"},
        {"articles": -1},
        {"status": "lost"},
        {"digest": "xyz"},
        {"problems": "[[1]]"},
        {"problems": "["},
        {"reading": "{}"},
        {"path_bytes": "?"},
        {"key": 3},
    ],
)
def test_a_file_that_newsgrep_has_not_written_is_damage(broken: dict[str, Any]) -> None:
    _, source = written(FileRecord(key="/a", path="a", size=4, mtime_ns=0))
    files = ClusterFiles(KeptDocuments().cluster, "news-files")
    with pytest.raises(IndexUnusable, match="damaged"):
        files._read_record(source | broken)


def test_of_two_updates_that_write_the_state_one_comes_too_late() -> None:
    kept = KeptDocuments()
    state = State(generation=1, run=1, is_open=True, writer="a", updated="2026-01-01T10:00:00+00:00", layout=NEW)
    the_same = dataclasses.replace(state, writer="b")
    one, other = (ClusterFiles(kept.cluster, "news-files") for _ in range(2))
    assert one.state() is None
    assert one.swap_state(state)
    assert not other.swap_state(the_same)
    assert other.state() == state
    assert other.swap_state(the_same)
    assert not one.swap_state(state)


@pytest.mark.parametrize("state", [{}, {"state": {}}, {"state": {"generation": 1, "layout": None}}])
def test_a_state_that_newsgrep_has_not_written_is_damage(state: dict[str, Any]) -> None:
    kept = KeptDocuments()
    kept.documents["/news-files/_doc/state"] = (state, 0)
    with pytest.raises(IndexUnusable, match="damaged"):
        ClusterFiles(kept.cluster, "news-files").state()

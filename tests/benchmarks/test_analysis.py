from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import newsgrep
from benchmarks.__main__ import main

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_a_row_for_each_query_has_its_hits_and_times(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = [json.dumps({"id": str(n), "title": "A ferry", "text": "It sank.", "date": "2018-01-01"}) for n in range(3)]
    (tmp_path / "all.jsonl").write_text("\n".join(lines), "utf-8")
    with newsgrep.open(tmp_path / "index", create=True) as archive:
        archive.update([tmp_path / "all.jsonl"])
    assert main(["analysis", str(tmp_path / "index"), "ferry", "zeppelin", "--repeat", "2"]) == 0
    said, header, ferry, zeppelin = capsys.readouterr().out.splitlines()
    assert said.startswith("3 articles")
    assert header.split() == ["query", "hits", "timeline", "split", "facets", "stories"]
    assert re.fullmatch(r"ferry +3( +\d+ \d+){4}", ferry)
    assert re.fullmatch(r"zeppelin +0( +\d+ \d+){4}", zeppelin)


def test_without_an_index_there_is_nothing_to_measure(tmp_path: Path) -> None:
    assert main(["analysis", str(tmp_path / "none")]) == 2

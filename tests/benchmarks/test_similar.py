"""The benchmark of similar articles: measures worked out by hand, and a small collection measured in every way."""

from __future__ import annotations

import json
from math import log2
from pathlib import Path

import pytest

from benchmarks import similar
from benchmarks.similar import WAYS, find_wanted, score


def test_what_is_wanted_is_what_shares_a_query_with_the_seed() -> None:
    judged = {"q1": {"a": 1, "b": 2, "x": 0}, "q2": {"a": 1, "c": 1}, "q3": {"lone": 1}}
    assert find_wanted(judged) == {"a": {"b", "c"}, "b": {"a"}, "c": {"a"}}


def test_the_seed_itself_is_left_out() -> None:
    assert score({"a": ["a", "b"]}, {"a": {"b"}}) == (1.0, 0.1)
    ndcg, precision = score({"a": ["x", "a", "b"]}, {"a": {"b", "c"}})
    assert ndcg == pytest.approx((1 / log2(3)) / (1 + 1 / log2(3)))
    assert precision == 0.1


def test_a_collection_is_measured_in_every_way(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    texts = {
        "kiln": "The kiln of the pottery was fired at dawn.",
        "glaze": "A new glaze for the kiln of the pottery.",
        "goose": "A goose crossed the road at dawn.",
        "gander": "The gander followed the goose over the road.",
    }
    records = [{"id": name, "title": name, "text": text} for name, text in texts.items()]
    (tmp_path / "docs.jsonl").write_text("\n".join(map(json.dumps, records)), "utf-8")
    judgements = "q1 0 kiln 1\nq1 0 glaze 1\nq2 0 goose 1\nq2 0 gander 1\n"
    (tmp_path / "qrels.txt").write_text(judgements, "utf-8")
    assert similar.main([str(tmp_path)]) == 0
    lines = capsys.readouterr().out.splitlines()[1:]
    assert [line.split("/")[1].split("  ")[0] for line in lines] == list(WAYS)
    assert all("1.0000  0.1000" in line for line in lines if "/similar" in line)


def test_without_a_collection_the_benchmark_says_what_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert similar.main([str(tmp_path)]) == 2
    assert "no collection" in capsys.readouterr().err

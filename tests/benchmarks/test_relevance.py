"""The gate of relevance: measures worked out by hand, and a small collection from its files to its figures."""

from __future__ import annotations

import json
from math import log2
from pathlib import Path

import pytest

from benchmarks import relevance
from benchmarks.relevance import Figures, iter_missed, measure_collection, score_query

TEXTS = {
    "ferry": "The ferry to the island left at dawn.",
    "strike": "A strike stopped the ferry and the trams.",
    "chess": "The chess champion lost a pawn.",
}


@pytest.fixture
def collection(tmp_path: Path) -> Path:
    folder = tmp_path / "small"
    folder.mkdir()
    records = [{"id": name, "title": name, "text": text} for name, text in TEXTS.items()]
    (folder / "docs.jsonl").write_text("\n".join(map(json.dumps, records)), "utf-8")
    (folder / "queries.tsv").write_text("q1\tferry island\nq2\tchess\nq3\tunjudged\n", "utf-8")
    (folder / "qrels.txt").write_text("q1 0 ferry 2\nq1 0 strike 1\nq2 0 ferry 1\nq4 0 chess 0\n", "utf-8")
    return folder


def test_a_perfect_order_scores_one() -> None:
    assert score_query(["a", "b"], {"a": 2, "b": 1, "c": 0}) == (1.0, 1.0, 1.0)


def test_a_relevant_article_counts_less_the_later_it_comes() -> None:
    ndcg, precision, recall = score_query(["x", "a"], {"a": 1, "b": 1})
    assert ndcg == pytest.approx((1 / log2(3)) / (1 + 1 / log2(3)))
    assert (precision, recall) == (0.25, 0.5)


def test_nothing_after_the_tenth_counts_for_ndcg() -> None:
    assert score_query([*map(str, range(10)), "a"], {"a": 1})[0] == 0


def test_a_collection_is_measured_through_the_command_line(collection: Path, tmp_path: Path) -> None:
    ((name, figures),) = measure_collection(collection, tmp_path / "runs", "--any")
    assert name == "small/queries"
    assert figures.queries == 2
    # The first query is answered in the best order, the second finds only what is not relevant.
    assert figures.ndcg == figures.recall == 0.5
    run = (tmp_path / "runs" / "small-queries.run").read_text("utf-8").splitlines()
    assert run[0] == "q1 Q0 ferry 1 -1 newsgrep"
    assert [line.split()[2] for line in run] == ["ferry", "strike", "chess"]


def test_a_figure_below_its_floor_is_named() -> None:
    figures = {"small/queries": Figures(2, 0.5, 0.5, 0.5, 1.0)}
    assert list(iter_missed(figures, {"small/queries": 0.5, "other/queries": 0.9})) == []
    assert list(iter_missed(figures, {"small/queries": 0.51})) == [
        "small/queries: nDCG@10 0.5000 is below its floor 0.51"
    ]


def test_without_a_collection_the_gate_says_what_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert relevance.main([str(tmp_path)]) == 2
    assert "no collection" in capsys.readouterr().err

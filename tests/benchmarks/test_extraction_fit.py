"""The fitting of the weights, on a few pages of our own writing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

from benchmarks import extraction_fit
from newsgrep.extract.line_features import NAMES
from newsgrep.extract.text_dates import STAMP_NAMES
from newsgrep.extract.text_title import TITLE_NAMES

if TYPE_CHECKING:
    from pathlib import Path

PARAGRAPHS = [
    f"The harbour board of the {place} island said on Monday that it would halve the number of winter crossings, a "
    "decision that islanders called a betrayal of promises made only last spring."
    for place in ("northern", "southern", "eastern", "western", "smallest", "largest", "oldest", "newest", "greenest")
]
TITLE = "Ferry Company Cuts Winter Service to Outer Islands"
MENU = "News\n\nSport\n\nCulture\n\nLetters\n\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    body = "\n\n".join(PARAGRAPHS)
    truth = {
        "file": "a.txt",
        "kind": "text",
        "dumper": "lynx",
        "publisher": "a",
        "title": TITLE,
        "date": "2019-02-12",
        "body": body,
        "visible": ["title", "date"],
    }
    (tmp_path / "a.txt").write_text(f"{MENU}{TITLE}\n\n12 February 2019\n\n{body}\n\nContact\n\nHelp\n", "utf-8")
    (tmp_path / "manifest.jsonl").write_text(json.dumps(truth) + "\n", "utf-8")
    return tmp_path


def test_a_page_counts_once_whole_and_once_shortened(folder: Path) -> None:
    whole, short = extraction_fit.text_examples(folder)
    assert whole.rows.shape[1] == len(NAMES)
    assert whole.right.sum() == len(PARAGRAPHS)
    assert 3 <= short.right.sum() < len(PARAGRAPHS)


def test_the_right_title_and_stamp_are_marked(folder: Path) -> None:
    (title,) = extraction_fit.title_examples(folder)
    (stamp,) = extraction_fit.stamp_examples(folder)
    assert title.right.sum() == 1
    assert title.rows.shape[1] == len(TITLE_NAMES)
    assert stamp.right.tolist() == [1.0, 0.0]
    assert stamp.rows.shape[1] == len(STAMP_NAMES) + 1


def test_fitted_weights_tell_the_lines_apart(folder: Path) -> None:
    examples = extraction_fit.text_examples(folder)
    weights = extraction_fit.fit_lines(examples, 1.0)
    scores = examples[0].rows @ weights
    assert scores[examples[0].right > 0].min() > scores[examples[0].right == 0].max()


def test_a_weight_of_the_wrong_sign_is_none() -> None:
    rows = np.array([[1.0, 0.0], [0.0, 1.0]])
    example = extraction_fit.Example("a", rows, np.array([1.0, 0.0]), np.ones(2))
    assert extraction_fit.fit_choice([example], 1.0)[0] > 0
    assert extraction_fit.fit_choice([example], 1.0, signs=np.array([-1.0, 0.0]))[0] == 0


def test_a_table_is_put_in_the_place_of_its_like(tmp_path: Path) -> None:
    path = tmp_path / "weights.py"
    path.write_text(
        "A: tuple[float, ...] = (\n    1.00,  # x\n)\nB: tuple[float, ...] = (\n    2.00,  # y\n)\n", "utf-8"
    )
    extraction_fit.write_table("B", ["z"], [0.5], path)
    assert "1.00,  # x" in path.read_text("utf-8")
    assert "0.50,  # z" in path.read_text("utf-8")
    assert "2.00" not in path.read_text("utf-8")
    with pytest.raises(ValueError, match="no table C"):
        extraction_fit.write_table("C", ["z"], [0.5], path)

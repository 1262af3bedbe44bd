"""Any byte of an index altered, and any part cut off: each question is answered exactly, or the error names the file.

`NEWSGREP_NIGHTLY=1` tries every byte and every length; without it a few of each file.
"""

from __future__ import annotations

import dataclasses
import os
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from newsgrep.errors import NewsgrepError
from newsgrep.search.overview import IndexInfo
from tests.archive.hostile_index import ask_all, copy_index, first_id, make_index

NIGHTLY = bool(os.environ.get("NEWSGREP_NIGHTLY"))
FLIPS, CUTS = (1 << 30, 1 << 30) if NIGHTLY else (5, 3)
NOT_CHECKED = frozenset({"MAIN_WRITELOCK", "watches.lock"})
"""They hold nothing."""
FREE = frozenset({"manifest.sqlite", "watches.sqlite"})
"""Databases, of which some bytes are free or say how it is laid out."""


def spell(answer: Any) -> str:
    """An answer as text; the size of the index is no part of it, nor how long it took."""
    if isinstance(answer, IndexInfo):
        answer = dataclasses.replace(answer, index_bytes=0)
    return re.sub(r"took_ms=[\d.e-]+", "", repr(answer))


def damages(data: bytes, rng: random.Random) -> Iterator[tuple[str, bytes]]:
    """What may become of a file, and what to call it."""
    for at in sorted(rng.sample(range(len(data)), min(FLIPS, len(data)))):
        altered = bytearray(data)
        altered[at] ^= 1 << rng.randrange(8)
        yield f"byte {at}", bytes(altered)
    for length in sorted(rng.sample(range(len(data)), min(CUTS, len(data)))):
        yield f"cut at {length}", data[:length]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_index(tmp_path_factory.mktemp("made"))


def test_each_question_is_answered_exactly_or_names_the_file(made: Path, tmp_path: Path) -> None:
    index = copy_index(made, tmp_path / "index")
    name = first_id(index)
    whole = {question: spell(answer) for question, answer in ask_all(index, name).items()}
    # Beyond the articles, the check tells how large the index is.
    unlike = {"check"}
    rng = random.Random(11)
    for path in sorted(index.iterdir()):
        if path.name in NOT_CHECKED:
            continue
        data = path.read_bytes()
        for told, damaged in damages(data, rng):
            path.write_bytes(damaged)
            answers = ask_all(index, name, f"{path.name}, {told}")
            for question, answer in answers.items():
                if isinstance(answer, NewsgrepError):
                    assert path.name in str(answer), f"{path.name}, {told}: {question}: {answer}"
                elif question not in unlike and not (path.name == "watches.sqlite" and question == "watches"):
                    assert spell(answer) == whole[question], f"{path.name}, {told}: {question}"
            faults = answers["check"].faults
            found = any(path.name in fault.path for fault in faults)
            assert found or (path.name in FREE and not faults), f"{path.name}, {told}: {faults}"
            for left in index.glob("*-journal"):
                left.unlink()
        path.write_bytes(data)

"""Segments that somebody has altered and whose checksums are right: an error or an answer, in bounded time and memory.

`NEWSGREP_FUZZ_SECONDS=600 pytest tests/archive/test_hostile_segments.py` goes on for so long.
"""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

import newsgrep
from newsgrep.errors import NewsgrepError
from tests.archive.hostile_index import (
    ask_all,
    bounded_memory,
    copy_index,
    first_id,
    iter_rounds,
    make_index,
    spoil_segment,
)

ROUNDS = 40


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_index(tmp_path_factory.mktemp("made"))


def test_an_altered_segment_never_crashes_a_question(index: Path, tmp_path: Path) -> None:
    name = first_id(index)
    whole = ask_all(index, name)
    assert not any(isinstance(answer, NewsgrepError) for answer in whole.values()), whole
    assert not whole["check"].faults
    copy = copy_index(index, tmp_path / "index")
    segments = sorted(copy.glob("*.seg"))
    with bounded_memory():
        for rng, told in iter_rounds("segments", ROUNDS):
            path = rng.choice(segments)
            data = path.read_bytes()
            path.write_bytes(spoil_segment(data, rng))
            ask_all(copy, name, told)
            if rng.random() < 0.2:
                # A writer reads segments too, to merge them and to drop articles from them.
                (tmp_path / "saved.txt").write_text(f"A storm\n\nThe storm tore {rng.randrange(1000)} cables.\n")
                with contextlib.suppress(NewsgrepError), newsgrep.open(copy) as archive:
                    archive.update([tmp_path / "saved.txt", index.parent / "saved"])
                copy = copy_index(index, copy)
            else:
                path.write_bytes(data)

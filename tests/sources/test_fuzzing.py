"""Damaged and hostile archives: whatever the bytes, a reader ends in bounded time with outcomes or one kind of error.

`NEWSGREP_FUZZ_SECONDS=600 pytest tests/sources/test_fuzzing.py` goes on for so long; without it each test takes a
second or two. Samples are mutated, not made up, so that most bytes are those of a real file.
"""

from __future__ import annotations

import contextlib
import os
import random
import time
import tracemalloc
from pathlib import Path

import pytest

from newsgrep.article import Page
from newsgrep.errors import FileUnreadable
from newsgrep.sources.formats import read_file
from newsgrep.sources.outcome import BrokenRecord, Outcome, Skipped
from newsgrep.sources.read_options import ReadOptions
from tests.sources.archive_samples import HTML, LINES, build_response, pack_records, pack_tar, pack_zip

SAMPLES = Path(__file__).parent / "samples"
BUDGET = float(os.environ.get("NEWSGREP_FUZZ_SECONDS", "0"))
ROUNDS = 150
SLOWEST = 20.0
"""Seconds that one small file may take."""
MOST_MEMORY = 128 << 20
"""Bytes that reading one small file may take; the most hungry is xz, which is given 96 MiB."""

CONTENTS = {
    "warc": build_response("https://a.example/1") + build_response("https://a.example/2", HTML + b"<p>2"),
    "warc.gz": pack_records([build_response(f"https://a.example/{number}") for number in range(4)]),
    "zip": pack_zip([("a.html", HTML), ("b.jsonl", LINES), ("c.zip", pack_zip([("d.html", HTML)]))]),
    "stored.zip": pack_zip([("a.html", HTML), ("b.jsonl", LINES)], 0),
    "tar": pack_tar([("a.html", HTML), ("é" * 120, b"Boats."), ("c.tar", pack_tar([("d.html", HTML)]))]),
    **{path.name: path.read_bytes() for path in SAMPLES.iterdir() if path.suffix != ".py"},
}
FORCED = ("warc", "wacz", "zip", "tar")
TELLING = (b"\0", b"\xff", b"\xff\xff\xff\xff", b"\x80" + b"\xff" * 11, b"PK\x01\x02", b"PK\x05\x06", b"WARC/1.0\r\n")


def mutate(content: bytes, rng: random.Random) -> bytes:
    """A file with one to eight faults: bits, bytes, cuts, doubled and moved stretches, numbers that are too large."""
    data = bytearray(content)
    for _ in range(rng.randint(1, 8)):
        at = rng.randrange(len(data)) if data else 0
        length = rng.choice((1, 2, 4, 16, 100, 600))
        match rng.randrange(7):
            case 0 if data:
                data[at] ^= 1 << rng.randrange(8)
            case 1:
                data[at : at + length] = rng.randbytes(length)
            case 2:
                del data[at : at + length]
            case 3:
                data[at:at] = data[at : at + length] * rng.choice((1, 2, 50))
            case 4:
                del data[at:]
            case 5:
                told = rng.choice(TELLING)
                data[at : at + len(told)] = told
            case _:
                other = rng.choice(list(CONTENTS.values()))
                start = rng.randrange(len(other))
                data[at:at] = other[start : start + length]
    return bytes(data)


@pytest.mark.parametrize("name", CONTENTS)
def test_any_damage_ends_in_outcomes_or_one_kind_of_error(tmp_path: Path, name: str) -> None:
    seed = int.from_bytes(os.urandom(4), "big") if BUDGET else 7
    rng = random.Random(f"{name} {seed}")
    path = tmp_path / f"a.{name}"
    end = time.monotonic() + BUDGET / len(CONTENTS)
    rounds = 0
    tracemalloc.start()
    try:
        while rounds < ROUNDS or time.monotonic() < end:
            rounds += 1
            path.write_bytes(mutate(CONTENTS[name], rng))
            tracemalloc.reset_peak()
            started = time.process_time()
            outcomes: list[Outcome] = []
            # Half of them as what they are, so that damage of the first bytes does not hide the rest.
            kind = next((one for one in FORCED if one in name), None)
            options = ReadOptions(kind if rounds % 2 else None)
            with contextlib.suppress(FileUnreadable):
                outcomes.extend(read_file(str(path), options=options))
            told = f"{name}, seed {seed}, round {rounds}"
            assert time.process_time() - started < SLOWEST, told
            assert tracemalloc.get_traced_memory()[1] < MOST_MEMORY, told
            assert all(isinstance(outcome, Page | BrokenRecord | Skipped) for outcome in outcomes), told
            pages = [outcome.key for outcome in outcomes if isinstance(outcome, Page)]
            assert len(set(pages)) == len(pages), told
    finally:
        tracemalloc.stop()

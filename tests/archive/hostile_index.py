"""Indexes with faults in them, made on purpose: by accident, or by somebody who puts the checksums right again."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import random
import resource
import shutil
import struct
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import newsgrep
from newsgrep.codec.segment_file import MAGIC, PAGE
from newsgrep.errors import NewsgrepError
from newsgrep.search.request import Request, Sort
from tests.sources.test_reader_damage import forget_most, measure_memory

BUDGET = float(os.environ.get("NEWSGREP_FUZZ_SECONDS", "0"))
"""Seconds of CPU time that a fuzzer takes; without it as many rounds as each says."""
SLOWEST = 8.0
"""Seconds of CPU time that one question to a small index may take, or one round of them."""
MOST_MEMORY = 320 << 20
"""Bytes that a round may take beyond what was there: the bounds of one unpacked block, and the questions' own."""
_FOOTER = struct.Struct("<QQIIQ8s")
_TODAY = dt.date(2024, 5, 17)


def make_index(root: Path) -> Path:
    """A small index of every kind of file: several segments, deleted articles, older versions, watches; returns it."""
    rng = random.Random(3)
    saved = root / "saved"
    saved.mkdir(parents=True)
    words = [
        f"{first}{last}" for first in ("har", "tid", "bri", "cab", "sto", "fer") for last in ("bour", "ge", "le", "rm")
    ]
    with newsgrep.open(root / "index", create=True) as archive:
        for part in range(3):
            records = [
                {
                    "title": f"The {rng.choice(words)} of day {number}",
                    "text": " ".join(rng.choices(words, k=60)) + f". Ada saw ship{number} near the harbour bridge.",
                    "date": f"2021-0{part + 1}-{number % 27 + 1:02}",
                    "section": rng.choice(["News", "Sport", "Local"]),
                    "author": "Ada Example",
                    "url": f"https://news.example/{number % 5}",
                }
                for number in range(part * 9, part * 9 + 8)
            ]
            (saved / f"{part}.jsonl").write_text("\n".join(map(json.dumps, records)))
            archive.update([saved])
        (saved / "0.jsonl").write_text("\n".join((saved / "0.jsonl").read_text().split("\n")[:5]))
        archive.update([saved])
        from newsgrep.search.watches import Watch

        with archive.open_watches() as watches:
            watches.add(Watch(name="harbour", text="harbour"), from_start=True)
            watches.mark_told(watches.find_news()[0])
            watches.add(Watch(name="ships", text="ship*"))
    return root / "index"


def copy_index(index: Path, to: Path) -> Path:
    """A fresh copy of an index."""
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(index, to)
    return to


QUESTIONS: dict[str, Callable[[newsgrep.Archive, str], Any]] = {
    "word": lambda archive, _: archive.search("harbour").hits,
    "words": lambda archive, _: archive.search(Request(text="harbour bridge OR tid*", explain=True)).hits,
    "phrase": lambda archive, _: archive.search('"harbour bridge" w/5 ship*').hits,
    "fuzzy": lambda archive, _: archive.search("harbur~ stormm").hits,
    "label": lambda archive, _: archive.search("section:News author:Ada date:2021").hits,
    "newest": lambda archive, _: archive.search(Request(text="*", sort=Sort.NEWEST, limit=100)).hits,
    "all": lambda archive, _: list(archive.select("*")),
    "facets": lambda archive, _: archive.facets(Request(text="*")),
    "stories": lambda archive, _: archive.stories("*").hits,
    "similar": lambda archive, name: archive.similar(name),
    "kwic": lambda archive, _: list(archive.concordance("harbour").lines),
    "timeline": lambda archive, _: archive.timeline("harbour"),
    "sections": lambda archive, _: archive.sections(),
    "info": lambda archive, _: archive.info(),
    "show": lambda archive, name: archive.get(name),
    "watches": lambda archive, _: archive.list_watches(),
    "check": lambda archive, _: archive.check(),
}


def ask_all(index: Path, name: str, told: str = "") -> dict[str, Any]:
    """Every question, of the article `name` where it is of one, each to an index opened anew.

    An answer or the one kind of error, in bounded time and memory.
    """
    forget_most()
    memory = measure_memory()
    answers: dict[str, Any] = {}
    for question, ask in QUESTIONS.items():
        started = time.process_time()
        try:
            with newsgrep.open(index) as archive:
                answers[question] = ask(archive, name)
        except NewsgrepError as error:
            answers[question] = error
        assert time.process_time() - started < SLOWEST, f"{told}: {question}"
    assert measure_memory(most=True) - memory < MOST_MEMORY, told
    return answers


def first_id(index: Path) -> str:
    """The id of an article of an index."""
    with newsgrep.open(index) as archive:
        return archive.search("harbour").hits[0].article.id


@contextlib.contextmanager
def bounded_memory(room: int = 3 << 30) -> Iterator[None]:
    """Let this process take so many bytes of addresses more and no more, so that a fault does not take the machine."""
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    used = (
        int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize() if os.path.exists("/proc") else 0
    )
    if used:
        resource.setrlimit(resource.RLIMIT_AS, (used + room, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def iter_rounds(name: str, rounds: int) -> Iterator[tuple[random.Random, str]]:
    """Rounds of a fuzzer: as many as said, or for as long as asked; with the words that lead back to each."""
    seed = int.from_bytes(os.urandom(4), "big") if BUDGET else 7
    started = time.process_time()
    number = 0
    while number < rounds if not BUDGET else time.process_time() - started < BUDGET:
        number += 1
        yield random.Random(f"{name} {seed} {number}"), f"{name}, seed {seed}, round {number}"


class Sections:
    """A segment file taken apart, to be put together again with right checksums."""

    def __init__(self, data: bytes) -> None:
        sums_at, contents_at, length, *_ = _FOOTER.unpack_from(data, len(data) - _FOOTER.size)
        self.body = bytearray(data[:sums_at])
        contents = json.loads(data[contents_at : contents_at + length])
        self.sections: dict[str, list[Any]] = contents["sections"]
        self.facts: dict[str, Any] = contents["facts"]

    def seal(self) -> bytes:
        """The file, its checksums those of what it holds."""
        sums = b"".join(
            struct.pack("<I", zlib.crc32(self.body[at : at + PAGE])) for at in range(0, len(self.body), PAGE)
        )
        contents = json.dumps({"sections": self.sections, "facts": self.facts}).encode()
        contents_at = len(self.body) + len(sums)
        check = zlib.crc32(contents, zlib.crc32(sums))
        footer = _FOOTER.pack(
            len(self.body), contents_at, len(contents), check, contents_at + len(contents) + _FOOTER.size, MAGIC
        )
        return bytes(self.body) + sums + contents + footer


_NUMBERS = (0, 1, 255, 65_535, (1 << 31) - 1, 1 << 31, (1 << 32) - 1, (1 << 63) - 1, (1 << 64) - 1)
_VALUES: tuple[Any, ...] = (*_NUMBERS, -1, 1e300, None, "", "x", "<u8", "|O", "<M8", [], {}, True)


def spoil_segment(data: bytes, rng: random.Random) -> bytes:
    """One to four faults in what a segment holds, under right checksums."""
    segment = Sections(data)
    for _ in range(rng.randint(1, 4)):
        name = rng.choice(list(segment.sections))
        start, length = (value if type(value) is int else 0 for value in segment.sections[name])
        match rng.randrange(10):
            case 0:
                segment.sections[name] = [start, max(0, length + rng.choice((-1, 1, -4, 8, -8, 1 << 20, 1 << 40)))]
            case 1:
                segment.sections[name] = list(segment.sections[rng.choice(list(segment.sections))])
            case 2:
                segment.sections.pop(name)
            case 3:
                facts = segment.facts
                while rng.random() < 0.7:
                    inner = [value for value in facts.values() if isinstance(value, dict) and value]
                    if not inner:
                        break
                    facts = rng.choice(inner)
                if facts:
                    facts[rng.choice(list(facts))] = rng.choice(_VALUES)
            case _ if length and start >= 0 and start + length <= len(segment.body):
                _spoil_bytes(segment.body, start, length, rng)
            case _:
                pass
    return segment.seal()


def _spoil_bytes(body: bytearray, start: int, length: int, rng: random.Random) -> None:
    width = min(rng.choice((1, 2, 4, 8)), length)
    at = start + rng.randrange(length // width) * width
    match rng.randrange(5):
        case 0:
            body[at] ^= 1 << rng.randrange(8)
        case 1:
            body[at : at + width] = rng.choice(_NUMBERS).to_bytes(8, "little")[:width]
        case 2:
            body[at : at + width] = rng.randbytes(width)
        case 3:
            fill = rng.choice((b"\0", b"\xff", b"\x01", b"\x80"))
            body[start : start + length] = fill * length
        case _:
            other = start + rng.randrange(length // width) * width
            body[at : at + width], body[other : other + width] = body[other : other + width], body[at : at + width]

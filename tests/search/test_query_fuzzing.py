"""Queries at random, of what the language is made of: an answer or one kind of error, in bounded time and memory.

`NEWSGREP_FUZZ_SECONDS=600 pytest tests/search/test_query_fuzzing.py` goes on for so long.
"""

from __future__ import annotations

import datetime as dt
import random
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

import newsgrep
from newsgrep import Request
from newsgrep.errors import NewsgrepError
from newsgrep.search.request import Match
from tests.archive.hostile_index import MOST_MEMORY, bounded_memory, iter_rounds, make_index
from tests.sources.test_reader_damage import forget_most, measure_memory

ROUNDS = 250
SLOWEST = 10.0
"""Seconds of CPU time that a query of a few kilobytes may take over a small index."""
TODAY = dt.date(2024, 5, 17)

WORDS: tuple[str, ...] = (
    *(
        "harbour",
        "bridge",
        "tid*",
        "*ge",
        "h*r?",
        "?????",
        "harbur~",
        "stormm~2",
        "ship1",
        "the",
        "=Harbour",
        "storm^3",
    ),
    *("x" * 300, "é", "\N{ARABIC LETTER BEH}", "\N{CJK UNIFIED IDEOGRAPH-4E2D}", "\N{COMBINING ACUTE ACCENT}", "\0"),
    *("\ud800", "\N{RIGHT-TO-LEFT OVERRIDE}", "\N{ZERO WIDTH JOINER}", "\\", "'", "9" * 400, "-1", "1e400", "C++"),
)
FIELDS = (
    *(
        "title:",
        "body:",
        "section:",
        "author:",
        "date:",
        "words:",
        "lead:",
        "url:",
        "source:",
        "nosuch:",
        "id:",
        "file:",
    ),
)
JOINS = (
    *(" ", " AND ", " OR ", " NOT ", " and not ", " w/3 ", " w/1000 ", " n/2 ", " pre/4 ", " not w/2 ", " /s ", " /p "),
    *(",", "\n"),
)
ROUND: tuple[str, ...] = (
    *("({})", '"{}"', "-({})", "NOT {}", "atleast3({})", "caps({})", "[{} to {}]", "{}~3", "({})^2", "title:({})"),
    *("\N{LEFT DOUBLE QUOTATION MARK}{}\N{RIGHT DOUBLE QUOTATION MARK}", "first9({})", "{}*"),
)
LOOSE: tuple[str, ...] = ("AND", "OR", "NOT", "w/", "/s", "..", *"()\"[]~^*?:-+/='\\><")


def write_query(rng: random.Random, depth: int = 0) -> str:
    """A query by the grammar, or nearly."""
    kind = rng.random()
    if depth > 6 or kind < 0.4:
        return rng.choice(("", "", "", rng.choice(FIELDS))) + rng.choice(WORDS)
    if kind < 0.75:
        return rng.choice(JOINS).join(write_query(rng, depth + 1) for _ in range(rng.randint(2, 4)))
    if kind < 0.95:
        around = rng.choice(ROUND)
        return around.format(*(write_query(rng, depth + 1) for _ in range(around.count("{}"))))
    return rng.choice(LOOSE) + write_query(rng, depth + 1)


def spoil_query(text: str, rng: random.Random) -> str:
    """A query with faults in it, or a great deal more of one."""
    for _ in range(rng.randint(0, 3)):
        at = rng.randrange(len(text) + 1)
        match rng.randrange(5):
            case 0:
                text = text[:at] + rng.choice(LOOSE) * rng.choice((1, 1, 2, 40)) + text[at:]
            case 1:
                text = text[:at] + text[at + rng.randint(1, 8) :]
            case 2:
                text = text[:at] + chr(rng.choice((rng.randrange(128), rng.randrange(0x11_0000)))) + text[at:]
            case 3:
                text = (text[:at] + rng.choice(JOINS)) * rng.choice((2, 2, 3, 30)) + text[at:]
            case _:
                text = text[at:] + text[:at]
    return text[:20_000]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[newsgrep.Archive]:
    with newsgrep.open(make_index(tmp_path_factory.mktemp("made"))) as opened:
        yield opened


def ask(archive: newsgrep.Archive, request: Request, told: str) -> None:
    forget_most()
    memory = measure_memory()
    started = time.process_time()
    with suppress(NewsgrepError):
        assert archive.search(request, today=TODAY).total >= 0, told
    assert time.process_time() - started < SLOWEST, told
    assert measure_memory(most=True) - memory < MOST_MEMORY, told


def test_any_query_is_answered_or_refused(archive: newsgrep.Archive) -> None:
    with bounded_memory():
        for rng, told in iter_rounds("queries", ROUNDS):
            text = spoil_query(write_query(rng), rng)
            request = Request(
                text=text,
                match=rng.choice((Match.ALL, Match.ANY)),
                explain=rng.random() < 0.2,
                variants=rng.random() < 0.2,
                limit=3,
            )
            ask(archive, request, f"{told}: {text!r}"[:2000])


LARGE = {
    "a megabyte of words": "harbour bridge " * 70_000,
    "a megabyte in one word": "h" * 1_000_000,
    "a megabyte of parentheses": "(" * 500_000 + "tide" + ")" * 500_000,
    "a megabyte of quotes": '"' * 1_000_001,
    "a megabyte of wildcards": "*?" * 500_000,
    "a megabyte of NULs": "\0" * 1_000_000,
    "a megabyte of surrogates": "\ud800" * 500_000,
    "a megabyte of marks": "\N{COMBINING ACUTE ACCENT}" * 500_000,
    "a megabyte of fields": "title:" * 170_000 + "tide",
    "a megabyte of NOT": "NOT " * 250_000 + "tide",
    "a megabyte of distances": "tide w/3 " * 110_000 + "tide",
    "a megabyte of ranges": "date:[2020 to 2021] OR " * 45_000 + "tide",
    "a megabyte of fuzzy words": "harbur~2 " * 110_000,
    "thousands of wildcards": "h*r?o*u " * 2_000,
    "a thousand nested distances": "(" * 1_000 + "tide" + " w/5 harbour)" * 1_000,
    "a thousand nested fields": "title:(" * 1_000 + "tide" + ")" * 1_000,
    "a thousand nested negations": "NOT (" * 1_000 + "tide" + ")" * 1_000,
}


@pytest.mark.parametrize("name", LARGE)
def test_a_large_query_is_answered_or_refused(archive: newsgrep.Archive, name: str) -> None:
    with bounded_memory():
        ask(archive, Request(text=LARGE[name], limit=3), name)


def test_a_query_of_the_command_line_may_be_any_bytes(archive: newsgrep.Archive, tmp_path: Path) -> None:
    """What is no UTF-8 arrives as lone surrogates."""
    text = b"harbour \xff\xfe \xed\xa0\x80".decode("utf-8", "surrogateescape")
    ask(archive, Request(text=text), text)

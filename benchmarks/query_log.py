"""A log of searches as a newsroom types them, drawn from the words of a corpus.

Seven kinds: one word that is `rare`, `medium` or `common`; `and` of two or three words of one article; a `phrase` of
two or three words that stand together; `or` of three to six words; a `prefix`. Of each kind half is asked without a
filter; a quarter asks for words out of that half again within some days, a quarter within one section, so that the
price of a filter can be read off. A corpus without sections gets no queries within one. One JSON object a line, text
in newsgrep's query language.
"""

from __future__ import annotations

import datetime as dt
import itertools
import json
import random
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from benchmarks.corpus import read_corpus

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from benchmarks.corpus import Record

Shape = Literal["and", "or", "phrase", "prefix"]

KINDS = ("rare", "medium", "common", "and", "phrase", "or", "prefix")
SAMPLE = 20_000
"""Articles that words and their frequencies are taken from."""

_SHARES = {"rare": 15, "medium": 15, "common": 12, "and": 22, "phrase": 15, "or": 12, "prefix": 9}
"""Percent of a log."""
_SPANS = (0.005, 0.02, 0.1, 0.3)
"""How much of the corpus's days a date filter lets through."""
_RUN = re.compile(r"[a-z]+(?: [a-z]+)*")
"""Words with nothing but a blank between them."""
_FUNCTION_WORDS = """
a about after all also an and any are as at be because been before but by can could despite did do for from
had has have he her his if in into is it its may more most no not of on one only or other our out over said
she since so some such than that the their them then there these they this to told under up was we were what
when which while who why will with would yet you your
"""
_UNASKED = frozenset(_FUNCTION_WORDS.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedQuery:
    """One search of a log."""

    kind: str
    text: str
    since: dt.date | None = None
    until: dt.date | None = None
    section: str | None = None

    @property
    def filter(self) -> str:
        """What narrows it: `date`, `section` or `none`."""
        return "date" if self.since or self.until else "section" if self.section else "none"


def read_words(text: str) -> tuple[Shape, tuple[str, ...]]:
    """Take a log's query text apart, for engines with another query language."""
    if text.startswith('"'):
        return "phrase", tuple(text.strip('"').split())
    if text.endswith("*"):
        return "prefix", (text.removesuffix("*"),)
    if " OR " in text:
        return "or", tuple(text.split(" OR "))
    return "and", tuple(text.split())


def write_log(path: Path, queries: Iterable[LoggedQuery]) -> None:
    """Write a log as JSON Lines."""
    with path.open("w", encoding="utf-8") as file:
        for query in queries:
            record = {
                "kind": query.kind,
                "text": query.text,
                "since": query.since and query.since.isoformat(),
                "until": query.until and query.until.isoformat(),
                "section": query.section,
            }
            file.write(json.dumps(record, ensure_ascii=False) + "\n")


def read_log(path: Path) -> list[LoggedQuery]:
    """Read what `write_log` wrote."""

    def read_day(text: str | None) -> dt.date | None:
        return dt.date.fromisoformat(text) if text else None

    with path.open(encoding="utf-8") as lines:
        return [
            LoggedQuery(
                kind=record["kind"],
                text=record["text"],
                since=read_day(record["since"]),
                until=read_day(record["until"]),
                section=record["section"],
            )
            for record in map(json.loads, lines)
        ]


def build_log(corpus: Path, queries: int, *, seed: int = 7) -> list[LoggedQuery]:
    """Draw a log from a corpus. Raises ValueError for a corpus too small to have words of every kind."""
    records = list(read_corpus(corpus, SAMPLE))
    drawer = _Drawer(records, random.Random(seed))
    log: list[LoggedQuery] = []
    for kind, share in _SHARES.items():
        count = max(4, round(share * queries / 100))
        filtered = count // 4
        sectioned = filtered if drawer.has_sections else 0
        plain = [drawer.draw_text(kind) for _ in range(count - filtered - sectioned)]
        log += [LoggedQuery(kind=kind, text=text) for text in plain]
        log += [drawer.narrow(kind, text, by="date") for text in drawer.pick(plain, filtered)]
        log += [drawer.narrow(kind, text, by="section") for text in drawer.pick(plain, sectioned)]
    drawer.shuffle(log)
    return log


class _Drawer:
    """Draws queries from a sample of articles."""

    def __init__(self, records: Sequence[Record], rng: random.Random) -> None:
        self._rng = rng
        self._runs = [_read_runs(record) for record in records]
        self._found = Counter(
            word for runs in self._runs for word in {word for run in runs for word in run if _is_content(word)}
        )
        self._pairs = Counter(pair for runs in self._runs for run in runs for pair in set(itertools.pairwise(run)))
        self._sections = [record["section"] for record in records if record["section"]]
        self._days = sorted(record["date"] for record in records)
        size = len(records)
        self._bands = {
            "rare": self._band(2, max(3, size * 0.0005)),
            "medium": self._band(size * 0.002, size * 0.03),
            "common": self._band(size * 0.08, size * 0.6),
        }
        self._thin = max(1, size * 0.0005)
        self._thick = size * 0.2
        if not all(self._bands.values()):
            raise ValueError("the corpus is too small, or too monotonous, to draw a query log from")

    def _band(self, low: float, high: float) -> list[str]:
        return sorted(word for word, count in self._found.items() if low <= count <= high)

    @property
    def has_sections(self) -> bool:
        return bool(self._sections)

    def shuffle(self, log: list[LoggedQuery]) -> None:
        self._rng.shuffle(log)

    def pick(self, texts: list[str], count: int) -> list[str]:
        """As many of the texts, none twice while there are enough."""
        return self._rng.sample(texts, min(count, len(texts)))

    def draw_text(self, kind: str) -> str:
        rng = self._rng
        match kind:
            case "and":
                return " ".join(self._words_of_one(rng.choice((2, 2, 3))))
            case "or":
                return " OR ".join(self._words_of_one(rng.randint(3, 6)))
            case "phrase":
                return f'"{" ".join(self._adjacent(rng.choice((2, 2, 3))))}"'
            case "prefix":
                return f"{rng.choice(self._bands['medium'])[: rng.randint(4, 5)]}*"
            case _:
                return rng.choice(self._bands[kind])

    def narrow(self, kind: str, text: str, *, by: str) -> LoggedQuery:
        """The same words within some days or one section."""
        rng = self._rng
        if by == "section":
            return LoggedQuery(kind=kind, text=text, section=rng.choice(self._sections))
        first = rng.randrange(len(self._days))
        last = min(len(self._days) - 1, first + int(len(self._days) * rng.choice(_SPANS)))
        since, until = (dt.date.fromisoformat(self._days[at]) for at in (first, last))
        return LoggedQuery(kind=kind, text=text, since=since, until=until)

    def _words_of_one(self, count: int) -> list[str]:
        """Words of one article that are neither in next to none nor in most."""
        for _ in range(10_000):
            words = {word for run in self._rng.choice(self._runs) for word in run}
            fitting = sorted(word for word in words if self._thin < self._found[word] <= self._thick)
            if len(fitting) >= count:
                return self._rng.sample(fitting, count)
        raise ValueError("no article of the corpus has enough words to ask for")

    def _adjacent(self, count: int) -> list[str]:
        """Words that stand together in one article, the first two in others too."""
        for _ in range(100_000):
            run = self._rng.choice(self._rng.choice(self._runs))
            if len(run) < count:
                continue
            at = self._rng.randrange(len(run) - count + 1)
            words = run[at : at + count]
            if all(map(_is_content, words)) and self._pairs[words[0], words[1]] >= 2:
                return words
        raise ValueError("the corpus has no words that stand together more than once")


def _read_runs(record: Record) -> list[list[str]]:
    text = f"{record['title']}\n{record['body']}".lower()
    # Letters beyond ASCII are told apart differently by each engine: words with them are not asked for.
    return [match.group().split() for match in _RUN.finditer(text)] or [[]]


def _is_content(word: str) -> bool:
    return len(word) >= 4 and word not in _UNASKED

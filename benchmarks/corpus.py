"""News-like corpora of any size, as JSON Lines: made from a small grammar, or the first articles of a real file.

One article a line: `{"id", "title", "date" (YYYY-MM-DD), "section", "body"}`, UTF-8.

What is kept of real news, because an index feels it: words are Zipf-distributed; the vocabulary grows with the number
of articles as a power of it (Heaps' law), by names that come up rich-get-richer and by misspellings; an article comes
back to its own words and names; sections have words of their own; days cover twenty years, the later ones fuller.
The same seed gives the same articles, and fewer articles are a prefix of more.
"""

from __future__ import annotations

import datetime as dt
import functools
import itertools
import json
import random
import sys
from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

from benchmarks import lexicon

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

SEED = 20040101
FIRST_DAY = dt.date(2004, 1, 1)
DAYS = 20 * 365 + 5
SECTIONS = tuple(lexicon.SECTIONS)

_TABLE = 1 << 16
"""Entries of a table of words: one 16-bit draw looks a word up."""
_DRAWN = 4_096
"""Words drawn from a table at a time."""
_TAIL_WORDS = 16_000
_PARAGRAPHS = 8_192
_THEME = 12
"""Nouns that an article comes back to."""
_THEME_SHARE = 110
"""Of 256 noun slots, how many take one of these."""
_NAME_GROWTH, _NAME_RATE = 0.75, 5.0
"""Of n names printed, about rate * n ** growth are different ones."""


class Record(TypedDict):
    """One line of a corpus."""

    id: str
    title: str
    date: str
    section: str
    body: str


def write_corpus(path: Path, articles: int, *, seed: int = SEED) -> None:
    """Write a corpus of our own making."""
    encode = json.JSONEncoder(ensure_ascii=False).encode
    with path.open("w", encoding="utf-8") as file:
        file.writelines(encode(record) + "\n" for record in iter_articles(articles, seed=seed))


def copy_lines(source: Path, target: Path, first: int, count: int) -> int:
    """Copy `count` lines from line `first` (0-based) on; returns how many there were."""
    copied = 0
    with source.open("rb") as lines, target.open("wb") as file:
        for line in itertools.islice(lines, first, first + count):
            file.write(line)
            copied += 1
    return copied


def read_corpus(path: Path, limit: int | None = None) -> Iterator[Record]:
    """Read the articles of a corpus, or the first `limit` of them."""
    with path.open(encoding="utf-8") as lines:
        for line in itertools.islice(lines, limit):
            yield json.loads(line)


def write_tree(corpus: Path, folder: Path, limit: int) -> int:
    """Write the first articles of a corpus as one JSON file each, in folders by section, year and month."""
    written = 0
    for record in read_corpus(corpus, limit):
        month = folder / (record["section"] or "none") / record["date"][:4] / record["date"][5:7]
        month.mkdir(parents=True, exist_ok=True)
        (month / f"{record['id']}.json").write_text(json.dumps(record, ensure_ascii=False), "utf-8")
        written += 1
    return written


def text_bytes(record: Record) -> int:
    """Bytes of an article's title and body in UTF-8."""
    return len(record["title"].encode()) + len(record["body"].encode())


def iter_articles(articles: int, *, seed: int = SEED) -> Iterator[Record]:
    """Make articles, one after the other."""
    generator = _Generator(seed)
    for number in range(articles):
        yield generator.make(number)


def _zipf_table(words: Sequence[str]) -> list[str]:
    """A table in which words stand as often as Zipf's law (as Mandelbrot bent it) has them, from their order."""
    cumulative = list(itertools.accumulate((rank + 4) ** -1.07 for rank in range(len(words))))
    step = cumulative[-1] / _TABLE
    table: list[str] = []
    at = 0
    for slot in range(_TABLE):
        while cumulative[at] < (slot + 0.5) * step:
            at += 1
        table.append(words[at])
    return table


def _interleave(first: Sequence[str], second: Sequence[str]) -> list[str]:
    pairs = itertools.zip_longest(first, second)
    return list(dict.fromkeys(word for pair in pairs for word in pair if word is not None))


class _Names:
    """People and organisations, each with its name in full and in short."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._names: list[tuple[str, str]] = []
        self._printed = array("I")

    def draw(self) -> tuple[str, str]:
        """A new name, or one that was printed before: the more often, the likelier."""
        chance = self._rng.random
        printed = len(self._printed)
        if not printed or chance() < _NAME_RATE * _NAME_GROWTH * printed ** (_NAME_GROWTH - 1):
            number = len(self._names)
            self._names.append(self._compose())
        else:
            number = self._printed[int(chance() * printed)]
        self._printed.append(number)
        return self._names[number]

    def _compose(self) -> tuple[str, str]:
        rng = self._rng
        surname = "".join(rng.choices(lexicon.SYLLABLES, k=rng.choice((1, 2, 2, 2, 3))))
        if rng.random() < 0.04:
            surname = surname.replace("e", "é").replace("o", "ö")
        surname = surname.capitalize()
        kind = rng.random()
        if kind < 0.65:
            return f"{rng.choice(lexicon.FIRST_NAMES)} {surname}", surname
        if kind < 0.9:
            return f"{surname} {rng.choice(lexicon.ORGANISATIONS)}", surname
        return surname, surname


@dataclass(frozen=True, slots=True)
class _World:
    """The words and sentences of which all news is made, whatever the seed: seeds tell other news of one world."""

    nouns: list[list[str]]
    """A table for each section."""
    tables: dict[str, list[str]]
    """A table for every other kind of slot."""
    paragraphs: list[lexicon.Template]
    titles: list[lexicon.Template]


@functools.cache
def _build_world() -> _World:
    rng = random.Random(SEED)
    tail = lexicon.compose_words(rng, _TAIL_WORDS)
    adjectives = [*lexicon.ADJECTIVES, *(f"{word}ic" for word in tail[::30])]
    verbs = [*lexicon.VERBS, *(f"{word}ate" for word in tail[7::90])]
    tables = {
        "number": lexicon.compose_numbers(rng, _TABLE),
        "adjective": _zipf_table(adjectives),
        "adjective:capital": _zipf_table([word.capitalize() for word in adjectives]),
        "place": _zipf_table([*lexicon.PLACES, *(word.capitalize() for word in tail[5::12])]),
        "day": rng.choices(lexicon.WEEKDAYS, k=_TABLE),
        "month": rng.choices(lexicon.MONTHS, k=_TABLE),
        "verb": _zipf_table(verbs),
        "verb:past": _zipf_table([lexicon.inflect(verb, "past") for verb in verbs]),
        "verb:ing": _zipf_table([lexicon.inflect(verb, "ing") for verb in verbs]),
    }
    return _World(
        [_noun_table(own, tail, at) for at, own in enumerate(lexicon.SECTIONS.values())],
        tables,
        lexicon.build_paragraphs(rng, _PARAGRAPHS),
        [lexicon.compile_template(title) for title in lexicon.TITLES],
    )


def _noun_table(own: list[str], tail: list[str], at: int) -> list[str]:
    """The nouns of one section: its own and general ones, then a tail that begins elsewhere for each."""
    turn = at * len(tail) // len(lexicon.SECTIONS)
    shift = 11 * at
    general = lexicon.NOUNS[shift:] + lexicon.NOUNS[:shift]
    return _zipf_table([*_interleave(own, general), *tail[turn:], *tail[:turn]])


class _Generator:
    """Makes the articles of one seed in their order."""

    def __init__(self, seed: int) -> None:
        self._world = _build_world()
        self._section_ends = list(itertools.accumulate(1 / (rank + 1) ** 0.8 for rank in range(len(SECTIONS))))
        self._rng = random.Random(seed)
        self._names = _Names(self._rng)
        self._streams = {kind: self._stream(table).__next__ for kind, table in self._world.tables.items()}

    def make(self, number: int) -> Record:
        """The next article."""
        rng, world = self._rng, self._world
        chance = rng.random
        (section,) = rng.choices(range(len(SECTIONS)), cum_weights=self._section_ends)
        # Short items are many, long reads few.
        length = 2 + int(rng.expovariate(1 / 8))
        slots = self._open_slots(section, length)
        title = _fill([world.titles[int(chance() * len(world.titles))]], slots)
        body = _fill([world.paragraphs[at % _PARAGRAPHS] for at in self._draw(length)], slots)
        if chance() < 0.3:
            body = _misspell(rng, body)
        day = FIRST_DAY + dt.timedelta(int(DAYS * chance() ** 0.7))
        return {
            "id": f"a{number:07d}",
            "title": title,
            "date": day.isoformat(),
            "section": SECTIONS[section],
            "body": body,
        }

    def _draw(self, count: int) -> array[int]:
        numbers = array("H", self._rng.randbytes(2 * count))
        if sys.byteorder == "big":
            numbers.byteswap()
        return numbers

    def _open_slots(self, section: int, length: int) -> dict[str, Callable[[], str]]:
        """For each kind of slot, where the article's next word comes from."""
        nouns = self._world.nouns[section]
        theme = [nouns[at] for at in self._draw(_THEME)]
        count = 12 * length
        drawn = zip(self._rng.randbytes(count), self._draw(count), strict=True)
        own = [theme[byte % _THEME] if byte < _THEME_SHARE else nouns[at] for byte, at in drawn]
        return {**self._streams, "noun": itertools.cycle(own).__next__, "name": self._open_names(length)}

    def _stream(self, table: list[str]) -> Iterator[str]:
        """Words from a table without end."""
        while True:
            yield from map(table.__getitem__, self._draw(_DRAWN))

    def _open_names(self, length: int) -> Callable[[], str]:
        """Names in full where they are first printed, in short after that."""
        cast = [self._names.draw() for _ in range(3 + min(12, length // 3))]
        short = [cast[byte * byte * len(cast) >> 16][1] for byte in self._rng.randbytes(4 * length)]
        return itertools.chain((full for full, _ in cast), itertools.cycle(short)).__next__


def _fill(templates: list[lexicon.Template], slots: dict[str, Callable[[], str]]) -> str:
    words = [slots[kind]() for template in templates for kind in template.slots]
    return "\n\n".join([template.text for template in templates]) % tuple(words)


def _misspell(rng: random.Random, text: str) -> str:
    """Drop, swap or double one letter of a word."""
    start = text.find(" ", int(rng.random() * len(text))) + 1
    end = text.find(" ", start)
    if start == 0 or end - start < 5:
        return text
    at = rng.randrange(start + 1, end - 2)
    kind = rng.random()
    if kind < 0.4:
        return text[:at] + text[at + 1 :]
    if kind < 0.7:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text[:at] + text[at] + text[at:]

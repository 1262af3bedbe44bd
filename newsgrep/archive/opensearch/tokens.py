"""Texts as streams of words for a cluster: both engines look for the same words, since both are given them by newsgrep.

A stream is text that the cluster cuts at blanks and at `|` and indexes as it is (`mapping`):

    "The US won. Iran lost" -> "the|=the|^The . us|=us|^US . won|=won .s iran|=iran|^Iran . lost|=lost"

Between two words stands a sign for what is between them: `.` for nothing, `.s` where a sentence begins, `.p` where a
paragraph does, `.s|.p` for both. So the word at position p of newsgrep's count stands at 2p, and words are in one
sentence where no `.s` stands between them. What `|` joins stands in one place: the word as it is looked for, the words
that cover the same text as a whole, each in the form that is printed, folded (`=`) and, where that says more, with its
capitals and accents (`^`). Bare `.` is dropped by the cluster and leaves its place empty.
"""

from __future__ import annotations

import functools
import re
from itertools import pairwise
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from newsgrep.codec.sentences import PARAGRAPH_END, iter_sentences
from newsgrep.codec.words import LONGEST_WORD, chunk_pattern, iter_words, read_form, split_chunk

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

T = TypeVar("T")

FOLDED, CASED = "=", "^"
"""What the token of a printed form begins with."""
SENTENCE, PARAGRAPH = ".s", ".p"
NOTHING = "."
JOIN = "|"
STEP = 2
"""Positions from one word to the next."""

_SIGNS = re.compile(r"[\s|=^]|^\.")
_CACHED_CHUNK = 64
"""Characters of the longest chunk that is remembered."""
_BETWEEN = f" {NOTHING} "


def safe(term: str) -> str:
    """A term as it stands in a stream: a few letters fold to signs that mean something else there."""
    return term if term.isalnum() else _SIGNS.sub("\u2423", term)


def folded_token(form: str) -> str:
    """The token of a printed form, folded as `read_form` does."""
    return FOLDED + safe(form[:LONGEST_WORD])


def cased_token(form: str) -> str:
    """The token of a printed form with its capitals."""
    return CASED + safe(form[:LONGEST_WORD])


class Remembered(Generic[T]):
    """What is read of chunks, each once as long as there is room; those that are data, not words, each time."""

    def __init__(self, read: Callable[[str], T]) -> None:
        self._read = read
        self._cached = functools.lru_cache(maxsize=1 << 16)(read)

    def map(self, chunks: Collection[str]) -> Iterable[T]:
        """What is read of each."""
        if max(map(len, chunks), default=0) <= _CACHED_CHUNK:
            return map(self._cached, chunks)
        return [self._cached(chunk) if len(chunk) <= _CACHED_CHUNK else self._read(chunk) for chunk in chunks]


def build_stream(text: str) -> str:
    """The words of a text with their forms, and where sentences and paragraphs begin."""
    return read_text(text).stream


class ReadText(NamedTuple):
    """A text that was read once for all that is made of it."""

    stream: str
    chunks: list[str]
    """In the order of the text."""


def read_text(text: str) -> ReadText:
    """The stream of a text, and the chunks that it was made of."""
    stream: list[str] = []
    signs: list[str] = []
    every: list[str] = []
    for before, chunks in _iter_stretches(text):
        signs += before
        every += chunks
        if places := list(filter(None, _TOKENS.map(chunks))):
            if stream:
                stream.append(JOIN.join(dict.fromkeys(signs)) or NOTHING)
            signs = []
            stream.append(_BETWEEN.join(places))
    return ReadText(" ".join(stream), every)


def _iter_stretches(text: str) -> Iterator[tuple[list[str], list[str]]]:
    """What begins at a place of a text, and the chunks from there to the next such place: none reaches over it."""
    begins: dict[int, list[str]] = {0: []}
    for start, _ in iter_sentences(text):
        begins.setdefault(start, []).append(SENTENCE)
    for match in PARAGRAPH_END.finditer(text):
        begins.setdefault(match.end(), []).append(PARAGRAPH)
    find = chunk_pattern(text).findall
    signs: list[str] = []
    for start, end in pairwise([*sorted(begins), len(text)]):
        signs += begins[start]
        if chunks := find(text, start, end):
            yield sorted(signs, reverse=True), chunks
            signs = []


def _read_tokens(chunk: str) -> str:
    """A chunk's part of a stream."""
    words, width = split_chunk(chunk)
    places: list[list[str]] = [[] for _ in range(width)]
    for word in words:
        surface = chunk[word.start : word.end]
        folded, cased = read_form(surface, cased=False), read_form(surface, cased=True)
        tokens = places[word.position]
        tokens += [safe(word.term), folded_token(folded)]
        if cased != folded:
            tokens.append(cased_token(cased))
    return _BETWEEN.join(JOIN.join(dict.fromkeys(place)) or NOTHING for place in places)


_TOKENS = Remembered(_read_tokens)


def build_plain_stream(text: str) -> str:
    """The words of names and addresses, not stemmed, without forms."""
    places: dict[int, list[str]] = {}
    for word in iter_words(text, stemmed=False):
        places.setdefault(word.position, []).append(safe(word.term))
    last = max(places, default=-1)
    return _BETWEEN.join(JOIN.join(places.get(at, [NOTHING])) for at in range(last + 1))


def build_bag(text: str) -> str:
    """The words of a text alone, for what counts them wherever they stand."""
    return " ".join(safe(term) for term in iter_terms(text))


def iter_terms(text: str) -> Iterator[str]:
    """Every index word of a text, wholes too, in order of position."""
    return (word.term for word in iter_words(text))

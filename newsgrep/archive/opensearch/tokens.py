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
from typing import TYPE_CHECKING

from newsgrep.codec.sentences import PARAGRAPH_END, iter_sentences
from newsgrep.codec.words import LONGEST_WORD, chunk_pattern, iter_words, read_form, split_chunk

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDED, CASED = "=", "^"
"""What the token of a printed form begins with."""
SENTENCE, PARAGRAPH = ".s", ".p"
NOTHING = "."
JOIN = "|"
STEP = 2
"""Positions from one word to the next."""

_SIGNS = re.compile(r"[\s|=^]|^\.")
_CACHED_CHUNK = 64


def safe(term: str) -> str:
    """A term as it stands in a stream: a few letters fold to signs that mean something else there."""
    return term if term.isalnum() else _SIGNS.sub("\u2423", term)


def folded_token(form: str) -> str:
    """The token of a printed form, folded as `read_form` does."""
    return FOLDED + safe(form[:LONGEST_WORD])


def cased_token(form: str) -> str:
    """The token of a printed form with its capitals."""
    return CASED + safe(form[:LONGEST_WORD])


def build_stream(text: str) -> str:
    """The words of a text with their forms, and where sentences and paragraphs begin."""
    sentences = (start for start, _ in iter_sentences(text))
    paragraphs = (match.end() for match in PARAGRAPH_END.finditer(text))
    next_sentence, next_paragraph = next(sentences, None), next(paragraphs, None)
    stream: list[str] = []
    signs: list[str] = []
    for match in chunk_pattern(text).finditer(text):
        at = match.start()
        while next_sentence is not None and next_sentence <= at:
            signs.append(SENTENCE)
            next_sentence = next(sentences, None)
        while next_paragraph is not None and next_paragraph <= at:
            signs.append(PARAGRAPH)
            next_paragraph = next(paragraphs, None)
        places = _chunk_tokens(match.group())
        if not places:
            continue
        if stream:
            stream.append(JOIN.join(dict.fromkeys(signs)) if signs else NOTHING)
        signs = []
        stream.append(places)
    return " ".join(stream)


def _chunk_tokens(chunk: str) -> str:
    return _cached_tokens(chunk) if len(chunk) <= _CACHED_CHUNK else _read_tokens(chunk)


@functools.lru_cache(maxsize=1 << 16)
def _cached_tokens(chunk: str) -> str:
    return _read_tokens(chunk)


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
    return f" {NOTHING} ".join(JOIN.join(dict.fromkeys(place)) or NOTHING for place in places)


def build_plain_stream(text: str) -> str:
    """The words of names and addresses, not stemmed, without forms."""
    places: dict[int, list[str]] = {}
    for word in iter_words(text, stemmed=False):
        places.setdefault(word.position, []).append(safe(word.term))
    last = max(places, default=-1)
    return f" {NOTHING} ".join(JOIN.join(places.get(at, [NOTHING])) for at in range(last + 1))


def build_bag(text: str) -> str:
    """The words of a text alone, for what counts them wherever they stand."""
    return " ".join(safe(term) for term in iter_terms(text))


def iter_terms(text: str) -> Iterator[str]:
    """Every index word of a text, wholes too, in order of position."""
    return (word.term for word in iter_words(text))

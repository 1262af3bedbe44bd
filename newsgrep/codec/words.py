"""How a text becomes index words, and a query the same words.

A text is cut into *chunks* (runs of letters and digits, joined by hyphens, apostrophes or inner dots), and each
distinct chunk is turned into words once:

- case, diacritics, typographic apostrophes, soft hyphens and compatibility forms are folded (`Café` is `cafe`);
- possessives and elided articles go (`Russia's` is `russia`, `l'homme` is `homme`), other apostrophes close up
  (`O'Brien` is `obrien`);
- dotted acronyms close up, so that `U.S.` and `US` meet; so do thousands (`1,000` is `1000`);
- a hyphenated word is found by its parts and as a whole (`e-mail` is `e`, `mail` and, where `mail` stands, `email`);
- letters of another script that imitate Latin ones inside a Latin word are read as Latin, and the reverse;
- scripts written without blanks give overlapping pairs of characters, and their last character alone, so that any
  part of a run can be found;
- words are stemmed by Snowball: Latin script as English, Cyrillic as Russian.

Nothing is dropped: every word keeps its position, so that phrases and distances count all words.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MARKS = "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc"
"""Combining marks that do not tell words apart: diacritics, Hebrew points, Arabic vowel signs."""
_INNER = MARKS + "\u00ad\u200c\u200d\u0900-\u0963\u0966-\u0dff\u0e31-\u0e4e\u0eb1-\u0ecd\u1036-\u103e\u17b6-\u17d3"
JOINERS = ".,'’‘ʼ`´\\-‐‑&"
"""What may stand between the letters of a chunk, as in a class of an expression."""
_CHUNK_ASCII = re.compile(f"\\w+(?:[{JOINERS}]\\w+)*", re.ASCII)
"""A run that becomes words together: letters, digits, and what may join them."""

_DIVIDERS = re.compile("[_.,\\-‐‑&]+")
_CLOSED_UP = re.compile(r"[^\W\d_](?:\.[^\W\d_])+|\d{1,3}(?:,\d{3})+")
"""Acronyms with dots and numbers with thousands: one word."""
_APOSTROPHES = re.compile("['’‘ʼ`´]")
_UNSPACED = (
    "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff"
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
)
"""Kana, Han, Hangul; Thai, Lao, Burmese, Khmer."""


# Expressions for texts beyond ASCII, each compiled when first wanted: their wide ranges take longer to compile than a
# short search takes.


@functools.cache
def _chunk() -> re.Pattern[str]:
    """As `_CHUNK_ASCII`, for letters of all scripts and their marks."""
    return re.compile(f"[\\w{_INNER}]+(?:[{JOINERS}][\\w{_INNER}]+)*")


@functools.cache
def _chunk_unmarked() -> re.Pattern[str]:
    """The same for texts without marks, which re matches in half the time."""
    return re.compile(f"\\w+(?:[{JOINERS}]\\w+)*")


@functools.cache
def _marked() -> re.Pattern[str]:
    return re.compile(f"[{_INNER}]")


@functools.cache
def _runs() -> re.Pattern[str]:
    """Runs of one kind of script: unspaced or not."""
    return re.compile(f"[{_UNSPACED}]+|[^{_UNSPACED}]+")


@functools.cache
def _unspaced() -> re.Pattern[str]:
    return re.compile(f"[{_UNSPACED}]")


@functools.cache
def _no_letter() -> re.Pattern[str]:
    return re.compile(r"[\W_]+")


@functools.cache
def _stripped() -> re.Pattern[str]:
    return re.compile(f"[{MARKS}\u00ad\u200b-\u200f\u0640\ufe00-\ufe0f]+")


_FIRST_UNSPACED = "\u0e00"


_ELIDED = frozenset(
    {"l", "d", "j", "n", "s", "t", "m", "c", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu"}
    | {"dell", "nell", "all", "dall", "sull", "quell", "un"}
)
"""French and Italian articles and particles that lose their vowel before another word."""

# Letters that Unicode does not decompose, and the two Cyrillic ones whose mark is part of the letter.
_FOLDED = {
    **str.maketrans({"ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th", "ð": "d", "ħ": "h"}),
    **str.maketrans({"ё": "е", "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه"}),
}
_KEPT_MARK = re.compile("([йЙїЇ])")

_CYRILLIC = re.compile("[\u0400-\u052f]")
_LATIN = re.compile("[a-z\u00df-\u024f]")
_LOOK_LATIN = str.maketrans("асеорхуіјѕԁһкмтвн", "aceopxyijsdhkmtbh")
_LOOK_CYRILLIC = str.maketrans("aceopxyijs", "асеорхуіјѕ")

LONGEST_WHOLE = 40
LONGEST_WORD = 128
"""Characters after which a word is cut: longer ones are data, not words."""
_CACHED_CHUNK = 64


class Word(NamedTuple):
    """One index word of a text."""

    term: str
    position: int
    start: int
    """First character in the text."""
    end: int
    """One past the last character."""
    whole: bool = False
    """Stands beside the words that cover the same text: a hyphenated word as a whole, a run's last character."""


def fold(text: str) -> str:
    """Fold case, diacritics, compatibility forms and digits of one word or label."""
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKC", text).casefold()
    text = "".join(
        part if part in "йї" else unicodedata.normalize("NFKD", part) for part in _KEPT_MARK.split(text) if part
    )
    text = unicodedata.normalize("NFC", _stripped().sub("", text).translate(_FOLDED))
    if not text.isascii():
        text = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)
    return text


def _unmask(word: str) -> str:
    """Read look-alike letters in the script of the rest of the word."""
    cyrillic = len(_CYRILLIC.findall(word))
    latin = len(_LATIN.findall(word))
    if not cyrillic or not latin:
        return word
    if latin >= cyrillic:
        swapped = word.translate(_LOOK_LATIN)
        return swapped if not _CYRILLIC.search(swapped) else word
    swapped = word.translate(_LOOK_CYRILLIC)
    return swapped if not _LATIN.search(swapped) else word


@functools.cache
def _stemmers() -> tuple[Callable[[str], str], Callable[[str], str]]:
    import Stemmer

    # A cache of its own would double the one of chunks.
    return Stemmer.Stemmer("english", 0).stemWord, Stemmer.Stemmer("russian", 0).stemWord


def stem(word: str) -> str:
    """The Snowball stem of a folded word; words with digits and of other scripts are their own stem.

    Source: snowballstem.org, `english` (porter2) and `russian`.
    """
    if len(word) < 3 or not word.isalpha():
        return word
    english, russian = _stemmers()
    if word.isascii():
        return english(word)
    return russian(word) if _CYRILLIC.match(word) else word


def fold_word(word: str) -> str:
    """Fold a word and read its look-alike letters; what `stem` takes."""
    folded = fold(word)
    return folded if folded.isascii() else _unmask(folded)


def read_form(surface: str, *, cased: bool) -> str:
    """A printed word as its form is compared: without the signs within it; folded unless its capitals count."""
    plain_form = _no_letter().sub("", unicodedata.normalize("NFC", surface))
    return plain_form if cased else fold_word(plain_form)


def _close_up(segment: str) -> tuple[str, int, int]:
    """Resolve the apostrophes of a segment: the plain word and where it stands in the segment."""
    parts = _APOSTROPHES.split(segment)
    if len(parts) == 1:
        return segment, 0, len(segment)
    start, end = 0, len(segment)
    if parts[-1] in ("s", "S") and len(parts) > 1:
        end -= 2
        parts.pop()
    if len(parts) > 1 and parts[0].casefold() in _ELIDED and len(parts[1]) > 1:
        start = len(parts[0]) + 1
        parts.pop(0)
    return "".join(parts), start, end


def _split_chunk(chunk: str, stemmed: bool) -> tuple[tuple[Word, ...], int]:
    """The words of a chunk, positions and characters counted from its start, and how many positions it takes."""
    finish = stem if stemmed else str
    if chunk.isascii() and chunk.isalnum():
        return (Word(finish(chunk.lower()[:LONGEST_WORD]), 0, 0, len(chunk)),), 1
    if _CLOSED_UP.fullmatch(chunk):
        return (Word(fold_word(_DIVIDERS.sub("", chunk))[:LONGEST_WORD], 0, 0, len(chunk)),), 1
    words: list[Word] = []
    position = 0
    segments: list[tuple[str, int]] = []
    begin = 0
    for divider in _DIVIDERS.finditer(chunk):
        segments.append((chunk[begin : divider.start()], begin))
        begin = divider.end()
    segments.append((chunk[begin:], begin))
    segments = [(segment, at) for segment, at in segments if segment]
    for segment, at in segments:
        plain, start, end = _close_up(segment)
        start, end = at + start, at + end
        if plain.isascii() or max(plain) < _FIRST_UNSPACED or not _unspaced().search(plain):
            term = fold_word(plain)[:LONGEST_WORD]
            if term:
                words.append(Word(finish(term), position, start, end))
                position += 1
            continue
        for run in _runs().finditer(plain):
            at = start + run.start()
            # A run of soft hyphens and the like is no word.
            found = [
                Word(word.term, position + word.position, at + word.start, at + word.end, word.whole)
                for word in _iter_run(run.group(), finish)
                if word.term
            ]
            words += found
            position = found[-1].position + 1 if found else position
    if 1 < len(segments) <= 4 and len(words) == len(segments) and len(chunk) <= LONGEST_WHOLE and "," not in chunk:
        whole = fold_word("".join(_close_up(segment)[0] for segment, _ in segments))
        if not whole.isdecimal():
            words.append(Word(finish(whole), position - 1, words[0].start, words[-1].end, whole=True))
    return tuple(words), position


def _iter_run(run: str, finish: Callable[[str], str]) -> Iterator[Word]:
    """Words of a run of one kind of script, positions and characters counted from its start."""
    if not _unspaced().match(run):
        yield Word(finish(fold_word(run)[:LONGEST_WORD]), 0, 0, len(run))
        return
    last = len(run) - 1
    for at in range(last):
        yield Word(fold(run[at : at + 2]), at, at, at + 2)
    # So that a search for one character, made as a prefix of pairs, finds it at the end of a run too.
    yield Word(fold(run[last]), max(0, last - 1), last, last + 1, whole=last > 0)


@functools.lru_cache(maxsize=1 << 17)
def _cached_chunk(chunk: str, stemmed: bool) -> tuple[tuple[Word, ...], int]:
    return _split_chunk(chunk, stemmed)


def split_chunk(chunk: str, stemmed: bool = True) -> tuple[tuple[Word, ...], int]:
    """The words of one chunk and how many positions they take; positions and characters count from its start."""
    if len(chunk) > _CACHED_CHUNK:
        return _split_chunk(chunk, stemmed)
    return _cached_chunk(chunk, stemmed)


def chunk_pattern(text: str) -> re.Pattern[str]:
    """The expression that finds the chunks of a text: the same chunks for any text, but each in its fastest form."""
    if text.isascii():
        return _CHUNK_ASCII
    return _chunk() if has_marks(text) else _chunk_unmarked()


def has_marks(text: str) -> bool:
    """Whether a text has marks that are parts of chunks without being letters."""
    return not text.isascii() and _marked().search(text) is not None


def iter_words(text: str, *, stemmed: bool = True) -> Iterator[Word]:
    """Every index word of a text, in order of position."""
    position = 0
    for match in chunk_pattern(text).finditer(text):
        at = match.start()
        words, width = split_chunk(match.group(), stemmed)
        for word in words:
            yield Word(word.term, position + word.position, at + word.start, at + word.end, word.whole)
        position += width

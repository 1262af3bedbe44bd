"""What changed from one text to another, paragraph by paragraph and word by word.

Paragraphs are aligned first; those that stand in one text only are paired where they share words, and words of pairs
are aligned. Blanks, quotation marks, apostrophes and dashes of another form are no change. Time is bounded whatever
the texts (two of a megabyte each take a second or two): what is beyond the bound is compared by whole paragraphs,
which `TextDiff.is_coarse` tells.
"""

from __future__ import annotations

import enum
import functools
import re
from bisect import bisect
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from newsgrep.search.alignment import Work, align

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newsgrep.search.alignment import Match

WORK = 1_000_000
"""Items, paragraphs or words, that one comparison may look at."""
_MOST_CHARACTERS = 500_000
"""Characters of both texts that are compared by words."""
_MOST_PARAGRAPHS = 20_000
"""Paragraphs of a text; what follows them is one more."""
_SIMILAR = 0.35
"""The share of words that paragraphs have in common which are versions of each other (Dice's coefficient)."""
_SAME = 0.7
"""The same for paragraphs that were parted or joined, put together."""
_KEPT_BETWEEN = 2
"""Words in common that are shown as changed where more than twice as many on both sides of them are."""

_MARKS = "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0900-\u0dff"
_UNSPACED = (
    "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff"
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
)
_WORD_ASCII = r"[^\W_]+(?:[.,'\-][^\W_]+)*"
_ITEM_ASCII = re.compile(rf"({_WORD_ASCII})|[^\w\s]+|_+", re.ASCII)
_COUNTED_ASCII = re.compile(_WORD_ASCII, re.ASCII)
_PARAGRAPH_BREAK = re.compile(r"\n[^\S\n]*\n\s*")
_FOLDED = str.maketrans(
    dict.fromkeys("‘’‚‛ʼ`´′", "'") | dict.fromkeys("“”„‟«»″", '"') | dict.fromkeys("‐‑‒–—―−", "-") | {"…": "..."}
)
_BLANKS = re.compile(r"\s+")
_LONGEST_WORD = 1000
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]+")


@functools.cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A word or what stands between words and is no blank, and a word; without blanks each character is one."""
    letters = f"[^\\W_{_UNSPACED}]+(?:[{_MARKS}\u00ad\u200c\u200d]+[^\\W_{_UNSPACED}]*)*"
    word = f"[{_UNSPACED}]|{letters}(?:[.,'’‐‑-]{letters})*"
    return re.compile(f"({word})|[^\\w\\s]+|_+"), re.compile(word)


class Op(enum.StrEnum):
    """What became of a stretch of text."""

    EQUAL = "equal"
    INSERT = "insert"
    DELETE = "delete"
    REPLACE = "replace"


@dataclass(frozen=True, slots=True)
class WordEdit:
    """A run of words, with the blanks behind them, as both texts spell it; empty on the side that lacks it."""

    op: Op
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class ParagraphEdit:
    """A paragraph as both texts have it; where paragraphs were joined or parted, several, with blank lines between."""

    op: Op
    old: str
    new: str
    words: tuple[WordEdit, ...] = ()
    """Of what was replaced; put together they give `old` and `new`."""


@dataclass(frozen=True, slots=True)
class TextDiff:
    """How to read one text as another."""

    edits: tuple[ParagraphEdit, ...]
    added: int
    """Words that only the newer text has, counted as they are shown; in scripts without blanks, characters."""
    removed: int
    is_coarse: bool = False
    """Whether some of it was too long to be compared word by word."""

    @property
    def is_same(self) -> bool:
        """Whether nothing was found that differs."""
        return all(edit.op is Op.EQUAL for edit in self.edits)


class _Item(NamedTuple):
    """A word, or a run of punctuation."""

    key: str
    start: int
    is_word: bool


def diff_texts(old: str, new: str, work: Work | None = None) -> TextDiff:
    """Compare two texts of paragraphs with blank lines between them."""
    work = work or Work(WORK)
    olds, news = _split_paragraphs(old), _split_paragraphs(new)
    matches = align([_key_of(text) for text in olds], [_key_of(text) for text in news], work)
    edits: list[ParagraphEdit] = []
    characters = Work(_MOST_CHARACTERS)
    i = j = 0
    for match in (*matches, None):
        next_i, next_j = (match.old, match.new) if match else (len(olds), len(news))
        edits += _edit_gap(olds[i:next_i], news[j:next_j], work, characters)
        if match:
            pairs = zip(olds[match.old :][: match.length], news[match.new :][: match.length], strict=True)
            edits += (ParagraphEdit(Op.EQUAL, before, after) for before, after in pairs)
            i, j = match.old + match.length, match.new + match.length
    added = removed = 0
    for edit in edits:
        for part in edit.words or (edit,):
            if part.op is not Op.EQUAL:
                added, removed = added + count_words(part.new), removed + count_words(part.old)
    return TextDiff(tuple(edits), added, removed, work.is_short or characters.is_short)


def diff_words(old: str, new: str, work: Work | None = None) -> tuple[WordEdit, ...]:
    """Compare two paragraphs, or titles, word by word."""
    olds, news = list(_iter_items(old)), list(_iter_items(new))
    matches = align([item.key for item in olds], [item.key for item in news], work or Work(WORK))
    edits: list[WordEdit] = []
    i = j = 0
    for match in (*_drop_slight(matches, olds, news), None):
        next_i, next_j = (match.old, match.new) if match else (len(olds), len(news))
        before, after = _cut(old, olds, i, next_i), _cut(new, news, j, next_j)
        if before or after:
            op = Op.REPLACE if before and after else Op.DELETE if before else Op.INSERT
            edits.append(WordEdit(op, before, after))
        if match:
            i, j = match.old + match.length, match.new + match.length
            edits.append(WordEdit(Op.EQUAL, _cut(old, olds, match.old, i), _cut(new, news, match.new, j)))
    return tuple(edits)


def count_words(text: str) -> int:
    """Words of a text, as `TextDiff` counts them."""
    pattern = _COUNTED_ASCII if text.isascii() else _patterns()[1]
    return len(pattern.findall(text))


def share_of_common_words(old: str, new: str) -> float:
    """How alike two texts are in their different words, 0 to 1: those in both, of those in either (Jaccard index)."""
    before, after = _words_of(old), _words_of(new)
    return len(before & after) / len(before | after) if before or after else 1.0


def _split_paragraphs(text: str) -> list[str]:
    text = text.strip()
    return _PARAGRAPH_BREAK.split(text, _MOST_PARAGRAPHS) if text else []


def _key_of(text: str) -> str:
    """What of a paragraph counts."""
    return " ".join(_fold(text).split())


def _fold(text: str) -> str:
    return text if text.isascii() else _INVISIBLE.sub("", text.translate(_FOLDED))


def _iter_items(text: str) -> Iterator[_Item]:
    pattern = _ITEM_ASCII if text.isascii() else _patterns()[0]
    for match in pattern.finditer(text):
        key = _fold(match[0])
        if key:
            yield _Item(key, match.start(), match.lastindex is not None)


def _words_of(text: str) -> set[str]:
    folded = _fold(text).casefold()
    return set((_COUNTED_ASCII if folded.isascii() else _patterns()[1]).findall(folded))


def _cut(text: str, items: Sequence[_Item], first: int, last: int) -> str:
    """The text of some items, up to where the next begins."""
    if first == last:
        # A text without any word is a whole of its own.
        return "" if items else text
    begin = items[first].start if first else 0
    return text[begin : items[last].start if last < len(items) else len(text)]


def _drop_slight(matches: Sequence[Match], olds: Sequence[_Item], news: Sequence[_Item]) -> list[Match]:
    """Matches without the few words that stand between more changed ones: a common `the` says nothing."""
    kept: list[Match] = []
    for place, match in enumerate(matches):
        words = sum(item.is_word for item in olds[match.old : match.old + match.length])
        if words <= _KEPT_BETWEEN:
            old, new = (kept[-1].old + kept[-1].length, kept[-1].new + kept[-1].length) if kept else (0, 0)
            before = max(_count(olds, old, match.old), _count(news, new, match.new))
            ends = (matches[place + 1].old, matches[place + 1].new) if place + 1 < len(matches) else None
            old_end, new_end = ends or (len(olds), len(news))
            after = max(
                _count(olds, match.old + match.length, old_end), _count(news, match.new + match.length, new_end)
            )
            if 2 * words < min(before, after):
                continue
        kept.append(match)
    return kept


def _count(items: Sequence[_Item], first: int, last: int) -> int:
    return sum(item.is_word for item in items[first : min(last, first + 2 * _KEPT_BETWEEN + 1)])


def _edit_gap(olds: Sequence[str], news: Sequence[str], work: Work, characters: Work) -> Iterator[ParagraphEdit]:
    """Paragraphs between two that stayed the same: pairs of versions, and what has none."""
    if not olds or not news:
        yield from _edit_unpaired(olds, news)
        return
    words_of_old, words_of_new = [_words_of(text) for text in olds], [_words_of(text) for text in news]
    pairs = _pair(words_of_old, words_of_new, work)
    kept = sum(len(words_of_old[i] & words_of_new[j]) for i, j in pairs)
    before, after = set().union(*words_of_old), set().union(*words_of_new)
    if len(olds) != len(news) and _dice(before, after) > _SAME and kept < _SAME * len(before & after):
        # Nearly the same words, parted into paragraphs elsewhere.
        yield _edit_pair("\n\n".join(olds), "\n\n".join(news), work, characters)
        return
    i = j = 0
    for next_i, next_j in pairs:
        yield from _edit_unpaired(olds[i:next_i], news[j:next_j])
        yield _edit_pair(olds[next_i], news[next_j], work, characters)
        i, j = next_i + 1, next_j + 1
    yield from _edit_unpaired(olds[i:], news[j:])


def _edit_unpaired(olds: Sequence[str], news: Sequence[str]) -> Iterator[ParagraphEdit]:
    yield from (ParagraphEdit(Op.DELETE, text, "") for text in olds)
    yield from (ParagraphEdit(Op.INSERT, "", text) for text in news)


def _edit_pair(old: str, new: str, work: Work, characters: Work) -> ParagraphEdit:
    head, tail = _find_common_ends(old, new)
    before, after = old[head : len(old) - tail], new[head : len(new) - tail]
    if characters.spend(len(before) + len(after)):
        words = diff_words(before, after, work)
    else:
        words = (WordEdit(Op.REPLACE, before, after),)
    ends = [WordEdit(Op.EQUAL, text, text) for text in (old[:head], old[len(old) - tail :])]
    words = tuple(_join_equal([ends[0], *words, ends[1]]))
    if all(word.op is Op.EQUAL for word in words):
        return ParagraphEdit(Op.EQUAL, old, new)
    return ParagraphEdit(Op.REPLACE, old, new, words)


def _find_common_ends(old: str, new: str) -> tuple[int, int]:
    """How many characters at the begin and at the end are the same, in whole words: most of a long text, mostly."""
    shorter = min(len(old), len(new))
    same = bisect(range(1, shorter + 1), 0, key=lambda n: old[:n] != new[:n])
    head = max((match.end() for match in _BLANKS.finditer(old, max(0, same - _LONGEST_WORD), same)), default=0)
    room = shorter - head
    same = bisect(range(1, room + 1), 0, key=lambda n: old[len(old) - n :] != new[len(new) - n :])
    first = _BLANKS.search(old, len(old) - same)
    return head, len(old) - first.end() if first else 0


def _join_equal(words: Sequence[WordEdit]) -> list[WordEdit]:
    """Runs that are the same in both, each as one; none empty."""
    joined: list[WordEdit] = []
    for word in words:
        if not word.old and not word.new:
            continue
        if joined and joined[-1].op is word.op is Op.EQUAL:
            joined[-1] = WordEdit(Op.EQUAL, joined[-1].old + word.old, joined[-1].new + word.new)
        else:
            joined.append(word)
    return joined


def _pair(before: Sequence[set[str]], after: Sequence[set[str]], work: Work) -> list[tuple[int, int]]:
    """Paragraphs that are versions of each other, in the order of both: the pairs that have most words in common."""
    shorter, longer = sorted((before, after), key=len)
    # Looking for common words takes a step for each word of the smaller set, at most.
    if not work.spend(len(before) * len(after) + len(shorter) * sum(map(len, longer)) // 4):
        return []
    best = [[0.0] * (len(after) + 1) for _ in range(len(before) + 1)]
    alike = [[_dice(one, other) for other in after] for one in before]
    for i in range(len(before) - 1, -1, -1):
        for j in range(len(after) - 1, -1, -1):
            paired = best[i + 1][j + 1] + alike[i][j] if alike[i][j] >= _SIMILAR else 0.0
            best[i][j] = max(paired, best[i + 1][j], best[i][j + 1])
    pairs = []
    i = j = 0
    while i < len(before) and j < len(after):
        if best[i][j] == best[i + 1][j]:
            i += 1
        elif best[i][j] == best[i][j + 1]:
            j += 1
        else:
            pairs.append((i, j))
            i, j = i + 1, j + 1
    return pairs


def _dice(one: set[str], other: set[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0

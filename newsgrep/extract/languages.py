"""The language of a text: its script, and among languages of one script, which one's commonest words it is made of.

A page's own word for its language is often its template's, so the text is asked too. It is asked for every article,
hence the means: some hundred words looked up in one table. Where words do not tell, nothing is said.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from newsgrep.extract import language_words

if TYPE_CHECKING:
    from collections.abc import Mapping

_FIRST, _MOST = 450, 2_000
"""Characters of a text that are looked at first, and where they do not tell."""
_LEAST_WORDS = 6
_LEAST_SHARE = 0.1
"""Of a text's words, how many must be common ones of its language: prose has 0.3 and more, lists of names none."""
_LEAST_LEAD, _LEAST_WORDS_AHEAD = 0.02, 1.2
"""By what share of the words, and by how many, the language must be ahead of every other."""
_PLAIN_SHARE, _PLAIN_LEAD = 0.22, 0.12
"""From when on a text contradicts what its page says of it."""
_LEAST_LETTERS = 20
_EVERY = 3
"""Every third character is looked at for its script."""

_RANGES = (
    (0x0041, 0x024F, "latin"), (0x1E00, 0x1EFF, "latin"), (0x0370, 0x03FF, "el"), (0x0400, 0x052F, "cyrillic"),
    (0x0530, 0x058F, "hy"), (0x0590, 0x05FF, "he"), (0x0600, 0x06FF, "arabic"), (0x0750, 0x077F, "arabic"),
    (0x0900, 0x097F, "devanagari"), (0x0980, 0x09FF, "bn"), (0x0A00, 0x0A7F, "pa"), (0x0A80, 0x0AFF, "gu"),
    (0x0B00, 0x0B7F, "or"), (0x0B80, 0x0BFF, "ta"), (0x0C00, 0x0C7F, "te"), (0x0C80, 0x0CFF, "kn"),
    (0x0D00, 0x0D7F, "ml"), (0x0D80, 0x0DFF, "si"), (0x0E00, 0x0E7F, "th"), (0x0E80, 0x0EFF, "lo"),
    (0x1000, 0x109F, "my"), (0x10A0, 0x10FF, "ka"), (0x1200, 0x137F, "am"), (0x1780, 0x17FF, "km"),
    (0x1F00, 0x1FFF, "el"), (0x3040, 0x30FF, "kana"), (0x3400, 0x4DBF, "han"), (0x4E00, 0x9FFF, "han"),
    (0xAC00, 0xD7AF, "ko"),
)  # fmt: skip
_BLOCK = 0x10
_SCRIPT_OF_BLOCK = {
    block: script for first, last, script in _RANGES for block in range(first // _BLOCK, last // _BLOCK + 1)
}
_HEAVY = {"han": 3, "kana": 3, "ko": 2}
"""A letter of these says more than one of an alphabet, and Latin names stand between them."""
_LEAST_KANA = 0.04
_PLAIN_LATIN = re.compile("[a-zA-Z]")
_TABLES = {
    "latin": language_words.LATIN,
    "cyrillic": language_words.CYRILLIC,
    "arabic": language_words.ARABIC,
    "devanagari": language_words.DEVANAGARI,
}
_ALIASES = {
    "nb": "no", "nn": "no", "iw": "he", "in": "id", "fil": "tl", "sh": "hr", "bs": "hr", "cnr": "hr", "mo": "ro",
    "cmn": "zh", "yue": "zh", "ji": "yi",
}  # fmt: skip


class Detected(NamedTuple):
    """A text's language, and how plain it is."""

    lang: str
    plain: bool
    """So plain that the text contradicts a page that says otherwise."""


_ENGLISH = Detected("en", plain=True)
_ENGLISH_SHARE = 0.06
"""What "the", "of" and "and" are of the words of plain English: news have 0.09 to 0.14."""


def choose_lang(told: str | None, text: str) -> str | None:
    """The language of a text whose page or record says that it is `told`: that, unless the text plainly contradicts.

    `told` is a clean code, lower case; its region and script are kept where the language is right.
    """
    found = detect(text)
    if found is None:
        return told
    if told is None:
        return found.lang
    code = told.partition("-")[0]
    known = _ALIASES.get(code, code)
    if known == found.lang or known not in _known():
        return told
    if not found.plain and len(text) > _FIRST:
        found = _detect(text[:_MOST])
    return found.lang if found and found.plain and found.lang != known else told


def detect_lang(text: str) -> str | None:
    """The language of a text, as a code of ISO 639-1; None where its first 2,000 characters do not tell."""
    found = detect(text)
    return found.lang if found else None


def detect(text: str) -> Detected | None:
    """As `detect_lang`, with how plain it is."""
    return _detect(text[:_FIRST]) or (_detect(text[:_MOST]) if len(text) > _FIRST else None)


def _detect(text: str) -> Detected | None:
    if _is_plain_english(text):
        return _ENGLISH
    script = "latin" if text.isascii() else _find_script(text)
    if script is None:
        return None
    if script == "latin" and text.isascii() and not _PLAIN_LATIN.search(text):
        return None
    table = _tables().get(script)
    return _find_by_words(text, table) if table else Detected(script, plain=True)


def _is_plain_english(text: str) -> bool:
    """A short cut for what most collections hold: no text of another language has so many of these three words."""
    articles = text.count(" the ")
    return articles > 1 and articles + text.count(" of ") + text.count(" and ") > _ENGLISH_SHARE * text.count(" ")


def _find_script(text: str) -> str | None:
    """The script that most of a text is in; of Chinese letters, and where one language alone has it, the language."""
    blocks = Counter([ord(letter) // _BLOCK for letter in text[::_EVERY]])
    counts: Counter[str] = Counter()
    for block, count in blocks.items():
        if (script := _SCRIPT_OF_BLOCK.get(block)) is not None:
            counts[script] += count * _EVERY * _HEAVY.get(script, 1)
    if counts["kana"] or counts["han"]:
        east = counts.pop("kana", 0), counts.pop("han", 0)
        counts["ja" if east[0] > _LEAST_KANA * sum(east) else "zh"] = sum(east)
    if not counts:
        return None
    ((script, most),) = counts.most_common(1)
    return script if most >= _LEAST_LETTERS else None


def _find_by_words(text: str, table: Mapping[str, tuple[tuple[str, ...], float]]) -> Detected | None:
    words = [word for word in text.casefold().split() if not word[0].isdecimal()]
    if len(words) < _LEAST_WORDS:
        return None
    scores: dict[str, float] = {}
    for word, count in Counter(words).items():
        if (known := table.get(word)) is not None:
            langs, weight = known
            weight *= count
            for lang in langs:
                scores[lang] = scores.get(lang, 0.0) + weight
    if not scores:
        return None
    ranked = sorted(scores, key=scores.__getitem__, reverse=True)
    best = scores[ranked[0]]
    lead = best - (scores[ranked[1]] if len(ranked) > 1 else 0.0)
    if best < _LEAST_SHARE * len(words) or lead < max(_LEAST_LEAD * len(words), _LEAST_WORDS_AHEAD):
        return None
    plain = best >= _PLAIN_SHARE * len(words) and lead >= _PLAIN_LEAD * len(words)
    return Detected(ranked[0], plain=plain)


@functools.cache
def _tables() -> dict[str, dict[str, tuple[tuple[str, ...], float]]]:
    """Of each script, the languages that have a word, and what it weighs: less, the more of them have it."""
    tables = {}
    for script, lists in _TABLES.items():
        owners: dict[str, list[str]] = {}
        for lang, words in lists.items():
            for word in dict.fromkeys(words.split()):
                owners.setdefault(word, []).append(lang)
        tables[script] = {word: (tuple(langs), len(langs) ** -0.5) for word, langs in owners.items()}
    return tables


@functools.cache
def _known() -> frozenset[str]:
    """The languages that can be told."""
    by_words = {lang for lists in _TABLES.values() for lang in lists}
    return frozenset(by_words | {"zh", "ja"} | {script for _, _, script in _RANGES if len(script) == 2})

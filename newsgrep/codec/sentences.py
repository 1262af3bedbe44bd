"""Where the sentences of a text begin and end, by punctuation and paragraphs: what would a person quote whole?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_SPACED = ".!?…؟۔।"
"""Stops of scripts with blanks between words: they end a sentence only before a blank."""
_UNSPACED = "。！？｡"
_STOP = re.compile(rf"[{_SPACED}{_UNSPACED}\n\u2029](?:(?<![\n\u2029])[{_SPACED}{_UNSPACED}]++)?+")
"""A run of stops or a line break. It begins with one set of characters, which `re` finds without trying each place."""
_CLOSERS = re.compile(r"[\"'’”»›)\]}」』）〉》】]*+")
PARAGRAPH_END = re.compile(r"\n[^\S\n]*\n|\u2029")
"""What stands between two paragraphs."""

_NEXT_WORD = re.compile(r"[\"'‘’“”„«‹(\[¿¡—–-]*(\w+)")
_LAST_WORD = re.compile(r"[^\s\"'‘’“”„«‹(\[—–-]+$")
_REACH = 24
"""Characters before a stop that can make it part of a word."""

_LEADING_WORDS = """
    mr mrs ms mx dr prof rev fr gen lt maj capt cpl sgt pvt adm cmdr sen rep gov amb msgr messrs mme mlle vs cf e.g i.e
    approx им ул тов акад проф св гл т.е т.н
"""
_NUMBERED_WORDS = """
    jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri sat sun
    no nos nr vol fig pp art sec ca стр
"""
_EITHER_WORDS = """
    st ste mt ft col hon pres al inc ltd co corp llc plc jr sr sra esq bros dept univ assn est ave blvd rd etc a.m p.m
    ph.d m.d b.a m.a тыс млн млрд руб др пр гг вв
"""
_STARTER_WORDS = """
    the a an in on at by for from to with as after before when while since if but and or so yet he she it they we you i
    this that these those there his her its their our my what who how why where however meanwhile moreover still also
    last one some many most both no not then now another several two three such although though because despite during
    until under according
    в на по при с о об из за для но а и он она они оно мы это этот эта как если когда после до его её их однако также
"""
_LEADING = frozenset(_LEADING_WORDS.split())
"""Never the last word of a sentence: a name follows."""
_NUMBERED = frozenset(_NUMBERED_WORDS.split())
"""No last word where a number follows."""
_EITHER = frozenset(_EITHER_WORDS.split())
"""Within a sentence as often as at its end: the word that follows decides."""
_STARTERS = frozenset(_STARTER_WORDS.split())
"""Words that follow an abbreviation with a capital only where a sentence begins."""
_ACRONYM = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]")


def iter_sentences(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    """First character and one past the last of each sentence between two places of a text, blanks around left out.

    A stop after an abbreviation (`Mr.`, `Feb. 7`, `U.S.`), an initial or inside a number ends no sentence; a blank
    line always does. Where a sentence is cut by `start` or `end`, the part inside counts.
    """
    end = len(text) if end is None else min(end, len(text))
    begin = start
    for match in _STOP.finditer(text, start, end):
        at, stop = match.span()
        if text[at] in "\n\u2029":
            if PARAGRAPH_END.match(text, at, end) is None:
                continue
        else:
            last = text[stop - 1]
            if closers := _CLOSERS.match(text, stop, end):
                stop = closers.end()
            if last not in _UNSPACED and not _is_end(text, begin, match, stop, end):
                continue
        if (sentence := trim_blanks(text, begin, stop)) is not None:
            yield sentence
        begin = stop
    if (sentence := trim_blanks(text, begin, end)) is not None:
        yield sentence


def trim_blanks(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The stretch without the blanks at its ends; None where there is nothing else."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None


def _is_end(text: str, begin: int, stop: re.Match[str], after: int, end: int) -> bool:
    """Whether the sentence from `begin` ends with this stop; `after` is past the quotes that close with it."""
    if after < end and not text[after].isspace():
        return False
    reach = min(end, after + _REACH)
    while after < reach and text[after].isspace():
        after += 1
    if after >= end:
        return True
    following = _NEXT_WORD.match(text, after, min(end, after + _REACH))
    word = following[1] if following else ""
    if word[:1].islower():
        return False
    if stop.group() != ".":
        return True
    last = _LAST_WORD.search(text, max(begin, stop.start() - _REACH), stop.start())
    if last is None:
        return True
    before = last[0]
    if before.isdecimal() and len(before) <= 2 and not text[begin : last.start()].strip():
        return False
    key = before.lower()
    if key in _LEADING:
        return False
    if key in _NUMBERED:
        return not word[:1].isdecimal()
    if key in _EITHER or _ACRONYM.fullmatch(before):
        return word.lower() in _STARTERS
    # An initial; "I" and a Russian year's "г." end sentences as often as they do not.
    if len(before) == 1 and before.isalpha():
        return before in "Iг" and word.lower() in _STARTERS
    return True

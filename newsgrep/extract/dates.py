"""Dates as pages print them: reads one, or finds those in a line of text, in any common form and language.

A date without a time is a `date`; with a time a `datetime`, aware only when an offset or zone is printed. Nothing
is converted: the result is what the page says. Impossible dates, dates before 1600 and dates after tomorrow's morrow
are none.

Which of two numbers is the day in "03/04/2018": the one above 12 is; else the language or address of the page says
(`month_first`), and without either it is day first, as in most countries.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsgrep.extract.date_words import AFTER_NOON, BEFORE_NOON, MONTHS, ZONES

if TYPE_CHECKING:
    from collections.abc import Iterator

EARLIEST_YEAR = 1600
_SLACK = dt.timedelta(days=2)
"""A page of the far side of the date line, or stamped by a wrong clock, may be a little ahead of us."""
_LONGEST = 200
"""Characters looked at in a string that should be one date."""

_WORD = r"[^\W\d_]{2,}"
_MONTH = rf"(?P<month>{_WORD}(?:\s(?:الثاني|الأول|الاول))?)\.?"
_FOUR = r"(?P<year>(?:1[6-9]|20)\d\d)"
_YEAR = rf"{_FOUR}(?!\d|[.,]\d{{3}})"
_DAY = r"(?P<day>[0-3]?\d)"
_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        ("iso", rf"(?<![\d.,/-]){_FOUR}(?P<sep>[-/.])(?P<m>[01]?\d)(?P=sep){_DAY}(?!\d)"),
        ("cjk", r"(?P<year>\d{4})\s*[年년]\s*(?P<m>[01]?\d)\s*[月월]\s*(?P<day>[0-3]?\d)\s*[日일]"),
        ("compact", r"(?<![\d.,/-])(?P<year>(?:19|20)\d\d)(?P<m>[01]\d)(?P<day>[0-3]\d)(?=$|[^\d]|T?\d{4,6}(?!\d))"),
        ("viet", rf"(?<!\d){_DAY}\s+tháng\s+(?P<m>[01]?\d)(?:\s+năm|,)?\s+{_YEAR}"),
        (
            "day-month",
            rf"(?<![\d.,:/]){_DAY}(?:st|nd|rd|th|er|ème|º|ª|°|-(?:го|е))?\.?,?[\s\u00a0/-]*(?:(?:de|of|d['’]|di|da)\s*)?"
            rf"(?<![^\W\d_]){_MONTH},?[\s\u00a0/-]*(?:(?:de|del|do)\s)?{_YEAR}",
        ),
        ("month-day", rf"(?<![^\W\d_]){_MONTH}[\s\u00a0]+{_DAY}(?:st|nd|rd|th)?\.?(?:,|\s-)?[\s\u00a0]*{_YEAR}"),
        ("year-month", rf"(?<![\d.,]){_YEAR}\.?,?\s+{_MONTH}\s+{_DAY}(?!\d)"),
        ("ctime", rf"(?<![^\W\d_]){_MONTH}\s+{_DAY}\s+(?P<clock>\d\d:\d\d(?::\d\d)?(?:\s[A-Z]{{2,5}})?)\s{_YEAR}"),
        (
            "numeric",
            r"(?<![\d.,:/-])(?P<a>[0-3]?\d)(?P<sep>\s?[./-]\s?)(?P<b>[0-3]?\d)(?P=sep)"
            r"(?P<year>(?:1[6-9]|20)\d\d|\d\d)(?![\d/%:]|-(?!\s?[0-2]\d:[0-5]\d))",
        ),
    )
)
_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?)?", re.ASCII)
_NEEDED = {"cjk": "日일", "viet": ("tháng", "Tháng"), "ctime": ":", "iso": "-/.", "numeric": "-/."}
"""What stands in every date of a form: a line without it is not searched for the form."""
_DIGITS = re.compile(r"\d\D*\d\D*\d\D*\d")
"""The fewest digits that a date has."""
_SHORT_YEAR = re.compile(rf"(?<!\d){_DAY}[\s-]+{_MONTH}[\s,-]+(?:'|’)?(?P<year>\d\d)(?!\d)", re.IGNORECASE)

_ZONE = r"(?:\s*\(?(?P<zone>Z\b|(?:UTC|GMT)?\s?[+\-−]\s?\d\d?(?::?[0-5]\d)?(?!\d)|[^\W\d_]{1,5}\b)\)?)?"
_CLOCK = (
    r"(?P<half_before>午前|午後|上午|下午|早上|晚上|凌晨|오전|오후|AM\b|PM\b)?\s*(?P<hour>[0-2]?\d)\s?"
    r"(?:(?P<mark>[:.hH∶：])\s?(?P<minute>[0-5]\d)(?:[:.](?P<second>[0-5]\d)(?:[.,]\d+)?)?"
    r"|(?P<mark_cjk>[時点时시])\s?(?:(?P<minute_cjk>[0-5]?\d)\s?[分분])?)?"
    r"(?!\d)\s?(?:h\b|mn\b|min\b)?\s*"
    r"(?P<half>[ap]\.?\s?m\b\.?|[πμ]\.?μ\.?|[صم](?!\w)|مساءً?|صباح[اًا]+|CH\b|SA\b)?"
    rf"{_ZONE}"
)
_LINKS = """
    at um às as alle ore om kl klokken kello klo à v в о saat الساعة στις ob u lúc o godz mon tue wed thu fri sat sun
    monday tuesday wednesday thursday friday saturday sunday
"""
"""Words that join a date and its time."""
_JOIN = (
    r"(?:[\s,|•·–—\-/()@T]|\.\s|(?:г|р|год[аy]?)\.?(?=[\s,])|[(（][月火水木金土日一二三四五六][)）]|"
    rf"\b(?:a las?|la ora|alle ore|{'|'.join(_LINKS.split())})\b\.?:?){{0,8}}"
)
_CLOCK_AFTER = re.compile(rf"{_JOIN}{_CLOCK}", re.IGNORECASE)
_CLOCK_BEFORE = re.compile(rf"(?<![\d:.]){_CLOCK}[\s,|•·–—/()-]*(?:on\s+)?(?:[^\W\d_]+\.?,?\s+)?$", re.IGNORECASE)
_COMPACT_CLOCK = re.compile(r"T?(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)?(?P<zone>Z|[+-]\d\d:?\d\d)?(?!\d)")
_CLOCK_WORD = re.compile(r"\b(?:kl|klo|kello|klokken)\b", re.IGNORECASE)
_OFFSET = re.compile(r"([+\-−])\s?(\d\d?):?(\d\d)?$")


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date in a text, and where it stands."""

    value: dt.date
    start: int
    end: int


def is_month_first(lang: str | None, url: str | None = None) -> bool:
    """Whether pages in this language, at this address, print the month before the day in "03/04/2018".

    So do those of the United States and the Philippines: a language tag with that region, or English without a region
    at an address that is not of a country.
    """
    tag = (lang or "").casefold().replace("_", "-")
    if tag in {"en-us", "en-ph", "fil", "es-us"}:
        return True
    if tag != "en":
        return False
    host = re.sub(r"^\w+://", "", (url or "").casefold()).split("/")[0].split(":")[0]
    return bool(host) and len(host.rsplit(".", 1)[-1]) > 2


def parse_date(text: str, *, today: dt.date | None = None, month_first: bool = False) -> dt.date | dt.datetime | None:
    """Read a string that is one date, with or without a time, in any form that pages print; None if it is none.

    >>> parse_date("Feb. 20 2018 - 16:02")
    datetime.datetime(2018, 2, 20, 16, 2)
    >>> parse_date("20. Februar 2018")
    datetime.date(2018, 2, 20)
    """
    text = text[:_LONGEST].strip()
    if _ISO.fullmatch(text) and (value := _read_iso(text, today)):
        return value
    for found in iter_dates(text, today=today, month_first=month_first):
        return found.value
    match = _SHORT_YEAR.search(text)
    if match and (month := _month(match["month"])):
        value = _day(_full_year(int(match["year"]), today), month, int(match["day"]), today)
        return _with_clock(value, text, match.start(), match.end())[0] if value else None
    return None


def _read_iso(text: str, today: dt.date | None) -> dt.date | None:
    """A short cut for what data sets mostly hold."""
    try:
        value = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    day = _day(value.year, value.month, value.day, today)
    offset = value.utcoffset()
    if day is None or (offset and abs(offset) > dt.timedelta(hours=15)):
        return None
    return value.replace(microsecond=0) if "T" in text else day


def iter_dates(text: str, *, today: dt.date | None = None, month_first: bool = False) -> Iterator[FoundDate]:
    """The dates in a line of text, in their order, each with the time that is printed beside it."""
    if not _DIGITS.search(text):
        return
    found: list[FoundDate] = []
    for name, form in _FORMS:
        if name in _NEEDED and not any(mark in text for mark in _NEEDED[name]):
            continue
        for match in form.finditer(text):
            start, end = match.span()
            if any(start < other.end and other.start < end for other in found):
                continue
            value = _read_match(name, match, today, month_first)
            if value is None:
                continue
            if name == "ctime":
                # The time stands inside the date.
                whole, _ = _with_clock(value, match["clock"], 0, 0)
                found.append(FoundDate(whole, start, end))
            elif name == "compact":
                found.append(_compact_clock(value, text, start, end))
            else:
                taken = max((other.end for other in found if other.end <= start), default=0)
                whole, end = _with_clock(value, text, start, end, taken)
                found.append(FoundDate(whole, start, end))
    found.sort(key=lambda date: date.start)
    yield from found


def _read_match(name: str, match: re.Match[str], today: dt.date | None, month_first: bool) -> dt.date | None:
    if name == "numeric":
        first, second, year = int(match["a"]), int(match["b"]), match["year"]
        if len(year) == 2 and (match["sep"].strip() == "-" or len(match["a"]) + len(match["b"]) < 4):
            return None
        day_second = second > 12 or (month_first and first <= 12 and "/" in match["sep"])
        day, number = (second, first) if day_second else (first, second)
        return _day(_full_year(int(year), today) if len(year) == 2 else int(year), number, day, today)
    groups = match.groupdict()
    month: int | None = int(groups["m"]) if groups.get("m") else _month(groups["month"])
    return _day(int(groups["year"]), month, int(groups["day"]), today) if month else None


def _month(word: str) -> int | None:
    key = re.sub(r"\s", "_", word.strip(". ").casefold())
    return MONTHS.get(key)


def _full_year(short: int, today: dt.date | None) -> int:
    limit = (today or dt.date.today()).year + 1
    return 2000 + short if 2000 + short <= limit else 1900 + short


def _day(year: int, month: int, day: int, today: dt.date | None) -> dt.date | None:
    try:
        value = dt.date(year, month, day)
    except ValueError:
        return None
    return value if year >= EARLIEST_YEAR and value <= (today or dt.date.today()) + _SLACK else None


def _compact_clock(value: dt.date, text: str, start: int, end: int) -> FoundDate:
    match = _COMPACT_CLOCK.match(text, end)
    if not match or int(match["hour"]) > 23 or int(match["minute"]) > 59:
        return FoundDate(value, start, end)
    time = dt.time(
        int(match["hour"]), int(match["minute"]), min(int(match["second"] or 0), 59), tzinfo=_zone(match["zone"])
    )
    return FoundDate(dt.datetime.combine(value, time), start, match.end())


def _with_clock(value: dt.date, text: str, start: int, end: int, taken: int = 0) -> tuple[dt.date, int]:
    """Add the time right after a date or, failing that, right before it; up to `taken` it is another date's."""
    after = _CLOCK_AFTER.match(text, end)
    if after and (time := _clock(after)) is not None:
        return dt.datetime.combine(value, time), after.end()
    before = _CLOCK_BEFORE.search(text[max(taken, start - 40) : start])
    if before and (before["minute"] or before["mark_cjk"]) and (time := _clock(before)) is not None:
        return dt.datetime.combine(value, time), end
    return value, end


def _clock(match: re.Match[str]) -> dt.time | None:
    hour, minute = int(match["hour"]), int(match["minute"] or match["minute_cjk"] or 0)
    zone = match["zone"] or ""
    half = re.sub(r"\s", "", (match["half"] or match["half_before"] or "").casefold()).rstrip(".")
    afternoon, morning = half in AFTER_NOON, half in BEFORE_NOON
    mark = match["mark"] or match["mark_cjk"] or ""
    # A number alone, or two with a full stop between, is a time only with a word that says so.
    told = afternoon or morning or zone.casefold() in {"uhr", "h", "hrs"} or (mark and mark in "hH時点时시")
    if not told and not (mark and (mark != "." or _CLOCK_WORD.search(match[0]))):
        return None
    if afternoon or morning:
        if hour > 12 and morning:
            return None
        if hour <= 12:
            hour = hour % 12 + (12 if afternoon else 0)
    if hour > 23 or minute > 59:
        return None
    return dt.time(hour, minute, int(match["second"] or 0), tzinfo=_zone(zone))


def _zone(word: str | None) -> dt.timezone | None:
    """The offset that a zone name or "+01:00" tells; None for a word that tells none."""
    word = (word or "").strip()
    minutes: int | None = None
    if offset := _OFFSET.search(word):
        minutes = int(offset[2]) * 60 + int(offset[3] or 0)
        minutes = -minutes if offset[1] != "+" else minutes
    elif word.isupper() or word == "мск":
        # In small letters "est" and "cat" are words.
        minutes = ZONES.get(word.casefold())
    if minutes is None or abs(minutes) > 15 * 60:
        return None
    return dt.UTC if minutes == 0 else dt.timezone(dt.timedelta(minutes=minutes))

"""How near extracted articles are to the truth: the measures of one page, and their means over pages.

| measure | of which pages | what it is |
|---|---|---|
| body_f1, body_p, body_r | all | overlap of the bags of words; a Chinese or Japanese character is a word |
| body_4g | all | F1 over runs of four words: strict about order and about stray lines inside the body |
| title | with a title | equal to one of its forms, but for case, marks and blanks |
| date, date1 | with a date | the same day; at most a day off |
| date_precision | given a date | of the dates given, how many are the right day |
| author_r, author_p | with authors | true names found; names found that are true |
| section | with a section | equal to one of its names |

Of a text page, a field counts only where the dump shows it (`visible` in the manifest).
"""

from __future__ import annotations

import re
import statistics
import unicodedata
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Hashable, Iterable, Sequence

    from newsgrep.article import Article

MEASURES = (
    "body_f1",
    "body_p",
    "body_r",
    "body_4g",
    "title",
    "date",
    "date1",
    "date_precision",
    "author_r",
    "author_p",
    "section",
)

_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_TOKEN = re.compile(f"[{_CJK}]|[^\\W_{_CJK}]+")
_UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
_RUN = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What a page's article is."""

    body: str
    titles: tuple[str, ...] = ()
    date: dt.date | None = None
    authors: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    visible: frozenset[str] = frozenset(("title", "date", "authors", "section"))


def score_page(truth: Truth, found: Article | None) -> dict[str, float]:
    """The measures of one page; those that do not apply to it are left out. No article is wrong in all of them."""
    want, have = _tokens(truth.body), _tokens(found.body if found else "")
    f1, precision, recall = _overlap(want, have)
    scores = {"body_f1": f1, "body_p": precision, "body_r": recall, "body_4g": _overlap(_runs(want), _runs(have))[0]}
    if truth.titles and "title" in truth.visible:
        scores["title"] = float(_plain(found.title if found else "") in map(_plain, truth.titles))
    if truth.date and "date" in truth.visible:
        given = _day(found.published) if found else None
        scores["date"] = float(given == truth.date)
        scores["date1"] = float(given is not None and abs((given - truth.date).days) <= 1)
        if given is not None:
            scores["date_precision"] = scores["date"]
    if truth.authors and "authors" in truth.visible:
        names = [name for name in found.authors if name] if found else []
        scores["author_r"] = statistics.mean(any(_same_name(true, name) for name in names) for true in truth.authors)
        if names:
            scores["author_p"] = statistics.mean(
                any(_same_name(true, name) for true in truth.authors) for name in names
            )
    if truth.sections and "section" in truth.visible:
        first = found.section[0] if found and found.section else ""
        scores["section"] = float(_plain(first) in map(_plain, truth.sections))
    return scores


def mean_scores(pages: Sequence[dict[str, float]]) -> dict[str, float]:
    """The mean of each measure over the pages that have it."""
    return {
        name: statistics.mean(values) for name in MEASURES if (values := [page[name] for page in pages if name in page])
    }


def read_truth(row: dict[str, Any]) -> Truth:
    """The truth of a page from its line of a manifest."""
    import datetime as dt

    visible = row.get("visible")
    return Truth(
        body=row["body"],
        titles=tuple(filter(None, [row.get("title"), *(row.get("title_alts") or [])])) if row.get("title") else (),
        date=dt.date.fromisoformat(row["date"][:10]) if row.get("date") else None,
        authors=tuple(row.get("authors") or ()),
        sections=tuple(row.get("section_alts") or [row["section"]]) if row.get("section") else (),
        visible=frozenset(("title", "date", "authors", "section") if visible is None else visible),
    )


def _day(published: dt.date | None) -> dt.date | None:
    import datetime as dt

    return published.date() if isinstance(published, dt.datetime) else published


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(unicodedata.normalize("NFKC", text.translate(_UNSEEN)).casefold())


def _plain(text: str) -> str:
    return " ".join(_tokens(text))


def _same_name(one: str, other: str) -> bool:
    """Whether the words of one name stand within the other's, in order and without a gap."""
    shorter, longer = sorted((_name_words(one), _name_words(other)), key=len)
    size = len(shorter)
    return bool(shorter) and any(longer[at : at + size] == shorter for at in range(len(longer) - size + 1))


def _name_words(name: str) -> list[str]:
    folded = unicodedata.normalize("NFKD", name.translate(_UNSEEN).casefold())
    return _TOKEN.findall("".join(letter for letter in folded if not unicodedata.combining(letter)))


def _runs(words: Sequence[str]) -> list[tuple[str, ...]]:
    return [tuple(words[at : at + _RUN]) for at in range(max(1, len(words) - _RUN + 1))] if words else []


def _overlap(want: Iterable[Hashable], have: Iterable[Hashable]) -> tuple[float, float, float]:
    """F1, precision and recall of two bags."""
    wanted, had = Counter(want), Counter(have)
    common = (wanted & had).total()
    if not common:
        same = float(not wanted and not had)
        return same, same, same
    precision, recall = common / had.total(), common / wanted.total()
    return 2 * precision * recall / (precision + recall), precision, recall

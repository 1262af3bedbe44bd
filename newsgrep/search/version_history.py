"""The versions of an article: what was saved from one address, when, and what changed from one time to the next.

Versions stand in the order in which they were saved; where that is not known, by their date of publication instead. An
address alone does not make two articles versions of each other: a text that has little in common with the one before
is another article, and is said to be one.
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsgrep.archive.engine import MISSING
from newsgrep.archive.url_keys import url_key
from newsgrep.article import format_published
from newsgrep.codec.plain_query import Every
from newsgrep.errors import ArticleMissing, OptionError
from newsgrep.search.lookup import find_article
from newsgrep.search.word_diff import Op, TextDiff, WordEdit, diff_texts, diff_words, share_of_common_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsgrep.archive.engine import Engine
    from newsgrep.article import Article

ALIKE = 0.2
"""The share of different words that two versions have in common at least (Jaccard index)."""
_SHOWN_NUMBERS = 3
_LONGEST_NOTICE = 160
_WEB_ADDRESS = re.compile(r"[a-z][a-z\d+.-]*://", re.IGNORECASE)
_HOST_AND_PATH = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}(?::\d+)?/\S*", re.IGNORECASE)
_NUMBER = re.compile(r"\d[\d.,]*\w{0,3}")
_NOTICE = re.compile(
    r"\W*(?:(?:corrections?|clarifications?|erratum|editor[’']?s[’']? note|corrections? and clarifications?)"
    r"(?:\s*[(,][^:]{0,40})?\s*[:—–]"
    r"|(?:this|an earlier version of this|a previous version of this) (?:article|story|report|headline|page|post)\b"
    r".{0,60}?\b(?:amended|corrected|clarified|mis\w+|incorrectly|wrongly)\b)",
    re.IGNORECASE,
)
"""How newspapers of English own up to a mistake, at the head of a paragraph."""


class Kind(enum.StrEnum):
    """What one version is to the one before it."""

    UNCHANGED = "unchanged"
    """Headline and text are the same but for blanks and forms of quotation marks and dashes."""
    CHANGED = "changed"
    OTHER = "other"
    """The texts have so little in common that they are two articles."""


@dataclass(frozen=True, slots=True)
class Change:
    """What makes a version different from another."""

    old: int
    """The number of the version that the other is compared with."""
    new: int
    kind: Kind
    headline: tuple[WordEdit, ...]
    body: TextDiff
    dates: tuple[str | None, str | None]
    """Dates of publication as printed, ISO 8601."""

    @property
    def is_headline_changed(self) -> bool:
        """Whether the headline reads otherwise."""
        return any(edit.op is not Op.EQUAL for edit in self.headline)

    @property
    def is_date_changed(self) -> bool:
        """Whether the date of publication is another."""
        return self.dates[0] != self.dates[1]

    @property
    def numbers(self) -> tuple[tuple[str, str], ...]:
        """Numbers of headline and text that stand in the place of others, with those, in order."""
        edits = [*self.headline, *(word for edit in self.body.edits for word in edit.words)]
        pairs = ((edit.old.strip(), edit.new.strip()) for edit in edits if edit.op is Op.REPLACE)
        return tuple(dict.fromkeys(pair for pair in pairs if all(map(_NUMBER.fullmatch, pair))))

    @property
    def notices(self) -> tuple[str, ...]:
        """Paragraphs that own up to a mistake (`Correction: ...`) and were not there before."""
        added = (edit.new for edit in self.body.edits if edit.op is not Op.EQUAL and not _NOTICE.match(edit.old))
        return tuple(text for text in added if _NOTICE.match(text))

    @property
    def message(self) -> str:
        """What changed, in one line."""
        if self.kind is Kind.OTHER:
            return "another article from the same address"
        said = ["headline changed"] if self.is_headline_changed else []
        if self.body.is_coarse:
            said.append("text changed, too long to count its words")
        elif not self.body.is_same:
            said.append(_say_words(self.body))
        said += [f"now {new} where it said {old}" for old, new in self.numbers[:_SHOWN_NUMBERS]]
        if self.notices:
            notice = " ".join(self.notices[0].split())
            said.append(f'it now says "{notice[:_LONGEST_NOTICE]}{"..." * (len(notice) > _LONGEST_NOTICE)}"')
        if self.is_date_changed:
            said.append(_say_dates(*self.dates))
        return "; ".join(said) or "unchanged"


@dataclass(frozen=True, slots=True)
class Version:
    """An article as it was saved at one time."""

    number: int
    """1 for the oldest."""
    article: Article
    is_shown: bool
    """Whether a search finds it that does not ask for every version."""
    change: Change | None
    """Against the version before it; None for the first."""


@dataclass(frozen=True, slots=True)
class VersionHistory:
    """All that was saved from one address."""

    name: str
    """As asked for."""
    url: str | None
    """The address, as the newest version has it."""
    total: int
    """How many versions there are."""
    versions: tuple[Version, ...]
    """Oldest first; of more than were asked for, the newest."""
    compared: Change | None = None
    """Two versions against each other, where that was asked for."""
    notes: tuple[str, ...] = ()
    """What the order and the list rest on."""


def find_versions(
    engine: Engine, name: str, *, limit: int = 0, compare: tuple[int | None, int | None] | None = None
) -> VersionHistory:
    """The versions of the article that a web address or a name (see `find_article`) means.

    limit: how many at most, the newest; 0 for all. compare: numbers of two versions to hold against each other; None
    for the newest and for the one before it.
    Raises ArticleMissing or ArticleAmbiguous for a name, OptionError for an address that is none of an article and
    for a version that there is not.
    """
    key, named = _read_name(engine, name)
    if named and not key:
        # Without an address nothing else can be a version of it.
        _resolve(compare, 1)
        return VersionHistory(name, named.url, 1, (Version(1, named, True, None),))
    references = _order_by_time(engine, key)
    total = len(references)
    listed = range(max(0, total - limit) if limit else 0, total)
    pair = _resolve(compare, total)
    needed = sorted({*listed, *pair} | {place - 1 for place in listed[:1] if place})
    articles = dict(zip(needed, engine.fetch([references[place] for place in needed]), strict=True))
    shown = set(engine.at_address(key))
    versions = tuple(
        Version(
            place + 1,
            articles[place],
            references[place] in shown,
            compare_articles(articles[place - 1], articles[place], place, place + 1) if place else None,
        )
        for place in listed
    )
    compared = None
    if pair:
        old, new = pair
        compared = compare_articles(articles[old], articles[new], old + 1, new + 1)
    url = articles[total - 1].url if total else None
    return VersionHistory(name, url, total, versions, compared, tuple(_find_notes(versions)))


def compare_articles(old: Article, new: Article, old_number: int, new_number: int) -> Change:
    """What changed from one article to another; the numbers are how they are called."""
    headline = diff_words(old.title, new.title)
    body = diff_texts(old.body, new.body)
    if body.is_same and all(edit.op is Op.EQUAL for edit in headline):
        kind = Kind.UNCHANGED
    else:
        kind = Kind.CHANGED if is_alike(old, new) else Kind.OTHER
    dates = (format_published(old.published), format_published(new.published))
    return Change(old_number, new_number, kind, headline, body, dates)


def is_alike(old: Article, new: Article) -> bool:
    """Whether two articles from one address are versions of one."""
    return share_of_common_words(f"{old.title} {old.body}", f"{new.title} {new.body}") >= ALIKE


def _read_name(engine: Engine, name: str) -> tuple[int, Article | None]:
    """The key of the address that a name means, and the article, where one is named; 0 for one without an address."""
    if _WEB_ADDRESS.match(name):
        key = url_key(name)
        if not key:
            raise OptionError(
                f"{name} is no address of an article on the web",
                hint="A whole address is wanted, as in https://example.org/2018/harbour-bridge",
            )
        return key, None
    try:
        article = find_article(engine, name)
    except ArticleMissing:
        if _HOST_AND_PATH.fullmatch(name) and (key := url_key(f"https://{name}")):
            return key, None
        raise
    return url_key(article.url), article


def _order_by_time(engine: Engine, key: int) -> list[int]:
    """The documents of an address in the order of their versions."""
    whole = engine.every_version()
    references = whole.at_address(key)
    if len(references) < 2:
        return references
    import numpy as np

    scan = whole.scan(Every(), None, ("captured", "published", "key"))
    places = np.searchsorted(scan.references, references)
    captured, published, ids = (scan.columns[name][places] for name in ("captured", "published", "key"))
    # A page was not saved before it was published: its date is the nearest that is known, and comes first of its time.
    known = captured != MISSING
    order = np.lexsort((ids, known, np.where(known, captured, published)))
    return [references[place] for place in order.tolist()]


def _resolve(compare: tuple[int | None, int | None] | None, total: int) -> tuple[int, ...]:
    """The places of two versions to compare, none where none are. Raises OptionError for a version there is not."""
    if compare is None or not total:
        return ()
    if total == 1:
        raise OptionError("there is one version only: nothing to compare it with", hint="Leave out --from and --to.")
    new = compare[1] or total
    old = compare[0] or max(1, new - 1)
    for number in (old, new):
        if not 1 <= number <= total:
            raise OptionError(f"there is no version {number}", hint=f"There are {total:,}, of which 1 is the oldest.")
    if old == new:
        raise OptionError(
            f"version {old} is to be compared with itself", hint=f"There are {total:,}: name two of them."
        )
    return old - 1, new - 1


def _find_notes(versions: tuple[Version, ...]) -> Iterator[str]:
    """What is to be said of the order."""
    unknown = sum(version.article.captured is None for version in versions)
    if unknown and len(versions) > 1:
        which = "every version" if unknown == len(versions) else f"{unknown:,} of {len(versions):,} versions"
        yield f"when it was saved is not known for {which}: there the date of publication gives the order"


def _say_dates(old: str | None, new: str | None) -> str:
    """What became of the date of publication."""
    if old is None:
        return f"now dated {new}"
    return f"dated {new} instead of {old}" if new else f"no longer dated {old}"


def _say_words(body: TextDiff) -> str:
    """How many words came and went."""
    words = "word" if (body.added or body.removed) == 1 else "words"
    if body.added and body.removed:
        return f"{body.added:,} {words} added, {body.removed:,} removed"
    if body.added or body.removed:
        return f"{body.added or body.removed:,} {words} {'added' if body.added else 'removed'}"
    return "punctuation changed"

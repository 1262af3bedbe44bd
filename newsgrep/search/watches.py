"""Standing searches: what one asks, and which of the articles that match now it has not told yet."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from newsgrep.codec.words import iter_words
from newsgrep.errors import OptionError
from newsgrep.search.date_filters import read_dates
from newsgrep.search.filters import build_filter
from newsgrep.search.highlights import build_marker
from newsgrep.search.request import Filters, Match, Request
from newsgrep.search.results import Hit
from newsgrep.search.run import view_of
from newsgrep.search.snippets import build_snippets
from newsgrep.search.some_words import analyze_some
from newsgrep.search.synonyms import Synonyms, read_synonyms
from newsgrep.search.understanding import understand

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    from newsgrep.archive.engine import Engine
    from newsgrep.codec.plain_query import PlainQuery
    from newsgrep.search.results import Correction
    from newsgrep.search.understanding import Understood

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_LONGEST_NAME = 100
_SNIPPETS = 2
_MOST_VERSIONS = 256
"""Articles of one address that another is held against."""
_AT_ONCE = 200
"""Articles that are in memory as a whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A standing search, as typed: relative dates and files of synonyms are read anew whenever it runs."""

    name: str
    text: str = ""
    any_word: bool = False
    """Whether any of the words will do."""
    variants: bool = False
    synonyms: str | None = None
    """A file."""
    since: str | None = None
    until: str | None = None
    on: str | None = None
    undated: bool = False
    every_version: bool = False
    """Whether each version of an article that was saved several times is news."""
    sections: tuple[str, ...] = ()
    not_sections: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    langs: tuple[str, ...] = ()

    @property
    def typed(self) -> str:
        """The query and its filters, as they may be typed behind `newsgrep search`."""
        parts = [self.text] if self.text else []
        for option, is_set in (
            ("--any", self.any_word),
            ("--variants", self.variants),
            ("--undated", self.undated),
            ("--all-versions", self.every_version),
        ):
            parts += [option] if is_set else []
        for option, value in (
            ("--synonyms", self.synonyms),
            ("--since", self.since),
            ("--until", self.until),
            ("--on", self.on),
        ):
            parts += [f"{option} {shlex.quote(value)}"] if value is not None else []
        for option, values in (
            ("--section", self.sections),
            ("--not-section", self.not_sections),
            ("--author", self.authors),
            ("--source", self.sources),
            ("--lang", self.langs),
        ):
            parts += [f"{option} {shlex.quote(value)}" for value in values]
        return " ".join(parts)

    def build_request(self, today: dt.date) -> Request:
        """What it asks today. Raises FilterError or OptionError.

        Words are searched as typed: one that no article has yet is what a watch may be waiting for.
        """
        since, until = read_dates(self.since, self.until, self.on, today=today)
        return Request(
            text=self.text,
            filters=Filters(
                since=since,
                until=until,
                undated=self.undated,
                sections=self.sections,
                not_sections=self.not_sections,
                authors=self.authors,
                sources=self.sources,
                langs=self.langs,
            ),
            match=Match.ANY if self.any_word else Match.ALL,
            correct=False,
            variants=self.variants,
            every_version=self.every_version,
            synonyms=self._read_synonyms(),
        )

    def _read_synonyms(self) -> Synonyms | None:
        if self.synonyms is None:
            return None
        # The path comes from the index: what it leads to may be a device that never ends.
        if not os.path.isfile(self.synonyms):
            raise OptionError(
                f"--synonyms {self.synonyms}: there is no such file",
                hint="Put it back, or make the watch again: newsgrep watch add --replace",
            )
        return read_synonyms(self.synonyms)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class News:
    """What a watch has to tell: articles of an open engine, the newest first."""

    watch: Watch
    number: int
    """Of the watch in its store."""
    query: PlainQuery
    references: NDArray[np.int64]
    ids: NDArray[np.uint64]
    repeated: NDArray[np.bool_]
    """Which of them may have been told before, by a run that was cut off."""
    versions: NDArray[np.uint64]
    """Articles that are not told, since they are versions of what was."""
    before: int = 0
    """How many articles of the same news stand before these."""

    def __len__(self) -> int:
        return len(self.references)

    def iter_parts(self, size: int) -> Iterator[News]:
        """The same news in parts of so many articles at most."""
        for start in range(0, len(self), size):
            yield self.part(start, start + size)

    def part(self, start: int, stop: int) -> News:
        """The articles of these places."""
        return dataclasses.replace(
            self,
            references=self.references[start:stop],
            ids=self.ids[start:stop],
            repeated=self.repeated[start:stop],
            before=self.before + start,
        )


def check_name(name: str) -> str:
    """Return the name of a watch. Raises OptionError for one that cannot be."""
    if not _NAME.fullmatch(name) or len(name) > _LONGEST_NAME:
        raise OptionError(
            f"{name!r} is no name for a watch",
            hint=f"A name is of letters, digits, - _ and . and begins with a letter or digit; {_LONGEST_NAME} at most.",
        )
    return name


def write_question(watch: Watch) -> str:
    """What a watch asks, as a text to be stored."""
    return json.dumps({name: value for name, value in dataclasses.asdict(watch).items() if value and name != "name"})


def read_question(name: str, question: str) -> Watch:
    """The watch of a name with what `write_question` wrote. Raises OptionError for what a later newsgrep wrote."""
    try:
        fields: dict[str, Any] = dict(json.loads(question))
    except (TypeError, ValueError, RecursionError) as error:
        raise _damaged(name) from error
    if unknown := fields.keys() - {field.name for field in dataclasses.fields(Watch)}:
        raise OptionError(
            f"the watch {name} asks what this newsgrep does not know: {', '.join(sorted(unknown))}",
            hint="Upgrade newsgrep, or add the watch anew with --replace.",
        )
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in fields.items()}
    known = {field.name: field.default for field in dataclasses.fields(Watch)}
    if not all(_is_like(value, known[key]) for key, value in values.items() if key != "name"):
        raise _damaged(name)
    return Watch(**values | {"name": name})


def _is_like(value: object, default: object) -> bool:
    """Whether a value is of the kind of a field of a watch, which its default tells."""
    if isinstance(default, tuple):
        return isinstance(value, tuple) and all(isinstance(one, str) for one in value)
    return isinstance(value, bool) if isinstance(default, bool) else isinstance(value, str) or value is default


def _damaged(name: str) -> OptionError:
    return OptionError(f"what the watch {name} asks is damaged", hint="Add it anew with --replace.")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Matching:
    """Every article that matches now, older versions of others too."""

    engine: Engine
    understood: Understood
    references: NDArray[np.int64]
    ids: NDArray[np.uint64]
    published: NDArray[np.int64]
    """Seconds since 1970; the least of all numbers where there is no date."""
    addresses: NDArray[np.uint64]
    """Keys of their addresses on the web; 0 where there is none."""
    shown: NDArray[np.bool_]
    """Which of them a search shows; the others are older versions."""


def find_matching(engine: Engine, watch: Watch, *, today: dt.date) -> Matching:
    """The articles that match a watch now. Raises QueryError, FilterError, OptionError or QueryTooCostly."""
    import numpy as np

    request = watch.build_request(today)
    view = engine.every_version()
    shown_view = view_of(engine, request)
    understood = understand(shown_view, request, today=today)
    accept = build_filter(request.filters)
    scan = view.scan(understood.query, accept, ["key", "published", "url_key"])
    shown = np.isin(scan.references, shown_view.scan(understood.query, accept).references)
    return Matching(
        engine=engine,
        understood=understood,
        references=scan.references,
        ids=scan.columns["key"],
        published=scan.columns["published"],
        addresses=scan.columns["url_key"],
        shown=shown,
    )


def find_doubts(engine: Engine, watch: Watch, *, today: dt.date) -> tuple[Correction, ...]:
    """Words of a watch that no article has, and what a search would take them for. Raises as `find_matching` does."""
    request = watch.build_request(today)
    match = Match.ANY if watch.any_word else Match.CLOSEST
    asked = dataclasses.replace(request, match=match, correct=True)
    return understand(view_of(engine, request), asked, today=today).corrections


def find_news(
    engine: Engine,
    watch: Watch,
    number: int,
    seen: NDArray[np.uint64],
    unsure: NDArray[np.uint64],
    *,
    today: dt.date,
    limit: int = 0,
) -> News:
    """The articles that match now and are not among those seen; `limit` is how many at most, 0 for all of them.

    Raises QueryError, FilterError, OptionError or QueryTooCostly.
    """
    import numpy as np

    matching = find_matching(engine, watch, today=today)
    is_seen = np.isin(matching.ids, seen)
    is_version = find_versions(matching, is_seen)
    new = np.flatnonzero(matching.shown & ~is_seen & ~is_version)
    # Newest first; articles of one moment in the order of the index.
    new = new[np.lexsort((-new, matching.published[new]))[::-1]]
    ids = matching.ids[new]
    news = News(
        watch=watch,
        number=number,
        query=matching.understood.query,
        references=matching.references[new],
        ids=ids,
        repeated=np.isin(ids, unsure),
        versions=np.sort(matching.ids[is_version]),
    )
    return news.part(0, limit) if limit else news


def find_versions(matching: Matching, is_seen: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which articles are not seen, but newer or older versions of one that is.

    As in `archive/versions.py`, of two versions one is hidden, they have one address, and their texts are alike. What
    has too little text for a signature is taken for an article of its own: better told again than not at all.
    """
    import numpy as np

    from newsgrep.archive.versions import ALIKE_SLOTS

    found = np.zeros(len(is_seen), np.bool_)
    if matching.shown.all():
        return found
    known = is_seen & (matching.addresses > 0)
    places = np.flatnonzero(~is_seen & np.isin(matching.addresses, matching.addresses[known]))
    for place in places.tolist():
        others = np.flatnonzero(known & (matching.addresses == matching.addresses[place]))
        if matching.shown[place]:
            others = others[~matching.shown[others]]
        both = np.append(others[-_MOST_VERSIONS:], place)
        rising = np.argsort(matching.references[both])
        signatures = matching.engine.signatures(matching.references[both][rising])[np.argsort(rising)]
        mine, theirs = signatures[-1], signatures[:-1]
        equal = np.count_nonzero((theirs == mine) & (mine > 0), axis=1)
        found[place] = bool((equal >= ALIKE_SLOTS).any())
    return found


def build_hits(engine: Engine, news: News) -> tuple[Hit, ...]:
    """The articles of some news as hits, with the passages that match."""
    marker = build_marker(news.query, iter_words, analyze_some)
    hits: list[Hit] = []
    for start in range(0, len(news), _AT_ONCE):
        for article in engine.fetch(news.references[start : start + _AT_ONCE].tolist()):
            hits.append(
                Hit(
                    rank=news.before + len(hits) + 1,
                    score=0.0,
                    article=dataclasses.replace(article, body=""),
                    title_highlights=tuple((mark.start, mark.end) for mark in marker.spans("title", article.title)),
                    snippets=build_snippets(article.body, marker.spans("body", article.body), count=_SNIPPETS),
                )
            )
    return tuple(hits)

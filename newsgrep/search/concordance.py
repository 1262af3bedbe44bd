"""A concordance: every occurrence of a query's words with what stands before and after it.

An *occurrence* is a word of the query, a phrase, or words near each other as the query asks, from the first of them
to the last; words of the query that stand side by side are one occurrence. Stop words are shown where the query has
nothing else.
"""

from __future__ import annotations

import dataclasses
import enum
import heapq
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from newsgrep.archive.engine import Order
from newsgrep.codec import plain_query as plain
from newsgrep.codec.words import fold, fold_word, iter_words, stem
from newsgrep.search.filters import build_filter
from newsgrep.search.highlights import build_marker
from newsgrep.search.ranking import build_ranked
from newsgrep.search.some_words import analyze_some, find_some
from newsgrep.search.stop_words import stop_words
from newsgrep.search.terms import TEXT_FIELDS
from newsgrep.search.understanding import understand

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from newsgrep.archive.engine import Engine, Found
    from newsgrep.article import Article
    from newsgrep.search.highlights import Mark, Marker
    from newsgrep.search.request import Request
    from newsgrep.search.results import Correction, Expansion, Hint

_FETCHED = 64
"""Articles read together: the first line comes when so many are read."""
_FIRST_ARTICLES = 200
_MORE_ARTICLES = 8
"""Articles asked for first, and how many times as many by each question after that."""
_SORTED_WORDS = 6
"""Words beside a match that lines are sorted by."""
_SORTED_CHARACTERS = 160
"""Characters in which these words stand."""
_CONTEXT_CHARACTERS = 240
"""Characters of context where no number of words is asked for: more than a line of a terminal holds."""
_WORD_CHARACTERS = 24
"""Characters a word in which a number of words is looked for."""
_BLANKS = re.compile(r"\s+")
_SIDE_BY_SIDE = re.compile(r"[^\S\n]?\n?|[-‐‑]")


class LineOrder(enum.StrEnum):
    """The order of lines."""

    RELEVANCE = "relevance"
    """Articles by score, best first."""
    NEWEST = "newest"
    OLDEST = "oldest"
    """Articles by date; undated ones last in both."""
    LEFT = "left"
    """All lines by the words before the match, the nearest first."""
    RIGHT = "right"
    """All lines by the words after the match."""


@dataclass(frozen=True, slots=True)
class Line:
    """One occurrence. `left`, `match` and `right` together are the text, each run of blanks as one."""

    article: Article
    """Without its body."""
    field: str
    """`title` or `body`."""
    start: int
    """First character of the match in the field."""
    end: int
    """One past its last."""
    left: str
    match: str
    right: str


@dataclass(frozen=True, slots=True)
class Concordance:
    """The lines of a query, with what there is to say of it."""

    query: str
    """As understood."""
    articles: int
    """How many match; those that match in their title alone have no line, where titles are not asked for."""
    lines: Iterator[Line]
    """Read as they are asked for, so that the archive has to stay open; once."""
    notes: tuple[str, ...] = ()
    expansions: tuple[Expansion, ...] = ()
    corrections: tuple[Correction, ...] = ()
    hints: tuple[Hint, ...] = ()
    """Why nothing was found, if nothing was."""


def build_concordance(
    engine: Engine,
    request: Request,
    *,
    today: dt.date,
    order: LineOrder = LineOrder.RELEVANCE,
    context: int | None = None,
    titles: bool = False,
    on_progress: Callable[[int, int], None] | None = None,
) -> Concordance:
    """Find the occurrences of a request's words.

    `request.limit` is how many lines there may be. `context` is in words, on each side; without it there is as much as
    fills a line of a wide terminal. `titles` shows those of titles too. An order by what stands beside the match reads
    every article that matches before it gives the first line; `on_progress` is told how many of how many are read.
    Raises QueryError or FilterError.
    """
    understood = understand(engine, request, today=today)
    query, accept = understood.query, build_filter(request.filters)
    occurrences = _Occurrences(query, ("title", "body") if titles else ("body",), context)
    if order in (LineOrder.LEFT, LineOrder.RIGHT):
        references = engine.scan(query, accept).references.tolist()
        total = len(references)
        lines = _iter_sorted(
            occurrences, _iter_articles(engine, [references], on_progress, total), order, request.limit
        )
    else:
        answers = _Answers(engine, query, accept, order)
        first = answers.read(0, min(_FIRST_ARTICLES, request.limit + 1))
        total = first.total
        lines = _iter_first(occurrences, _iter_articles(engine, answers.iter_references(first)), request.limit)
    hints: tuple[Hint, ...] = ()
    if not total:
        from newsgrep.search.hints import find_hints

        hints = find_hints(engine, query, understood.text, request.filters)
    return Concordance(
        understood.parsed.text if understood.parsed else "",
        total,
        lines,
        understood.notes,
        understood.expansions,
        understood.corrections,
        hints,
    )


class _Answers:
    """Asks for the articles that match, some at a time."""

    def __init__(
        self, engine: Engine, query: plain.PlainQuery, accept: plain.PlainQuery | None, order: LineOrder
    ) -> None:
        self._engine = engine
        self._query = build_ranked(query) if order is LineOrder.RELEVANCE else query
        self._accept = accept
        self._order = None if order is LineOrder.RELEVANCE else Order(newest_first=order is LineOrder.NEWEST)

    def read(self, offset: int, limit: int) -> Found:
        return self._engine.run(self._query, self._accept, order=self._order, offset=offset, limit=limit)

    def iter_references(self, first: Found) -> Iterator[Sequence[int]]:
        """The references of all articles, beginning with those that are there."""
        found, offset = first, 0
        while found.documents:
            yield [reference for reference, _ in found.documents]
            offset += len(found.documents)
            if offset >= found.total:
                return
            found = self.read(offset, _MORE_ARTICLES * max(len(found.documents), _FETCHED))


def _iter_articles(
    engine: Engine,
    references: Iterable[Sequence[int]],
    on_progress: Callable[[int, int], None] | None = None,
    total: int = 0,
) -> Iterator[Article]:
    for each in references:
        for at in range(0, len(each), _FETCHED):
            if on_progress:
                on_progress(at, total)
            yield from engine.fetch(each[at : at + _FETCHED])


class _Place(NamedTuple):
    """Where an occurrence is."""

    article: Article
    """Without its body."""
    field: str
    text: str
    start: int
    end: int


class _Occurrences:
    """Finds the occurrences in articles and makes lines of them."""

    def __init__(self, query: plain.PlainQuery, fields: tuple[str, ...], context: int | None) -> None:
        # Only of phrases the positions matter.
        some = analyze_some if _has_phrase(query) else find_some
        self._marker: Marker = build_marker(query, iter_words, some)
        self._shows_stop_words = _has_only_stop_words(query)
        self._fields = fields
        self._context = context

    def iter_places(self, article: Article) -> Iterator[_Place]:
        """Where the occurrences in an article are, in its order."""
        bare = dataclasses.replace(article, body="")
        for field in self._fields:
            text = article.title if field == "title" else article.body
            for start, end in _join(text, self._kept(field, text)):
                yield _Place(bare, field, text, start, end)

    def _kept(self, field: str, text: str) -> Iterator[Mark]:
        for mark in self._marker.spans(field, text, whole=True):
            if (
                mark.phrase
                or self._shows_stop_words
                or stem(fold_word(text[mark.start : mark.end])) not in stop_words()
            ):
                yield mark

    def build(self, place: _Place) -> Line:
        """The line of an occurrence."""
        article, field, text, start, end = place
        return Line(
            article,
            field,
            start,
            end,
            cut_before(text, start, self._context),
            _BLANKS.sub(" ", text[start:end]),
            cut_after(text, end, self._context),
        )


def _iter_first(occurrences: _Occurrences, articles: Iterable[Article], limit: int) -> Iterator[Line]:
    left = limit
    for article in articles:
        for place in occurrences.iter_places(article):
            if left <= 0:
                return
            yield occurrences.build(place)
            left -= 1


def _iter_sorted(
    occurrences: _Occurrences, articles: Iterable[Article], order: LineOrder, limit: int
) -> Iterator[Line]:
    """The first lines by what stands beside the match; no more are held than are wanted."""
    neighbours = words_before if order is LineOrder.LEFT else words_after

    def keyed() -> Iterator[tuple[tuple[bool, tuple[str, ...], str], int, Line]]:
        number = 0
        for article in articles:
            for place in occurrences.iter_places(article):
                words = neighbours(place.text, place.start if order is LineOrder.LEFT else place.end)
                # The number keeps equal lines in the order of the archive; what has no word beside it says least.
                number += 1
                key = (not words, words, fold(place.text[place.start : place.end]))
                yield key, number, occurrences.build(place)

    for _, _, line in heapq.nsmallest(limit, keyed(), key=lambda each: each[:2]):
        yield line


def _join(text: str, marks: Iterable[Mark]) -> Iterator[tuple[int, int]]:
    """Stretches of a text, with different words of the query that stand side by side as one."""
    start = end = -1
    terms: set[int] = set()
    for mark in marks:
        if terms and mark.term not in terms and _SIDE_BY_SIDE.fullmatch(text, end, mark.start):
            terms.add(mark.term)
            end = mark.end
            continue
        if terms:
            yield start, end
        start, end, terms = mark.start, mark.end, {mark.term}
    if terms:
        yield start, end


def words_before(text: str, at: int) -> tuple[str, ...]:
    """The words before a place of a text, folded, the nearest first: what lines are sorted by.

    >>> words_before("The Harbour Café, Aleppo", 18)
    ('cafe', 'harbour', 'the')
    """
    first = max(0, at - _SORTED_CHARACTERS)
    words = [word.term for word in iter_words(text[first:at], stemmed=False) if not word.whole]
    return tuple(reversed(words[-_SORTED_WORDS:]))


def words_after(text: str, at: int) -> tuple[str, ...]:
    """The words after a place of a text, folded, in order."""
    words = (word.term for word in iter_words(text[at : at + _SORTED_CHARACTERS], stemmed=False) if not word.whole)
    return tuple(word for word, _ in zip(words, range(_SORTED_WORDS), strict=False))


def cut_before(text: str, at: int, words: int | None) -> str:
    """What stands before a place of a text: so many words, each run of blanks as one."""
    first = max(0, at - _reach(words))
    if first and (blank := _BLANKS.search(text, first, at)):
        # Not the rest of a word.
        first = blank.end()
    if words is not None:
        starts = [word.start for word in iter_words(text[first:at]) if not word.whole]
        if len(starts) > words:
            first = first + starts[-words] if words else at
    return _BLANKS.sub(" ", text[first:at]).removeprefix(" ")


def cut_after(text: str, at: int, words: int | None) -> str:
    """What stands after a place of a text: so many words, each run of blanks as one."""
    last = min(len(text), at + _reach(words))
    if last < len(text) and (blank := text.rfind(" ", at, last)) > at:
        last = blank
    if words is not None:
        ends = [word.end for word in iter_words(text[at:last]) if not word.whole]
        if len(ends) > words:
            last = at + ends[words - 1] if words else at
    return _BLANKS.sub(" ", text[at:last]).removesuffix(" ")


def _reach(words: int | None) -> int:
    return _CONTEXT_CHARACTERS if words is None else _WORD_CHARACTERS * (words + 2)


def _has_phrase(query: plain.PlainQuery) -> bool:
    return isinstance(query, plain.Phrase) or any(map(_has_phrase, plain.iter_parts(query)))


def _is_stop_word(word: str) -> bool:
    return stem(fold_word(word)) in stop_words()


def _has_only_stop_words(query: plain.PlainQuery) -> bool:
    """Whether no word that a query looks for in texts says anything."""
    if isinstance(query, plain.Not):
        return True
    if parts := plain.iter_parts(query):
        return all(map(_has_only_stop_words, parts))
    if isinstance(query, plain.Term):
        return query.text in stop_words() or query.fieldname not in dict(TEXT_FIELDS)
    return isinstance(query, plain.NumericRange | plain.Every | plain.Nothing)

"""One search from request to results: parse, run, fetch the page's articles, cut snippets."""

from __future__ import annotations

import dataclasses
import time
from typing import TYPE_CHECKING, NamedTuple

from newsgrep.archive.engine import Order
from newsgrep.codec.proximity import DEPTH
from newsgrep.codec.words import iter_words
from newsgrep.search.filters import build_filter
from newsgrep.search.highlights import build_marker
from newsgrep.search.partial_matches import build_alternatives, find_missing
from newsgrep.search.query_text import parse_query
from newsgrep.search.ranking import build_ranked
from newsgrep.search.request import CopyMode, Match, Sort
from newsgrep.search.results import Hint, Hit, Results, ScorePart, Span
from newsgrep.search.snippets import build_snippets
from newsgrep.search.some_words import analyze_some
from newsgrep.search.understanding import understand

if TYPE_CHECKING:
    import datetime as dt

    from newsgrep.archive.engine import Engine
    from newsgrep.article import Article
    from newsgrep.codec import plain_query as plain
    from newsgrep.search.freshness import Documents
    from newsgrep.search.highlights import Marker
    from newsgrep.search.parsed_query import Parsed
    from newsgrep.search.partial_matches import Alternative
    from newsgrep.search.request import Request
    from newsgrep.search.stories import Stories
    from newsgrep.search.understanding import Understood

MOST_CLOSEST = 10
"""Articles that are offered where none has all words."""
_ROUNDING = 1e-3
"""What sums of 32-bit scores may be off by."""
NEARNESS, RECENCY = "words near each other", "recency"
"""What of a score is no word's own."""
_ORDERS = {Sort.RELEVANCE: None, Sort.NEWEST: Order(newest_first=True), Sort.OLDEST: Order(newest_first=False)}


def search(engine: Engine, request: Request, *, today: dt.date) -> Results:
    """Answer one request. Raises QueryError or FilterError for what cannot be understood."""
    started = time.perf_counter()
    engine = view_of(engine, request)
    understood = understand(engine, request, today=today)
    parsed, query = understood.parsed, understood.query
    accept = build_filter(request.filters)
    found = _find_hits(engine, understood, accept, request)
    hints: tuple[Hint, ...] = ()
    closest = _Closest()
    if not found.total:
        hints = _find_hints(engine, query, understood.text, request)
        if request.match is Match.CLOSEST:
            closest = _find_closest(engine, accept, dataclasses.replace(request, text=understood.text), today=today)
    took_ms = (time.perf_counter() - started) * 1000
    return Results(
        parsed.text if parsed else "",
        found.total,
        round(took_ms, 3),
        found.hits,
        tuple(dict.fromkeys(understood.notes + found.notes + closest.notes)),
        hints + closest.hints,
        understood.corrections,
        closest.hits,
        closest.words,
        understood.expansions,
        found.stories,
    )


def view_of(engine: Engine, request: Request) -> Engine:
    """The engine as a request wants to see the archive."""
    return engine.every_version() if request.every_version else engine


class _FoundHits(NamedTuple):
    """One page of hits, and what is to be said of it."""

    total: int
    hits: tuple[Hit, ...] = ()
    notes: tuple[str, ...] = ()
    stories: int | None = None


def _find_hits(engine: Engine, understood: Understood, accept: plain.PlainQuery | None, request: Request) -> _FoundHits:
    """What matches, the hits of the page that is asked for, and what is to be said of their order."""
    parsed, query = understood.parsed, understood.query
    if not request.limit and request.copies is CopyMode.SHOW:
        return _FoundHits(engine.run(query, accept, order=None, offset=0, limit=1).total)
    ranked, notes = _rank(engine, query, accept, request)
    offset = (request.page - 1) * request.limit
    stories: Stories | None = None
    if request.copies is CopyMode.SHOW:
        total, documents, base = _find_documents(engine, ranked, accept, request, offset)
    else:
        stories, documents, base = _find_stories(engine, ranked, accept, request, offset)
        total = stories.number if request.copies is CopyMode.HIDE else len(stories.references)
    marker = build_marker(query, iter_words, analyze_some)
    alternatives = build_alternatives(parsed.alternatives) if parsed and request.missing else ()
    articles = engine.fetch([reference for reference, _ in documents])
    hits = tuple(
        _build_hit(rank, score, article, marker, request.snippets, alternatives)
        for rank, ((_, score), article) in enumerate(zip(documents, articles, strict=True), start=offset + 1)
    )
    if request.explain and request.sort is Sort.RELEVANCE:
        hits = tuple(
            dataclasses.replace(hit, explanation=explain_score(engine, ranked, reference, base[reference], score))
            for hit, (reference, score) in zip(hits, documents, strict=True)
        )
    if stories is None or request.copies is CopyMode.HIDE:
        return _FoundHits(total, hits, notes)
    from newsgrep.search.stories import describe_copies

    hits = tuple(
        dataclasses.replace(hit, copies=describe_copies(engine, stories, reference, hit.article))
        for hit, (reference, _) in zip(hits, documents, strict=True)
    )
    return _FoundHits(total, hits, notes, stories.number)


def _rank(
    engine: Engine, query: plain.PlainQuery, accept: plain.PlainQuery | None, request: Request
) -> tuple[plain.PlainQuery, tuple[str, ...]]:
    """What a query is ranked by, and what is to be said of it."""
    if request.sort is not Sort.RELEVANCE:
        return query, ()
    ranked = build_ranked(query)
    if not request.expand:
        return ranked, ()
    from newsgrep.search import feedback

    best = engine.run(ranked, accept, order=None, offset=0, limit=feedback.ARTICLES).documents
    found = feedback.find_feedback(engine, query, engine.fetch([reference for reference, _ in best]))
    if not found.words:
        return ranked, ()
    return build_ranked(query, found.queries), (f"ranked also by: {', '.join(found.words)}",)


def _find_documents(
    engine: Engine, ranked: plain.PlainQuery, accept: plain.PlainQuery | None, request: Request, offset: int
) -> tuple[int, Documents, dict[int, float]]:
    """How many articles match, those of the page asked for, and what they scored before their dates counted."""
    if not request.fresh or request.sort is not Sort.RELEVANCE:
        found = engine.run(ranked, accept, order=_ORDERS[request.sort], offset=offset, limit=request.limit)
        return found.total, found.documents, dict(found.documents)
    from newsgrep.search.freshness import favour_newer

    found = engine.run(ranked, accept, order=None, offset=0, limit=max(DEPTH, offset + request.limit))
    documents = favour_newer(engine, found.documents)[offset : offset + request.limit]
    return found.total, documents, dict(found.documents)


def _find_stories(
    engine: Engine, ranked: plain.PlainQuery, accept: plain.PlainQuery | None, request: Request, offset: int
) -> tuple[Stories, Documents, dict[int, float]]:
    """The articles as stories, those that stand for the stories of the page asked for, and what they scored."""
    from newsgrep.search.stories import group_stories, pick_largest, pick_stories

    stories = group_stories(engine, ranked, accept, scored=request.largest_first)
    if request.largest_first:
        documents = pick_largest(stories, offset, request.limit)
        return stories, documents, dict(documents)
    base: dict[int, float] = {}

    def find(limit: int) -> Documents:
        _, documents, scores = _find_documents(engine, ranked, accept, dataclasses.replace(request, limit=limit), 0)
        base.update(scores)
        return documents

    return stories, pick_stories(stories, find, offset, request.limit), base


class _Closest(NamedTuple):
    """Articles with some of the words, where none has all."""

    hits: tuple[Hit, ...] = ()
    words: int = 0
    notes: tuple[str, ...] = ()
    hints: tuple[Hint, ...] = ()


def _find_closest(engine: Engine, accept: plain.PlainQuery | None, request: Request, *, today: dt.date) -> _Closest:
    """The best articles with some of the words; the text of the request is corrected already."""
    few = dataclasses.replace(
        request,
        match=Match.ANY,
        correct=False,
        sort=Sort.RELEVANCE,
        page=1,
        limit=min(request.limit, MOST_CLOSEST),
        copies=CopyMode.SHOW,
    )
    understood = understand(engine, few, today=today)
    words = len({part.text for part in understood.parsed.alternatives}) if understood.parsed else 0
    if not words:
        return _Closest()
    found = _find_hits(engine, understood, accept, few)
    if not found.total:
        return _Closest()
    some = "article has" if found.total == 1 else "articles have"
    hint = Hint(f"{found.total:,} {some} some of the words: --any", articles=found.total)
    return _Closest(found.hits, words, understood.notes, (hint,))


def _find_hints(engine: Engine, query: plain.PlainQuery, text: str, request: Request) -> tuple[Hint, ...]:
    from newsgrep.search.hints import find_hints

    return find_hints(engine, query, text, request.filters)


def explain_score(
    engine: Engine, query: plain.PlainQuery, reference: int, score: float, shown: float
) -> tuple[ScorePart, ...]:
    """What a score is made of; what no word accounts for is a line of its own, so that the lines add up.

    `shown` is the score with what the article's date adds.
    """
    parts = []
    for line in engine.explain(query, reference):
        facts = line.facts
        parts.append(
            ScorePart(line.field, line.word, line.score, facts.frequency, facts.idf, facts.length, line.weight)
            if facts
            else ScorePart(line.field, line.word, line.score, weight=line.weight)
        )
    rest = score - sum(part.score for part in parts)
    if abs(rest) > _ROUNDING * max(1.0, abs(score)):
        parts.append(ScorePart("", NEARNESS, rest))
    if shown != score:
        parts.append(ScorePart("", RECENCY, shown - score))
    return tuple(parts)


def count(engine: Engine, request: Request, *, today: dt.date) -> int:
    """How many articles a request finds. Raises QueryError or FilterError."""
    engine = view_of(engine, request)
    query = understand(engine, request, today=today).query
    return engine.run(query, build_filter(request.filters), order=None, offset=0, limit=1).total


def find_spans(text: str, query_text: str, *, today: dt.date) -> tuple[Span, ...]:
    """Where a query's words stand in a text, whether it asks for them in the title or in the body."""
    return _mark(text, parse_query(query_text, today=today))


def find_request_spans(engine: Engine, text: str, request: Request, *, today: dt.date) -> tuple[Span, ...]:
    """Where the words stand in a text that a request is answered with: corrected, widened, any of them."""
    understood = understand(engine, request, today=today)
    return _mark(text, understood.parsed)


def _mark(text: str, parsed: Parsed | None) -> tuple[Span, ...]:
    """Where the words of a query stand in a text, in order and not overlapping."""
    if parsed is None:
        return ()
    marker = build_marker(parsed.asked, iter_words, analyze_some)
    spans = sorted({(mark.start, mark.end) for field in ("title", "body") for mark in marker.spans(field, text)})
    merged: list[Span] = []
    for start, end in spans:
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def _build_hit(
    rank: int, score: float, article: Article, marker: Marker, count: int, alternatives: tuple[Alternative, ...]
) -> Hit:
    title = marker.spans("title", article.title)
    body = marker.spans("body", article.body) if count or alternatives else ()
    return Hit(
        rank=rank,
        score=round(score, 4),
        article=dataclasses.replace(article, body=""),
        title_highlights=tuple((mark.start, mark.end) for mark in title),
        snippets=build_snippets(article.body, body, count=count) if count else (),
        missing=find_missing(alternatives, article, {"title": title, "body": body}) if alternatives else (),
    )

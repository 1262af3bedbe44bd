"""What else was written on an article: its background before it, its follow-ups after it.

Three steps, each on what the one before it has left:

1. the words that say what the article is about: those that are frequent in it and rare in the archive (tf-idf);
2. the articles that have most of the best of these words, by BM25F: the candidates;
3. the candidates ranked by their texts: by more of the words, by words that the first of them share (as `feedback`,
   with a tenth of the weight), and by the cosine of the angle between the two texts, which tells one story told twice
   from two stories of one subject.

Sources: BM25 as in `codec.joint`; the cosine of logarithmic term frequencies, weighed by idf, is Salton and Buckley,
"Term-weighting approaches in automatic text retrieval", 1988. How much each step gains is in docs/similar.md.
"""

from __future__ import annotations

import dataclasses
import time
from collections import Counter
from math import log, sqrt
from typing import TYPE_CHECKING, NamedTuple

from newsgrep.archive.schema import BM25_B, BM25_K1, TITLE_WEIGHT
from newsgrep.codec import plain_query as plain
from newsgrep.codec.words import chunk_pattern, iter_words, split_chunk
from newsgrep.errors import REBUILD_HINT, IndexUnusable
from newsgrep.search.copies import find_copies
from newsgrep.search.filters import build_filter
from newsgrep.search.highlights import build_marker
from newsgrep.search.lookup import find_article
from newsgrep.search.order_in_time import Relation, build_period, closeness, days_between, tell_relation
from newsgrep.search.request import Filters
from newsgrep.search.results import Hit
from newsgrep.search.snippets import build_snippets
from newsgrep.search.some_words import analyze_some
from newsgrep.search.stop_words import stop_words
from newsgrep.search.terms import TEXT_FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from newsgrep.archive.engine import Engine
    from newsgrep.article import Article
    from newsgrep.search.highlights import Marker

SEARCHED = 20
"""Words that candidates are searched by. More find hardly better ones, and each costs what a search costs."""
RANKED = 60
"""Words that candidates are ranked by."""
DEPTH = 50
"""Candidates, at least."""
_TEXT = 10_000
"""Characters of a text that are read: what it is about is told by then."""
_LOOKED_UP = 128
"""Words of an article whose rarity is asked for, the most frequent and of these the earliest."""
_BATCH = 64
"""Words that are looked up together: more are looked up in a slower way."""
_SATURATION = 5.0
"""Occurrences in the article after which a word weighs half of what it can."""
_FIRST = 5
"""Candidates whose words count too."""
_SHARED = 20
"""How many of their words."""
_SHARE = 0.1
"""What these weigh together, beside the article's own as 1."""
_ANGLE = 0.4
"""What the cosine counts, beside the words as 1."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class SimilarRequest:
    """What is asked of one article's surroundings."""

    name: str
    """The article, as `find_article` takes it."""
    filters: Filters = dataclasses.field(default_factory=Filters)
    background: bool = False
    """Only what was published before it."""
    follow_ups: bool = False
    """Only what was published after it; with `background` too, either."""
    copies: bool = False
    """Whether copies of the article are shown."""
    near: bool = False
    """Whether articles of the days around it come before others that are as similar."""
    limit: int = 10
    snippets: int = 1


@dataclasses.dataclass(frozen=True, slots=True)
class SimilarArticle:
    """An article that is like another one."""

    hit: Hit
    """Its score is 1 for an article that says what the other one says, in as many words."""
    relation: Relation
    days: int | None
    """How many days after the other one it was published, negative before; None where either has no date."""
    shared: tuple[str, ...]
    """Words of the other one that it has too, the weightiest first."""
    is_copy: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class SimilarResults:
    """What else was written on an article."""

    article: Article
    """The article itself, its body empty."""
    words: tuple[str, ...]
    """The words that were searched, as the article has them, the weightiest first."""
    articles: tuple[SimilarArticle, ...]
    copies_left_out: int
    took_ms: float


class _Text(NamedTuple):
    """An article as words."""

    counts: Counter[str]
    """Words and how often they stand in title and body."""
    weighed: Counter[str]
    """The same, one in the title counting as several."""
    length: int
    """All words, weighed as these."""
    fields: dict[str, set[str]]
    """The words of title and body, each on its own."""
    forms: dict[str, str]
    """Each word as it is first printed."""

    @property
    def norm(self) -> float:
        """The length of the text as a vector of logarithmic frequencies."""
        return sqrt(sum((1 + log(count)) ** 2 for count in self.counts.values())) or 1.0


class _Profile(NamedTuple):
    """What an article is about."""

    weights: dict[str, float]
    """Words and what each counts beside its rarity, the weightiest first."""
    rarity: dict[str, float]
    """The inverse document frequency of these and of more words of the article."""


class _Candidates(NamedTuple):
    """Articles that may be similar."""

    articles: tuple[Article, ...] = ()
    """Those with most of the words first."""
    copies: frozenset[str] = frozenset()
    """The ids of those that are copies."""
    left_out: int = 0
    """Copies that are not among them."""


def find_similar(engine: Engine, request: SimilarRequest) -> SimilarResults:
    """The articles that are most like one, best first.

    Raises ArticleMissing, ArticleAmbiguous, FilterError, or OptionError where an article without a date is asked for
    what came before or after it.
    """
    started = time.perf_counter()
    article = find_article(engine, request.name)
    text = _read_text(article)
    profile = _build_profile(engine, text)
    searched = tuple(profile.weights)[:SEARCHED]
    query = plain.Or(_build_word(word, profile.weights[word]) for word in searched)
    candidates = _find_candidates(engine, query, article, request) if searched else _Candidates()
    texts = {each.id: _read_text(each) for each in candidates.articles}
    originals = [texts[each.id] for each in candidates.articles if each.id not in candidates.copies]
    scores = _score(engine, text, profile, originals, texts)
    if request.near:
        days = {each.id: days_between(article, each) for each in candidates.articles}
        scores = {name: score * closeness(days[name]) for name, score in scores.items()}
    best = sorted(candidates.articles, key=lambda each: (-scores[each.id], each.id))[: request.limit]
    marker = build_marker(query, iter_words, analyze_some)
    articles = tuple(
        SimilarArticle(
            _build_hit(rank, scores[each.id], each, marker, request.snippets),
            tell_relation(article, each),
            days_between(article, each),
            tuple(text.forms[word] for word in searched if word in texts[each.id].counts),
            each.id in candidates.copies,
        )
        for rank, each in enumerate(best, start=1)
    )
    return SimilarResults(
        dataclasses.replace(article, body=""),
        tuple(text.forms[word] for word in searched),
        articles,
        candidates.left_out,
        round((time.perf_counter() - started) * 1000, 3),
    )


def _find_candidates(engine: Engine, query: plain.PlainQuery, article: Article, request: SimilarRequest) -> _Candidates:
    """The articles that have most of the words; as many as are needed besides copies, of which there may be many."""
    accept = _build_accept(article, request)
    # An older version of an article is no less an article to start from.
    itself = engine.every_version().run(plain.Term("id", article.id), None, order=None, offset=0, limit=1).documents
    if not itself:
        raise IndexUnusable(f"the article {article.id} is not where the index says", hint=REBUILD_HINT)
    own = itself[0][0]
    wanted = depth = max(DEPTH, request.limit + _FIRST)
    while True:
        found = [reference for reference, _ in engine.run(query, accept, order=None, offset=0, limit=depth).documents]
        copies = find_copies(engine, own, found)
        if request.copies or len(found) < depth or len(found) - len(copies) >= wanted:
            break
        depth += wanted + len(copies)
    shown = [reference for reference in found if request.copies or reference not in copies][:wanted]
    articles = engine.fetch(shown)
    names = frozenset(each.id for reference, each in zip(shown, articles, strict=True) if reference in copies)
    return _Candidates(tuple(articles), names, 0 if request.copies else len(copies))


def _build_accept(article: Article, request: SimilarRequest) -> plain.PlainQuery:
    """What a candidate must be: another article, within the filters, on the side of time that is asked for."""
    wanted: list[plain.PlainQuery] = [plain.Every()]
    filtered = build_filter(request.filters)
    if filtered is not None:
        wanted.append(filtered)
    if request.background or request.follow_ups:
        wanted.append(build_period(article, before=request.background, after=request.follow_ups))
    return plain.And([*wanted, plain.Not(plain.Term("id", article.id))])


def _build_word(word: str, weight: float) -> plain.AnyField:
    # A title's weight stays a multiple of a body's: steps of a power of 2 are exact.
    weight = max(1, round(weight * 64)) / 64
    return plain.AnyField(plain.Or(plain.Term(name, word, field * weight) for name, field in TEXT_FIELDS))


def _read_text(article: Article) -> _Text:
    """The words of an article that can say what it is about; all of them count for its length."""
    counts: Counter[str] = Counter()
    weighed: Counter[str] = Counter()
    fields: dict[str, set[str]] = {}
    forms: dict[str, str] = {}
    stop = stop_words()
    length = 0
    texts = {"title": (article.title, int(TITLE_WEIGHT)), "body": (article.body[:_TEXT], 1)}
    for name, (text, weight) in texts.items():
        here = fields[name] = set()
        for chunk, times in Counter(chunk_pattern(text).findall(text)).items():
            for word in split_chunk(chunk)[0]:
                if word.whole:
                    continue
                length += weight * times
                term = word.term
                if len(term) < 2 or term in stop:
                    continue
                if term not in forms:
                    forms[term] = chunk[word.start : word.end]
                counts[term] += times
                weighed[term] += weight * times
                here.add(term)
    return _Text(counts, weighed, length, fields, forms)


def _build_profile(engine: Engine, text: _Text) -> _Profile:
    """The words that an article is about; those that no other article has say nothing of what to look for."""
    rarity = _look_up(engine, [word for word, _ in text.counts.most_common(_LOOKED_UP)], text.fields)
    best = sorted(rarity, key=lambda word: -text.counts[word] * rarity[word])[:RANKED]
    return _Profile({word: _saturate(text.counts[word]) for word in best}, rarity)


def _saturate(count: int) -> float:
    return count * (_SATURATION + 1) / (count + _SATURATION)


def _look_up(engine: Engine, words: Sequence[str], own: Mapping[str, set[str]]) -> dict[str, float]:
    """The inverse document frequencies of words, in their order, without those that only an article has.

    Most words stand in some body: where they do, how many bodies have them says how rare they are. `own` are the words
    of the article, by field.
    """
    known: dict[str, int] = {}
    for name in ("body", "title"):
        wanted = [word for word in words if word not in known]
        for start in range(0, len(wanted), _BATCH):
            found = engine.known([name], wanted[start : start + _BATCH])
            known |= {word: count for word, count in found.items() if count > (word in own.get(name, ()))}
    total = engine.count()
    # Articles that were replaced may still be counted.
    counts = {word: min(known[word], total) for word in words if word in known}
    return {word: log(1 + (total - count + 0.5) / (count + 0.5)) for word, count in counts.items()}


def _score(
    engine: Engine, text: _Text, profile: _Profile, first: Sequence[_Text], texts: Mapping[str, _Text]
) -> dict[str, float]:
    """How like an article each of some texts is; `first` are texts, best first, of which words may be learnt."""
    weights, rarity = _add_shared(engine, profile, first[:_FIRST])
    lengths = [each.length for each in texts.values()]
    average = sum(lengths) / len(lengths) if lengths else 1.0
    own = _score_words(text, weights, rarity, average) or 1.0
    own_angle = _score_angle(text, text, profile.rarity) or 1.0
    return {
        name: (
            _score_words(each, weights, rarity, average) / own
            + _ANGLE * _score_angle(text, each, profile.rarity) / own_angle
        )
        / (1 + _ANGLE)
        for name, each in texts.items()
    }


def _add_shared(engine: Engine, profile: _Profile, first: Iterable[_Text]) -> tuple[dict[str, float], dict[str, float]]:
    """The weights of an article's words and of words that some other texts share; and how rare all of them are."""
    shares: Counter[str] = Counter()
    for text in first:
        for word, count in text.weighed.items():
            shares[word] += count / text.length  # type: ignore[assignment]
    likely = [word for word, _ in shares.most_common(_BATCH)]
    rarity = profile.rarity | _look_up(engine, [word for word in likely if word not in profile.rarity], {})
    best = sorted((word for word in likely if word in rarity), key=lambda word: -shares[word] * rarity[word])[:_SHARED]
    own = sum(weight * rarity[word] for word, weight in profile.weights.items())
    together = sum(shares[word] * rarity[word] for word in best)
    weights = dict(profile.weights)
    for word in best:
        weights[word] = weights.get(word, 0.0) + _SHARE * own * shares[word] / together
    return weights, rarity


def _score_words(text: _Text, weights: Mapping[str, float], rarity: Mapping[str, float], average: float) -> float:
    """BM25F of a text, for words with weights."""
    saturation = BM25_K1 * (1 - BM25_B + BM25_B * text.length / (average or 1.0))
    counts = text.weighed
    return sum(
        weight * rarity[word] * counts[word] * (BM25_K1 + 1) / (counts[word] + saturation)
        for word, weight in weights.items()
        if word in counts
    )


def _score_angle(text: _Text, other: _Text, rarity: Mapping[str, float]) -> float:
    """The cosine of the angle between two texts as vectors, times the length of the first."""
    counts = other.counts
    shared = sum(
        (1 + log(text.counts[word])) * (1 + log(counts[word])) * rare * rare
        for word, rare in rarity.items()
        if word in counts
    )
    return shared / other.norm


def _build_hit(rank: int, score: float, article: Article, marker: Marker, count: int) -> Hit:
    title = marker.spans("title", article.title)
    return Hit(
        rank=rank,
        score=round(score, 4),
        article=dataclasses.replace(article, body=""),
        title_highlights=tuple((mark.start, mark.end) for mark in title),
        snippets=build_snippets(article.body, marker.spans("body", article.body), count=count) if count else (),
    )

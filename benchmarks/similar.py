"""`python -m benchmarks similar FOLDER...`: how well articles like a given one are found, beside plainer ways.

A FOLDER is a judged collection as `relevance` reads it, or holds such. An article that is relevant to a query that has
others is a seed; the others of its queries are what should be found. Printed are nDCG@10 and precision at 10, means
over the seeds (a sample that is the same in every run), and the CPU time of a question in a process that is warm: for
`newsgrep.search.similar`, and for questions that anybody would ask in its place, through the same engine:

- title: any word of the title;
- all words: any word of title and body;
- 25 words: those with the highest tf-idf of title and body, all weighing the same (what Lucene's MoreLikeThis asks).
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter, defaultdict
from math import log, log2
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.relevance import call, read_judgements
from newsgrep.archive.local_engine import LocalEngine
from newsgrep.codec import plain_query as plain
from newsgrep.codec.words import iter_words
from newsgrep.search.similar import SimilarRequest, find_similar
from newsgrep.search.terms import TEXT_FIELDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from newsgrep.article import Article

    Way = Callable[[LocalEngine, Article], Sequence[str]]
    """Answers with ids of a collection, best first, the seed's own perhaps among them."""

HITS = 10


def main(arguments: list[str]) -> int:
    """Measure collections; returns the exit code: 2 where there is none."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks similar", description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path, help="collections, or folders of them")
    parser.add_argument("--seeds", type=int, default=500, help="most seeds of a collection")
    parser.add_argument("--skip", type=int, default=0, help="seeds of the sample to leave out")
    options = parser.parse_args(arguments)
    collections = sorted({docs.parent for folder in options.folders for docs in folder.glob("**/docs.jsonl")})
    if not collections:
        print("no collection: name a folder with docs.jsonl and qrels.txt", file=sys.stderr)
        return 2
    print(f"{'':<40}{'seeds':>8}{'nDCG@10':>9}{'P@10':>8}{'ms':>7}")
    for folder in collections:
        wanted = find_wanted(read_judgements(folder / "qrels.txt"))
        seeds = sorted(wanted)
        random.Random(1).shuffle(seeds)
        seeds = seeds[options.skip : options.skip + options.seeds]
        with tempfile.TemporaryDirectory(prefix="newsgrep-similar-") as work:
            call(["index", str(folder / "docs.jsonl"), "--index", work])
            engine = LocalEngine(Path(work))
            articles = _fetch_all(engine)
            for name, way in WAYS.items():
                started = time.process_time()
                run = {seed: way(engine, articles[seed]) for seed in seeds}
                milliseconds = 1000 * (time.process_time() - started) / max(1, len(seeds))
                ndcg, precision = score(run, wanted)
                label = f"{folder.name}/{name}"
                print(f"{label:<40}{len(seeds):>8}{ndcg:>9.4f}{precision:>8.4f}{milliseconds:>7.1f}", flush=True)
            engine.close()
    return 0


def find_wanted(judged: Mapping[str, Mapping[str, int]]) -> dict[str, set[str]]:
    """Each seed with the other articles that are relevant to a query of its own."""
    wanted: defaultdict[str, set[str]] = defaultdict(set)
    for grades in judged.values():
        relevant = {article for article, grade in grades.items() if grade > 0}
        for article in relevant:
            wanted[article] |= relevant - {article}
    return {article: others for article, others in wanted.items() if others}


def score(run: Mapping[str, Sequence[str]], wanted: Mapping[str, set[str]]) -> tuple[float, float]:
    """Mean nDCG@10 (an article is wanted or not) and precision at 10, the seed itself left out."""
    ndcgs, precisions = [], []
    for seed, found in run.items():
        gains = [each in wanted[seed] for each in found if each != seed][:HITS]
        best = sum(1 / log2(rank + 1) for rank in range(1, 1 + min(HITS, len(wanted[seed]))))
        ndcgs.append(sum(gain / log2(rank + 1) for rank, gain in enumerate(gains, start=1)) / best)
        precisions.append(sum(gains) / HITS)
    return sum(ndcgs) / max(1, len(ndcgs)), sum(precisions) / max(1, len(precisions))


def _fetch_all(engine: LocalEngine) -> dict[str, Article]:
    found = engine.run(plain.Every(), None, order=None, offset=0, limit=max(1, engine.count())).documents
    return {each.record or "": each for each in engine.fetch([reference for reference, _ in found])}


def _ask_similar(engine: LocalEngine, article: Article) -> list[str]:
    # A copy is as relevant as any: none is left out.
    request = SimilarRequest(name=article.id, copies=True, snippets=0)
    return [each.hit.article.record or "" for each in find_similar(engine, request).articles]


def _ask_similar_near(engine: LocalEngine, article: Article) -> list[str]:
    request = SimilarRequest(name=article.id, copies=True, near=True, snippets=0)
    return [each.hit.article.record or "" for each in find_similar(engine, request).articles]


def _ask_title(engine: LocalEngine, article: Article) -> list[str]:
    return _ask_words(engine, {word.term for word in iter_words(article.title)})


def _ask_all_words(engine: LocalEngine, article: Article) -> list[str]:
    return _ask_words(engine, {word.term for text in (article.title, article.body) for word in iter_words(text)})


def _ask_most_like(engine: LocalEngine, article: Article) -> list[str]:
    counts = Counter(word.term for text in (article.title, article.body) for word in iter_words(text))
    known = engine.known([name for name, _ in TEXT_FIELDS], list(counts))
    total = engine.count()
    weights = {word: counts[word] * log(1 + total / frequency) for word, frequency in known.items()}
    return _ask_words(engine, sorted(weights, key=lambda word: (-weights[word], word))[:25])


def _ask_words(engine: LocalEngine, words: Iterable[str]) -> list[str]:
    terms = [plain.AnyField(plain.Or(plain.Term(name, word, weight) for name, weight in TEXT_FIELDS)) for word in words]
    if not terms:
        return []
    found = engine.run(plain.Or(terms), None, order=None, offset=0, limit=HITS + 1).documents
    return [each.record or "" for each in engine.fetch([reference for reference, _ in found])]


WAYS: dict[str, Way] = {
    "title": _ask_title,
    "all words": _ask_all_words,
    "25 words": _ask_most_like,
    "similar": _ask_similar,
    "similar --near": _ask_similar_near,
}

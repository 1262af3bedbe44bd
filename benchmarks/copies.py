"""`python -m benchmarks copies FILE.jsonl...`: how well copies of articles are told from other articles.

A FILE has an article a line (`id`, `title`, `body` or `text`). Of some of them, edited copies are made: another
headline, a dateline in front, two of three cut to between half and all of their words at either or both ends, and in
all of them 5 to 20 % of the words edited: replaced by other words of the articles, dropped, inserted before, or swapped
with the next, as often the one as the other. The copies are put among all articles, with those of `--among` up to
`--articles` in all; everything is indexed, and every article grouped into stories, through the library.

Measured are pairs of articles. A *true* pair is two copies of one article, or a copy and its original. **Recall** is
the share of true pairs that are in one story; **precision** is the share of true pairs among the pairs in one story
that have a copy in them.

The articles that the copies were made of have copies of their own beforehand. So a copy that is in one story with an
article that it was not made of is not wrong by that: the originals of both are compared word by word, and where at
least `ALIKE` of the words of the shorter stand in the other in the same order (longest common subsequence), the pair is
*alike* and counts neither for nor against. (Texts of the same kind on different matters have about 0.3 to 0.5, for the
small words they share.) Precision with all such pairs counted as wrong is printed too, as the least that it can be.
Pairs without a copy in them are counted apart, with the share of a sample that is not alike.

Articles of fewer than `LEAST_WORDS` words are among the others, but no copies are made of them. The floors of both
figures stand in `copies_floors.json`, by the name of the first FILE and its folder; the exit code is 1 below one.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import newsgrep
from newsgrep.codec.plain_query import Every

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

FLOORS = Path(__file__).with_name("copies_floors.json")
LEAST_WORDS = 60
"""Words of an article that copies are made of: half of fewer is a line or two."""
ALIKE = 0.6
"""Share of the shorter text's words, in order, from which on two articles are alike by themselves."""
MOST_JUDGED = 3_000
"""Pairs that are compared word by word, for each kind of pair."""
_PARAGRAPH = 40


class Article(NamedTuple):
    """One article of the corpus."""

    id: str
    title: str
    words: list[str]


class Copy(NamedTuple):
    """An edited copy, and how it was made."""

    article: Article
    original: str
    """Id of the article that it is a copy of."""
    edited: float
    """Share of its words that were edited."""
    kept: float
    """Share of the original's words that were kept."""


@dataclass(frozen=True, slots=True)
class Judged:
    """Pairs of articles in one story of which no true one is known, and how many of those compared are alike."""

    pairs: int
    compared: int
    alike: int

    @property
    def unlike(self) -> float:
        """About how many are not alike."""
        return self.pairs * (1 - self.alike / self.compared) if self.compared else 0.0


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured."""

    articles: int
    copies: int
    true_pairs: int
    found_pairs: int
    with_copy: Judged
    """Pairs with a copy in them, of different originals."""
    without_copy: Judged
    recalls: dict[str, float]
    """Recall of copies with their originals, by how they were made."""
    seconds: float
    """CPU time to group all articles."""

    @property
    def recall(self) -> float:
        """Share of the true pairs that were found."""
        return self.found_pairs / max(1, self.true_pairs)

    @property
    def precision(self) -> float:
        """Share of true pairs among those found, pairs that are alike by themselves left out."""
        return self.found_pairs / max(1.0, self.found_pairs + self.with_copy.unlike)

    @property
    def least_precision(self) -> float:
        """The same with every other pair counted as wrong."""
        return self.found_pairs / max(1, self.found_pairs + self.with_copy.pairs)


def main(arguments: list[str]) -> int:
    """Measure copies of articles; returns the exit code: 1 below a floor, 2 where there are no articles."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks copies", description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, help="articles that copies are made of")
    parser.add_argument("--among", nargs="*", type=Path, default=[], help="more articles, of which none are made")
    parser.add_argument("--articles", type=int, default=100_000, help="articles in all, copies among them, at most")
    parser.add_argument("--originals", type=int, default=2_000, help="articles that have copies")
    parser.add_argument("--copies", type=int, default=3, help="copies of each")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    rng = random.Random(options.seed)
    articles = list(read_articles(options.files))
    long = [article for article in articles if len(article.words) >= LEAST_WORDS]
    if not long:
        print(f"no article of at least {LEAST_WORDS} words", file=sys.stderr)
        return 2
    copies = make_copies(rng.sample(long, min(options.originals, len(long))), articles, rng, options.copies)
    room = max(0, options.articles - len(copies) - len(articles))
    others = list(itertools.islice(read_articles(options.among), room))
    kept = _keep(articles, {copy.original for copy in copies}, options.articles - len(copies) - len(others))
    with tempfile.TemporaryDirectory(prefix="newsgrep-copies-") as work:
        figures = measure([*kept, *others], copies, Path(work), rng)
    name = f"{options.files[0].resolve().parent.name}/{options.files[0].stem}"
    print("\n".join(iter_report(name, figures)))
    missed = list(iter_missed(name, figures, json.loads(FLOORS.read_text("utf-8"))))
    for line in missed:
        print(line, file=sys.stderr)
    return 1 if missed else 0


def read_articles(files: Iterable[Path]) -> Iterator[Article]:
    """The articles of JSON Lines files. Ids get the number of the file, so that no two articles share one."""
    for number, path in enumerate(files):
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                record = json.loads(line)
                words = (record.get("body") or record.get("text") or "").split()
                yield Article(f"{path.stem}{number}-{record['id']}", record.get("title") or "", words)


def _keep(articles: Sequence[Article], originals: set[str], number: int) -> list[Article]:
    """The originals, and of the other articles as many as there is room for."""
    others = [article for article in articles if article.id not in originals]
    return [article for article in articles if article.id in originals] + others[: max(0, number - len(originals))]


def make_copies(
    originals: Iterable[Article], articles: Sequence[Article], rng: random.Random, number: int
) -> list[Copy]:
    """Edited copies of articles, as many of each as asked for; new words and headlines come from all articles."""
    words = [word for article in rng.sample(articles, min(2_000, len(articles))) for word in article.words]
    titles = [article.title for article in articles if article.title] or [" ".join(words[:8])]
    copies = []
    for original in originals:
        for count in range(number):
            kept = rng.uniform(0.5, 1.0) if rng.random() < 2 / 3 else 1.0
            edited = rng.uniform(0.05, 0.20)
            body = edit(cut(original.words, kept, rng), edited, words, rng)
            dateline = [rng.choice(words).upper(), f"({rng.choice(words)})", "-"]
            article = Article(f"{original.id}-copy{count}", rng.choice(titles), dateline + body)
            copies.append(Copy(article, original.id, edited, kept))
    return copies


def cut(words: Sequence[str], kept: float, rng: random.Random) -> list[str]:
    """A share of the words: the first, the last, or from within."""
    number = max(1, round(kept * len(words)))
    first = rng.choice((0, len(words) - number, rng.randint(0, len(words) - number)))
    return list(words[first : first + number])


def edit(words: Sequence[str], share: float, others: Sequence[str], rng: random.Random) -> list[str]:
    """The words with a share of them replaced, dropped, swapped with the next, or another word put before them."""
    edited = list(words)
    # From the end on, so that what is done to one leaves the places of those that wait.
    for place in sorted(rng.sample(range(len(words)), round(share * len(words))), reverse=True):
        match rng.randrange(4):
            case 0:
                edited[place] = rng.choice(others)
            case 1:
                del edited[place]
            case 2:
                edited.insert(place, rng.choice(others))
            case _:
                edited[place : place + 2] = reversed(edited[place : place + 2])
    return edited


def measure(articles: Sequence[Article], copies: Sequence[Copy], work: Path, rng: random.Random) -> Figures:
    """Index articles and copies of some of them, group them, and hold the groups against what is known."""
    corpus = work / "articles.jsonl"
    with corpus.open("w", encoding="utf-8") as out:
        for article in itertools.chain(articles, (copy.article for copy in copies)):
            out.write(json.dumps({"id": article.id, "title": article.title, "text": _layout(article.words)}) + "\n")
    stories, seconds = group(corpus, work / "index")
    originals = {article.id: article.id for article in articles} | {copy.article.id: copy.original for copy in copies}
    families: dict[str, list[str]] = {copy.original: [copy.original] for copy in copies}
    for copy in copies:
        families[copy.original].append(copy.article.id)
    pairs = [pair for family in families.values() for pair in itertools.combinations(family, 2)]
    found = sum(stories[one] == stories[other] for one, other in pairs)
    with_copy: list[tuple[str, str]] = []
    without_copy: list[tuple[str, str]] = []
    for one, other in _iter_pairs(stories):
        if originals[one] != originals[other]:
            is_plain = one == originals[one] and other == originals[other]
            (without_copy if is_plain else with_copy).append((originals[one], originals[other]))
    words = {article.id: article.words for article in articles}
    return Figures(
        articles=len(articles),
        copies=len(copies),
        true_pairs=len(pairs),
        found_pairs=found,
        with_copy=judge(with_copy, words, rng),
        without_copy=judge(without_copy, words, rng),
        recalls=_recalls(copies, stories),
        seconds=seconds,
    )


def group(corpus: Path, index: Path) -> tuple[dict[str, int], float]:
    """The number of each article's story, by its id, and the CPU time of the grouping."""
    from newsgrep.archive.local_engine import LocalEngine
    from newsgrep.search.stories import group_stories

    with newsgrep.open(index, create=True) as archive:
        archive.update([corpus])
    engine = LocalEngine(index)
    try:
        group_stories(engine, Every())
        started = time.process_time()
        found = group_stories(engine, Every())
        seconds = time.process_time() - started
        records = [article.record or "" for article in engine.fetch(found.references.tolist())]
        return dict(zip(records, found.stories.tolist(), strict=True)), seconds
    finally:
        engine.close()


def judge(pairs: Sequence[tuple[str, str]], words: Mapping[str, Sequence[str]], rng: random.Random) -> Judged:
    """How many of some pairs, or of a sample of them, are alike word by word."""
    sample = rng.sample(pairs, min(MOST_JUDGED, len(pairs)))
    alike = sum(share_in_order(words[one], words[other]) >= ALIKE for one, other in sample)
    return Judged(len(pairs), len(sample), alike)


def share_in_order(one: Sequence[str], other: Sequence[str]) -> float:
    """The longest common subsequence of two texts, as a share of the words of the shorter; case does not count.

    By bits of one number, as in Hyyro: Bit-parallel LCS-length computation revisited (2004).
    """
    short, long = sorted(([word.lower() for word in text] for text in (one, other)), key=len)
    places: dict[str, int] = {}
    for place, word in enumerate(short):
        places[word] = places.get(word, 0) | 1 << place
    everything = (1 << len(short)) - 1
    free = everything
    for word in long:
        matched = free & places.get(word, 0)
        free = ((free + matched) | (free - matched)) & everything
    return (len(short) - free.bit_count()) / max(1, len(short))


def iter_report(name: str, figures: Figures) -> Iterator[str]:
    """What was measured, in lines."""
    yield f"{name}: {figures.articles:,} articles and {figures.copies:,} edited copies of them"
    yield f"recall             {figures.recall:.4f}  ({figures.found_pairs:,} of {figures.true_pairs:,} pairs)"
    judged = figures.with_copy
    others = f"{judged.pairs:,} other pairs with a copy; of {judged.compared:,} compared, {judged.alike:,} are alike"
    yield f"precision          {figures.precision:.4f}  ({others})"
    yield f"  at the least     {figures.least_precision:.4f}  (all of them counted as wrong)"
    judged = figures.without_copy
    share = 1 - judged.alike / judged.compared if judged.compared else 0.0
    yield f"pairs of originals {judged.pairs:,}; of {judged.compared:,} compared, {share:.1%} are not alike"
    yield f"grouped in         {figures.seconds * 1000:.0f} ms of CPU time, all articles at once"
    for how, recall in figures.recalls.items():
        yield f"  {how:<32} {recall:.4f}"


def iter_missed(name: str, figures: Figures, floors: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
    """Each figure below its floor."""
    for figure, floor in floors.get(name, {}).items():
        value = {"recall": figures.recall, "precision": figures.precision}[figure]
        if round(value, 4) < floor:
            yield f"{name}: {figure} {value:.4f} is below its floor {floor}"


def _layout(words: Sequence[str]) -> str:
    lines = (" ".join(words[first : first + _PARAGRAPH]) for first in range(0, len(words), _PARAGRAPH))
    return "\n\n".join(lines)


def _iter_pairs(stories: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    members: dict[int, list[str]] = {}
    for article, story in stories.items():
        members.setdefault(story, []).append(article)
    for story_members in members.values():
        yield from itertools.combinations(story_members, 2)


def _recalls(copies: Sequence[Copy], stories: Mapping[str, int]) -> dict[str, float]:
    """The share of copies that are in one story with their original, by how they were made."""
    kinds = {
        f"{'cut' if is_cut else 'whole'}, {low:.0%} to {high:.0%} edited": [
            stories[copy.article.id] == stories[copy.original]
            for copy in copies
            if (copy.kept < 1) == is_cut and low <= copy.edited < high
        ]
        for is_cut in (False, True)
        for low, high in ((0.05, 0.10), (0.10, 0.15), (0.15, 0.201))
    }
    return {kind: sum(found) / len(found) for kind, found in kinds.items() if found}

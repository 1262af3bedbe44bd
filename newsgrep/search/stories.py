"""Stories: the articles that a query finds, copies of one text together, however many outlets printed it.

Which articles are copies of each other is told by their signatures (`codec.signatures`), all at once; texts are fetched
for the page that is shown only. A story is what the query and its filters find of it.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from newsgrep.archive.engine import MISSING
from newsgrep.codec.signatures import group_alike
from newsgrep.search.results import Copies

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from newsgrep.archive.engine import Engine
    from newsgrep.article import Article
    from newsgrep.codec.plain_query import PlainQuery
    from newsgrep.search.freshness import Documents

MOST_READ = 200
"""Articles of one story whose publications are told; of a larger one, those of the earliest."""
_FIRST_ASKED = 100
_NO_DATE = (1 << 63) - 1


@dataclass(frozen=True, slots=True)
class Stories:
    """All articles that a query finds, as stories."""

    references: NDArray[np.int64]  # (n_articles,), rising
    stories: NDArray[np.int64]  # (n_articles,): the number of each one's story, from 0 on
    number: int
    """How many stories there are."""
    dates: NDArray[np.int64]  # (n_articles,): seconds, MISSING where undated
    keys: NDArray[np.uint64]  # (n_articles,): ids as numbers
    scores: NDArray[np.float32] | None  # (n_articles,)
    by_date: NDArray[np.int64]  # (n_articles,): places of articles, story by story, the earliest first, undated last
    starts: NDArray[np.int64]  # (n_stories + 1,): where each story begins in by_date

    def places_of(self, story: int) -> list[int]:
        """The places of a story's articles, the earliest first, undated ones last."""
        places: list[int] = self.by_date[self.starts[story] : self.starts[story + 1]].tolist()
        return places

    def story_of(self, reference: int) -> int:
        """The number of an article's story."""
        return int(self.stories[np.searchsorted(self.references, reference)])


def group_stories(
    engine: Engine, query: PlainQuery, accept: PlainQuery | None = None, *, scored: bool = False
) -> Stories:
    """Every article that matches, with its story; with scores where they are asked for."""
    scan = engine.scan(query, accept, ("published", "key", *(["score"] if scored else [])))
    _, stories = np.unique(group_alike(engine.signatures(scan.references)), return_inverse=True)
    dates, keys = scan.columns["published"], scan.columns["key"]
    by_date = np.lexsort((keys, np.where(dates == MISSING, _NO_DATE, dates), stories))
    sizes = np.bincount(stories)
    starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)])
    return Stories(
        scan.references, stories, len(sizes), dates, keys, scan.columns["score"] if scored else None, by_date, starts
    )


def pick_stories(stories: Stories, find: Callable[[int], Documents], offset: int, limit: int) -> Documents:
    """The articles that stand for the stories of one page: of each story the first, in the order of the search.

    find: the best articles of the search, as many as are asked for.
    """
    wanted = min(offset + limit, stories.number)
    asked = 2 * wanted + _FIRST_ASKED
    while True:
        documents = find(asked)
        places = np.searchsorted(stories.references, np.array([reference for reference, _ in documents], np.int64))
        _, firsts = np.unique(stories.stories[places], return_index=True)
        if len(firsts) >= wanted or len(documents) < asked:
            firsts.sort()
            return tuple(documents[first] for first in firsts[offset:wanted].tolist())
        asked *= 4


def pick_largest(stories: Stories, offset: int, limit: int) -> Documents:
    """The same, stories of most articles first; of each the article that scores best stands for it."""
    scores = stories.scores if stories.scores is not None else np.zeros(len(stories.references), np.float32)
    best = np.lexsort((stories.keys, -scores, stories.stories))[stories.starts[:-1]]
    order = np.lexsort((stories.keys[best], -scores[best], -np.diff(stories.starts)))[offset : offset + limit]
    chosen = best[order]
    return tuple(zip(stories.references[chosen].tolist(), scores[chosen].tolist(), strict=True))


def describe_copies(engine: Engine, stories: Stories, reference: int, article: Article) -> Copies:
    """What the story of an article has beside it."""
    places = stories.places_of(stories.story_of(reference))
    references = stories.references[places].tolist()
    others = [place for place, one in zip(places, references, strict=True) if one != reference]
    if len(references) > MOST_READ:
        dated = [one for one, date in zip(references, stories.dates[places].tolist(), strict=True) if date != MISSING]
        references = [*references[: MOST_READ - 1], *dated[-1:]]
    members = engine.fetch(references) if others else [article]
    return Copies(
        ids=tuple(f"{key:016x}" for key in stories.keys[others].tolist()),
        sources=tuple(dict.fromkeys(member.source for member in members if member.source)),
        first=dataclasses.replace(members[0], body=""),
        last=next((member.published for member in reversed(members) if member.published is not None), None),
    )

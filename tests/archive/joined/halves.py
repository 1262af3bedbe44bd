"""One archive in one index and in two, for the tests of engines that are asked together."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

import newsgrep
from newsgrep.archive.engine import Beginning, Engine, Found, Order, Scan
from newsgrep.archive.joined.joined_engine import JoinedEngine
from newsgrep.archive.joined.members import Member
from newsgrep.archive.local_engine import LocalEngine

if TYPE_CHECKING:
    from newsgrep.archive.day_counts import DayCounts
    from newsgrep.article import Article
    from newsgrep.codec.explanation import Contribution
    from newsgrep.codec.term_counts import TermCounts

_TOPICS = """
harbour bridge storm ferry council budget vote minister economy election school teacher strike hospital
nurse police court trial judge oil price market bank rate inflation wage union river flood dam rain
"""
WORDS = _TOPICS.split()
SECTIONS = ["World", "Sport", "City"]
SOURCES = ["Harbour Courier", "Inland Post"]
AUTHORS = ["Ida Marsh", "Pavel Orlov", "Agnes Rivers"]


class Halves(NamedTuple):
    """An index of all files, and two of about half of them each."""

    whole: Path
    left: Path
    right: Path
    files: tuple[Path, ...]


def write_record(rng: random.Random, texts: list[str]) -> str:
    """An article; some are copies of others, some have no date."""
    if rng.random() < 0.2 and texts:
        text = rng.choice(texts)
    else:
        text = " ".join(rng.choices(WORDS, range(len(WORDS), 0, -1), k=rng.choice([5, 40, 200])))
        texts.append(text)
    record: dict[str, object] = {
        "title": " ".join(rng.choices(WORDS, k=3)),
        "text": text,
        "section": rng.choice(SECTIONS),
        "source": rng.choice(SOURCES),
        "authors": rng.sample(AUTHORS, rng.randrange(3)),
    }
    if rng.random() < 0.8:
        record["published"] = f"20{rng.randrange(15, 18)}-0{rng.randrange(1, 3)}-1{rng.randrange(3)}"
    return json.dumps(record)


def build_halves(folder: Path, n: int, *, seed: int = 1, common: int = 0) -> Halves:
    """Index `n` articles, each a file, at once and in two halves, which have some files in common."""
    rng = random.Random(seed)
    texts: list[str] = []
    files = [folder / "articles" / f"{number:03}.json" for number in range(n)]
    files[0].parent.mkdir(parents=True)
    for file in files:
        file.write_text(write_record(rng, texts), "utf-8")
    left = rng.sample(files, n // 2)
    right = [file for file in files if file not in left] + left[:common]
    built = Halves(folder / "whole", folder / "left", folder / "right", tuple(files))
    for index, own in ((built.whole, files), (built.left, left), (built.right, right)):
        with newsgrep.open(index, create=True) as archive:
            # In two steps, so that there are several segments.
            archive.update(own[: len(own) // 3], jobs=1)
            archive.update(own, jobs=1)
    return built


def join(halves: Halves, *, other: Callable[[Engine], Engine] = lambda engine: engine) -> JoinedEngine:
    """The two halves as one engine; `other` changes the right one."""
    left, right = LocalEngine(halves.left), other(LocalEngine(halves.right))
    return JoinedEngine([Member("left", left), Member("right", right, is_remote=right is not left)])


class FarEngine:
    """An engine whose references use all 64 bits, in the order of ids, as those of a cluster do."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        whole = engine.every_version()
        from newsgrep.codec.plain_query import Every

        scan = whole.scan(Every(), None, ["key"])
        keys = (scan.columns["key"] ^ np.uint64(1 << 63)).astype(np.int64)
        order = np.argsort(keys)
        self._far, self._near = keys[order], scan.references[order]
        self._of = dict(zip(scan.references.tolist(), keys.tolist(), strict=True))

    def _out(self, references: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.array([self._of[each] for each in references.tolist()], np.int64)

    def _in(self, references: NDArray[np.int64]) -> NDArray[np.int64]:
        assert (references[1:] > references[:-1]).all(), "references rise"
        places = self._far.searchsorted(references)
        assert (self._far[places] == references).all()
        return self._near[places]

    def _in_one(self, reference: int) -> int:
        return int(self._in(np.array([reference], np.int64))[0])

    @property
    def generation(self) -> int:
        return self._engine.generation

    def is_behind(self) -> bool:
        return self._engine.is_behind()

    def run(self, query: Any, accept: Any, *, order: Order | None, offset: int, limit: int) -> Found:
        found = self._engine.run(query, accept, order=order, offset=offset, limit=limit)
        return Found(found.total, tuple((self._of[each], score) for each, score in found.documents))

    def scan(self, query: Any, accept: Any = None, columns: Sequence[str] = ()) -> Scan:
        scan = self._engine.scan(query, accept, columns)
        far = self._out(scan.references)
        order = np.argsort(far)
        return Scan(far[order], {name: column[order] for name, column in scan.columns.items()})

    def facet(self, query: Any, accept: Any, fields: Sequence[str]) -> list[dict[str, int]]:
        return self._engine.facet(query, accept, fields)

    def count_days(self, query: Any, accept: Any = None) -> DayCounts:
        return self._engine.count_days(query, accept)

    def at_address(self, key: int) -> list[int]:
        return sorted(self._of[each] for each in self._engine.at_address(key))

    def signatures(self, references: NDArray[np.int64]) -> NDArray[np.uint16]:
        near = self._in(references)
        order = np.argsort(near)
        found = self._engine.signatures(near[order])
        signatures = np.empty_like(found)
        signatures[order] = found
        return signatures

    def every_version(self) -> Engine:
        return FarEngine(self._engine.every_version())

    def count(self, query: Any = None) -> int:
        return self._engine.count(query)

    def fetch(self, references: Sequence[int]) -> list[Article]:
        return self._engine.fetch([self._in_one(each) for each in references])

    def explain(self, query: Any, reference: int) -> list[Contribution]:
        return self._engine.explain(query, self._in_one(reference))

    def spellings(self, fields: Sequence[str], term: str, count: int) -> list[tuple[str, int]]:
        return self._engine.spellings(fields, term, count)

    def known(self, fields: Sequence[str], terms: Sequence[str]) -> dict[str, int]:
        return self._engine.known(fields, terms)

    def alike(self, fields: Sequence[str], skeletons: Collection[str], initials: str, longest: int) -> dict[str, int]:
        return self._engine.alike(fields, skeletons, initials, longest)

    def count_terms(
        self,
        fields: Sequence[str],
        groups: Sequence[NDArray[np.int64]],
        on_progress: Callable[[int, int], None] | None = None,
    ) -> TermCounts:
        return self._engine.count_terms(fields, [np.sort(self._in(group)) for group in groups], on_progress)

    def labels(self, field: str) -> list[str]:
        return self._engine.labels(field)

    def terms_from(self, field: str, start: str, at_most: int) -> list[Beginning]:
        found = self._engine.terms_from(field, start, at_most)
        return [term._replace(reference=self._of[term.reference]) for term in found]

    def segments(self) -> int:
        return self._engine.segments()

    def refresh(self) -> None:
        self._engine.refresh()

    def close(self) -> None:
        self._engine.close()

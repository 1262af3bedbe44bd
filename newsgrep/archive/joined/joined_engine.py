"""Several engines as one: what is asked of it is asked of each, and their answers are put together."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, TypeVar

from newsgrep.archive.engine import Beginning, Found, Scan
from newsgrep.archive.joined import rarity
from newsgrep.archive.joined.members import ask_all
from newsgrep.archive.joined.overlap import facet_told, find_told, have_common
from newsgrep.archive.joined.pages import MOST_READ, Ranks, pick_page, read_columns, sort_page
from newsgrep.archive.joined.references import MOST_ENGINES, References, engine_of, engines_of
from newsgrep.archive.joined.vocabulary import add_counts, add_term_counts, join_beginnings, order_spellings
from newsgrep.codec import plain_query as plain
from newsgrep.errors import OptionError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    import numpy as np
    from numpy.typing import NDArray
    from whoosh.query import Query

    from newsgrep.archive.day_counts import DayCounts
    from newsgrep.archive.engine import Engine, Order
    from newsgrep.archive.joined.members import Member
    from newsgrep.archive.joined.pages import Documents, Place
    from newsgrep.article import Article
    from newsgrep.codec.explanation import Contribution
    from newsgrep.codec.plain_query import PlainQuery
    from newsgrep.codec.term_counts import TermCounts

T = TypeVar("T")

_FEW = 20
"""Documents of all answers up to which it is looked whether any two are one article, sample or not."""
_SPELLINGS = 10
"""How many times as many spellings as wanted are asked of each engine: one may be likely in all of them only."""


class JoinedEngine:
    """Engines, each with a name that its articles are marked with; an article that several have is the first one's."""

    def __init__(self, members: Sequence[Member], references: Sequence[References] | None = None) -> None:
        """Join engines, which are closed with this one; `references` are those of another view of the same engines.

        Raises OptionError for too many of them.
        """
        if len(members) > MOST_ENGINES:
            raise OptionError(
                f"{len(members)} indexes are too many to be asked together", hint=f"Name {MOST_ENGINES} at most."
            )
        self._members = tuple(members)
        self._references = references or [References(number) for number in range(len(members))]
        self._whole: JoinedEngine | None = None
        self._forget()

    def _forget(self) -> None:
        """Give up what is known of the last commits and questions."""
        self._sizes: list[int] | None = None
        self._overlaps: bool | None = None
        self._weighed: tuple[Any, list[Any]] | None = None
        self._scanned: tuple[Any, list[NDArray[np.int64]], list[NDArray[np.uint64]]] | None = None
        self._read: dict[int, Article] = {}

    def _ask(self, ask: Callable[[int, Engine], T]) -> list[T]:
        return ask_all(self._members, lambda number: ask(number, self._members[number].engine))

    @property
    def generation(self) -> int:
        """The generations of the last commits, added up."""
        return sum(member.engine.generation for member in self._members)

    def is_behind(self) -> bool:
        """Whether any engine does not see its last commit."""
        return any(self._ask(lambda _, engine: engine.is_behind()))

    def run(
        self,
        query: PlainQuery | Query,
        accept: PlainQuery | Query | None,
        *,
        order: Order | None,
        offset: int,
        limit: int,
    ) -> Found:
        """Answer a query; see `Engine.run`."""
        asked = self._weigh(query) if order is None else [query] * len(self._members)

        def run(wanted: int, told: Sequence[Collection[int]]) -> list[Found]:
            return self._ask(
                lambda number, engine: engine.run(
                    asked[number], accept, order=order, offset=0, limit=wanted + len(told[number])
                )
            )

        told = self._find_told(query, accept)
        found = run(offset + limit, told)
        total = sum(each.total for each in found)
        self._read = {}
        if total <= _FEW and sum(each.total > 0 for each in found) > 1 and not self._overlap():
            if any(len(each.documents) < each.total for each in found):
                found = run(_FEW, told)
            told = self._read_told([each.documents for each in found])
        answers = [
            tuple(document for document in each.documents if document[0] not in of_engine)
            for each, of_engine in zip(found, told, strict=True)
        ]
        places = self._pick(answers, (query, accept), order, offset, limit)
        documents = ((self._join(number, answers[number][at][0]), answers[number][at][1]) for number, at in places)
        return Found(total - sum(map(len, told)), tuple(documents))

    def _pick(
        self, answers: Sequence[Documents], asked: tuple[Any, Any], order: Order | None, offset: int, limit: int
    ) -> list[Place]:
        """The places of the documents of one page."""
        limit = min(limit, max(0, sum(map(len, answers)) - offset))
        if limit > MOST_READ and sum(map(bool, answers)) > 1:
            names = ["key"] if order is None else ["key", "published"]
            columns = self._ask(lambda _, engine: read_columns(engine.scan(*asked, names)))
            return sort_page(answers, columns, order, offset, limit)

        def read(places: Sequence[Place]) -> list[Article]:
            return self.fetch([self._join(number, answers[number][at][0]) for number, at in places], kept=True)

        return pick_page(answers, Ranks(answers, order, read), offset, limit)

    def _join(self, number: int, own: int) -> int:
        return self._references[number].join(own)

    def _overlap(self) -> bool:
        """Whether collections have articles in common."""
        if self._overlaps is None:
            self._overlaps = have_common([member.engine for member in self._members], self._count_each())
        return self._overlaps

    def _count_each(self) -> list[int]:
        if self._sizes is None:
            self._sizes = self._ask(lambda _, engine: engine.count())
        return self._sizes

    def _find_told(self, query: Any, accept: Any) -> Sequence[Collection[int]]:
        """For each engine, the documents of its answer that an earlier engine's has too, by its own references."""
        if not self._overlap():
            return [()] * len(self._members)
        return [frozenset(references.tolist()) for references in self._scan_told(query, accept)[0]]

    def _scan_told(self, query: Any, accept: Any) -> tuple[list[NDArray[np.int64]], list[NDArray[np.uint64]]]:
        """The same as arrays, and their keys."""
        if self._scanned is None or self._scanned[0] != (query, accept):
            scans = self._ask(lambda _, engine: engine.scan(query, accept, ["key"]))
            masks = find_told([scan.columns["key"] for scan in scans])
            self._scanned = (
                (query, accept),
                [scan.references[mask] for scan, mask in zip(scans, masks, strict=True)],
                [scan.columns["key"][mask] for scan, mask in zip(scans, masks, strict=True)],
            )
        return self._scanned[1], self._scanned[2]

    def _read_told(self, answers: Sequence[Documents]) -> list[frozenset[int]]:
        """The same of few documents, which are read for it."""
        seen: set[str] = set()
        told: list[frozenset[int]] = []
        for number, answer in enumerate(answers):
            own = [reference for reference, _ in answer]
            articles = self.fetch([self._join(number, reference) for reference in own], kept=True)
            told.append(
                frozenset(reference for reference, article in zip(own, articles, strict=True) if article.id in seen)
            )
            seen.update(article.id for article in articles)
        return told

    def _weigh(self, query: Any) -> list[Any]:
        """What each engine is asked, so that it scores by how rare words are in all collections."""
        if self._weighed is not None and self._weighed[0] == query:
            return self._weighed[1]
        words = rarity.read_words(query)
        if not words:
            return [query] * len(self._members)
        sizes = self._count_each()
        fields = [member.ranked_field for member in self._members]
        each = self._ask(lambda number, engine: rarity.count_words(engine, sizes[number], words, fields[number]))
        of_all = rarity.add_up(each)
        self._weighed = (query, [rarity.weigh(query, own, of_all) for own in each])
        return self._weighed[1]

    def scan(
        self, query: PlainQuery | Query, accept: PlainQuery | Query | None = None, columns: Sequence[str] = ()
    ) -> Scan:
        """All documents that match; see `Engine.scan`."""
        import numpy as np

        asked = self._weigh(query) if "score" in columns else [query] * len(self._members)
        scans = self._ask(lambda number, engine: engine.scan(asked[number], accept, columns))
        if self._overlap() or sum(len(scan.references) for scan in scans) <= _FEW:
            told = self._scan_told(query, accept)[0]
            scans = [_without(scan, references) for scan, references in zip(scans, told, strict=True)]
        references = np.concatenate(
            [own.join_all(scan.references) for own, scan in zip(self._references, scans, strict=True)]
        )
        values = {name: np.concatenate([scan.columns[name] for scan in scans]) for name in columns}
        if (references[1:] > references[:-1]).all():
            return Scan(references, values)
        rising = np.argsort(references)
        return Scan(references[rising], {name: column[rising] for name, column in values.items()})

    def facet(
        self, query: PlainQuery | Query, accept: PlainQuery | Query | None, fields: Sequence[str]
    ) -> list[dict[str, int]]:
        """How many matching documents carry each label; see `Engine.facet`."""
        counts = self._ask(lambda _, engine: engine.facet(query, accept, fields))
        totals = [add_counts(of_field) for of_field in zip(*counts, strict=True)]
        if not self._overlap():
            return totals
        keys = self._scan_told(query, accept)[1]
        told = self._ask(lambda number, engine: facet_told(engine, keys[number], fields))
        for total, of_field in zip(totals, zip(*told, strict=True), strict=True):
            for label, count in add_counts(of_field).items():
                total[label] -= count
        return [{label: count for label, count in total.items() if count} for total in totals]

    def count_days(self, query: PlainQuery | Query, accept: PlainQuery | Query | None = None) -> DayCounts:
        """How many matching documents are of each day; see `Engine.count_days`."""
        from newsgrep.archive.day_counts import add_days, count_days

        if self._overlap():
            return count_days(self.scan(query, accept, ["published"]).columns["published"])
        return add_days(self._ask(lambda _, engine: engine.count_days(query, accept)))

    def at_address(self, key: int) -> list[int]:
        """The documents of an address; see `Engine.at_address`."""
        found = self._ask(lambda _, engine: engine.at_address(key))
        told: Sequence[Collection[int]] = [()] * len(found)
        if sum(map(bool, found)) > 1:
            told = self._read_told([tuple((reference, 0.0) for reference in own) for own in found])
        return sorted(
            self._join(number, reference)
            for number, own in enumerate(found)
            for reference in own
            if reference not in told[number]
        )

    def signatures(self, references: NDArray[np.int64]) -> NDArray[np.uint16]:
        """Near-duplicate signatures of documents; see `Engine.signatures`."""
        import numpy as np

        from newsgrep.codec.signatures import SLOTS

        parts = self._part(references)
        found = self._ask(lambda number, engine: engine.signatures(parts[number][1]))
        signatures = np.zeros((len(references), SLOTS), np.uint16)
        for (places, _), each in zip(parts, found, strict=True):
            signatures[places] = each
        return signatures

    def _part(self, references: NDArray[np.int64]) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
        """For each engine the places of its documents among some, and its references of them, which rise."""
        import numpy as np

        engines = engines_of(references)
        parts = []
        for number, own in enumerate(self._references):
            places = np.flatnonzero(engines == number)
            split = own.split_all(references[places])
            rising = np.argsort(split, kind="stable")
            parts.append((places[rising], split[rising]))
        return parts

    def every_version(self) -> JoinedEngine:
        """The same collections with all versions of an article; closed with this one."""
        if self._whole is None:
            members = [member._replace(engine=member.engine.every_version()) for member in self._members]
            self._whole = JoinedEngine(members, self._references)
            self._whole._whole = self._whole
        return self._whole

    def count(self, query: PlainQuery | Query | None = None) -> int:
        """How many documents match; all of them without a query."""
        counts = self._count_each() if query is None else self._ask(lambda _, engine: engine.count(query))
        return sum(counts) - sum(map(len, self._find_told(plain.Every() if query is None else query, None)))

    def fetch(self, references: Sequence[int], *, kept: bool = False) -> list[Article]:
        """The articles behind references, in the same order, each marked with the name of the engine that has it.

        With `kept` they need not be read again before the next question.
        """
        read = {reference: self._read[reference] for reference in references if reference in self._read}
        wanted: list[list[int]] = [[] for _ in self._members]
        for reference in dict.fromkeys(references):
            if reference not in read:
                wanted[engine_of(reference)].append(reference)

        def fetch(number: int, engine: Engine) -> list[Article]:
            own = self._references[number]
            return engine.fetch([own.split(reference) for reference in wanted[number]]) if wanted[number] else []

        for member, asked, articles in zip(self._members, wanted, self._ask(fetch), strict=True):
            for reference, article in zip(asked, articles, strict=True):
                read[reference] = dataclasses.replace(article, index=member.name)
        if kept:
            self._read.update(read)
        return [read[reference] for reference in references]

    def explain(self, query: PlainQuery | Query, reference: int) -> list[Contribution]:
        """What makes up the score of an article; its weights are those that its engine was asked with."""
        number = engine_of(reference)
        return self._members[number].engine.explain(
            self._weigh(query)[number], self._references[number].split(reference)
        )

    def spellings(self, fields: Sequence[str], term: str, count: int) -> list[tuple[str, int]]:
        """Terms of some fields that are spelt nearly like one; see `Engine.spellings`."""
        found = self._ask(lambda _, engine: engine.spellings(fields, term, count * _SPELLINGS))
        spelt = dict.fromkeys(spelling for each in found for spelling, _ in each)
        return order_spellings(term, self.known(fields, list(spelt)), count) if spelt else []

    def known(self, fields: Sequence[str], terms: Sequence[str]) -> dict[str, int]:
        """Those of some terms that stand in any of some fields; see `Engine.known`."""
        counts = add_counts(self._ask(lambda _, engine: engine.known(fields, terms)))
        return {term: counts[term] for term in terms if term in counts}

    def alike(self, fields: Sequence[str], skeletons: Collection[str], initials: str, longest: int) -> dict[str, int]:
        """Terms with the consonants of some skeletons; see `Engine.alike`."""
        return add_counts(self._ask(lambda _, engine: engine.alike(fields, skeletons, initials, longest)))

    def count_terms(
        self,
        fields: Sequence[str],
        groups: Sequence[NDArray[np.int64]],
        on_progress: Callable[[int, int], None] | None = None,
    ) -> TermCounts:
        """How often every term of some fields stands in groups of documents; see `Engine.count_terms`."""
        parts = [self._part(group) for group in groups]
        done, totals = [0] * len(self._members), self._count_each().copy()

        def count(number: int, engine: Engine) -> TermCounts:
            def on_part(read: int, total: int) -> None:
                done[number], totals[number] = read, total
                if on_progress:
                    on_progress(sum(done), sum(totals))

            return engine.count_terms(fields, [part[number][1] for part in parts], on_part)

        return add_term_counts(self._ask(count), len(groups))

    def labels(self, field: str) -> list[str]:
        """Every folded label of a field."""
        return sorted(set().union(*self._ask(lambda _, engine: engine.labels(field))))

    def terms_from(self, field: str, start: str, at_most: int) -> list[Beginning]:
        """The terms of a field that begin with a text; see `Engine.terms_from`."""
        found = self._ask(lambda _, engine: engine.terms_from(field, start, at_most))
        for member, each in zip(self._members, found, strict=True):
            # None are given where there are too many, too.
            if not each and member.engine.count(plain.Prefix(field, start)):
                return []
        joined = (
            term._replace(reference=self._join(number, term.reference))
            for number, each in enumerate(found)
            for term in each
        )
        return join_beginnings(joined, at_most)

    def segments(self) -> int:
        """How many segments all of the indexes have."""
        return sum(self._ask(lambda _, engine: engine.segments()))

    def refresh(self) -> None:
        """See the last commits."""
        self._forget()
        if self._whole is not None and self._whole is not self:
            self._whole._forget()
        self._ask(lambda _, engine: engine.refresh())

    def close(self) -> None:
        """Release the indexes."""
        self._forget()
        self._ask(lambda _, engine: engine.close())


def _without(scan: Scan, references: NDArray[np.int64]) -> Scan:
    """A scan without some of its documents."""
    import numpy as np

    if not len(references):
        return scan
    kept = ~np.isin(scan.references, references, assume_unique=True)
    return Scan(scan.references[kept], {name: column[kept] for name, column in scan.columns.items()})

"""The engine on a cluster: an index of OpenSearch that answers whatever one in a folder does.

It sees what the last commit has made visible; of a commit that is being made, a moment, a part. Answers that are read
in pieces are of one state of the index.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from newsgrep.archive.engine import Scan
from newsgrep.archive.opensearch.facts import missing, strange
from newsgrep.archive.opensearch.files import ClusterFiles
from newsgrep.archive.opensearch.names import files_alias
from newsgrep.archive.opensearch.searching import WINDOW, Searcher
from newsgrep.archive.opensearch.standing import read_standing
from newsgrep.archive.opensearch.stored import HALF, read_document
from newsgrep.archive.opensearch.vocabulary import RemoteVocabulary
from newsgrep.codec.plain_query import Every, Rescored
from newsgrep.errors import ClusterFailed, IndexUnusable

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray
    from whoosh.query import Query

    from newsgrep.archive.day_counts import DayCounts
    from newsgrep.archive.engine import Beginning, Engine, Found, Order
    from newsgrep.archive.opensearch.cluster import Cluster
    from newsgrep.archive.opensearch.spans import Clause
    from newsgrep.archive.opensearch.translation import BuildTest, Test, Translator
    from newsgrep.article import Article
    from newsgrep.codec.explanation import Contribution
    from newsgrep.codec.plain_query import PlainQuery
    from newsgrep.codec.term_counts import TermCounts

E = TypeVar("E", bound="RemoteEngine")
P = ParamSpec("P")
T = TypeVar("T")

FETCHED_TOGETHER = 200
"""Articles that are asked for together."""
_HIDDEN: Mapping[str, Any] = {"term": {"hidden": True}}
_BY_KEY = {"key": "asc"}
_TOO_LARGE = "too_large"
_TOO_MANY_WORDS = frozenset({"too_many_nested_clauses", "too_many_clauses"})


def _reading(method: Callable[Concatenate[E, P], T]) -> Callable[Concatenate[E, P], T]:
    """A question whose answer is read: one that is not what was asked for is an error of the cluster."""

    @functools.wraps(method)
    def ask(self: E, /, *args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return method(self, *args, **kwargs)
        except (KeyError, IndexError, TypeError, ValueError, AttributeError, OverflowError) as error:
            raise strange(self._cluster.url, error) from error

    return ask


class RemoteEngine:
    """An open index on a cluster."""

    def __init__(self, cluster: Cluster, build_test: BuildTest) -> None:
        """Open the index that the address of a cluster names.

        `build_test` makes the test by which the texts are asked for places that no index tells.
        Raises IndexMissing, IndexUnusable, ClusterUnreachable, ClusterRefused or ClusterFailed; so does every question.
        """
        self._cluster = cluster
        self._build_test = build_test
        self._searcher = Searcher(cluster, cluster.url.name)
        self._files = ClusterFiles(cluster, files_alias(cluster.url.name))
        self._shows_hidden = False
        self._check_index()
        self._seen = self.generation
        self._vocabulary = RemoteVocabulary(self._searcher)

    def _check_index(self) -> None:
        """Raises IndexMissing, or IndexUnusable for an index that is not newsgrep's or of another version."""
        standing = read_standing(self._cluster)
        if not standing.is_there:
            raise missing(self._cluster.url)
        if fault := standing.find_fault():
            raise fault

    @property
    @_reading
    def generation(self) -> int:
        """The number of the last commit; 0 before the first."""
        state = self._files.state()
        return state.generation if state else 0

    def is_behind(self) -> bool:
        """Whether the last commit is another than the one that was seen when this was opened or refreshed."""
        return self.generation != self._seen

    def _ask(
        self,
        query: PlainQuery | Query,
        accept: PlainQuery | Query | None,
        send: Callable[[Clause], T],
        *,
        scored: bool = False,
    ) -> T:
        """Ask the cluster with what matches, is let through and is shown."""
        try:
            return send(self._match(query, accept, scored=scored))
        except ClusterFailed as error:
            if error.kind not in _TOO_MANY_WORDS:
                raise
        # Words that fit a pattern are taken one by one where they stand near something; texts tell as well.
        return send(self._match(query, accept, scored=scored, patterns=False))

    def _match(
        self, query: PlainQuery | Query, accept: PlainQuery | Query | None, *, scored: bool, patterns: bool = True
    ) -> Clause:
        """A body's `query` for a question. Raises QueryTooCostly, or CannotTranslate for a class of Whoosh's."""
        from newsgrep.archive.opensearch.whoosh_tree import read_tree

        translator = self._translator(patterns=patterns)
        found: dict[str, Any] = {} if self._shows_hidden else {"must_not": [_HIDDEN]}
        translator.within({"bool": dict(found)} if found else {"match_all": {}})
        filters = []
        if accept is not None:
            filters.append(translator.translate(read_tree(accept), scored=False))
            translator.within(filters[0])
        wanted = translator.translate(read_tree(query), scored=scored)
        if scored:
            found["must"] = [wanted]
        else:
            filters.insert(0, wanted)
        if filters:
            found["filter"] = filters
        return {"bool": found}

    def _translator(self, *, patterns: bool = True) -> Translator:
        from newsgrep.archive.opensearch.translation import Translator

        return Translator(self._confirm, self._build_test, patterns=patterns)

    def _confirm(self, clause: Clause, test: Test) -> Clause:
        from newsgrep.archive.opensearch.confirming import confirm

        return confirm(self._searcher, clause, test)

    @_reading
    def run(
        self,
        query: PlainQuery | Query,
        accept: PlainQuery | Query | None,
        *,
        order: Order | None,
        offset: int,
        limit: int,
    ) -> Found:
        """Answer a query; see `Engine.run`. Raises QueryTooCostly."""
        from newsgrep.archive.opensearch.answering import find_best, find_page

        searcher = self._searcher
        if order is None and isinstance(query, Rescored):
            ranked = query
            return self._ask(
                query,
                accept,
                lambda match: find_best(
                    searcher, ranked, match, self._count_all, self._score, offset=offset, limit=limit
                ),
                scored=True,
            )
        return self._ask(
            query,
            accept,
            lambda match: find_page(searcher, match, order, offset=offset, limit=limit),
            scored=order is None,
        )

    def _score(self, query: PlainQuery) -> Clause:
        return self._translator().translate(query, scored=True)

    def _count_all(self, clauses: Sequence[Clause]) -> list[int]:
        """How many of the documents that are shown match each clause."""
        without = {} if self._shows_hidden else {"must_not": [_HIDDEN]}
        return self._searcher.count_all([{"bool": {"filter": [clause], **without}} for clause in clauses])

    @_reading
    def scan(
        self, query: PlainQuery | Query, accept: PlainQuery | Query | None = None, columns: Sequence[str] = ()
    ) -> Scan:
        """All documents that match; see `Engine.scan`."""
        from newsgrep.archive.opensearch.scanning import scan

        values = self._ask(query, accept, lambda match: scan(self._searcher, match, columns), scored="score" in columns)
        for name in ("published", "captured"):
            if name in values:
                self._check_dates(values[name])
        return Scan(values.pop("references"), values)

    @_reading
    def facet(
        self, query: PlainQuery | Query, accept: PlainQuery | Query | None, fields: Sequence[str]
    ) -> list[dict[str, int]]:
        """How many matching documents carry each label; see `Engine.facet`."""
        from newsgrep.archive.opensearch.tallies import count_labels

        return self._ask(query, accept, lambda match: count_labels(self._searcher, match, fields))

    @_reading
    def count_days(self, query: PlainQuery | Query, accept: PlainQuery | Query | None = None) -> DayCounts:
        """How many matching documents are of each day; see `Engine.count_days`."""
        from newsgrep.archive.opensearch.tallies import count_by_day

        try:
            return self._ask(query, accept, lambda match: count_by_day(self._searcher, match))
        except ValueError as error:
            raise self._unusable(error) from error

    def _check_dates(self, seconds: NDArray[np.int64]) -> None:
        from newsgrep.archive.day_counts import check_dates

        try:
            check_dates(seconds)
        except ValueError as error:
            raise self._unusable(error) from error

    def _unusable(self, error: Exception) -> IndexUnusable:
        url = self._cluster.url
        return IndexUnusable(
            f"{url} holds what newsgrep has not written there: {error}",
            hint=f"Build it anew: newsgrep index DIR --index {url} --rebuild",
        )

    @_reading
    def at_address(self, key: int) -> list[int]:
        """The documents of an address; see `Engine.at_address`."""
        from newsgrep.archive.opensearch.scanning import scan

        at: dict[str, Any] = {"bool": {"filter": [{"term": {"url_key": key - HALF}}]}}
        if not self._shows_hidden:
            at["bool"]["must_not"] = [_HIDDEN]
        found: list[int] = scan(self._searcher, at, ())["references"].tolist()
        return found

    @_reading
    def signatures(self, references: NDArray[np.int64]) -> NDArray[np.uint16]:
        """Signatures of documents; see `Engine.signatures`."""
        from newsgrep.archive.opensearch.scanning import read_signatures

        try:
            return read_signatures(self._searcher, references)
        except ValueError as error:
            raise self._unusable(error) from error

    def every_version(self) -> Engine:
        """The same index with its hidden documents; closed with this one."""
        return _EveryVersion(self)

    @_reading
    def count(self, query: PlainQuery | Query | None = None) -> int:
        """How many documents match; all of them without a query."""
        return self._ask(Every() if query is None else query, None, self._searcher.count)

    @_reading
    def fetch(self, references: Sequence[int]) -> list[Article]:
        """The articles behind references, in the same order. Raises IndexUnusable where one is gone since."""
        found: dict[int, Article] = {}
        wanted = list(dict.fromkeys(map(int, references)))
        for first in range(0, len(wanted), FETCHED_TOGETHER):
            found |= self._fetch_some(wanted[first : first + FETCHED_TOGETHER])
        if len(found) < len(wanted):
            raise IndexUnusable(
                f"{len(wanted) - len(found)} of the articles have been removed from {self._cluster.url} since they "
                "were found",
                hint="Ask again.",
            )
        return [found[int(reference)] for reference in references]

    def _fetch_some(self, keys: Sequence[int]) -> dict[int, Article]:
        """The articles with some keys, those that are there."""
        body = {
            "query": {"bool": {"filter": [{"terms": {"key": keys}}]}},
            "size": WINDOW,
            "track_total_hits": False,
            "sort": [_BY_KEY, {"run": "asc"}],
            "_source": ["article"],
        }
        try:
            answer = self._searcher.search(body, "hits.hits.sort", "hits.hits._source")
        except ClusterFailed as error:
            if error.kind != _TOO_LARGE or len(keys) < 2:
                raise
            half = len(keys) // 2
            return self._fetch_some(keys[:half]) | self._fetch_some(keys[half:])
        try:
            # Of two with one key, the one that was written last.
            return {
                hit["sort"][0]: read_document(hit.get("_source", {})) for hit in answer.get("hits", {}).get("hits", ())
            }
        except ValueError as error:
            raise self._unusable(error) from error

    @_reading
    def explain(self, query: PlainQuery | Query, reference: int) -> list[Contribution]:
        """What makes up the score of an article that a query found."""
        from newsgrep.archive.opensearch.explaining import explain

        return explain(self._searcher, self._score, query, reference)

    @_reading
    def spellings(self, fields: Sequence[str], term: str, count: int) -> list[tuple[str, int]]:
        """Terms of some fields that are spelt nearly like one, the likeliest first, with their articles."""
        return self._vocabulary.spellings(fields, term, count)

    @_reading
    def known(self, fields: Sequence[str], terms: Sequence[str]) -> dict[str, int]:
        """Those of some terms that stand in any of some fields, each with its articles, added up over the fields."""
        return self._vocabulary.known(fields, terms)

    @_reading
    def alike(self, fields: Sequence[str], skeletons: Collection[str], initials: str, longest: int) -> dict[str, int]:
        """Names with the consonants of some skeletons, and their articles; see `RemoteVocabulary.alike`."""
        return self._vocabulary.alike(fields, skeletons, initials, longest)

    @_reading
    def count_terms(
        self,
        fields: Sequence[str],
        groups: Sequence[NDArray[np.int64]],
        on_progress: Callable[[int, int], None] | None = None,
    ) -> TermCounts:
        """How often every term of some fields stands in groups of documents: their texts are read.

        `on_progress` is told how many of how many documents are read.
        """
        from newsgrep.archive.opensearch.text_counts import count_terms

        return count_terms(self.fetch, fields, groups, on_progress)

    @_reading
    def labels(self, field: str) -> list[str]:
        """Every folded label of a field."""
        return self._vocabulary.labels(field)

    @_reading
    def terms_from(self, field: str, start: str, at_most: int) -> list[Beginning]:
        """The labels or ids that begin with a text; see `Engine.terms_from`."""
        return self._vocabulary.terms_from(field, start, at_most)

    @_reading
    def segments(self) -> int:
        """How many segments the shards of the index have, replicas left out."""
        answer = self._cluster.request(
            "GET",
            f"/{self._searcher.index}/_stats/segments",
            params={"filter_path": "_all.primaries.segments.count"},
        )
        match answer:
            case {"_all": {"primaries": {"segments": {"count": int(count)}}}}:
                return count
            case _:
                return 0

    def refresh(self) -> None:
        """See the last commit."""
        self._check_index()
        self._seen = self.generation
        self._vocabulary.forget()

    def close(self) -> None:
        """Close the connections."""
        self._cluster.close()


class _EveryVersion(RemoteEngine):
    """Another view of an open index: hidden documents are shown too."""

    def __init__(self, whole: RemoteEngine) -> None:
        self._whole = whole
        self._cluster = whole._cluster
        self._files = whole._files
        self._build_test = whole._build_test
        self._searcher = whole._searcher
        self._vocabulary = whole._vocabulary
        self._shows_hidden = True

    def every_version(self) -> Engine:
        return self

    def is_behind(self) -> bool:
        return self._whole.is_behind()

    def refresh(self) -> None:
        self._whole.refresh()

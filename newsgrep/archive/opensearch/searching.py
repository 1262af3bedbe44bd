"""Searches of an index on a cluster, answered in whole or not at all: what shards leave out is an error."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from newsgrep.errors import ClusterFailed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from newsgrep.archive.opensearch.cluster import Cluster

WINDOW = 10_000
"""Documents that one answer may hold (`index.max_result_window`)."""
_KEEP_ALIVE = "2m"
"""How long the cluster keeps a state of the index after each question about it."""
_AT_ONCE = 500
"""Searches that are sent together."""
_WHOLE = ("timed_out", "_shards.failed")
"""What says whether an answer is whole."""
_COUNT = {"size": 0, "track_total_hits": True}

NO_SOURCE: Mapping[str, Any] = {"_source": False, "stored_fields": "_none_"}
"""Of a search that wants nothing of what is stored: the cluster reads none of it."""


class Searcher:
    """Searches of one index, or of all behind an alias; good for several threads at once."""

    def __init__(self, cluster: Cluster, index: str) -> None:
        self.cluster = cluster
        self.index = index

    def search(self, body: Mapping[str, Any], *keep: str, same_statistics: bool = False) -> dict[str, Any]:
        """An answer, of which only some paths are sent.

        Where all shards and replicas must weigh words alike, `same_statistics`. A body with a `pit` is asked of that
        state of the index. Raises ClusterUnreachable, ClusterRefused or ClusterFailed.
        """
        params: dict[str, Any] = {"allow_partial_search_results": False, "filter_path": [*_WHOLE, *keep]}
        if same_statistics:
            params["search_type"] = "dfs_query_then_fetch"
        path = "/_search" if "pit" in body else f"/{self.index}/_search"
        return self._check(self.cluster.request("POST", path, params=params, body=body))

    def search_all(
        self, bodies: Sequence[Mapping[str, Any]], *keep: str, same_statistics: bool = False
    ) -> Iterator[dict[str, Any]]:
        """The answers to several searches, in their order. Raises as `search` does."""
        header: dict[str, Any] = {"allow_partial_search_results": False}
        if same_statistics:
            header["search_type"] = "dfs_query_then_fetch"
        head = json.dumps(header)
        paths = [*(f"responses.{path}" for path in (*_WHOLE, *keep)), "responses.error.type"]
        for first in range(0, len(bodies), _AT_ONCE):
            part = bodies[first : first + _AT_ONCE]
            lines = "".join(f"{head}\n{json.dumps(body)}\n" for body in part)
            answer = self.cluster.request(
                "POST", f"/{self.index}/_msearch", params={"filter_path": paths}, body=lines.encode()
            )
            responses = answer.get("responses")
            if not isinstance(responses, list) or len(responses) != len(part):
                raise self._failed("partial_answer", "it left out some of the searches that it was asked")
            for body, response in zip(part, responses, strict=True):
                # What failed alone is asked alone: a node may have been lost on the way.
                failed = "error" in response
                yield (self.search(body, *keep, same_statistics=same_statistics) if failed else self._check(response))

    def count(self, query: Mapping[str, Any]) -> int:
        """How many documents match."""
        return self.read_total(self.search({**_COUNT, "query": query}, "hits.total"))

    def count_all(self, queries: Sequence[Mapping[str, Any]]) -> list[int]:
        """How many documents match each of several queries."""
        bodies = [{**_COUNT, "query": query} for query in queries]
        return [self.read_total(answer) for answer in self.search_all(bodies, "hits.total")]

    def read_total(self, answer: Mapping[str, Any]) -> int:
        """How many documents match, as an answer with `track_total_hits` says."""
        match answer.get("hits"):
            case {"total": {"value": int(total), "relation": "eq"}}:
                return total
            case _:
                raise self._failed("no_total", "it does not say how many documents match")

    def freeze(self) -> FrozenIndex:
        """The index as it is now, for several searches of one state."""
        return FrozenIndex(self)

    def _check(self, answer: dict[str, Any]) -> dict[str, Any]:
        """An answer, if it is whole."""
        shards = answer.get("_shards")
        if answer.get("timed_out") is not False or not isinstance(shards, dict) or shards.get("failed") != 0:
            raise self._failed("partial_answer", "only a part of the index answered")
        return answer

    def _failed(self, kind: str, reason: str) -> ClusterFailed:
        return ClusterFailed(
            200,
            kind,
            reason,
            where=self.cluster.url.cluster,
            hint="Try again later. `newsgrep doctor --index URL` says how the cluster is.",
        )


class FrozenIndex:
    """One state of an index, kept by the cluster while this context is open."""

    def __init__(self, searcher: Searcher) -> None:
        self._searcher = searcher
        self._id = ""

    def __enter__(self) -> FrozenIndex:
        answer = self._searcher.cluster.request(
            "POST",
            f"/{self._searcher.index}/_search/point_in_time",
            params={"keep_alive": _KEEP_ALIVE, "allow_partial_pit_creation": False},
            retry=True,
        )
        self._id = str(answer.get("pit_id", ""))
        return self

    def __exit__(self, *exc: object) -> None:
        from newsgrep.errors import NewsgrepError

        try:
            self._searcher.cluster.request("DELETE", "/_search/point_in_time", body={"pit_id": [self._id]})
        except NewsgrepError:
            # The cluster gives it up by itself; what was found is none the worse.
            return

    def search(self, body: Mapping[str, Any], *keep: str, same_statistics: bool = False) -> dict[str, Any]:
        """As `Searcher.search`, of this state."""
        frozen = {**body, "pit": {"id": self._id, "keep_alive": _KEEP_ALIVE}}
        return self._searcher.search(frozen, *keep, same_statistics=same_statistics)

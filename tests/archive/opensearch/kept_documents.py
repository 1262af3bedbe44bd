"""A cluster of single documents in memory: what is compared and set, and what goes wrong on the way."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any, cast

from newsgrep.archive.opensearch.address import IndexUrl
from newsgrep.archive.opensearch.cluster import Cluster
from newsgrep.errors import ClusterFailed, ClusterUnreachable


class KeptDocuments:
    """Answers GET and PUT of `/INDEX/_doc/ID`; see `Cluster.request`."""

    url = IndexUrl("http", (("127.0.0.1", 9200),), "news")

    def __init__(self) -> None:
        self.documents: dict[str, tuple[dict[str, Any], int]] = {}
        self.lost_answers = 0
        """Requests to write that are followed and whose answers are lost: they are made again, as `Cluster` does."""
        self.is_away = False
        self._guard = threading.Lock()

    @property
    def cluster(self) -> Cluster:
        return cast("Cluster", self)

    def request(
        self, method: str, path: str, *, params: Mapping[str, Any] | None = None, body: Any = None, **_: Any
    ) -> Any:
        with self._guard:
            if self.is_away:
                raise ClusterUnreachable("nobody answers", hint="Wait.")
            if method == "GET":
                if path not in self.documents:
                    raise ClusterFailed(404, "not_found", "there is none", hint="")
                source, number = self.documents[path]
                return {"found": True, "_source": source, "_seq_no": number, "_primary_term": 1}
            answer = self._put(path, dict(params or {}), body)
            if self.lost_answers:
                self.lost_answers -= 1
                return self._put(path, dict(params or {}), body)
            return answer

    def _put(self, path: str, params: dict[str, Any], body: Any) -> dict[str, Any]:
        before = self.documents.get(path)
        wanted = params.get("if_seq_no")
        if (params.get("op_type") == "create" and before) or (
            wanted is not None and (not before or before[1] != wanted)
        ):
            raise ClusterFailed(409, "version_conflict_engine_exception", "another was here", hint="")
        number = before[1] + 1 if before else 0
        self.documents[path] = (body, number)
        return {"_seq_no": number, "_primary_term": 1}

"""The writer of an archive on a cluster: what workers have sent becomes a commit.

New articles stand beside old ones, unseen, until the indices are refreshed. A commit puts files in doubt whose articles
are replaced, takes these out, refreshes, marks older versions, raises the generation and says of each file what became
of it, in this order: whenever it is cut off, the files that it does not tell of are read again by the next update.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Protocol

from newsgrep.archive.manifest import UNFINISHED, FileRecord, Status
from newsgrep.archive.opensearch.bulk import ANSWER, Action, BulkSender, delete_action
from newsgrep.archive.opensearch.captures import find_hidden_addresses, iter_changed_marks
from newsgrep.archive.opensearch.files import now
from newsgrep.archive.opensearch.indices import set_refreshed
from newsgrep.archive.opensearch.names import articles_pattern
from newsgrep.archive.opensearch.pages import column, iter_hits
from newsgrep.archive.opensearch.retrying import ask_patiently
from newsgrep.archive.opensearch.sink import ClusterPlace, Sent
from newsgrep.archive.schema import file_key
from newsgrep.errors import REBUILD_HINT, IndexBusy, IndexUnusable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from newsgrep.archive.meter import Meter
    from newsgrep.archive.opensearch.files import ClusterFiles, State
    from newsgrep.archive.opensearch.lock import Lease
    from newsgrep.archive.opensearch.patient_cluster import PatientCluster

_FILES = 10_000
"""Files of one query."""
_AT_ONCE = 20_000
"""Documents that are held at once to be written or deleted."""


class Replacement(Protocol):
    """Indices that are built beside those that serve."""

    def put_in_place(self) -> None:
        """Let them serve. Raises NewsgrepError."""

    def remove(self) -> None:
        """Remove them, as far as that is possible."""


class ClusterWriter:
    """See `Writer`."""

    def __init__(
        self,
        cluster: PatientCluster,
        lease: Lease,
        files: ClusterFiles,
        state: State,
        place: ClusterPlace,
        *,
        known: ClusterFiles | None,
        replacement: Replacement | None = None,
    ) -> None:
        """`files` and `state` are those of the indices that are written, `known` the files of the last commit.

        `replacement` are the indices that are written, where they are not those that serve.
        """
        self._cluster = cluster
        self._lease = lease
        self._files = files
        self._state = state
        self._place = place
        self._known = known
        self._replacement = replacement
        self._index = cluster.url.name
        if replacement is not None:
            by_year = bool(place.layout.by_year)
            self._index = articles_pattern(cluster.url.name, place.generation, by_year=by_year)
        self._records: dict[str, FileRecord] = {}
        self._replaced: dict[str, None] = {}
        self._addresses: set[int] = set()
        self._meter: Meter | None = None
        self.removed = 0

    @property
    def place(self) -> ClusterPlace:
        """Where workers send articles."""
        return self._place

    def begin(self, is_outdated: Callable[[str | None], bool], meter: Meter, /) -> dict[str, tuple[int, int]]:
        """The stamps of the last commit, once what an update that was cut off has left is dealt with."""
        self._meter = meter
        self._cluster.watch(meter)
        if self._known is None:
            self._open_state()
            return {}
        known = self._known
        self._cluster.request("POST", f"/{known.index}/_refresh")
        if self._state.is_open and self._replacement is None:
            self._recover()
        self._open_state()
        return known.stamps(is_outdated)

    def _open_state(self) -> None:
        self._require_lease()
        self._state = dataclasses.replace(self._state, run=self._place.run, is_open=True)
        self._write_state()

    def _write_state(self) -> None:
        if not self._files.swap_state(self._state):
            self._lease.require()
            raise IndexBusy(
                f"another process has written the index {self._cluster.url.name} meanwhile",
                hint="Run the same command again.",
            )

    def _recover(self) -> None:
        """See to it that files are read again whose articles were written, and never committed."""
        self._refresh()
        # A writer that was given up may have written while the next one did.
        for run in (self._place.run - 2, self._place.run - 1):
            self._recover_run(run)
        self._cluster.request("POST", f"/{self._files.index}/_refresh")
        self._refresh()
        self._mark_versions(find_hidden_addresses(self._cluster, self._index))

    def _recover_run(self, run: int) -> None:
        for names in self._iter_files_of(run):
            records = self._files.records(names)
            left: list[FileRecord] = []
            strange: list[str] = []
            for name in names:
                if name not in records:
                    strange.append(name)
                elif records[name][1] != run:
                    left.append(dataclasses.replace(records[name][0], size=UNFINISHED, digest=None))
            if strange:
                # Of files that no commit knew: if they are still there, they are read as new ones.
                self._delete({"bool": {"filter": [{"terms": {"file": strange}}, {"term": {"run": run}}]}})
            self._send(self._files.iter_actions(left, run))

    def _iter_files_of(self, run: int) -> Iterator[list[str]]:
        """The files with articles that an update has written."""
        composite: dict[str, Any] = {"size": _FILES, "sources": [{"file": {"terms": {"field": "file"}}}]}
        body = {"size": 0, "query": {"term": {"run": run}}, "aggs": {"files": {"composite": composite}}}
        while True:
            answer = self._cluster.request("POST", f"/{self._index}/_search", body=body)
            found = answer["aggregations"]["files"]
            if found["buckets"]:
                yield [bucket["key"]["file"] for bucket in found["buckets"]]
            if "after_key" not in found:
                return
            composite["after"] = found["after_key"]

    def begin_reading(self, keys: Sequence[str]) -> None:
        """Look up what the last commit holds of some files, and let nothing be seen before it is committed."""
        set_refreshed(self._cluster, self._index, by_itself=False)
        known = self._known
        if known is not None and keys:
            found = known.records([file_key(key) for key in keys])
            self._records = {record.key: record for record, _ in found.values()}

    def record(self, key: str) -> FileRecord | None:
        """What the last commit holds of a file that was looked up."""
        return self._records.get(key)

    def iter_records(self) -> Iterator[FileRecord]:
        """Every file of the last commit."""
        return self._known.iter_records() if self._known is not None else iter(())

    def replace_file(self, key: str) -> None:
        """Take out the articles that a file had before this update, by the next commit."""
        self._replaced[file_key(key)] = None

    def check(self) -> None:
        """Raises IndexBusy where another process is known to have taken the lease."""
        if self._lease.is_lost:
            self._lease.require()

    def take(self, parcel: object) -> None:
        """Note what a worker has sent."""
        if isinstance(parcel, Sent):
            self._addresses |= parcel.addresses

    def take_back(self, written: Mapping[str, int]) -> bool:
        """Delete what this update has written of some files, if fewer articles of one are there than it gave."""
        if not written:
            return False
        self._refresh()
        mine = {"term": {"run": self._place.run}}
        queries = [{"bool": {"filter": [{"term": {"file": file_key(key)}}, mine]}} for key in written]
        if all(self._count(query) >= articles for query, articles in zip(queries, written.values(), strict=True)):
            return False
        for query in queries:
            self._delete(query)
        return True

    def commit(self, records: Sequence[FileRecord]) -> None:
        """Publish what was sent and taken out. Raises IndexBusy where another process has taken the lease."""
        self._require_lease()
        older = {"range": {"run": {"lt": self._place.run}}}
        replaced, self._replaced = list(self._replaced), {}
        # Before any article goes: a file that is as it was when this is cut off would count as read.
        self._send(self._files.iter_doubts(replaced))
        for first in range(0, len(replaced), _FILES):
            files = replaced[first : first + _FILES]
            self.removed += self._delete({"bool": {"filter": [{"terms": {"file": files}}, older]}})
        self._refresh()
        addresses, self._addresses = self._addresses, set()
        self._mark_versions(addresses)
        # From here on, nobody else has written: the state is that which was read under the lease.
        self._state = dataclasses.replace(self._state, generation=self._state.generation + 1, updated=now())
        self._write_state()
        if self._replacement is not None:
            records = [record for record in records if record.status is not Status.GONE]
        self._send(self._files.iter_actions(records, self._place.run))
        self._cluster.request("POST", f"/{self._files.index}/_refresh")

    def finish(self) -> None:
        """Say that nothing is left to do, and let what was built anew serve."""
        self._require_lease()
        self._state = dataclasses.replace(self._state, is_open=self._lease.was_left)
        self._write_state()
        set_refreshed(self._cluster, self._index, by_itself=True)
        if self._replacement is not None:
            self._replacement.put_in_place()
            self._replacement = None

    def close(self) -> None:
        """Let others write; what was not committed is read again by the next update."""
        # Whatever has ended the update: nothing is waited for any more.
        self._cluster.watch(None)
        try:
            if self._replacement is not None and not self._lease.is_lost:
                self._replacement.remove()
        finally:
            self._lease.release()

    def count(self) -> int:
        """How many articles there are, older versions apart."""
        body = {"query": {"bool": {"must_not": [{"term": {"hidden": True}}]}}}
        return int(self._cluster.request("POST", f"/{self._cluster.url.name}/_count", body=body)["count"])

    def _require_lease(self) -> None:
        ask_patiently(self._lease.require, self._is_stopped, self._tell)

    def _is_stopped(self) -> bool:
        return self._meter is not None and self._meter.is_interrupted()

    def _tell(self, reason: str) -> None:
        if self._meter is not None:
            self._meter.wait_for(reason)

    def _count(self, query: dict[str, Any]) -> int:
        path = f"/{self._index}/_count"
        return int(self._cluster.request("POST", path, body={"query": query})["count"])

    def _refresh(self) -> None:
        self._cluster.request("POST", f"/{self._index}/_refresh")

    def _delete(self, query: dict[str, Any]) -> int:
        """Delete documents as they were last seen: those written since stay. Returns how many were seen."""
        deleted = 0
        actions: list[Action[str]] = []
        for hit in iter_hits(self._cluster, self._index, query, ["url_key", "captured"]):
            deleted += 1
            if column(hit, "captured") is not None and (address := column(hit, "url_key")) is not None:
                self._addresses.add(address)
            lines = delete_action(hit["_index"], hit["_id"], hit["_seq_no"], hit["_primary_term"])
            actions.append(Action(lines, hit["_id"]))
            if len(actions) >= _AT_ONCE:
                self._send(actions)
                actions = []
        self._send(actions)
        return deleted

    def _mark_versions(self, addresses: set[int]) -> None:
        """Say of each article of some addresses whether it is an older version."""
        if not addresses:
            return
        try:
            if self._send(iter_changed_marks(self._cluster, self._index, addresses)):
                self._refresh()
        except (ValueError, KeyError, TypeError) as error:
            told = f"the index {self._cluster.url.name} holds what newsgrep has not written ({error})"
            raise IndexUnusable(told, hint=REBUILD_HINT) from error

    def _send(self, actions: Iterable[Action[str]]) -> int:
        """Send actions of the writer itself, none of which may be refused; how many there were."""

        def send_lines(lines: bytes, timeout: float) -> Any:
            return self._cluster.request(
                "POST", "/_bulk", params={"filter_path": ANSWER}, body=lines, retry=False, timeout=timeout
            )

        sender: BulkSender[str] = BulkSender(
            send_lines, is_stopped=self._is_stopped, tell=self._tell, most_bytes=self._place.most_bytes
        )
        sent, batch = 0, []
        for action in actions:
            batch.append(action)
            if len(batch) >= _AT_ONCE // 10:
                self._require_taken(sender.send(batch))
                sent, batch = sent + len(batch), []
        self._require_taken(sender.send(batch))
        return sent + len(batch)

    def _require_taken(self, refused: Sequence[Any]) -> None:
        for refusal in refused:
            raise IndexUnusable(
                f"the index {self._cluster.url.name} does not take what newsgrep writes of {refusal.label}: "
                f"{refusal.reason}",
                hint=REBUILD_HINT,
            )

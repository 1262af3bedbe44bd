"""The manifest in a cluster: a document for each file, and one for the state of the archive.

As in a folder, it says what an update may skip, must replace or must drop. A file's document is written after its
articles are, and taken out after they are: one that is missing or old only makes the next update read the file again.
"""

from __future__ import annotations

import base64
import binascii
import dataclasses
import datetime as dt
import json
import os
from typing import TYPE_CHECKING, Any

from newsgrep.archive.file_reading import parse_reading
from newsgrep.archive.manifest import UNFINISHED, FileRecord, Status
from newsgrep.archive.opensearch.bulk import Action, change_action, delete_action, write_action
from newsgrep.archive.opensearch.documents_by_id import Held, read_document_by_id, swap_document
from newsgrep.archive.opensearch.layout import Layout, parse_layout
from newsgrep.archive.opensearch.mapping import MAPPING_VERSION
from newsgrep.archive.opensearch.names import files_alias
from newsgrep.archive.report import Problem
from newsgrep.archive.schema import file_key
from newsgrep.errors import REBUILD_HINT, IndexUnusable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from newsgrep.archive.opensearch.cluster import Cluster

STATE = "state"
"""The id of the document that holds the state."""
_PAGE = 5_000
_AT_ONCE = 1_000


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What holds for the whole archive."""

    generation: int
    """Raised by every commit."""
    run: int
    """The number of the last update."""
    is_open: bool
    """Whether that update, or one that it took over from, may have written articles that no commit has told of."""
    writer: str
    """Which update wrote it (`Lease.token`): no two write the same."""
    updated: str | None
    """When the last commit was, ISO 8601."""
    layout: Layout

    def spell(self) -> dict[str, Any]:
        """The state as its document."""
        return {STATE: {**dataclasses.asdict(self), "layout": self.layout.spell()}}


def build_files_index(replicas: int | None) -> dict[str, Any]:
    """Settings and mapping of the index of files."""
    kept = {"type": "keyword", "index": False, "doc_values": False}
    number = {"type": "long"}
    return {
        "settings": {
            "index": {
                "number_of_shards": 1,
                # Readers see a commit when it is made, not while it is written.
                "refresh_interval": "-1",
                **replica_settings(replicas),
            }
        },
        "mappings": {
            "_meta": {"newsgrep": {"version": MAPPING_VERSION, "holds": "files"}},
            "dynamic": "strict",
            "properties": {
                "file": {"type": "keyword"},
                "key": {"type": "keyword", "ignore_above": 8_000},
                "run": number,
                "size": number,
                "articles": number,
                "failed": number,
                "status": {"type": "keyword"},
                **dict.fromkeys(("path", "key_bytes", "path_bytes", "mtime_ns", "digest", "problems", "reading"), kept),
                "state": {"type": "object", "enabled": False},
                "lease": {"type": "object", "enabled": False},
            },
        },
    }


def replica_settings(replicas: int | None) -> dict[str, Any]:
    """The settings for so many copies; None: one where there is a node for it."""
    return {"auto_expand_replicas": "0-1"} if replicas is None else {"number_of_replicas": replicas}


class ClusterFiles:
    """The files of an archive, in an index or behind its alias."""

    def __init__(self, cluster: Cluster, index: str) -> None:
        self._cluster = cluster
        self.index = index
        self.is_alias = index == files_alias(cluster.url.name)
        self._held: Held | None = None

    def state(self) -> State | None:
        """The state as it is now; None before the first update. Raises IndexUnusable."""
        self._held = read_document_by_id(self._cluster, self.index, STATE)
        return self._read_state(self._held) if self._held else None

    def _read_state(self, held: Held) -> State:
        try:
            kept = dict(held.source[STATE])
            layout = parse_layout(kept.pop("layout"))
            state = State(**kept, layout=layout)
            if not isinstance(state.generation, int) or not isinstance(state.run, int):
                raise ValueError("its numbers are none")
        except (KeyError, TypeError, ValueError) as error:
            raise self._unusable(error) from error
        return state

    def _unusable(self, error: Exception) -> IndexUnusable:
        return IndexUnusable(f"what {self.index} holds is damaged ({error})", hint=REBUILD_HINT)

    def swap_state(self, state: State) -> bool:
        """Write the state; False if another process has written it since it was read."""
        held = swap_document(self._cluster, self.index, STATE, state.spell(), self._held, is_alias=self.is_alias)
        if held is None:
            return False
        self._held = held
        return True

    def count(self) -> tuple[int, int]:
        """How many files, and how many of them or of their records could not be read."""
        body = {
            "size": 0,
            "query": {"exists": {"field": "file"}},
            "track_total_hits": True,
            "aggs": {"failed": {"sum": {"field": "failed"}}},
        }
        answer = self._cluster.request("POST", f"/{self.index}/_search", body=body)
        try:
            return int(answer["hits"]["total"]["value"]), int(answer["aggregations"]["failed"]["value"])
        except (KeyError, TypeError, ValueError) as error:
            raise self._unusable(error) from error

    def iter_records(self) -> Iterator[FileRecord]:
        """Every file, in order of absolute path. Raises IndexUnusable."""
        return map(self._read_record, self._scan(["key", "file"], None))

    def stamps(self, is_outdated: Callable[[str | None], bool]) -> dict[str, tuple[int, int]]:
        """Size and mtime of every file, as `Manifest.stamps` has them. Raises IndexUnusable."""
        stamps = {}
        wanted = ["key", "key_bytes", "size", "mtime_ns", "reading"]
        for source in self._scan(["file"], wanted):
            try:
                size, mtime_ns, reading = source["size"], source["mtime_ns"], source.get("reading")
                if not isinstance(size, int) or not isinstance(mtime_ns, int):
                    raise ValueError("its numbers are none")
                stamps[_read_path(source, "key")] = (UNFINISHED if is_outdated(reading) else size, mtime_ns)
            except (KeyError, TypeError, ValueError, RecursionError) as error:
                raise self._unusable(error) from error
        return stamps

    def records(self, ids: Sequence[str]) -> dict[str, tuple[FileRecord, int]]:
        """Those files of some ids (`file_key`) that are there, and the number of the update that wrote each."""
        found = {}
        for first in range(0, len(ids), _AT_ONCE):
            chunk = list(ids[first : first + _AT_ONCE])
            answer = self._cluster.request("POST", f"/{self.index}/_mget", body={"ids": chunk})
            for doc in answer["docs"]:
                if doc.get("found"):
                    found[doc["_id"]] = self._read_record(doc["_source"]), int(doc["_source"]["run"])
        return found

    def iter_actions(self, records: Iterable[FileRecord], run: int) -> Iterator[Action[str]]:
        """What brings the documents of files up to date; the label is the path. Of a file's records the last counts."""
        for record in {record.key: record for record in records}.values():
            name = file_key(record.key)
            if record.status is Status.GONE:
                yield Action(delete_action(self.index, name), record.path)
            else:
                lines = write_action(self.index, name, _build_record(record, name, run), is_alias=self.is_alias)
                yield Action(lines, record.path)

    def iter_doubts(self, names: Iterable[str]) -> Iterator[Action[str]]:
        """What has files read again by the next update, whatever they are then; `names` are theirs (`file_key`)."""
        change = {"size": UNFINISHED, "digest": None}
        for name in names:
            yield Action(change_action(self.index, name, change, is_alias=self.is_alias), name)

    def _scan(self, sort: Sequence[str], wanted: list[str] | None) -> Iterator[dict[str, Any]]:
        body: dict[str, Any] = {
            "size": _PAGE,
            "query": {"exists": {"field": "file"}},
            "sort": [{name: "asc"} for name in sort],
            "track_total_hits": False,
        }
        if wanted is not None:
            body["_source"] = wanted
        while True:
            answer = self._cluster.request("POST", f"/{self.index}/_search", body=body)
            hits = answer["hits"]["hits"]
            for hit in hits:
                yield hit["_source"]
            if len(hits) < _PAGE:
                return
            body["search_after"] = hits[-1]["sort"]

    def _read_record(self, source: dict[str, Any]) -> FileRecord:
        try:
            return _read_record(source)
        except (KeyError, TypeError, ValueError, RecursionError) as error:
            raise self._unusable(error) from error


def _build_record(record: FileRecord, name: str, run: int) -> dict[str, Any]:
    source: dict[str, Any] = {
        "file": name,
        **_spell_path("key", record.key),
        **_spell_path("path", record.path),
        "run": run,
        "size": record.size,
        "mtime_ns": record.mtime_ns,
        "status": str(record.status),
        "articles": record.articles,
        "failed": sum(problem.count for problem in record.problems if problem.failed),
    }
    if record.digest is not None:
        source["digest"] = record.digest.hex()
    if record.problems:
        source["problems"] = json.dumps([[p.reason, p.position, p.failed, p.count] for p in record.problems])
    if record.reading is not None:
        source["reading"] = record.reading.spell()
    return source


def _spell_path(field: str, path: str) -> dict[str, str]:
    """A path for eyes and, where its bytes are no text, those too."""
    data = os.fsencode(path)
    shown = data.decode("utf-8", "replace")
    return {field: shown} | ({f"{field}_bytes": base64.b64encode(data).decode()} if shown.encode() != data else {})


def _read_path(source: dict[str, Any], field: str) -> str:
    """Raises KeyError, TypeError or ValueError for what `_spell_path` does not make."""
    if (spelled := source.get(f"{field}_bytes")) is not None:
        try:
            return os.fsdecode(base64.b64decode(spelled, validate=True))
        except binascii.Error as error:
            raise ValueError("its path is none") from error
    path = source[field]
    if not isinstance(path, str):
        raise TypeError("its path is none")
    return path


def _read_record(source: dict[str, Any]) -> FileRecord:
    """Raises KeyError, TypeError or ValueError for a document that `_build_record` does not make."""
    path = _read_path(source, "path")
    size, mtime_ns, articles = (source[name] for name in ("size", "mtime_ns", "articles"))
    if not all(isinstance(number, int) for number in (size, mtime_ns, articles)) or articles < 0:
        raise ValueError("its numbers are none")
    reading, digest = source.get("reading"), source.get("digest")
    return FileRecord(
        key=_read_path(source, "key"),
        path=path,
        size=size,
        mtime_ns=mtime_ns,
        digest=bytes.fromhex(digest) if digest is not None else None,
        status=Status(source["status"]),
        articles=articles,
        problems=tuple(_read_problem(path, *problem) for problem in json.loads(source.get("problems", "[]"))),
        reading=parse_reading(reading) if reading else None,
    )


def _read_problem(path: str, reason: object, position: object, failed: object, count: object) -> Problem:
    if not isinstance(reason, str) or not isinstance(position, str | None) or not isinstance(count, int):
        raise ValueError("its problems are none")
    return Problem(path, reason, position, bool(failed), count)


def now() -> str:
    """This moment, as the state keeps it."""
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")

"""Articles of one process as documents that it sends to a cluster."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from newsgrep.archive.events import Waiting, Written
from newsgrep.archive.opensearch.bulk import ANSWER, MOST_BYTES, Action, BulkQueue, BulkSender, write_action
from newsgrep.archive.opensearch.documents import build_document
from newsgrep.archive.opensearch.indices import make_index
from newsgrep.archive.opensearch.names import index_name, part_of
from newsgrep.archive.opensearch.retrying import GIVE_UP_STOPPED, ask_patiently
from newsgrep.archive.opensearch.stored import HALF
from newsgrep.archive.problem_list import FileProblems
from newsgrep.archive.schema import file_key
from newsgrep.archive.url_keys import url_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from newsgrep.archive.events import Event
    from newsgrep.archive.opensearch.address import IndexUrl
    from newsgrep.archive.opensearch.layout import Layout
    from newsgrep.article import Article
    from newsgrep.sources.walk import FoundFile


@dataclass(frozen=True, slots=True)
class Sent:
    """Articles that a cluster has; see `Written.parcel`."""

    addresses: frozenset[int]
    """Of articles that may be versions of others (`url_keys`), as the index has them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterPlace:
    """What a process needs to know to send articles; see `SinkPlace`."""

    url: IndexUrl
    generation: int
    """Of the indices."""
    run: int
    """The number of the update."""
    layout: Layout
    serves: bool
    """Whether indices that are made on the way are to be found at once, under the alias."""
    most_bytes: int = MOST_BYTES
    """What the cluster takes in a request."""

    def open(self, _: int, is_stopped: Callable[[], bool], /) -> ClusterSink:
        """A sink that sends to the cluster."""
        return ClusterSink(self, is_stopped)


@dataclass(slots=True)
class _OfFile:
    """What an article belongs to, for who hears that it was refused."""

    file: FoundFile
    position: str | None


class ClusterSink:
    """See `Sink`."""

    def __init__(self, place: ClusterPlace, is_stopped: Callable[[], bool]) -> None:
        from newsgrep.archive.opensearch.cluster import Cluster

        self._place = place
        self._is_stopped = is_stopped
        self._stopped = threading.Event()
        self._note = self._noted = ""
        self._cluster = Cluster(place.url)
        sender: BulkSender[_OfFile] = BulkSender(
            self._send_lines, is_stopped=self._stopped.is_set, tell=self._take_note, most_bytes=place.most_bytes
        )
        self._queue = BulkQueue(sender)
        self._parts: dict[str | None, str] = {}
        self._keyed = ("", "")
        self._touched: dict[str, None] = {}
        self._addresses: set[int] = set()
        self.articles = 0

    @property
    def is_full(self) -> bool:
        """Never: what is not sent yet is bounded."""
        return False

    def add(self, file: FoundFile, article: Article) -> Iterator[Event]:
        """Take an article of a file, and send what has come together. Raises NewsgrepError."""
        document = build_document(article, self._file_key(file), self._place.run)
        index = self._index_of(article)
        self.articles += 1
        self._touched[file.key] = None
        if article.captured is not None and (key := url_key(article.url)):
            self._addresses.add(key - HALF)
        if self._queue.add(Action(write_action(index, article.id, document), _OfFile(file, article.record))):
            yield from self._wait(self._queue.send())

    def flush(self) -> Iterator[Event]:
        """Send everything, and wait until it has arrived. Raises NewsgrepError."""
        yield from self._wait(self._queue.finish())
        touched, self._touched = tuple(self._touched), {}
        addresses, self._addresses = frozenset(self._addresses), set()
        articles, self.articles = self.articles, 0
        problems: dict[str, FileProblems] = {}
        for refusal in self._queue.take_refused():
            file = refusal.label.file
            found = problems.setdefault(file.key, FileProblems(file.path))
            found.add(refusal.reason, refusal.label.position)
        refused = tuple((key, problem) for key, found in problems.items() for problem in found.all)
        yield Written(Sent(addresses) if articles else None, touched, refused)

    def close(self) -> None:
        """Let go of what is not sent."""
        self._stopped.set()
        self._queue.close()
        # A thread that waits for an answer would keep the process.
        self._cluster.abort()
        self._cluster.close()

    def _wait(self, waiting: Iterator[None]) -> Iterator[Event]:
        since: float | None = None
        for _ in waiting:
            if self._is_stopped():
                self._stopped.set()
                since = since or time.monotonic()
                if time.monotonic() - since >= GIVE_UP_STOPPED:
                    self._cluster.abort()
            if self._note != self._noted:
                self._noted = self._note
                yield Waiting(self._noted)

    def _take_note(self, note: str) -> None:
        # Called in the threads that send.
        self._note = note

    def _send_lines(self, lines: bytes, timeout: float) -> Any:
        return self._cluster.request(
            "POST", "/_bulk", params={"filter_path": ANSWER}, body=lines, retry=False, timeout=timeout
        )

    def _index_of(self, article: Article) -> str:
        """The index of an article, which is made if need be. Raises NewsgrepError."""
        part = part_of(article.published) if self._place.layout.by_year else None
        index = self._parts.get(part)
        if index is None:
            place = self._place
            index = index_name(place.url.name, place.generation, part)
            if part is not None:
                ask_patiently(
                    lambda: make_index(self._cluster, part, place.generation, place.layout, serves=place.serves),
                    self._is_stopped,
                    self._take_note,
                )
            self._parts[part] = index
        return index

    def _file_key(self, file: FoundFile) -> str:
        if self._keyed[0] != file.key:
            self._keyed = (file.key, file_key(file.key))
        return self._keyed[1]

"""Many documents in few requests: sized by bytes, several at once, and asked again where the cluster was too busy.

A document has an id, so that one that is written twice, since the answer to the first request was lost, is there once.
"""

from __future__ import annotations

import json
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from newsgrep.archive.opensearch.retrying import BLOCKED, PASSING, Attempts, explain, is_passing
from newsgrep.errors import ClusterFailed, ClusterUnreachable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Label = TypeVar("Label")

REQUEST_BYTES = 6 << 20
"""What a request holds; a document that is larger goes alone."""
IN_FLIGHT = 2
"""Requests of one process that are under way: one that the cluster works on, one that waits for it."""
MOST_BYTES = 100 << 20
"""What a node takes by default (`http.max_content_length`)."""

_TIMEOUT = 180.0
_TOO_LARGE = 413
_CONFLICT, _MISSING = 409, 404
_NO_INDEX = "index_not_found_exception"
ANSWER = "errors,items.*.status,items.*.error.type,items.*.error.reason,items.*.error.caused_by.reason"
"""What of an answer is wanted (`filter_path`)."""
_LONGEST_REASON = 300
_LOOK_UP = 0.1


class Action(NamedTuple, Generic[Label]):
    """One document to write or to delete."""

    lines: bytes
    """As the bulk format has it, each line with its end."""
    label: Label
    """What it is, to those who ask for it."""


class Refusal(NamedTuple, Generic[Label]):
    """A document that the cluster will not take, however often it is asked."""

    label: Label
    reason: str


def write_action(index: str, document_id: str, document: dict[str, Any], *, is_alias: bool = False) -> bytes:
    """The lines that write a document, in the place of one of the same id; where `index` must be an alias, say so.

    OpenSearch makes an index of its own where there is none of a name.
    """
    target: dict[str, Any] = {"_index": index, "_id": document_id}
    if is_alias:
        target["require_alias"] = True
    return to_line({"index": target}) + to_line(document)


def delete_action(index: str, document_id: str, seq_no: int | None = None, primary_term: int = 0) -> bytes:
    """The line that deletes a document; with `seq_no`, only if it has not been written since."""
    target: dict[str, Any] = {"_index": index, "_id": document_id}
    if seq_no is not None:
        target |= {"if_seq_no": seq_no, "if_primary_term": primary_term}
    return to_line({"delete": target})


def change_action(index: str, document_id: str, change: dict[str, Any], *, is_alias: bool = False) -> bytes:
    """The lines that change some values of a document; nothing where there is none."""
    target: dict[str, Any] = {"_index": index, "_id": document_id}
    if is_alias:
        target["require_alias"] = True
    return to_line({"update": target}) + to_line({"doc": change})


def to_line(value: object) -> bytes:
    """A value as a line of JSON. Characters that UTF-8 does not have, as in names of files, are escaped."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    try:
        return text.encode() + b"\n"
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":")).encode() + b"\n"


class BulkSender(Generic[Label]):
    """Sends actions and says which were refused."""

    def __init__(
        self,
        send: Callable[[bytes, float], Any],
        *,
        is_stopped: Callable[[], bool],
        tell: Callable[[str], None],
        most_bytes: int = MOST_BYTES,
    ) -> None:
        """`send` sends the lines of a request, waiting so many seconds for the answer, which it returns.

        `is_stopped` ends the waiting for a cluster that does not answer, `tell` is told of it (see `Attempts`).
        """
        self._send = send
        self._is_stopped = is_stopped
        self._tell = tell
        self._most_bytes = most_bytes

    def send(self, actions: Sequence[Action[Label]]) -> list[Refusal[Label]]:
        """Send a batch until each is done or refused. Raises NewsgrepError."""
        refused: list[Refusal[Label]] = []
        batches = list(self._cut(actions, refused))
        attempts = Attempts(self._is_stopped, self._tell)
        while batches:
            batch = batches.pop()
            try:
                answer = self._send(b"".join(action.lines for action in batch), _TIMEOUT)
                left = _read_answer(answer, batch, refused)
            except (ClusterFailed, ClusterUnreachable) as error:
                if isinstance(error, ClusterFailed) and error.status == _TOO_LARGE:
                    batches += _halve(batch, refused)
                    continue
                if not is_passing(error):
                    raise (explain(error) if isinstance(error, ClusterFailed) else error) from None
                attempts.wait(error)
                # Less at once may do where memory is short.
                batches += _halve(batch, refused) if _is_breaker(error) and len(batch) > 1 else [batch]
                continue
            if left:
                again, busy = left
                if len(again) < len(batch):
                    attempts.succeed()
                batches.append(again)
                attempts.wait(busy)
            else:
                attempts.succeed()
        return refused

    def _cut(self, actions: Sequence[Action[Label]], refused: list[Refusal[Label]]) -> Iterator[list[Action[Label]]]:
        """Batches that the cluster takes."""
        batch: list[Action[Label]] = []
        size = 0
        for action in actions:
            if len(action.lines) > self._most_bytes:
                refused.append(_too_large(action))
                continue
            if batch and size + len(action.lines) > min(REQUEST_BYTES, self._most_bytes):
                yield batch
                batch, size = [], 0
            batch.append(action)
            size += len(action.lines)
        if batch:
            yield batch


def _is_breaker(error: Exception) -> bool:
    return isinstance(error, ClusterFailed) and error.kind == "circuit_breaking_exception"


def _halve(batch: list[Action[Label]], refused: list[Refusal[Label]]) -> list[list[Action[Label]]]:
    if len(batch) == 1:
        refused.append(_too_large(batch[0]))
        return []
    return [batch[: len(batch) // 2], batch[len(batch) // 2 :]]


def _too_large(action: Action[Label]) -> Refusal[Label]:
    return Refusal(action.label, f"it is larger than the cluster takes ({len(action.lines) / (1 << 20):,.1f} MiB)")


def _read_answer(
    answer: Any, batch: list[Action[Label]], refused: list[Refusal[Label]]
) -> tuple[list[Action[Label]], ClusterFailed] | None:
    """What of a batch is to be sent again, and why; what is refused for good is added to `refused`.

    Raises ClusterFailed where no document can be written.
    """
    if answer.get("errors") is False:
        return None
    items = answer.get("items")
    if not isinstance(items, list) or len(items) != len(batch):
        raise ClusterFailed(200, "no_items", "the answer does not say what became of the documents", hint="")
    again: list[Action[Label]] = []
    last: ClusterFailed | None = None
    for action, item in zip(batch, items, strict=True):
        (kind, told), *_ = item.items()
        status, error = int(told.get("status", 0)), told.get("error")
        if not error and status < 300:
            continue
        error = error or {}
        name, reason = str(error.get("type", "")), str(error.get("reason", ""))[:_LONGEST_REASON]
        if kind != "index" and status in (_CONFLICT, _MISSING) and name != _NO_INDEX:
            # It was written anew, or is gone already.
            continue
        failure = ClusterFailed(status, name, reason, hint="The cluster is too busy or not whole: try again later.")
        if name in (BLOCKED, _NO_INDEX) or status in (401, 403):
            raise failure
        if status in PASSING:
            again.append(action)
            last = failure
        else:
            cause = str((error.get("caused_by") or {}).get("reason", ""))[:_LONGEST_REASON]
            refused.append(Refusal(action.label, f"the cluster refused it: {': '.join(filter(None, (reason, cause)))}"))
    return (again, last) if last is not None else None


class BulkQueue(Generic[Label]):
    """Actions that are sent while others are made: a few requests at once, in threads."""

    def __init__(self, sender: BulkSender[Label]) -> None:
        self._sender = sender
        self._threads = ThreadPoolExecutor(IN_FLIGHT, "bulk")
        self._under_way: set[Future[list[Refusal[Label]]]] = set()
        self._batch: list[Action[Label]] = []
        self._size = 0
        self._refused: list[Refusal[Label]] = []

    def add(self, action: Action[Label]) -> bool:
        """Take an action; whether `send` is due."""
        self._batch.append(action)
        self._size += len(action.lines)
        return self._size >= REQUEST_BYTES

    def send(self) -> Iterator[None]:
        """Send what was added, waiting for one that is under way if there are enough; yields now and then.

        Raises NewsgrepError.
        """
        yield from self._wait(IN_FLIGHT - 1)
        if self._batch:
            self._under_way.add(self._threads.submit(self._sender.send, self._batch))
            self._batch, self._size = [], 0

    def finish(self) -> Iterator[None]:
        """Send everything and wait for it, as `send` does."""
        yield from self.send()
        yield from self._wait(0)

    def take_refused(self) -> list[Refusal[Label]]:
        """What was refused since this was last asked."""
        refused, self._refused = self._refused, []
        return refused

    def _wait(self, at_most: int) -> Iterator[None]:
        while len(self._under_way) > at_most:
            done, self._under_way = wait(self._under_way, _LOOK_UP, FIRST_COMPLETED)
            for future in done:
                self._refused += future.result()
            yield

    def close(self) -> None:
        """Wait for nothing more."""
        self._threads.shutdown(wait=False, cancel_futures=True)

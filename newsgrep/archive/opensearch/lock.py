"""The lease of the one writer of an archive: a document that says who writes, and is renewed while that is so.

Whoever wants to write takes it where there is none, where its holder has let it go, or where it has not been renewed
for `LASTS` seconds by the clock of whoever waits: clocks of different machines are not compared. A holder that ran on
the same machine and is no more is not waited for.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import threading
import time
import uuid
from typing import TYPE_CHECKING, Any

from newsgrep.archive.opensearch.documents_by_id import Held, read_document_by_id, swap_document
from newsgrep.errors import IndexBusy, NewsgrepError

if TYPE_CHECKING:
    from collections.abc import Callable

    from newsgrep.archive.opensearch.cluster import Cluster
    from newsgrep.archive.write_lock import OnWait

LEASE = "lease"
"""The id of the document, in the index of files."""
LASTS = 60.0
"""Seconds without renewal after which a lease is nobody's."""
RENEWED = 5.0
"""Seconds between two renewals."""
_LOOK = 1.0
_HERE: set[str] = set()
"""The tokens of the leases that this process holds, or is about to."""


class Lease:
    """The lease, held from its making to `release`."""

    def __init__(self, cluster: Cluster, alias: str, on_wait: OnWait | None = None) -> None:
        """Take the lease behind the alias of the files; with `on_wait`, as soon as whoever has it lets go.

        Raises IndexBusy.
        """
        self._cluster = cluster
        self._alias = alias
        self.token = uuid.uuid4().hex
        self._guard = threading.Lock()
        self._lost: str | None = None
        self.was_left = False
        """Whether its last holder has not let it go: what that sent may still be on its way."""
        _HERE.add(self.token)
        try:
            self._held = self._take(on_wait)
        except BaseException:
            # The cluster may have given it, and the answer was lost.
            _HERE.discard(self.token)
            raise
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._renew_on, daemon=True, name="lease")
        self._thread.start()

    def _take(self, on_wait: OnWait | None) -> Held:
        seen: tuple[int, int] | None = None
        since = time.monotonic()
        while True:
            before = read_document_by_id(self._cluster, self._alias, LEASE)
            if before is None or not before.source.get(LEASE) or _is_dead(before.source[LEASE]):
                taken = self._swap(self._source(0), before)
                if taken is not None:
                    self.was_left = before is not None and bool(before.source.get(LEASE))
                    return taken
                continue
            if seen != before[1:]:
                holder = describe_holder(before.source[LEASE])
                # Renewed before our eyes: it is at work.
                if on_wait is None and (seen is not None or _is_alive(before.source[LEASE])):
                    raise IndexBusy(
                        f"the index {self._cluster.url.name} is being written by {holder}",
                        hint="Wait until it is done: newsgrep index --wait does so by itself.",
                    )
                seen, since = before[1:], time.monotonic()
            elif time.monotonic() - since >= LASTS:
                taken = self._swap(self._source(0), before)
                if taken is not None:
                    self.was_left = True
                    return taken
                continue
            if on_wait is not None:
                on_wait(holder)
            time.sleep(_LOOK)

    def _swap(self, source: dict[str, Any], before: Held | None) -> Held | None:
        return swap_document(self._cluster, self._alias, LEASE, source, before, is_alias=True)

    def _source(self, renewals: int) -> dict[str, Any]:
        holder = {
            "token": self.token,
            "host": _host(),
            "pid": os.getpid(),
            "process": _process(os.getpid()),
            "since": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            "renewals": renewals,
        }
        if renewals:
            holder["since"] = self._held.source[LEASE]["since"]
        return {LEASE: holder}

    def require(self) -> None:
        """Make sure that the lease is still ours, and renew it. Raises IndexBusy if another has taken it."""
        with self._guard:
            if self._lost is None:
                renewed = self._swap(self._source(self._held.source[LEASE]["renewals"] + 1), self._held)
                if renewed is not None:
                    self._held = renewed
                    return
                other = read_document_by_id(self._cluster, self._alias, LEASE)
                by = other and other.source.get(LEASE)
                self._lost = describe_holder(by) if by else "another process"
            raise IndexBusy(
                f"the index {self._cluster.url.name} was taken over by {self._lost}, since this process did not answer "
                f"for {LASTS:.0f} seconds",
                hint="What was committed before is kept; run the same command again for the rest.",
            )

    @property
    def is_lost(self) -> bool:
        """Whether another process is known to have taken it."""
        return self._lost is not None

    def move(self, index: str, move_alias: Callable[[], None]) -> None:
        """Hold the lease in another index of files, which `move_alias` puts behind the alias."""
        with self._guard:
            held = swap_document(self._cluster, index, LEASE, self._source(0), None, is_alias=False)
            move_alias()
            self._held = held or self._held

    def _renew_on(self) -> None:
        while not self._ended.wait(RENEWED):
            # A cluster that does not answer may do so again before the time is up.
            with contextlib.suppress(NewsgrepError):
                self.require()
            if self.is_lost:
                return

    def release(self) -> None:
        """Let the lease go, if it is held."""
        self._ended.set()
        with self._guard, contextlib.suppress(NewsgrepError):
            if self._lost is None:
                self._lost = "nobody"
                self._swap({LEASE: None}, self._held)
        _HERE.discard(self.token)


def describe_holder(holder: dict[str, Any]) -> str:
    """Who holds a lease, for eyes."""
    told = f"process {holder.get('pid')} on {holder.get('host')}"
    with contextlib.suppress(KeyError, TypeError, ValueError):
        since = dt.datetime.fromisoformat(holder["since"]).astimezone()
        told += f", since {since:%Y-%m-%d %H:%M:%S}"
    return told


def _is_dead(holder: dict[str, Any]) -> bool:
    """Whether the holder was a process of this machine that is no more, or is this one, which has done with it."""
    mine, process = _process(os.getpid()), holder.get("process")
    if mine and mine == process:
        return holder.get("token") not in _HERE
    if not mine or not process or mine.rpartition("/")[0] != str(process).rpartition("/")[0]:
        return False
    return _process(int(holder["pid"])) != str(process)


def _is_alive(holder: dict[str, Any]) -> bool:
    """Whether the holder is a process of this machine that is still there."""
    process = str(holder.get("process") or "")
    return bool(process) and _process(int(holder["pid"])) == process


def _host() -> str:
    import socket

    return socket.gethostname()


def _process(pid: int) -> str:
    """A process among all of all times: boot and namespace, then number and start; empty where that is not known."""
    try:
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
            boot = file.read().strip()
        space = os.readlink("/proc/self/ns/pid")
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            # The name of the program, in brackets, may hold anything.
            started = file.read().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""
    return f"{_host()}/{boot}/{space}/{pid}-{started}"

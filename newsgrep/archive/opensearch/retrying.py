"""What a cluster cannot do for the moment is asked again: after ever longer pauses, and not for ever."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING, TypeVar

from newsgrep.errors import ClusterFailed, ClusterUnreachable, NewsgrepError

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

GIVE_UP = 300.0
"""Seconds of trying after which an update ends."""
GIVE_UP_STOPPED = 10.0
"""The same once the user wants to stop."""
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 20.0
"""Seconds between two tries; each is drawn between half of it and all, so that workers do not come all at once."""
PASSING = frozenset({408, 429, 500, 502, 503, 504})
"""Statuses of what may pass by itself."""
BLOCKED = "cluster_block_exception"
NO_NEW_INDEX = "index_create_block_exception"
"""What a cluster says whose disks are all nearly full, or where somebody has forbidden new indices."""

TOLD_AFTER = 3.0
"""Seconds of trying after which it is told: what a cluster puts off for a moment is nobody's concern."""
_NOT_NOW = 503
_FULL = "its disks are full"
_LOOK_UP = 0.1


def is_passing(error: Exception) -> bool:
    """Whether the same request may do better in a while."""
    if isinstance(error, ClusterFailed):
        return error.status in PASSING and not is_blocked(error)
    return isinstance(error, ClusterUnreachable)


def is_blocked(error: ClusterFailed) -> bool:
    """Whether somebody, or a full disk, keeps the cluster from it; with 503 it only lacks nodes for the moment."""
    return error.kind == BLOCKED and error.status != _NOT_NOW


def explain(error: ClusterFailed, *, where: str = "the cluster") -> ClusterFailed:
    """An error with what can be done about it: that of full disks says so."""
    if error.kind == NO_NEW_INDEX:
        return ClusterFailed(
            error.status,
            error.kind,
            error.reason,
            where=where,
            hint="Are its disks nearly full? Make room, or add a node; or whoever runs it has forbidden new indices.",
        )
    if not is_blocked(error) or error.reason.startswith(_FULL):
        return error
    if "flood" not in error.reason and "read-only-allow-delete" not in error.reason.replace(" / ", "-"):
        return ClusterFailed(
            error.status,
            error.kind,
            error.reason,
            where=where,
            hint="Whoever runs the cluster has forbidden to write. What was committed before is kept.",
        )
    return ClusterFailed(
        error.status,
        error.kind,
        f"{_FULL}, and it takes no more articles: {error.reason}",
        where=where,
        hint="Make room on the disks of its nodes, or add a node: the block goes by itself. Then run the same command "
        "again: what was committed before is kept.",
    )


class Attempts:
    """The tries at one thing, with the pauses between them."""

    def __init__(self, is_stopped: Callable[[], bool], tell: Callable[[str], None]) -> None:
        """`tell` is told, before each pause, what is waited for, and an empty text when that is over."""
        self._is_stopped = is_stopped
        self._tell = tell
        self._began: float | None = None
        self._pause = FIRST_PAUSE

    def wait(self, error: NewsgrepError) -> None:
        """Pause before the next try; raises the error when it is time to give up."""
        now = time.monotonic()
        if self._began is None:
            self._began = now
        spent = now - self._began
        if spent >= (GIVE_UP_STOPPED if self._is_stopped() else GIVE_UP):
            told = f"{error.message}; tried again for {spent:.0f} seconds"
            raise ClusterUnreachable(
                told, hint=f"{error.hint or 'Is the cluster well?'} What was committed before is kept."
            ) from error
        if spent >= TOLD_AFTER:
            self._tell(f"waiting for the cluster, for up to {GIVE_UP / 60:.0f} minutes: {error.message}")
        until = now + random.uniform(self._pause / 2, self._pause)  # noqa: S311  # no secret
        self._pause = min(LONGEST_PAUSE, 2 * self._pause)
        while (left := until - time.monotonic()) > 0:
            time.sleep(min(left, _LOOK_UP))
            if self._is_stopped() and time.monotonic() - self._began >= GIVE_UP_STOPPED:
                break

    def succeed(self) -> None:
        """It goes on: what comes next has all the time again."""
        if self._began is not None:
            self._began = None
            self._pause = FIRST_PAUSE
            self._tell("")


def ask_patiently(ask: Callable[[], T], is_stopped: Callable[[], bool], tell: Callable[[str], None]) -> T:
    """What `ask` returns, asked again while what it raises may pass. Raises NewsgrepError."""
    attempts = Attempts(is_stopped, tell)
    while True:
        try:
            answer = ask()
        except (ClusterFailed, ClusterUnreachable) as error:
            if not is_passing(error):
                raise (explain(error) if isinstance(error, ClusterFailed) else error) from None
            attempts.wait(error)
        else:
            attempts.succeed()
            return answer

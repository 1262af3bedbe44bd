"""The standing searches of one archive: added, removed, asked what is new, and told that it was told.

What is told once: `begin` writes down what is about to be told, then the output is written, then `finish` marks it
told. A process may end in between, at any moment; `recover`, at the beginning of the next run, brings to its end what
went to a file, and of what went elsewhere it remembers that it may have been told.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import os
from typing import TYPE_CHECKING, NamedTuple, Self

from newsgrep.archive.delivered_file import Completion, complete_output
from newsgrep.archive.watch_lock import WatchLock
from newsgrep.archive.watch_store import WatchStore, list_watches, missing
from newsgrep.errors import NewsgrepError
from newsgrep.search.watches import (
    Watch,
    build_hits,
    check_name,
    find_doubts,
    find_matching,
    find_news,
    read_question,
    write_question,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence
    from pathlib import Path

    from newsgrep.archive.delivered_file import Place
    from newsgrep.archive.engine import Engine
    from newsgrep.archive.watch_store import Ids, StoredWatch
    from newsgrep.archive.write_lock import OnWait
    from newsgrep.search.results import Correction, Expansion, Hit
    from newsgrep.search.watches import News


class Added(NamedTuple):
    """What is to be said of a watch that was added."""

    articles: int
    """How many match today."""
    corrections: tuple[Correction, ...]
    """Words that no article has, and what may have been meant."""
    notes: tuple[str, ...]
    expansions: tuple[Expansion, ...]


class Failure(NamedTuple):
    """A watch that could not be asked."""

    name: str
    error: NewsgrepError


class Recovered(NamedTuple):
    """What became of runs that were cut off."""

    completed: tuple[str, ...] = ()
    """Files in which something was missing, and no longer is."""
    given_up: int = 0
    """Outputs of which nobody can know how far they came."""
    elsewhere: tuple[str, ...] = ()
    """Files that outputs were going to, and that are not written to now."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ListedWatch:
    """A standing search and what has become of it."""

    name: str
    query: str
    """With its filters, as typed."""
    added: str
    """ISO 8601, UTC."""
    last_run: str | None
    told: int
    """How many articles it has told."""


class Watches:
    """The standing searches of an archive, locked: no other process can add, remove or run one."""

    def __init__(
        self, folder: Path, open_engine: Callable[[], Engine], *, wait: float, on_wait: OnWait | None = None
    ) -> None:
        """Take the lock; see `Archive.open_watches`. Raises IndexBusy or IndexUnusable."""
        self._open_engine = open_engine
        self._lock = WatchLock(folder, wait=wait, on_wait=on_wait)
        try:
            self._store = WatchStore(folder)
        except BaseException:
            self._lock.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Release the lock and the store."""
        self._store.close()
        self._lock.close()

    @property
    def identity(self) -> str:
        """A UUID of these watches, for ids that no others give."""
        return self._store.identity

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all watches."""
        return tuple(each.name for each in self._store.watches())

    def add(
        self, watch: Watch, *, from_start: bool = False, replace: bool = False, today: dt.date | None = None
    ) -> Added:
        """Add a watch that tells what comes from now on, or with `from_start` also what matches now.

        With `replace`, one of the same name is forgotten, with what it has seen and what it had yet to tell.
        Raises WatchExists, OptionError, QueryError, FilterError or QueryTooCostly.
        """
        import numpy as np

        today = today or dt.date.today()
        check_name(watch.name)
        engine = self._open_engine()
        matching = find_matching(engine, watch, today=today)
        seen = np.zeros(0, np.uint64) if from_start else np.sort(matching.ids)
        self._store.add(watch.name, write_question(watch), seen, now=_now(), replace=replace)
        corrections = find_doubts(engine, watch, today=today)
        read = matching.understood
        return Added(int(matching.shown.sum()), corrections, read.notes, read.expansions)

    def remove(self, name: str) -> None:
        """Remove a watch and what it has seen. Raises WatchMissing."""
        self._store.remove(name)

    def recover(self, names: Collection[str] = (), *, path: str | None = None, replaced: bool = False) -> Recovered:
        """Bring to an end what earlier runs were telling when they were cut off.

        `path` is the file that this run's output goes to, if it is one, and `replaced` whether the output is the whole
        file: no other file is written to, since the index alone says which it was, and it may be a stranger's. What
        went to other files is left to a run that names them, unless that is of the watches of these names, or all.
        Raises OSError where a file cannot be written; it is tried again the next time.
        """
        wanted = None if path is None else (os.path.realpath(path), replaced)
        asked = {each.number for each in self._store.watches() if not names or each.name in names}
        completed, given_up, elsewhere = [], 0, []
        for batch in self._store.unfinished():
            outcome = Completion.UNKNOWN
            if batch.place and (batch.place.path, batch.place.replaced) == wanted:
                outcome = complete_output(batch.place, batch.output)
            elif batch.place:
                if asked.isdisjoint(self._store.told_by(batch.number)):
                    continue
                elsewhere.append(batch.place.path)
            if outcome is Completion.UNKNOWN:
                self._store.give_up(batch.number)
                given_up += 1
                continue
            self._store.finish(batch.number, now=_now())
            if outcome is Completion.COMPLETED and batch.place:
                completed.append(batch.place.path)
        return Recovered(tuple(completed), given_up, tuple(elsewhere))

    def find_news(
        self, names: Collection[str] = (), *, limit: int = 0, today: dt.date | None = None
    ) -> tuple[list[News], list[Failure]]:
        """What the watches of these names, or all, have to tell, and those that cannot be asked any more.

        Watches with nothing to tell are not among them. `limit` is how many articles of one watch at most; the others
        stay new. Raises WatchMissing.
        """
        stored = {each.name: each for each in self._store.watches()}
        for name in names:
            if name not in stored:
                raise missing(name)
        news, failures, versions = [], [], {}
        for name in dict.fromkeys(names or stored):
            try:
                found = self._find_news(stored[name], limit=limit, today=today or dt.date.today())
            except NewsgrepError as error:
                failures.append(Failure(name, error))
            else:
                versions[found.number] = found.versions
                if len(found):
                    news.append(found)
        self._store.note_run(versions, now=_now())
        return news, failures

    def _find_news(self, stored: StoredWatch, *, limit: int, today: dt.date) -> News:
        watch = read_question(stored.name, stored.question)
        seen, unsure = self._store.seen(stored.number), self._store.unsure(stored.number)
        return find_news(self._open_engine(), watch, stored.number, seen, unsure, today=today, limit=limit)

    def hits(self, news: News) -> tuple[Hit, ...]:
        """The articles of some news, with the passages that match."""
        return build_hits(self._open_engine(), news)

    def begin(self, parts: Iterable[News], place: Place | None = None, output: bytes = b"") -> int:
        """Write down what is about to be told; `output` is kept where it goes to a place. Returns a number for it."""
        return self._store.begin({part.number: _sorted(part.ids) for part in parts}, place, output)

    def finish(self, batch: int) -> None:
        """Mark what was begun as told."""
        self._store.finish(batch, now=_now())

    def mark_told(self, parts: Sequence[News]) -> None:
        """Mark news as told, for who does not write them to a stream or a file."""
        self.finish(self.begin(parts))


def list_standing(folder: Path) -> tuple[ListedWatch, ...]:
    """The standing searches of an index directory, in order of name. Raises IndexUnusable."""
    return tuple(
        ListedWatch(
            name=each.name,
            query=read_question(each.name, each.question).typed,
            added=each.added,
            last_run=each.last_run,
            told=each.told,
        )
        for each in list_watches(folder)
    )


def _sorted(ids: Ids) -> Ids:
    import numpy as np

    return np.sort(ids)


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")

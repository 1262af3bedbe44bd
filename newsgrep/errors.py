"""Every error a user can meet.

    NewsgrepError
    ├── IndexMissing         there is no index where one was looked for
    ├── IndexBusy            another process is writing the index
    ├── IndexUnusable        the index is damaged or of another format version
    ├── ClusterUnreachable   no node of an OpenSearch cluster answers
    ├── ClusterRefused       the cluster does not let this user in, or cannot be trusted
    ├── ClusterFailed        the cluster answered that it cannot do what it was asked, or nothing of use
    ├── SourceMissing        a directory or file to index does not exist
    ├── WorkerLost           a process that was reading files ended before its work was done
    ├── FileUnreadable       one file or record could not be read; the run goes on
    ├── QueryError           a query that cannot be understood
    │   └── FilterError      a date or filter value that cannot be understood
    ├── QueryTooCostly       a query whose answer would take too long or too much memory
    ├── ArticleMissing       no article has this id or path
    ├── ArticleAmbiguous     several articles share this id prefix or path
    ├── NothingToOpen        an article without a page that a browser could show, or no browser
    ├── WatchMissing         no standing search has this name
    ├── WatchExists          a standing search has this name already
    ├── TemplateError        a --format template that cannot be used
    ├── OptionError          a format, mapping or address that there is not, or too little memory
    ├── OutputExists         a file to write is there already
    └── ExtraMissing         an optional part of newsgrep is not installed

Each message says what happened and, after a line break, what to do next (`hint`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

REBUILD_HINT = "Build it anew: newsgrep index DIR --rebuild"
"""What to do about an index that cannot be used."""


class NewsgrepError(Exception):
    """Base of all errors that are shown to the user as one message and end with exit code 2."""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n{self.hint}" if self.hint else self.message

    def __reduce__(self) -> tuple[Callable[..., NewsgrepError], tuple[object, ...]]:
        # Pickled by what they say, whatever they are made of: workers send them to their parent.
        return _restore, (type(self), self.args, vars(self))


def _restore(kind: type[NewsgrepError], args: tuple[object, ...], state: dict[str, object]) -> NewsgrepError:
    error = kind.__new__(kind, *args)
    vars(error).update(state)
    return error


class IndexMissing(NewsgrepError):
    """There is no index where one was looked for."""


class IndexBusy(NewsgrepError):
    """Another process is writing the index."""


class IndexUnusable(NewsgrepError):
    """The index is damaged or of another format version."""


class ClusterUnreachable(NewsgrepError):
    """No node of an OpenSearch cluster answers, or none in time."""


class ClusterRefused(NewsgrepError):
    """A cluster does not let this user in or do this, or it cannot be trusted with a password.

    `is_known`: it knows who asks, and does not allow it.
    """

    def __init__(self, message: str, *, hint: str, is_known: bool = False) -> None:
        super().__init__(message, hint=hint)
        self.is_known = is_known


class ClusterFailed(NewsgrepError):
    """A cluster answered that it cannot do what it was asked, or with nothing that can be used.

    `status` is that of HTTP (200 for an answer that is none), `kind` OpenSearch's type of the error
    (`index_not_found_exception`; `not_json` and the like for an answer that is none), `reason` its words for people.
    """

    def __init__(self, status: int, kind: str, reason: str, *, where: str = "the cluster", hint: str) -> None:
        super().__init__(f"{where} answered with status {status}: {reason} ({kind})", hint=hint)
        self.status = status
        self.kind = kind
        self.reason = reason


class SourceMissing(NewsgrepError):
    """A directory or file to index does not exist."""


class WorkerLost(NewsgrepError):
    """A process that was reading files ended before its work was done."""


class FileUnreadable(NewsgrepError):
    """One file, or one record of it, could not be read. `position` says where ("line 7") if known."""

    def __init__(self, message: str, *, position: str | None = None, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.position = position


class QueryError(NewsgrepError):
    """A query that cannot be understood. `text` is what was typed, `column` the 0-based place of the fault."""

    def __init__(self, message: str, *, text: str, column: int, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.text = text
        self.column = column

    def __str__(self) -> str:
        pointer = f"{self.message}\n  {self.text}\n  {' ' * self.column}^"
        return f"{pointer}\n{self.hint}" if self.hint else pointer


class FilterError(QueryError):
    """A date or another filter value that cannot be understood."""


class QueryTooCostly(NewsgrepError):
    """A query whose answer would take too long or too much memory."""


class ArticleMissing(NewsgrepError):
    """No article has this id or path."""


class ArticleAmbiguous(NewsgrepError):
    """Several articles share this id prefix or path."""


class NothingToOpen(NewsgrepError):
    """An article has no page that a browser could show, or there is no browser."""


class WatchMissing(NewsgrepError):
    """No standing search has this name."""


class WatchExists(NewsgrepError):
    """A standing search has this name already."""


class TemplateError(NewsgrepError):
    """A `--format` template that cannot be used."""


class OptionError(NewsgrepError):
    """An option that cannot be followed: a format, a mapping or an address that there is not, too little memory."""


class OutputExists(NewsgrepError):
    """A file to write is there already, and was not to be replaced."""


class ExtraMissing(NewsgrepError):
    """An optional part of newsgrep is not installed; the hint is the command that installs it."""

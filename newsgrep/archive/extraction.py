"""Files read and understood without an index: each article with its reasons, each failure with its words.

What an update does with a file, less the writing; so that what is shown of a page is what would be indexed of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsgrep.archive.problem_list import FileProblems
from newsgrep.archive.schema import article_id
from newsgrep.errors import FileUnreadable, SourceMissing
from newsgrep.extract.explanation import Explanation, FieldOrigin, LeftOut, Reason, assess_article, explain_article
from newsgrep.sources.formats import read_file
from newsgrep.sources.outcome import BrokenRecord, Skipped
from newsgrep.sources.read_options import build_options
from newsgrep.sources.walk import walk_files

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping

    from newsgrep.archive.report import Problem
    from newsgrep.sources.read_options import ReadOptions
    from newsgrep.sources.walk import FoundFile, Unreadable

__all__ = ["Explanation", "Extracted", "FieldOrigin", "LeftOut", "NoArticle", "Reason", "extract_files"]


@dataclass(frozen=True, slots=True)
class NoArticle:
    """A file, or a record of it, that gave no article."""

    path: str
    error: str
    position: str | None = None
    """Where in the file, if known ("line 7")."""
    failed: bool = True
    """False: no article was to be expected there (a picture)."""
    count: int = 1
    """How many records this stands for; of a file with many that fail, the first are told and the others counted."""


Extracted = Explanation | NoArticle


def extract_files(
    names: list[str],
    *,
    explain: bool = False,
    date_from_mtime: bool = False,
    source_format: str | None = None,
    mapping: Mapping[str, str] | None = None,
    today: dt.date | None = None,
) -> Iterator[Extracted]:
    """What the files hold, in their order; of a folder, all files in it. What fails is a NoArticle.

    Without `explain`, articles come without origins and without what was left out. `source_format` and `mapping` are as
    `Archive.update` takes them. Raises OptionError for a format or a target that there is not.
    """
    options = build_options(source_format, mapping or {})
    for name in names:
        unreadable: list[Unreadable] = []
        try:
            for file in walk_files(name, on_unreadable=unreadable.append):
                yield from _extract_file(file, options, explain=explain, date_from_mtime=date_from_mtime, today=today)
        except SourceMissing:
            yield NoArticle(name, "There is no such file or folder")
        for one in unreadable:
            yield NoArticle(one.path, one.reason)


def _extract_file(
    file: FoundFile, options: ReadOptions, *, explain: bool, date_from_mtime: bool, today: dt.date | None
) -> Iterator[Extracted]:
    understand = explain_article if explain else assess_article
    mtime = file.mtime_ns / 1e9 if date_from_mtime else None
    problems = FileProblems(file.path)

    def note(reason: str, position: str | None = None, *, failed: bool = True) -> list[NoArticle]:
        problem = problems.add(reason, position, failed=failed)
        return [_tell(problem)] if problem else []

    try:
        for outcome in read_file(file.path, options=options):
            if isinstance(outcome, Skipped):
                yield from note(outcome.reason, outcome.position, failed=False)
            elif isinstance(outcome, BrokenRecord):
                yield from note(outcome.reason, outcome.position)
            else:
                try:
                    yield understand(outcome, article_id(file.key, outcome.record or ""), today=today, mtime=mtime)
                except FileUnreadable as error:
                    yield from note(error.message, outcome.record)
    except FileUnreadable as error:
        yield from note(error.message, error.position)
    except OSError as error:
        yield from note(error.strerror or str(error))
    yield from map(_tell, problems.counted)


def _tell(problem: Problem) -> NoArticle:
    return NoArticle(problem.path, problem.reason, problem.position, problem.failed, problem.count)

"""The library's front: an open archive that can be searched, updated and read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Sequence

    from newsgrep.archive.report import OnProblem, OnProgress, UpdateSummary
    from newsgrep.article import Article
    from newsgrep.search.request import Request
    from newsgrep.search.results import Results, Span


@dataclass(frozen=True, slots=True)
class SectionCount:
    """A section label and how many articles carry it."""

    label: str
    articles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexInfo:
    """Facts about an index."""

    path: str
    format_version: int
    articles: int
    undated: int
    first: str | None
    """Earliest publication date, ISO 8601."""
    last: str | None
    sections: int
    sources: int
    files: int
    problems: int
    """Files or records that could not be read."""
    index_bytes: int
    updated: str | None
    """When the last commit was made: ISO 8601, UTC."""
    segments: int


class Archive:
    """An open index of saved articles. Use it as a context manager, or call `close`."""

    def search(self, request: Request) -> Results:
        """Answer one request. Raises QueryError for a query that cannot be understood."""
        raise NotImplementedError

    def get(self, article_id: str) -> Article:
        """Return the whole article with this id, a unique start of an id, or the path of its file.

        `path#record` names one article of a file that holds several.
        Raises ArticleMissing or ArticleAmbiguous.
        """
        raise NotImplementedError

    def highlight(self, text: str, query: str) -> tuple[Span, ...]:
        """Where the words of a query stand in a text."""
        raise NotImplementedError

    def update(
        self,
        sources: Iterable[str | os.PathLike[str]],
        *,
        include: Sequence[str] = (),
        exclude: Sequence[str] = (),
        rebuild: bool = False,
        dry_run: bool = False,
        on_progress: OnProgress | None = None,
        on_problem: OnProblem | None = None,
    ) -> UpdateSummary:
        """Bring the index up to date with directories or files; reads only what is new or changed.

        Raises SourceMissing or IndexBusy.
        """
        raise NotImplementedError

    def sections(self) -> tuple[SectionCount, ...]:
        """Every section label with its number of articles, most first."""
        raise NotImplementedError

    def info(self) -> IndexInfo:
        """Facts about the index."""
        raise NotImplementedError

    def close(self) -> None:
        """Release the files of the index."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


def open_archive(path: str | os.PathLike[str] | None = None, *, create: bool = False) -> Archive:
    """Open the index at `path`, or the one `newsgrep` would find from here.

    Without a path: `NEWSGREP_INDEX`, then an index in `index/` here or in a parent folder. With `create`, an index
    that is not there is made (in `./index` when no path is given). Raises IndexMissing or IndexUnusable.
    """
    raise NotImplementedError

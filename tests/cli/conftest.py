"""A small archive that answers from memory, in place of an index on disk."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from newsgrep.api import Archive
from newsgrep.archive.report import Problem, Progress, UpdateSummary
from newsgrep.article import Article, DateOrigin
from newsgrep.cli.main import run
from newsgrep.errors import ArticleMissing, QueryError
from newsgrep.search.overview import IndexInfo, SectionCount
from newsgrep.search.request import Request
from newsgrep.search.results import Hit, Results, Snippet, Span

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from newsgrep.archive.opensearch.layout import Layout
    from newsgrep.archive.report import OnProblem, OnProgress
    from newsgrep.archive.write_lock import OnWait

    Ran = tuple[int, str, str]
    """Exit code, stdout, stderr."""

HARBOUR = Article(
    id="a1b2c3d4e5f6",
    title="Harbour bridge reopens after storm",
    body="The harbour bridge opened on Tuesday.\n\nEngineers had closed it\nfor a week.",
    section=("News", "Local"),
    authors=("Ada Example", "Bo Sample"),
    source="The Example Post",
    url="https://example.org/harbour-bridge",
    published=dt.datetime(2018, 2, 20, 16, 2),
    published_from=DateOrigin.JSON_LD,
    lang="en",
    path="saved/harbour.html",
    words=14,
)

UNDATED = Article(
    id="0f0e0d0c0b0a",
    title="A bridge, undated",
    body="Nobody knows when.",
    path="saved/wire.jsonl",
    record="17",
    words=3,
)


class FakeArchive(Archive):
    """Finds every article whose title or body holds all words of the query, and remembers what it was asked."""

    def __init__(
        self, articles: Sequence[Article], *, problems: Sequence[Problem] = (), interrupted: bool = False
    ) -> None:
        super().__init__(Path("index"))
        self.articles = articles
        self.problems = tuple(problems)
        self.interrupted = interrupted
        self.requests: list[Request] = []
        self.updates: list[dict[str, object]] = []

    def search(self, request: Request | str, *, today: dt.date | None = None) -> Results:
        """Answer by looking into every article."""
        assert isinstance(request, Request)
        self.requests.append(request)
        if '"' in request.text:
            raise QueryError(
                "A quote is not closed", text=request.text, column=request.text.index('"'), hint="Close it."
            )
        words = request.text.lower().split()
        found = [a for a in self.articles if all(word in f"{a.title} {a.body}".lower() for word in words)]
        start = (request.page - 1) * request.limit
        hits = [
            Hit(
                rank=rank,
                score=10.5 / rank,
                article=article,
                title_highlights=self.highlight(article.title, request.text),
                snippets=self._snippets(article, request),
            )
            for rank, article in enumerate(found[start : start + request.limit], start + 1)
        ]
        return Results(query=" AND ".join(words), total=len(found), took_ms=1.25, hits=tuple(hits))

    def count(self, request: Request | str, *, today: dt.date | None = None) -> int:
        """Count by searching."""
        return self.search(request).total

    def get(self, name: str) -> Article:
        """Look an article up."""
        for article in self.articles:
            if name in {article.id, article.path, f"{article.path}#{article.record}"}:
                return article
        raise ArticleMissing(f"No article {name}", hint="See newsgrep search.")

    def count_versions(self, article: Article) -> int:
        """Look which articles have the same address."""
        return sum(other.url == article.url for other in self.articles) if article.url else 1

    def highlight(self, text: str, query: Request | str, *, today: dt.date | None = None) -> tuple[Span, ...]:
        """Light the first place of each word."""
        query = query if isinstance(query, str) else query.text
        places = sorted((text.lower().find(word), len(word)) for word in set(query.lower().split()))
        return tuple((start, start + length) for start, length in places if start >= 0)

    def update(
        self,
        sources: Iterable[str | os.PathLike[str]],
        *,
        include: Sequence[str] = (),
        exclude: Sequence[str] = (),
        rebuild: bool = False,
        dry_run: bool = False,
        jobs: int | None = None,
        memory: int | None = None,
        date_from_mtime: bool = False,
        source_format: str | None = None,
        mapping: Mapping[str, str] | None = None,
        layout: Layout | None = None,
        on_progress: OnProgress | None = None,
        on_problem: OnProblem | None = None,
        on_wait: OnWait | None = None,
    ) -> UpdateSummary:
        """Pretend to read one file per article."""
        self.updates.append(
            {
                "sources": list(sources),
                "include": list(include),
                "exclude": list(exclude),
                "rebuild": rebuild,
                "dry_run": dry_run,
                "jobs": jobs,
                "memory": memory,
                "date_from_mtime": date_from_mtime,
                "source_format": source_format,
                "mapping": dict(mapping or {}),
            }
        )
        if self.interrupted:
            raise KeyboardInterrupt
        for problem in self.problems:
            if on_problem:
                on_problem(problem)
        number = len(self.articles)
        for done in range(1, number + 1):
            if on_progress:
                on_progress(Progress("saved/a.html", done, number, done * 10, number * 10, done))
        return UpdateSummary(
            index="index",
            articles=number,
            added=number,
            removed=0,
            files=number + 3,
            files_read=number,
            files_unchanged=3,
            files_gone=1,
            problems=self.problems,
            bytes_read=number * 10,
            index_bytes=12_345,
            seconds=0.25,
            dry_run=dry_run,
        )

    def sections(self) -> tuple[SectionCount, ...]:
        """Count labels."""
        labels = sorted({label for article in self.articles for label in article.section})
        return tuple(SectionCount(label, sum(label in a.section for a in self.articles)) for label in labels)

    def info(self) -> IndexInfo:
        """Make facts up."""
        return IndexInfo(
            path="index",
            format_version=1,
            articles=len(self.articles),
            undated=1,
            first="2018-02-20T16:02",
            last="2018-02-20T16:02",
            sections=2,
            sources=1,
            files=2,
            problems=0,
            index_bytes=12_345,
            updated="2024-01-02T03:04:05+00:00",
            segments=1,
        )

    def _snippets(self, article: Article, request: Request) -> tuple[Snippet, ...]:
        passages = article.body.split("\n\n")[: request.snippets]
        return tuple(Snippet("body", passage, self.highlight(passage, request.text)) for passage in passages)


@pytest.fixture
def requests() -> list[Request]:
    """What the archive was asked."""
    return []


@pytest.fixture
def updates() -> list[dict[str, object]]:
    """What the archive was told to update, and where it was opened."""
    return []


@pytest.fixture
def install(
    monkeypatch: pytest.MonkeyPatch, requests: list[Request], updates: list[dict[str, object]]
) -> Callable[..., Archive]:
    """Put an archive of some articles where the commands open theirs."""
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "NEWSGREP_INDEX", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)

    def _install(*articles: Article, problems: Sequence[Problem] = (), interrupted: bool = False) -> Archive:
        archive = FakeArchive(articles, problems=problems, interrupted=interrupted)
        archive.requests, archive.updates = requests, updates

        def open_archive(path: object = None, *, create: bool = False) -> Archive:
            updates.append({"opened": path, "create": create})
            return archive

        monkeypatch.setattr("newsgrep.opening.open_archive", open_archive)
        return archive

    return _install


@pytest.fixture
def harbour() -> Article:
    """An article with every fact known."""
    return HARBOUR


@pytest.fixture
def undated() -> Article:
    """An article with no fact known that may be missing."""
    return UNDATED


@pytest.fixture
def archive(install: Callable[..., Archive]) -> Archive:
    """Two articles about a bridge."""
    return install(HARBOUR, UNDATED)


@pytest.fixture
def results(archive: Archive) -> Results:
    """Both articles, found by one word."""
    return archive.search(Request(text="bridge"))


@pytest.fixture
def newsgrep(capfdbinary: pytest.CaptureFixture[bytes]) -> Callable[..., Ran]:
    """Run a command line in this process."""

    def _newsgrep(*arguments: str) -> Ran:
        code = run(arguments)
        out, err = capfdbinary.readouterr()
        return code, out.decode("utf-8", "surrogateescape"), err.decode()

    return _newsgrep

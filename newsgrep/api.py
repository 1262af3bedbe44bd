"""The library's front: an open archive that can be searched, updated and read.

Longer than other files because it is the one list of what can be asked: a method a question, each a call of its room.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Self

from newsgrep.errors import OptionError

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from newsgrep.archive.check import Checked, OnChecked
    from newsgrep.archive.engine import Engine
    from newsgrep.archive.opensearch.address import IndexUrl
    from newsgrep.archive.opensearch.layout import Layout
    from newsgrep.archive.repair import Repaired
    from newsgrep.archive.report import OnProblem, OnProgress, UpdateSummary
    from newsgrep.archive.whereabouts import Whereabouts
    from newsgrep.archive.write_lock import OnWait
    from newsgrep.article import Article
    from newsgrep.search.batch import BatchQuery, BatchResults, OnDone
    from newsgrep.search.beginnings import Offer
    from newsgrep.search.changed_articles import ChangedArticles
    from newsgrep.search.comparison import Comparison, ComparisonRequest
    from newsgrep.search.concordance import Concordance, LineOrder
    from newsgrep.search.overview import IndexInfo, SectionCount
    from newsgrep.search.request import Request, Sort
    from newsgrep.search.results import Results, Span
    from newsgrep.search.selection import Selection
    from newsgrep.search.similar import SimilarRequest, SimilarResults
    from newsgrep.search.trends import By, Facets, FacetSort, Per, Split, Timeline, Unit
    from newsgrep.search.version_history import VersionHistory
    from newsgrep.search.watching import ListedWatch, Watches


class Archive:
    """An open index of saved articles. Use it as a context manager, or call `close`."""

    def __init__(self, place: Path | IndexUrl) -> None:
        """Use `newsgrep.open`, which finds the index."""
        self._place = place
        self._engine: Engine | None = None
        self._whereabouts: Whereabouts | None = None

    @property
    def path(self) -> str:
        """The index directory, or the address of the index on a cluster."""
        return str(self._place)

    @property
    def location(self) -> str | tuple[str, ...]:
        """What `newsgrep.open` opens it by again."""
        return self.path

    def _open_engine(self) -> Engine:
        if self._engine is not None:
            return self._engine
        if isinstance(self._place, Path):
            from newsgrep.archive.local_engine import LocalEngine

            self._engine = LocalEngine(self._place)
        else:
            from newsgrep.archive.opensearch.cluster import Cluster
            from newsgrep.archive.opensearch.remote_engine import RemoteEngine
            from newsgrep.search.placed_text import build_test

            cluster = Cluster(self._place)
            try:
                self._engine = RemoteEngine(cluster, build_test)
            except BaseException:
                cluster.close()
                raise
        return self._engine

    def _require_folder(self, what: str) -> Path:
        """The index directory. Raises OptionError for an index on a cluster, which `what` is not for."""
        if isinstance(self._place, Path):
            return self._place

        raise OptionError(
            f"{self._place}: {what} is for an index in a folder",
            hint="A cluster keeps its copies whole itself; to see how it is: newsgrep doctor --index URL",
        )

    def search(self, request: Request | str, *, today: dt.date | None = None) -> Results:
        """Answer one request, or a query text with the defaults of `Request`.

        `today` is what relative dates in the query count from. Raises QueryError for a query that cannot be understood.
        """
        from newsgrep.search.request import Request
        from newsgrep.search.run import search

        asked = Request(text=request) if isinstance(request, str) else request
        return search(self._open_engine(), asked, today=today or dt.date.today())

    def count(self, request: Request | str, *, today: dt.date | None = None) -> int:
        """How many articles a request finds; cheaper than `search`. Raises QueryError."""
        from newsgrep.search.request import Request
        from newsgrep.search.run import count

        asked = Request(text=request) if isinstance(request, str) else request
        return count(self._open_engine(), asked, today=today or dt.date.today())

    def select(
        self,
        request: Request | str,
        *,
        sort: Sort | None = None,
        limit: int | None = None,
        today: dt.date | None = None,
    ) -> Selection:
        """Every article that a request finds, whole, one after the other; memory does not grow with their number.

        They come in the order of the index unless `sort` asks for another; `limit` takes the first so many, the best
        where no order is asked. Raises QueryError.
        """
        from newsgrep.search.request import Request
        from newsgrep.search.selection import select

        asked = Request(text=request) if isinstance(request, str) else request
        return select(self._open_engine(), asked, today=today or dt.date.today(), sort=sort, limit=limit)

    def concordance(
        self,
        request: Request | str,
        *,
        order: LineOrder | None = None,
        context: int | None = None,
        titles: bool = False,
        today: dt.date | None = None,
        on_progress: Callable[[int, int], None] | None = None,
    ) -> Concordance:
        """Every occurrence of a request's words with what stands around it; see `search.concordance`.

        `limit` of the request is how many lines there may be. The lines are read as they are asked for.
        Raises QueryError.
        """
        from newsgrep.search.concordance import LineOrder, build_concordance
        from newsgrep.search.request import Request

        asked = Request(text=request) if isinstance(request, str) else request
        return build_concordance(
            self._open_engine(),
            asked,
            today=today or dt.date.today(),
            order=order or LineOrder.RELEVANCE,
            context=context,
            titles=titles,
            on_progress=on_progress,
        )

    def stories(self, request: Request | str, *, largest_first: bool = False, today: dt.date | None = None) -> Results:
        """Answer as `search`, with one hit for each story: `Hit.copies` says what else there is of it.

        In the order of the request, or those of most articles first. Raises QueryError.
        """
        import dataclasses

        from newsgrep.search.request import CopyMode, Request

        asked = Request(text=request) if isinstance(request, str) else request
        return self.search(dataclasses.replace(asked, copies=CopyMode.GROUP, largest_first=largest_first), today=today)

    def compare(
        self,
        asked: ComparisonRequest,
        *,
        today: dt.date | None = None,
        on_progress: Callable[[int, int], None] | None = None,
    ) -> Comparison:
        """The words that set two sets of articles apart; see `search.comparison`.

        `on_progress` is told how many of how many articles are counted. Raises QueryError or QueryTooCostly.
        """
        from newsgrep.search.comparison import compare

        return compare(self._open_engine(), asked, today=today or dt.date.today(), on_progress=on_progress)

    def get(self, name: str) -> Article:
        """Return the whole article with this id, a unique start of an id, or the path of its file.

        `path#record` names one article of a file that holds several, `path#member` or `path#member#record` one in
        an archive.
        Raises ArticleMissing or ArticleAmbiguous.
        """
        from newsgrep.search.lookup import find_article

        return find_article(self._open_engine(), name)

    def locate(self, article: Article) -> str:
        """The path of an article's file from the current directory, whichever the index was made in.

        `Article.path` as it is where nobody can tell any more, since file or index were moved.
        """
        if self._whereabouts is None:
            from newsgrep.archive.whereabouts import Whereabouts

            if isinstance(self._place, Path):
                self._whereabouts = Whereabouts(self._place)
            else:
                import functools

                from newsgrep.archive.opensearch.sources import find_source

                self._whereabouts = Whereabouts(None, functools.partial(find_source, self._place))
        return self._whereabouts.find(article)

    def similar(self, request: SimilarRequest | str) -> SimilarResults:
        """What else was written on an article, which is named as for `get`.

        Raises ArticleMissing, ArticleAmbiguous, FilterError, or OptionError where an article without a date is asked
        for what came before or after it.
        """
        from newsgrep.search.similar import SimilarRequest, find_similar

        asked = SimilarRequest(name=request) if isinstance(request, str) else request
        return find_similar(self._open_engine(), asked)

    def batch(
        self,
        queries: Sequence[BatchQuery],
        request: Request | None = None,
        *,
        stories: bool = False,
        together: bool = False,
        on_done: OnDone | None = None,
        today: dt.date | None = None,
    ) -> BatchResults:
        """Ask many queries, each as `request` says, whose own text is not looked at.

        A query that cannot be understood is a row with its error. `stories` counts copies of one text once, `together`
        counts the articles that every two of the queries have in common. Raises OptionError for too many to compare.
        """
        from newsgrep.search.batch import run_batch
        from newsgrep.search.request import Request

        asked = request or Request(text="")
        day = today or dt.date.today()
        return run_batch(
            self._open_engine(), queries, asked, today=day, stories=stories, together=together, on_done=on_done
        )

    def cite(self, name: str, style: str = "text") -> str:
        """The citation of an article, named as `get` takes it: `text`, `markdown`, `bibtex`, `ris` or `csl-json`.

        Raises ArticleMissing, ArticleAmbiguous, or ValueError for another style.
        """
        from newsgrep.search.citations import Style, iter_citations

        return "".join(iter_citations([self.get(name)], Style(style)))

    def versions(
        self, name: str, *, limit: int = 0, compare: tuple[int | None, int | None] | None = None
    ) -> VersionHistory:
        """What was saved from a web address, or from that of the article that `name` means (as in `get`), oldest first.

        `limit` keeps the newest (0: all). `compare` holds two versions against each other, by their numbers; None
        stands for the newest and the one before it.
        Raises ArticleMissing, ArticleAmbiguous or OptionError.
        """
        from newsgrep.search.version_history import find_versions

        return find_versions(self._open_engine(), name, limit=limit, compare=compare)

    def count_versions(self, article: Article) -> int:
        """How many articles were saved from the address of one, that one among them."""
        from newsgrep.search.lookup import count_versions

        return count_versions(self._open_engine(), article)

    def changed(self, request: Request | str, *, today: dt.date | None = None) -> ChangedArticles:
        """Articles that changed after they were first saved, those saved last first.

        Any of their versions may answer the request. Raises QueryError.
        """
        from newsgrep.search.changed_articles import find_changed
        from newsgrep.search.request import Request

        asked = Request(text=request) if isinstance(request, str) else request
        return find_changed(self._open_engine(), asked, today=today or dt.date.today())

    def highlight(self, text: str, query: Request | str, *, today: dt.date | None = None) -> tuple[Span, ...]:
        """Where the words of a query stand in a text; of a request, the words that it is answered with.

        Raises QueryError.
        """
        from newsgrep.search.run import find_request_spans, find_spans

        day = today or dt.date.today()
        if isinstance(query, str):
            return find_spans(text, query, today=day)
        return find_request_spans(self._open_engine(), text, query, today=day)

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
        """Bring the index up to date with directories or files; reads only what is new or changed.

        Of what was indexed before, files beneath `sources` that are gone lose their articles; files elsewhere, and
        files that `include` or `exclude` leave out this time, keep theirs. A file that cannot be read any more keeps
        its articles too, and is tried again by every update. `rebuild` starts from nothing, and is published at its
        end as a whole. `dry_run` reads no file and changes nothing. `jobs` is how many processes read (default: one a
        core; small updates take one), `memory` how many bytes all of them may take together (512 MiB; 64 MiB is the
        least, and where it is short fewer read). It is held to within 150 MB, whatever the size of the archive.
        With `date_from_mtime`, articles without any date are given the one when their file was last written.
        `source_format` is the name of the format that the files are in, where it is not to be detected (`newsgrep
        formats` lists them); `mapping` says which field of a record is what, as in `{"title": "headline"}`. Each is
        remembered of every file, and holds for it until another is given ("auto" goes back to detection); a file is
        read again, changed or not, where that makes a difference to it, and where an extra that it lacked is installed.
        `layout` says how an index on a cluster is shared out over it; it is for no index in a folder.
        While another process writes the index, an update fails; with `on_wait` it waits, telling it who that is.
        The other callbacks are called as files are read. Raises SourceMissing, OptionError, IndexBusy, IndexUnusable,
        WorkerLost or, of a cluster, ClusterUnreachable, ClusterRefused or ClusterFailed.
        """
        from newsgrep.archive.budget import DEFAULT_MEMORY
        from newsgrep.archive.update import Options, update_index

        options = Options(
            include=include,
            exclude=exclude,
            rebuild=rebuild,
            dry_run=dry_run,
            jobs=jobs,
            memory=memory or DEFAULT_MEMORY,
            date_from_mtime=date_from_mtime,
            source_format=source_format,
            mapping=mapping or {},
            on_wait=on_wait,
            layout=layout,
        )
        if isinstance(self._place, Path):
            if layout is not None:
                raise OptionError(
                    f"{self._place} is a folder: shards, copies and years are for an index on a cluster",
                    hint="Name one with --index http://HOST:9200/NAME, or leave them out.",
                )
            summary = update_index(self._place, sources, options, on_progress=on_progress, on_problem=on_problem)
        else:
            from newsgrep.archive.opensearch.update import update_remote

            summary = update_remote(self._place, sources, options, on_progress=on_progress, on_problem=on_problem)
        if self._engine is not None:
            self._engine.refresh()
        return summary

    def sections(self) -> tuple[SectionCount, ...]:
        """Every section label with its number of articles, most first."""
        from newsgrep.search.overview import count_sections

        return count_sections(self._open_engine())

    def offer_labels(self, what: str, typed: str) -> list[Offer]:
        """The labels (`what`: section, source, author, lang) that begin as typed, for completion."""
        from newsgrep.search.beginnings import offer_labels

        return offer_labels(self._open_engine(), what, typed)

    def offer_ids(self, typed: str) -> list[Offer]:
        """The ids of articles that begin as typed, with their titles, for completion."""
        from newsgrep.search.beginnings import offer_ids

        return offer_ids(self._open_engine(), typed)

    def timeline(
        self,
        request: Request | str,
        *,
        unit: Unit | None = None,
        per: Per | None = None,
        split_by: Split | None = None,
        top: int = 5,
        today: dt.date | None = None,
    ) -> Timeline:
        """Count what a request finds over time, beside what the archive has; see `search.timeline.build_timeline`."""
        from newsgrep.search.request import Request
        from newsgrep.search.timeline import build_timeline
        from newsgrep.search.trends import Per

        asked, day = Request(text=request) if isinstance(request, str) else request, today or dt.date.today()
        return build_timeline(
            self._open_engine(), asked, today=day, unit=unit, per=per or Per.COPY, split_by=split_by, top=top
        )

    def facets(
        self,
        request: Request | str,
        by: Sequence[By] = (),
        *,
        sort: FacetSort | None = None,
        top: int = 10,
        today: dt.date | None = None,
    ) -> Facets:
        """Count what a request finds by section, publication, author...; see `search.facets.build_facets`."""
        from newsgrep.search.facets import build_facets
        from newsgrep.search.request import Request
        from newsgrep.search.trends import By, FacetSort

        asked, day = Request(text=request) if isinstance(request, str) else request, today or dt.date.today()
        return build_facets(
            self._open_engine(), asked, by or tuple(By), today=day, sort=sort or FacetSort.COUNT, top=top
        )

    def info(self) -> IndexInfo:
        """Facts about the index."""
        from newsgrep.search.overview import describe_index

        return describe_index(self._open_engine(), self._place)

    def check(self, *, on_checked: OnChecked | None = None) -> Checked:
        """Read every byte of the index and say what is not as it was written; changes nothing.

        `on_checked` is told which file is read, and how far the reading is, in bytes. Raises OptionError for an index
        on a cluster.
        """
        from newsgrep.archive.check import check_index

        return check_index(self._require_folder("a check of every byte"), on_checked)

    def repair(
        self,
        *,
        on_checked: OnChecked | None = None,
        on_progress: OnProgress | None = None,
        on_problem: OnProblem | None = None,
    ) -> Repaired:
        """Check the index; give up what is damaged, and read the files again whose articles that were.

        Raises IndexBusy, IndexUnusable where nothing tells which files those are, or OptionError for an index on a
        cluster.
        """
        from newsgrep.archive.repair import repair_index

        folder = self._require_folder("a repair")
        self.close()
        return repair_index(folder, on_checked=on_checked, on_progress=on_progress, on_problem=on_problem)

    def list_watches(self) -> tuple[ListedWatch, ...]:
        """The standing searches, in order of name."""
        from newsgrep.archive.location import find_watches
        from newsgrep.search.watching import list_standing

        return list_standing(find_watches(self._place))

    def open_watches(self, *, wait: float = 0, on_wait: OnWait | None = None) -> Watches:
        """Open the standing searches, to add, remove or run them; use the answer as a context manager.

        One process at a time has them open: `wait` is how many seconds to wait for another, and `on_wait` is told once
        which one that is. Raises IndexBusy.
        """
        from newsgrep.archive.location import find_watches
        from newsgrep.search.watching import Watches

        return Watches(find_watches(self._place, create=True), self._open_engine, wait=wait, on_wait=on_wait)

    def follow(self) -> bool:
        """See what was committed since the archive was opened or last followed; whether there was anything.

        Without it an open archive stays at the commit that it was opened at. Cheap where nothing is new.
        """
        if self._engine is None or not self._engine.is_behind():
            return False
        # What is there now may be another index altogether: it is opened, and looked at, like any.
        self.close()
        return True

    def close(self) -> None:
        """Release the files of the index."""
        if self._engine is not None:
            self._engine.close()
            self._engine = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

"""`newsgrep index`: bring the index up to date with directories of saved articles."""

from __future__ import annotations

import functools
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import click

from newsgrep.cli import streams
from newsgrep.cli.command import command
from newsgrep.cli.exit_codes import FAILED, FOUND, NOTHING_FOUND
from newsgrep.cli.interrupt import Interrupt
from newsgrep.cli.options import (
    cluster_option,
    format_option,
    json_option,
    map_option,
    one_index_option,
    parse_mapping,
    reading_option,
)
from newsgrep.cli.progress import ProblemTeller, WaitingTeller, open_meter
from newsgrep.cli.safe_text import clean_line
from newsgrep.cli.wording import count_of, duration_of, size_of
from newsgrep.errors import ClusterFailed, ClusterRefused, ClusterUnreachable, NewsgrepError, SourceMissing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from newsgrep.api import Archive
    from newsgrep.archive.opensearch.layout import Layout
    from newsgrep.archive.report import Progress, UpdateSummary

_REASONS_SHOWN = 8


@command("index", short_help="Index directories of saved articles, or bring their index up to date.")
@click.argument("sources", nargs=-1, metavar="DIR...", type=click.Path())
@reading_option("--include", metavar="GLOB", multiple=True, help="Read only files like this. Repeat for more.")
@reading_option("--exclude", metavar="GLOB", multiple=True, help="Do not read files like this. Repeat for more.")
@click.option("-j", "--jobs", type=click.IntRange(min=1), help="Processes that read files. Default: one a core.")
@click.option(
    "--memory",
    metavar="SIZE",
    default="512M",
    show_default=True,
    help="Memory for all processes, held to within 150M; where it is short fewer read: 256M, 2G.",
)
@reading_option(
    "--date-from-mtime",
    is_flag=True,
    help="Where no date is found, take when the file was last written. Files read before: with --rebuild.",
)
@format_option
@map_option
@click.option("--rebuild", is_flag=True, help="Read every file again, changed or not.")
@click.option("--wait", is_flag=True, help="While another process writes the index, wait instead of giving up.")
@click.option("--watch", is_flag=True, help="Stay, and update the index whenever files change. Ctrl-C ends it.")
@cluster_option("--shards", type=click.IntRange(min=1), help="Parts of the index that nodes share. Default: 1.")
@cluster_option("--replicas", type=click.IntRange(min=0), help="Copies of each part. Default: 1 with several nodes.")
@cluster_option("--by-year", is_flag=True, help="Articles of each year in an index of their own.")
@click.option("--dry-run", is_flag=True, help="Say what would be done and change nothing.")
@json_option("the summary")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but what failed.")
@click.option("-v", "--verbose", is_flag=True, help="Name every file that was skipped, and why.")
@one_index_option
def index_command(
    sources: tuple[str, ...],
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    jobs: int | None,
    memory: str,
    date_from_mtime: bool,
    source_format: str | None,
    mapping: tuple[str, ...],
    rebuild: bool,
    wait: bool,
    watch: bool,
    shards: int | None,
    replicas: int | None,
    by_year: bool,
    dry_run: bool,
    as_json: bool,
    quiet: bool,
    verbose: bool,
    index: str | None,
) -> int:
    """Index saved articles: text, HTML, JSON, WARC and other files, compressed or in archives too.

    A second run reads only files that are new or changed, and forgets files that are gone.
    The index is made in ./index unless --index or $NEWSGREP_INDEX says otherwise. Ctrl-C is safe.

    `newsgrep formats` lists what can be read.

    Exit code: 0 all went well, 1 the index holds no article, 2 something could not be read.

    \b
    Examples:
      newsgrep index clippings/
      newsgrep index 2017/ 2018/ --include '*.html' --exclude 'drafts/*'
      newsgrep index clippings/ --dry-run --verbose
      newsgrep index crawl.warc.gz pages.zip
      newsgrep index export.jsonl --map title=headline,body=content.text
      newsgrep index clippings/ --watch
      newsgrep index clippings/ --quiet --index ~/news.index
    """
    if not sources:
        raise click.UsageError("Nothing to index. Name a directory of saved articles: newsgrep index DIR")
    memory_bytes = parse_size(memory)
    fields = parse_mapping(mapping)
    if quiet and verbose:
        raise click.UsageError("--quiet and --verbose exclude each other: leave one out.")
    if watch and (dry_run or rebuild):
        raise click.UsageError("--watch brings an index up to date: it goes with neither --dry-run nor --rebuild.")
    from newsgrep.opening import open_archive

    with open_archive(index, create=True) as archive:
        layout = read_layout(archive, shards, replicas, by_year=by_year)
        run = _Run(archive, quiet=quiet, verbose=verbose, wait=wait or watch)
        update = functools.partial(
            run.update,
            sources,
            include=include,
            exclude=exclude,
            rebuild=rebuild,
            dry_run=dry_run,
            jobs=jobs,
            memory=memory_bytes,
            date_from_mtime=date_from_mtime,
            source_format=source_format,
            mapping=fields,
            layout=layout,
        )
        if watch:
            return _follow(sources, archive.path, update, as_json=as_json, quiet=quiet)
        try:
            summary = update()
        except KeyboardInterrupt:
            streams.say(f"newsgrep: interrupted: {_kept(archive, rebuild=rebuild)}")
            raise
    _tell(summary, as_json=as_json, quiet=quiet)
    if summary.failed:
        return FAILED
    return FOUND if summary.articles or (dry_run and summary.files_read) else NOTHING_FOUND


class _Run:
    """Updates of one archive, and what is told while they run."""

    def __init__(self, archive: Archive, *, quiet: bool, verbose: bool, wait: bool) -> None:
        self._archive = archive
        self._quiet = quiet
        self._verbose = verbose
        self._wait = wait

    def update(self, sources: Sequence[str], **options: Any) -> UpdateSummary:
        """Run one; `options` are those of `Archive.update`. Raises KeyboardInterrupt where stopping is safe."""
        meter = open_meter(quiet=self._quiet)
        teller, waiting = ProblemTeller(meter, verbose=self._verbose), WaitingTeller(meter)
        waited_for: set[str] = set()
        with meter, Interrupt() as interrupt:

            def show(progress: Progress) -> None:
                waiting.show(progress)
                meter.show(progress)
                interrupt.check()

            def tell_waiting(holder: str) -> None:
                if holder not in waited_for:
                    meter.tell(f"newsgrep: waiting for another writer of the index: {holder}")
                waited_for.add(holder)
                interrupt.check()

            summary = self._archive.update(
                sources,
                on_progress=show,
                on_problem=teller.tell,
                on_wait=tell_waiting if self._wait else None,
                **options,
            )
            teller.finish()
        return summary


def _follow(
    sources: Sequence[str], index: str, update: Callable[[], UpdateSummary], *, as_json: bool, quiet: bool
) -> int:
    """Update now, and again whenever files changed, until Ctrl-C; that is how it is meant to end."""
    from newsgrep.cli.following import follow

    is_first = True
    try:
        for is_due in follow(sources, index):
            if not (is_due or is_first):
                continue
            try:
                summary = update()
            except SourceMissing as error:
                # What is gone for a moment may come back; what was never there is a typing error.
                if is_first:
                    raise
                streams.say(f"newsgrep: {error}")
                continue
            if is_first or summary.added or summary.removed or summary.problems:
                _tell(summary, as_json=as_json, quiet=quiet)
            if is_first and not quiet:
                streams.say("newsgrep: following; Ctrl-C ends it")
            is_first = False
    except KeyboardInterrupt:
        if not quiet:
            streams.say("newsgrep: no longer following; what was read is kept")
    return FOUND


def _tell(summary: UpdateSummary, *, as_json: bool, quiet: bool) -> None:
    if as_json:
        from newsgrep.cli import json_printer

        streams.write_data([json_printer.render_summary(summary)])
    elif not quiet:
        streams.say("\n".join(summary_lines(summary)))


def read_layout(archive: Archive, shards: int | None, replicas: int | None, *, by_year: bool) -> Layout | None:
    """How an index is to be shared out over its cluster; None as it is. Raises UsageError for one in a folder."""
    if shards is None and replicas is None and not by_year:
        return None
    from newsgrep.archive.location import is_address

    if not is_address(archive.path):
        raise click.UsageError("--shards, --replicas and --by-year are for an index on a cluster: --index URL.")
    from newsgrep.archive.opensearch.layout import Layout

    return Layout(shards=shards, replicas=replicas, by_year=by_year or None)


def parse_size(text: str) -> int:
    """Bytes from a number with K, M or G (of 1024), or none. Raises UsageError."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([KMG]?)(?:i?B)?", text.strip(), re.IGNORECASE)
    if found is None:
        raise click.UsageError(f"--memory takes a size like 512M or 2G, not {text!r}.")
    return int(float(found[1]) * 1024 ** " KMG".index(found[2].upper() or " "))


def summary_lines(summary: UpdateSummary) -> Iterator[str]:
    """The outcome of a run, for eyes."""
    index = clean_line(summary.index)
    if summary.dry_run:
        yield f"Nothing was read or changed. {index} holds {count_of(summary.articles, 'article')}."
    else:
        yield (
            f"{index} holds {count_of(summary.articles, 'article')} ({size_of(summary.index_bytes)}): "
            f"{summary.added:,} added, {summary.removed:,} removed in {duration_of(summary.seconds)}"
        )
    read = "to read" if summary.dry_run else "read"
    files = [f"{summary.files_read:,} {read} ({size_of(summary.bytes_read)})", f"{summary.files_unchanged:,} unchanged"]
    if summary.files_gone:
        files.append(f"{summary.files_gone:,} gone")
    yield f"{count_of(summary.files, 'file')}: {', '.join(files)}"
    if not summary.problems:
        return
    counts: Counter[str] = Counter()
    for problem in summary.problems:
        counts[problem.reason] += problem.count
    yield f"{count_of(counts.total(), 'file or record', 'files or records')} skipped:"
    reasons = counts.most_common()
    for reason, number in reasons[:_REASONS_SHOWN]:
        yield f"  {number:,}  {clean_line(reason)}"
    if len(reasons) > _REASONS_SHOWN:
        rest = sum(number for _, number in reasons[_REASONS_SHOWN:])
        yield f"  {rest:,}  for other reasons; --verbose names each"


def _kept(archive: Archive, *, rebuild: bool) -> str:
    try:
        articles = archive.info().articles
    except (ClusterFailed, ClusterRefused, ClusterUnreachable):
        return "what was written is kept; the same command goes on"
    except NewsgrepError:
        articles = 0
    if not articles:
        return "nothing was kept"
    kept = f"the index holds {count_of(articles, 'article')}"
    # A rebuild is published as a whole: until then, the index is the one of before.
    return f"{kept}, as before" if rebuild else f"{kept}; the same command goes on"

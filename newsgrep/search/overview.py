"""The index from above: its sections, and the facts about it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from newsgrep.archive.engine import Order
from newsgrep.archive.facts import Facts
from newsgrep.archive.location import index_bytes
from newsgrep.archive.manifest import Manifest
from newsgrep.archive.schema import FORMAT_VERSION, UNDATED
from newsgrep.article import format_published
from newsgrep.codec import plain_query as plain
from newsgrep.search.label_spellings import count_spelt

if TYPE_CHECKING:
    from newsgrep.archive.engine import Engine
    from newsgrep.archive.facts import OnCluster
    from newsgrep.archive.opensearch.address import IndexUrl


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
    cluster: OnCluster | None = None
    """What is behind an address; None for an index in a folder."""


def count_sections(engine: Engine) -> tuple[SectionCount, ...]:
    """Every section label, spelt as in the first article that carries it, with its number of articles; most first."""
    spelt = (count_spelt(engine, "section", label) for label in engine.labels("section"))
    counts = [SectionCount(label, articles) for label, articles in spelt if articles]
    return tuple(sorted(counts, key=lambda each: (-each.articles, each.label)))


def describe_index(engine: Engine, place: Path | IndexUrl) -> IndexInfo:
    """Facts about an index."""
    if isinstance(place, Path):
        with Manifest(place, engine.generation, readonly=True) as manifest:
            files = problems = 0
            for record in manifest.iter_records(verified=True):
                files += 1
                problems += sum(problem.count for problem in record.problems if problem.failed)
            facts = Facts(FORMAT_VERSION, files, problems, manifest.fact("updated"), index_bytes(place))
    else:
        from newsgrep.archive.opensearch.facts import read_facts

        facts = read_facts(place)
    return IndexInfo(
        path=str(place),
        format_version=facts.format_version,
        articles=engine.count(),
        undated=engine.count(plain.Term("undated", UNDATED)),
        first=_end_date(engine, newest_first=False),
        last=_end_date(engine, newest_first=True),
        sections=len(count_sections(engine)),
        sources=len(engine.labels("source")),
        files=facts.files,
        problems=facts.problems,
        index_bytes=facts.index_bytes,
        updated=facts.updated,
        segments=engine.segments(),
        cluster=facts.cluster,
    )


def _end_date(engine: Engine, *, newest_first: bool) -> str | None:
    """The publication date of the newest or the oldest article."""
    found = engine.run(plain.Every(), None, order=Order(newest_first=newest_first), offset=0, limit=1)
    articles = engine.fetch([reference for reference, _ in found.documents])
    return format_published(articles[0].published) if articles else None

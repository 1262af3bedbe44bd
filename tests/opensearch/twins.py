"""The same files in an archive on a cluster and in one in a folder, which must say the same."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from newsgrep.archive.local_engine import LocalEngine
from newsgrep.archive.opensearch.cluster import Cluster
from newsgrep.archive.opensearch.files import ClusterFiles
from newsgrep.archive.opensearch.layout import Layout
from newsgrep.archive.opensearch.names import files_alias
from newsgrep.archive.opensearch.pages import column, iter_hits
from newsgrep.archive.opensearch.stored import read_document
from newsgrep.archive.opensearch.update import update_remote
from newsgrep.archive.report import UpdateSummary
from newsgrep.archive.update import Options, update_index
from newsgrep.article import Article
from newsgrep.codec.plain_query import Every
from tests.opensearch import clusters

Shown = dict[str, tuple[Article, bool]]
"""Articles by id, and whether each is shown."""


@dataclass
class Twins:
    """The same files in an archive on a cluster and in one in a folder."""

    folder: Path
    url: str
    cluster: Cluster
    layout: Layout | None = None
    summaries: list[tuple[UpdateSummary, UpdateSummary]] = field(default_factory=list)

    @property
    def saved(self) -> Path:
        return self.folder / "saved"

    def write(self, name: str, *records: dict[str, Any]) -> None:
        (self.saved / name).write_text("".join(json.dumps(record) + "\n" for record in records))

    def update_remote(self, **options: Any) -> UpdateSummary:
        return update_remote(self.url, [self.saved], Options(layout=self.layout, **options))

    def update(self, **options: Any) -> UpdateSummary:
        """Bring both up to date, and compare all that there is."""
        here = update_index(self.folder / "index", [self.saved], Options(**options))
        there = self.update_remote(**options)
        for name in (
            "articles",
            "added",
            "removed",
            "files",
            "files_read",
            "files_unchanged",
            "files_gone",
            "problems",
        ):
            assert (name, getattr(there, name)) == (name, getattr(here, name))
        self.compare()
        return there

    def compare(self) -> None:
        """Both hold the same articles, show the same and know the same files."""
        assert self.remote() == local(self.folder / "index")
        known = {record.key: (record.size, record.articles, record.status) for record in self.files.iter_records()}
        assert known == local_files(self.folder / "index")

    @property
    def files(self) -> ClusterFiles:
        return ClusterFiles(self.cluster, files_alias(self.cluster.url.name))

    def remote(self) -> Shown:
        hits = iter_hits(self.cluster, self.cluster.url.name, {"match_all": {}}, ["hidden"], source=["article"])
        found = [(hit["_id"], read_document(hit["_source"]), not column(hit, "hidden")) for hit in hits]
        assert len({name for name, _, _ in found}) == len(found)
        return {name: (article, shown) for name, article, shown in found}


def local(index: Path) -> Shown:
    engine = LocalEngine(index)
    try:
        shown = {article.id for article in engine.fetch(engine.scan(Every()).references.tolist())}
        whole = engine.every_version()
        articles = whole.fetch(whole.scan(Every()).references.tolist())
        return {article.id: (article, article.id in shown) for article in articles}
    finally:
        engine.close()


def local_files(index: Path) -> dict[str, tuple[int, int, str]]:
    from newsgrep.archive.manifest import Manifest

    engine = LocalEngine(index)
    with Manifest(index, engine.generation, readonly=True) as manifest:
        found = {record.key: (record.size, record.articles, str(record.status)) for record in manifest.iter_records()}
    engine.close()
    return found


def record(number: int, text: str = "The ferry was late.", **more: Any) -> dict[str, Any]:
    return {"id": f"r{number}", "title": f"Ferry {number}", "text": text, "published": "2018-02-20", **more}


def ask(url: str, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
    """A request beside newsgrep's own, to the first node of an archive's address."""
    return clusters.ask(f"http://{urlsplit(url).netloc.split(',')[0]}{path}", method, body)

"""Trials of faults: files, an archive of them on a cluster that is disturbed, and one in a folder that is not."""

from __future__ import annotations

import json
import os
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from newsgrep.archive.local_engine import LocalEngine
from newsgrep.archive.manifest import Manifest
from newsgrep.archive.opensearch.stored import read_document
from newsgrep.archive.report import UpdateSummary
from newsgrep.archive.schema import file_key
from newsgrep.archive.update import Options, update_index
from tests.opensearch.clusters import ask
from tests.opensearch.twins import Shown, local

NIGHTLY = bool(os.environ.get("NEWSGREP_NIGHTLY"))

Counts = tuple[int, int, int, int, int, int]


@dataclass
class Trial:
    """Files that change, and what there must be of them."""

    folder: Path
    node: str
    """The URL of a node that answers whatever becomes of the archive's own."""
    name: str
    version: int = 0
    summary: Counts = field(default=(0, 0, 0, 0, 0, 0))
    """Of the last update in the folder."""

    def __post_init__(self) -> None:
        self.saved.mkdir(parents=True)
        self.index.mkdir()
        for number in range(4):
            self.write(f"file{number}.json", 3)

    @property
    def saved(self) -> Path:
        return self.folder / "saved"

    @property
    def index(self) -> Path:
        return self.folder / "index"

    def write(self, name: str, articles: int, *, words: int = 5) -> None:
        """Write a file whose articles are those of this version of all."""
        records = [
            {
                "id": f"{name}-{part}",
                "title": f"{name} version{self.version} part{part}",
                "text": f"The tide of {name} rose {self.version} feet. " * words,
                "url": f"https://example.org/{part}/",
                "date_download": f"{2018 + self.version % 50}-02-{number_of(name) + 1:02}T10:00:00Z",
                "published": "2018-02-01",
            }
            for part in range(articles)
        ]
        (self.saved / name).write_text(json.dumps(records))

    def change(self) -> None:
        """Files change, come and go."""
        self.version += 1
        self.write("file1.json", 2 + self.version % 3)
        self.write(f"file{10 + self.version % 5}.json", 3)
        (self.saved / f"file{10 + (self.version - 1) % 5}.json").unlink(missing_ok=True)

    def expect(self, **options: Any) -> Shown:
        """What there must be now."""
        self.summary = count(update_index(self.index, [self.saved], Options(jobs=1, **options)))
        return local(self.index)

    def read(self) -> Shown:
        """What readers see on the cluster now; nothing where there is no archive."""
        return read_remote(self.node, self.name)

    def compare(self, told: str = "") -> None:
        """Nothing is lost, nothing is there twice, and the manifest says what is there."""
        expected = local(self.index)
        for index in (self.name, f"{self.name}-files"):
            ask(f"{self.node}/{index}/_refresh", "POST")
        found = self.read()
        assert sorted(found) == sorted(expected), told
        others = [(pair, expected[name]) for name, pair in found.items() if pair != expected[name]]
        assert not others, f"{told}: {len(others)} differ, as {others[0]}"
        rows = read_files(self.node, self.name)
        with Manifest(self.index, read_generation(self.index), readonly=True) as manifest:
            kept = {file_key(each.key): (each.size, each.articles) for each in manifest.iter_records()}
        assert {name: (row["size"], row["articles"]) for name, row in rows.items()} == kept, told
        held = Counter(hit["_source"]["file"] for hit in iter_raw(self.node, self.name))
        assert held == {name: articles for name, (_, articles) in kept.items() if articles}, told
        generations = {name.partition("-g")[2][:6] for name in self.list_indices()}
        assert len(generations) == 1, told

    def list_indices(self) -> list[str]:
        """Every index whose name begins with that of the archive."""
        rows = ask(f"{self.node}/_cat/indices/{self.name}*?format=json&h=index&expand_wildcards=all")
        return sorted(row["index"] for row in rows)

    def require_served(self) -> None:
        """Both aliases stand for one generation, all of it."""
        aliases = ask(f"{self.node}/{self.name},{self.name}-files/_alias")
        assert {tuple(told["aliases"]) for told in aliases.values()} == {(self.name,), (f"{self.name}-files",)}


def number_of(name: str) -> int:
    """The number in the name of a file."""
    return int("".join(filter(str.isdigit, name)))


def count(summary: UpdateSummary) -> Counts:
    """What a summary counts."""
    told = summary
    return (told.articles, told.added, told.removed, told.files, told.files_gone, told.failed)


def iter_raw(node: str, name: str) -> list[dict[str, Any]]:
    """The documents behind an alias, as the cluster has them; of few articles."""
    wanted = {"size": 10_000, "docvalue_fields": ["hidden"], "_source": ["article", "file", "run"], "version": True}
    answer = ask(f"{node}/{name}/_search?allow_partial_search_results=false", "POST", wanted)
    hits: list[dict[str, Any]] = answer["hits"]["hits"]
    return hits


def read_remote(node: str, name: str) -> Shown:
    """All articles that readers of an archive on a cluster see."""
    there = ask(f"{node}/_cat/aliases/{name}?format=json")
    hits = iter_raw(node, name) if there else []
    found = {
        hit["_id"]: (read_document(hit["_source"]), not hit.get("fields", {}).get("hidden", [False])[0]) for hit in hits
    }
    assert len(found) == len(hits), "an article is there twice"
    return found


def read_files(node: str, name: str) -> dict[str, dict[str, Any]]:
    """The manifest of an archive on a cluster."""
    answer = ask(f"{node}/{name}-files/_search", "POST", {"size": 10_000})
    return {hit["_id"]: hit["_source"] for hit in answer["hits"]["hits"] if "file" in hit["_source"]}


def read_generation(index: Path) -> int:
    """The last commit of an archive in a folder."""
    engine = LocalEngine(index)
    try:
        return engine.generation
    finally:
        engine.close()


def host_of(url: str) -> str:
    """Host and port of a URL."""
    return urlsplit(url).netloc

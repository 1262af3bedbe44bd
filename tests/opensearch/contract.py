"""One archive twice, on a cluster and in a folder: what tests hold side by side."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import random
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

import newsgrep
from newsgrep.archive.engine import Engine
from newsgrep.archive.local_engine import LocalEngine
from newsgrep.archive.opensearch.address import parse_index_url
from newsgrep.archive.opensearch.cluster import Cluster
from newsgrep.archive.opensearch.layout import Layout
from newsgrep.archive.opensearch.remote_engine import RemoteEngine
from newsgrep.archive.opensearch.stored import HALF
from newsgrep.archive.opensearch.update import update_remote
from newsgrep.archive.update import Options
from newsgrep.codec import plain_query as plain
from newsgrep.search.placed_text import build_test
from newsgrep.search.query_text import parse_query
from tests.opensearch.conftest import PREFIX, remove_indices

TODAY = dt.date(2024, 5, 17)
TOPICS = """
harbour bridge storm ferry council budget vote minister econom economy economic election school teacher strike hospital
nurse police court trial judge oil price market bank rate inflation wage union river flood dam rain co-operation
"""
WORDS = TOPICS.split()
NAMES = ["Moammar Gaddafi", "Muammar Qaddafi", "Ada Lovelace", "Deir ez-Zor", "Deir Ezzor", "Zoë O'Neill"]
SECTIONS = ["World", "world", "Sport", "City", "Arts & Letters", "50% (off)"]
SOURCES = ["Bay Courier", "Quay Ledger", "Ярославль"]
ARTICLES = 400
LAYOUTS = {
    "two shards": Layout(shards=2, replicas=0, by_year=False),
    "by year": Layout(shards=1, replicas=0, by_year=True),
}


class Pair(NamedTuple):
    """Both engines over the same files."""

    local: LocalEngine
    remote: RemoteEngine

    def keys(self, references: Any) -> list[int]:
        """References of the local engine as those of the other."""
        scan = self.local.every_version().scan(plain.Every(), None, ["key"])
        places = np.searchsorted(scan.references, np.asarray(references, np.int64))
        return [int(key) - HALF for key in scan.columns["key"][places].tolist()]


def write_articles(rng: random.Random) -> list[dict[str, Any]]:
    """Records with copies, versions, labels in any spelling, and dates or none."""
    records: list[dict[str, Any]] = []
    for number in range(ARTICLES):
        text = " ".join([*rng.choices(WORDS, range(len(WORDS), 0, -1), k=rng.choice([5, 40, 200])), rng.choice(NAMES)])
        record: dict[str, Any] = {"id": str(number), "title": " ".join(rng.choices(WORDS, k=3)).title(), "text": text}
        if records and rng.random() < 0.15:
            record["text"] = rng.choice(records)["text"]
        if rng.random() < 0.9:
            record["published"] = (
                f"{rng.randrange(2015, 2021)}-0{rng.randrange(1, 9)}-1{rng.randrange(9)}T0{number % 9}:30"
            )
        record["section"] = rng.sample(SECTIONS, rng.choice([0, 1, 2]))
        record["author"] = rng.sample(NAMES, rng.choice([0, 1, 2]))
        if rng.random() < 0.8:
            record["source"] = rng.choice(SOURCES)
        if rng.random() < 0.2:
            record["url"] = f"https://example.org/{rng.randrange(20)}"
            record["date_download"] = f"2021-0{rng.randrange(1, 9)}-02T10:00:{number % 60:02}Z"
        records.append(record)
    return records


@contextlib.contextmanager
def open_pair(
    folder: Path, cluster_url: str, node_url: str, layout: Layout, *, records: Sequence[dict[str, Any]] | None = None
) -> Iterator[Pair]:
    """Both engines over the same articles: some records, or those of `write_articles`."""
    path = folder / "all.jsonl"
    written = write_articles(random.Random(7)) if records is None else records
    path.write_text("".join(json.dumps(each) + "\n" for each in written), "utf-8")
    name = PREFIX + uuid.uuid4().hex[:12]
    with newsgrep.open(folder / "index", create=True) as archive:
        archive.update([path])
    try:
        update_remote(f"{cluster_url}/{name}", [path], Options(layout=layout))
        with Cluster(parse_index_url(f"{cluster_url}/{name}")) as cluster:
            pair = Pair(LocalEngine(folder / "index"), RemoteEngine(cluster, build_test))
            yield pair
            pair.local.close()
    finally:
        remove_indices(node_url, name)


def views(engines: Pair) -> list[tuple[Engine, Engine]]:
    """Both engines as they show the newest versions, and all."""
    return [(engines.local, engines.remote), (engines.local.every_version(), engines.remote.every_version())]


def read(text: str) -> plain.PlainQuery:
    parsed = parse_query(text, today=TODAY)
    assert parsed is not None
    return parsed.asked

"""Readers beside a writer: each sees one commit, whatever is merged or removed meanwhile.

`NEWSGREP_NIGHTLY=1` goes on for ten minutes.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

import newsgrep
from newsgrep.search.request import Request

SECONDS = 600.0 if os.environ.get("NEWSGREP_NIGHTLY") else 4.0
FILES, ARTICLES = 12, 5
READERS = 8

READ = """
import json, sys, time
from collections import Counter, defaultdict
import newsgrep
from newsgrep.search.request import Request

index, until, keep_open, articles = sys.argv[1], float(sys.argv[2]), sys.argv[3] == "open", int(sys.argv[4])
asked, faults, seen = 0, [], set()
kept = newsgrep.open(index)
while time.time() < until or not asked:
    with newsgrep.open(index) as archive:
        for reader in (archive, kept) if keep_open else (archive,):
            results = reader.search(Request(text="storm", limit=1000))
            counted = reader.search(Request(text="storm", limit=0)).total
            versions = defaultdict(Counter)
            for hit in results.hits:
                _, file, version = hit.article.title.split()
                versions[file][version] += 1
            seen.update((file, version) for file, found in versions.items() for version in found)
            if results.total != counted or len(results.hits) != counted:
                faults.append(f"{counted} articles, {len(results.hits)} hits")
            mixed = {file: dict(found) for file, found in versions.items() if list(found.values()) != [articles]}
            faults += [f"{file}: {found}" for file, found in mixed.items()]
            asked += 1
    if keep_open and asked % 7 == 0:
        kept.close()
        kept = newsgrep.open(index)
print(json.dumps({"asked": asked, "faults": faults[:5], "seen": len(seen)}))
"""


def write_version(saved: Path, number: int, version: int) -> None:
    records = [
        {"title": f"Storm file{number} version{version}", "text": f"A storm tore cable {place} of file {number}."}
        for place in range(ARTICLES)
    ]
    aside = saved.parent / "aside"
    aside.write_text(json.dumps(records))
    aside.replace(saved / f"{number}.json")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    saved = tmp_path / "saved"
    saved.mkdir()
    for number in range(FILES):
        write_version(saved, number, 0)
    with newsgrep.open(tmp_path / "index", create=True) as archive:
        archive.update([saved])
    return tmp_path


def test_every_reader_sees_whole_commits_while_a_writer_writes_and_merges(folder: Path) -> None:
    rng = random.Random(3)
    until = time.time() + SECONDS
    readers = [
        subprocess.Popen(
            [
                sys.executable,
                "-c",
                READ,
                str(folder / "index"),
                str(until),
                "open" if number % 2 else "anew",
                str(ARTICLES),
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for number in range(READERS)
    ]
    updates, version = 0, Counter[int]()
    while time.time() < until or updates < 3:
        for number in rng.sample(range(FILES), 3):
            version[number] += 1
            write_version(folder / "saved", number, version[number])
        with newsgrep.open(folder / "index") as archive:
            archive.update([folder / "saved"])
        updates += 1
    ended = [(reader, *reader.communicate(timeout=120)) for reader in readers]
    for reader, out, err in ended:
        assert reader.returncode == 0, err.decode()
        told = json.loads(out)
        assert told["faults"] == []
        assert told["asked"] > 0
    with newsgrep.open(folder / "index") as archive:
        hits = archive.search(Request(text="storm", limit=1000)).hits
        expected = Counter({f"Storm file{number} version{version[number]}": ARTICLES for number in range(FILES)})
        assert Counter(hit.article.title for hit in hits) == expected


def test_a_reader_survives_the_removal_of_what_it_reads(folder: Path) -> None:
    with newsgrep.open(folder / "index") as reader:
        before = reader.search(Request(text="storm", limit=1000)).hits
        for version in range(1, 4):
            for number in range(FILES):
                write_version(folder / "saved", number, version)
            with newsgrep.open(folder / "index") as writer:
                writer.update([folder / "saved"], rebuild=version == 3)
        assert reader.search(Request(text="storm", limit=1000)).hits == before
        assert reader.search(Request(text="cable tore", limit=1000)).total == len(before)

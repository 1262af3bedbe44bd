"""Any byte of an index that is altered, and any part that is missing, is found and named; and mended."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
from pathlib import Path

import pytest

import newsgrep
from newsgrep.archive.check import check_index
from newsgrep.archive.manifest import Manifest
from newsgrep.archive.repair import repair_index
from newsgrep.codec.toc import latest_generation, read_toc
from newsgrep.errors import IndexUnusable
from newsgrep.search.request import Request


def write_records(path: Path, numbers: range) -> None:
    lines = [
        json.dumps({"title": f"Report {number}", "text": f"The harbour saw ship{number} arrive.", "date": "2021-03-01"})
        for number in numbers
    ]
    path.write_text("\n".join(lines))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with sources and an index of three segments, deleted documents in one."""
    root = tmp_path_factory.mktemp("made")
    (root / "saved").mkdir()
    with newsgrep.open(root / "index", create=True) as archive:
        for part in range(3):
            write_records(root / f"saved/{part}.jsonl", range(part * 10, part * 10 + 8))
            (root / f"saved/{part}.txt").write_text(f"A storm, part {part}\n\nThe storm tore {part + 2} cables.\n")
            archive.update([root / "saved"])
        write_records(root / "saved/0.jsonl", range(4))
        archive.update([root / "saved"])
    return root


@pytest.fixture
def root(made: Path, tmp_path: Path) -> Path:
    """A copy of the index, beside the sources, which stay where they are."""
    shutil.copytree(made / "index", tmp_path / "index")
    return tmp_path


def answers(folder: Path) -> list[tuple[str, str]]:
    with newsgrep.open(folder) as archive:
        hits = archive.search(Request(text="*", limit=1000)).hits
    return sorted((hit.article.id, hit.article.title) for hit in hits)


def read_manifest(folder: Path) -> object:
    with Manifest(folder, latest_generation(folder), readonly=True) as manifest:
        return list(manifest.iter_records()), manifest.fact("updated"), manifest.fact("format_version")


def segments(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.seg"))


def test_a_whole_index_has_no_faults(root: Path) -> None:
    checked = check_index(root / "index")
    assert checked.faults == ()
    assert (checked.articles, checked.files, checked.segments) == (4 + 8 + 8 + 3, 6, len(segments(root / "index")))


def test_any_altered_byte_is_found_or_means_nothing(root: Path) -> None:
    index = root / "index"
    rng = random.Random(11)
    rows = read_manifest(index)
    for path in sorted(index.iterdir()):
        data = path.read_bytes()
        if path.name == "MAIN_WRITELOCK":
            # No part of the index.
            continue
        for at in sorted(rng.sample(range(len(data)), min(60, len(data)))):
            altered = bytearray(data)
            altered[at] ^= 1 << rng.randrange(8)
            path.write_bytes(altered)
            faults = check_index(index).faults
            if path.name == "manifest.sqlite" and not faults:
                # Of a database, some bytes are free, or say how it is laid out.
                assert read_manifest(index) == rows
            else:
                assert any(path.name in fault.path for fault in faults), f"{path.name}, byte {at}"
        path.write_bytes(data)


def test_any_cut_is_found(root: Path) -> None:
    index = root / "index"
    for path in [*segments(index), index / "manifest.sqlite"]:
        data = path.read_bytes()
        for length in (0, 1, len(data) // 2, len(data) - 1):
            path.write_bytes(data[:length])
            assert any(path.name in fault.path for fault in check_index(index).faults), f"{path.name}, {length}"
        path.write_bytes(data)


def test_an_article_that_is_not_there_is_found(root: Path) -> None:
    index = root / "index"
    db = sqlite3.connect(index / "manifest.sqlite")
    db.execute("DELETE FROM files WHERE CAST(key AS TEXT) LIKE '%1.txt'")
    db.commit()
    db.close()
    (fault,) = check_index(index).faults
    assert fault.kind == "articles"
    assert "1 article" in fault.what


@pytest.mark.parametrize("harm", ["alter", "cut", "remove"])
def test_a_damaged_segment_is_mended_from_the_sources(root: Path, harm: str) -> None:
    index = root / "index"
    before = answers(index)
    for path in segments(index)[::2]:
        data = bytearray(path.read_bytes())
        data[len(data) // 3] ^= 255
        path.unlink()
        if harm != "remove":
            path.write_bytes(data if harm == "alter" else data[: len(data) // 2])
    repaired = repair_index(index)
    assert repaired.before.faults
    assert repaired.after.faults == ()
    assert repaired.read_again > 0
    assert repaired.lost == ()
    assert answers(index) == before


def test_only_the_files_of_a_damaged_segment_are_read_again(root: Path) -> None:
    index = root / "index"
    (smallest, *_) = sorted(segments(index), key=lambda path: path.stat().st_size)
    smallest.unlink()
    assert repair_index(index).read_again < 6


def test_a_damaged_manifest_is_written_anew(root: Path) -> None:
    index = root / "index"
    before = answers(index)
    (index / "manifest.sqlite").write_bytes(b"no database")
    repaired = repair_index(index)
    assert repaired.after.faults == ()
    assert (repaired.read_again, repaired.after.files) == (6, 6)
    assert answers(index) == before


def test_without_a_table_of_contents_the_index_is_built_anew(root: Path) -> None:
    index = root / "index"
    before = answers(index)
    (path,) = index.glob("*.toc")
    path.write_bytes(path.read_bytes()[:-40] + bytes(40))
    repaired = repair_index(index)
    assert repaired.after.faults == ()
    assert answers(index) == before


def test_where_nothing_tells_the_sources_the_error_says_what_to_do(root: Path) -> None:
    index = root / "index"
    for path in index.iterdir():
        path.write_bytes(b"damaged")
    with pytest.raises(IndexUnusable, match="--rebuild"):
        repair_index(index)


def test_articles_of_files_that_are_gone_are_named(tmp_path: Path) -> None:
    (tmp_path / "saved").mkdir()
    write_records(tmp_path / "saved/a.jsonl", range(5))
    with newsgrep.open(tmp_path / "index", create=True) as archive:
        archive.update([tmp_path / "saved"])
    write_records(tmp_path / "saved/b.jsonl", range(5, 8))
    with newsgrep.open(tmp_path / "index") as archive:
        archive.update([tmp_path / "saved"])
    first = tmp_path / "index" / f"{read_toc(tmp_path / 'index').segments[0].name}.seg"
    first.write_bytes(first.read_bytes()[:-1])
    (tmp_path / "saved/a.jsonl").unlink()
    repaired = repair_index(tmp_path / "index")
    assert repaired.lost == (str(tmp_path / "saved/a.jsonl"),)
    assert len(answers(tmp_path / "index")) == 3
    with newsgrep.open(tmp_path / "index") as archive:
        archive.update([tmp_path / "saved"])
    assert check_index(tmp_path / "index").faults == ()

"""`newsgrep check`, on a real index."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from newsgrep.archive.manifest import UNFINISHED, Manifest
from newsgrep.cli.main import run
from newsgrep.codec.toc import latest_generation
from tests.cli.test_json_printer import check, read_tables


@pytest.fixture
def index(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Path:
    (tmp_path / "saved").mkdir()
    for number in range(3):
        (tmp_path / f"saved/{number}.txt").write_text(
            f"A storm, part {number}\n\nThe storm tore {number + 2} cables.\n"
        )
    assert run(["index", str(tmp_path / "saved"), "--index", str(tmp_path / "index")]) == 0
    capfd.readouterr()
    return tmp_path / "index"


def damage(index: Path) -> Path:
    (path,) = index.glob("*.seg")
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    return path


def test_a_whole_index_is_said_to_be(index: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "--index", str(index)]) == 0
    out, err = capfd.readouterr()
    assert out.startswith(f"{index}: whole (3 articles, 3 files, 1 segment, ")
    assert err == ""


def test_a_fault_is_named_with_what_to_do(index: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = damage(index)
    assert run(["check", "--index", str(index)]) == 2
    out, err = capfd.readouterr()
    assert f"newsgrep: {path}: the checksum of " in err
    assert "newsgrep check --repair" in err
    assert "1 fault (" in out


def test_repair_mends_and_says_so(index: Path, capfd: pytest.CaptureFixture[str]) -> None:
    damage(index)
    assert run(["check", "--repair", "--index", str(index)]) == 0
    out, _ = capfd.readouterr()
    assert "3 files read again" in out
    assert ": whole (3 articles" in out
    assert run(["search", "storm", "--count", "--index", str(index)]) == 0


def test_what_is_lost_is_named_and_the_exit_code_tells(index: Path, capfd: pytest.CaptureFixture[str]) -> None:
    damage(index)
    (index.parent / "saved/1.txt").unlink()
    assert run(["check", "--repair", "--index", str(index)]) == 2
    assert "1.txt: the file is gone, and so are articles of it" in capfd.readouterr().err


def test_where_the_list_of_files_is_damaged_too_a_repair_says_that_articles_may_be_missing(
    index: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    damage(index)
    manifest = index / "manifest.sqlite"
    manifest.write_bytes(manifest.read_bytes()[:5000])
    assert run(["check", "--repair", "--index", str(index)]) == 2
    assert ".seg: the list of files was damaged too" in capfd.readouterr().err
    assert run(["index", str(index.parent / "saved"), "--index", str(index)]) == 0
    assert run(["search", "storm", "--count", "--index", str(index)]) == 0


def test_json_is_as_the_page_says(index: Path, capfd: pytest.CaptureFixture[str]) -> None:
    tables = read_tables()
    page = tables["newsgrep check --json"]
    plain = {key: kind for key, kind in page.items() if key not in ("mended", "read_again", "lost", "unknown")}
    damage(index)
    for arguments, table in ((["check"], plain), (["check", "--repair"], page)):
        run([*arguments, "--json", "--index", str(index)])
        document = json.loads(capfd.readouterr().out)
        check(document, "checked", tables | {"checked": table})
    assert document["faults"] == []
    assert [fault["kind"] for fault in document["mended"]] == ["segment"]


def test_files_that_an_interrupted_update_left_are_told(index: Path, capfd: pytest.CaptureFixture[str]) -> None:
    generation = latest_generation(index)
    with Manifest(index, generation) as manifest:
        record = next(manifest.iter_records())
        manifest.write(generation, [dataclasses.replace(record, size=UNFINISHED)], {})
    assert run(["check", "--index", str(index)]) == 0
    assert "1 file was not read to the end; the next `newsgrep index` goes on there" in capfd.readouterr().err
    assert run(["index", str(index.parent / "saved"), "--index", str(index), "--quiet"]) == 0
    assert run(["check", "--index", str(index)]) == 0
    assert capfd.readouterr().err == ""

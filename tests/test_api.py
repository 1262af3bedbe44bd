from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import newsgrep
from newsgrep.errors import IndexMissing


def test_the_public_names_are_these_and_all_are_there() -> None:
    assert newsgrep.__all__ == sorted(newsgrep.__all__)
    assert set(newsgrep.__all__) == {
        "Archive", "Article", "Filters", "Hit", "Match", "NewsgrepError", "Request", "Results", "Snippet", "Sort",
        "__version__", "open",
    }  # fmt: skip
    assert all(hasattr(newsgrep, name) for name in newsgrep.__all__)


def test_every_public_name_has_a_docstring() -> None:
    for name in set(newsgrep.__all__) - {"__version__"}:
        assert (getattr(newsgrep, name).__doc__ or "").strip(), name


def test_importing_the_library_imports_no_engine() -> None:
    code = (
        "import sys, newsgrep; print(*sorted({'numpy', 'whoosh', 'rich', 'selectolax', 'sqlite3'} & set(sys.modules)))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == ""


def write_article(folder: Path) -> Path:
    path = folder / "a.json"
    path.write_text(json.dumps({"title": "The mill opens", "text": "The mill on the river opened."}))
    return path


def test_an_index_is_found_by_name_environment_and_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NEWSGREP_INDEX", raising=False)
    article = write_article(tmp_path)
    (tmp_path / "deep" / "deeper").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    with newsgrep.open(create=True) as archive:
        archive.update([article])
    assert (tmp_path / "index" / "manifest.sqlite").is_file()
    monkeypatch.chdir(tmp_path / "deep" / "deeper")
    with newsgrep.open() as archive:
        assert archive.search("mill").total == 1
    with newsgrep.open(tmp_path / "elsewhere", create=True) as archive:
        archive.update([article])
        archive.update([tmp_path / "deep"])
    monkeypatch.setenv("NEWSGREP_INDEX", str(tmp_path / "elsewhere"))
    with newsgrep.open() as archive:
        assert archive.path == str(tmp_path / "elsewhere")
    with newsgrep.open(tmp_path / "index") as archive:
        assert archive.path == str(tmp_path / "index")


def test_no_index_is_an_error_that_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NEWSGREP_INDEX", raising=False)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(IndexMissing, match="newsgrep index DIR"):
        newsgrep.open()
    with pytest.raises(IndexMissing, match="nowhere"):
        newsgrep.open("nowhere")


def test_an_archive_sees_what_it_updates(tmp_path: Path) -> None:
    with newsgrep.open(tmp_path / "index", create=True) as archive:
        archive.update([write_article(tmp_path)])
        assert archive.search("mill").total == 1
        (tmp_path / "b.json").write_text(json.dumps({"title": "The mill closes", "text": "It closed."}))
        archive.update([tmp_path / "b.json"])
        assert archive.count("mill") == 2


def test_an_archive_stays_at_its_commit_until_it_is_told_to_follow(tmp_path: Path) -> None:
    with newsgrep.open(tmp_path / "index", create=True) as writer:
        writer.update([write_article(tmp_path)])
        with newsgrep.open(tmp_path / "index") as reader:
            assert reader.count("mill") == 1
            assert not reader.follow()
            (tmp_path / "b.json").write_text(json.dumps({"title": "The mill closes", "text": "It closed."}))
            writer.update([tmp_path / "b.json"])
            assert reader.count("mill") == 1
            assert reader.follow()
            assert not reader.follow()
            assert reader.count("mill") == 2


def test_an_index_that_took_the_place_of_another_is_followed_too(tmp_path: Path) -> None:
    with newsgrep.open(tmp_path / "index", create=True) as archive:
        archive.update([write_article(tmp_path)])
    with newsgrep.open(tmp_path / "index") as reader:
        assert reader.count("mill") == 1
        shutil.rmtree(tmp_path / "index")
        (tmp_path / "a.json").write_text(json.dumps({"title": "A tide table", "text": "It has tides."}))
        with newsgrep.open(tmp_path / "index", create=True) as archive:
            archive.update([tmp_path / "a.json"])
        assert reader.follow()
        assert (reader.count("mill"), reader.count("tide")) == (0, 1)

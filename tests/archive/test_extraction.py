"""What is shown of a page is what is indexed of it; the date of last resort reaches the index when asked for."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import newsgrep
from newsgrep.archive import ingest
from newsgrep.archive.extraction import Explanation, NoArticle, extract_files
from newsgrep.archive.report import Problem
from newsgrep.article import DateOrigin
from newsgrep.errors import FileUnreadable
from newsgrep.extract import extract_article

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from newsgrep.article import Article, Page

TEXT = "Ferry waits for the ice\n\n" + "\n\n".join(
    f"{number}. The harbour board said that the ferry would not sail until the ice had gone from the sound."
    for number in range(5)
)


def test_what_is_extracted_is_what_is_indexed(tmp_path: Path) -> None:
    saved = tmp_path / "saved"
    saved.mkdir()
    (saved / "ice.txt").write_text(TEXT, "utf-8")
    (extracted,) = extract_files([str(saved)], explain=True)
    assert isinstance(extracted, Explanation)
    with newsgrep.open(tmp_path / "index", create=True) as archive:
        archive.update([saved])
        assert archive.get(extracted.article.id) == extracted.article


def test_the_file_s_own_date_reaches_the_index_only_when_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "ice.txt"
    path.write_text(TEXT, "utf-8")
    os.utime(path, (1_600_000_000, 1_600_000_000))
    with newsgrep.open(tmp_path / "index", create=True) as archive:
        archive.update([path])
        assert archive.get(str(path)).published is None
        archive.update([path], date_from_mtime=True, rebuild=True)
        article = archive.get(str(path))
        assert article.published_from is DateOrigin.MTIME
        assert article.published is not None
        assert article.published.isoformat() == "2020-09-13T12:26:40+00:00"
        os.utime(path, (1_500_000_000, 1_500_000_000))
        archive.update([path], date_from_mtime=True)
        assert str(archive.get(str(path)).published) == "2017-07-14 02:40:00+00:00"


def test_a_page_cut_short_is_indexed_and_reported(tmp_path: Path) -> None:
    path = tmp_path / "log.txt"
    path.write_text(TEXT + "\n\n" + "x\n" * 50_100, "utf-8")
    with newsgrep.open(tmp_path / "index", create=True) as archive:
        summary = archive.update([path])
        assert summary.articles == 1
        assert archive.search("harbour").total == 1
    assert summary.failed == len(summary.problems) == 2
    assert {problem.path for problem in summary.problems} == {str(path)}
    assert summary.problems[0].reason.startswith("Read in part: only the first 50,000 of 50,1")


def test_nothing_that_fails_ends_the_rest(tmp_path: Path) -> None:
    (tmp_path / "a.html.gz").write_bytes(b"\x1f\x8b\x08\0broken")
    (tmp_path / "b.txt").write_text(TEXT, "utf-8")
    broken, ice = extract_files([str(tmp_path)])
    assert isinstance(broken, NoArticle)
    assert broken.failed
    assert isinstance(ice, Explanation)
    assert ice.origins == ()


def test_a_page_that_takes_too_long_is_reported_and_the_others_are_indexed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "many.jsonl"
    path.write_text("".join(json.dumps({"id": name, "title": name, "text": TEXT}) + "\n" for name in "abc"), "utf-8")
    understand = extract_article

    def refuse_b(page: Page, *rest: Any, **options: Any) -> Article:
        if page.record == "b":
            raise FileUnreadable("Took more than 10 s to understand")
        return understand(page, *rest, **options)

    monkeypatch.setattr(ingest, "extract_article", refuse_b)
    with newsgrep.open(tmp_path / "index", create=True) as archive:
        summary = archive.update([path])
        assert summary.articles == 2
        assert summary.problems == (Problem(str(path), "Took more than 10 s to understand", "b"),)


def test_a_file_larger_than_any_page_is_refused_unread(tmp_path: Path) -> None:
    for name in ("huge.txt", "huge.html"):
        with (tmp_path / name).open("wb") as file:
            file.write(b"<html><p>Ferry</p>\n" if name.endswith("l") else b"Ferry waits\n")
            file.writelines(b"word " * 27_000 for _ in range(1_000))
        (found,) = extract_files([str(tmp_path / name)])
        assert isinstance(found, NoArticle)
        assert found.error == "Larger than 128 MiB"

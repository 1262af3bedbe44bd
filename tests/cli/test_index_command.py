from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click
import pytest

from newsgrep.archive.report import Problem
from newsgrep.cli.index_command import parse_size

if TYPE_CHECKING:
    from collections.abc import Callable

    from newsgrep.api import Archive
    from newsgrep.article import Article

    Newsgrep = Callable[..., tuple[int, str, str]]
    Updates = list[dict[str, object]]

BROKEN = Problem("saved/broken.json", "not JSON", "line 3")
IMAGE = Problem("saved/photo.png", "an image", failed=False)


def test_what_was_typed_reaches_the_archive(archive: Archive, newsgrep: Newsgrep, updates: Updates) -> None:
    options = "--include *.html --include *.txt --exclude drafts/* --rebuild --dry-run --jobs 3 --memory 256M"
    reading = ("--format", "json-lines", "--map", "title=kop,body=a.b", "--map", "date = when")
    where = ("--date-from-mtime", "--index", "elsewhere", *reading)
    assert newsgrep("index", "saved", "more", *options.split(), *where)[0] == 0
    assert updates == [
        {"opened": "elsewhere", "create": True},
        {
            "sources": ["saved", "more"],
            "include": ["*.html", "*.txt"],
            "exclude": ["drafts/*"],
            "rebuild": True,
            "dry_run": True,
            "jobs": 3,
            "memory": 256 << 20,
            "date_from_mtime": True,
            "source_format": "json-lines",
            "mapping": {"title": "kop", "body": "a.b", "date": "when"},
        },
    ]


@pytest.mark.parametrize("typed", ["title", "title=", "=kop", "title=kop,", "title=kop,title=head"])
def test_a_mapping_that_is_none_is_an_error(archive: Archive, newsgrep: Newsgrep, updates: Updates, typed: str) -> None:
    code, _, err = newsgrep("index", "saved", "--map", typed)
    assert code == 2
    assert err.startswith("newsgrep: --map")
    assert not any("sources" in update for update in updates)


def test_the_summary_is_told_on_stderr(archive: Archive, newsgrep: Newsgrep) -> None:
    code, out, err = newsgrep("index", "saved")
    assert (code, out) == (0, "")
    assert err == (
        "index holds 2 articles (12.3 kB): 2 added, 0 removed in 250 ms\n"
        "5 files: 2 read (20 bytes), 3 unchanged, 1 gone\n"
    )


def test_a_dry_run_says_that_nothing_was_done(archive: Archive, newsgrep: Newsgrep) -> None:
    err = newsgrep("index", "saved", "--dry-run")[2]
    assert err.startswith("Nothing was read or changed. index holds 2 articles.\n5 files: 2 to read")


def test_failures_are_named_counted_by_reason_and_are_exit_code_2(
    install: Callable[..., Archive], newsgrep: Newsgrep, harbour: Article
) -> None:
    install(harbour, problems=[BROKEN, IMAGE, IMAGE])
    code, _, err = newsgrep("index", "saved")
    assert code == 2
    assert err.startswith("newsgrep: warning: saved/broken.json: line 3: not JSON\n")
    assert err.endswith("3 files or records skipped:\n  2  an image\n  1  not JSON\n")
    assert newsgrep("index", "saved", "--verbose")[2].count("newsgrep: skipped: saved/photo.png: an image\n") == 2


def test_files_that_hold_no_article_are_no_failure(
    install: Callable[..., Archive], newsgrep: Newsgrep, harbour: Article
) -> None:
    install(harbour, problems=[IMAGE])
    code, _, err = newsgrep("index", "saved")
    assert code == 0
    assert "warning" not in err


def test_an_index_without_articles_is_exit_code_1(install: Callable[..., Archive], newsgrep: Newsgrep) -> None:
    install()
    assert newsgrep("index", "saved")[0] == 1
    install(problems=[BROKEN])
    assert newsgrep("index", "saved")[0] == 2


def test_quiet_says_only_what_failed(install: Callable[..., Archive], newsgrep: Newsgrep, harbour: Article) -> None:
    install(harbour, problems=[BROKEN, IMAGE])
    assert newsgrep("index", "saved", "-q")[1:] == ("", "newsgrep: warning: saved/broken.json: line 3: not JSON\n")


def test_json_is_the_summary_and_replaces_it(archive: Archive, newsgrep: Newsgrep) -> None:
    code, out, err = newsgrep("index", "saved", "--json")
    assert (code, err) == (0, "")
    assert json.loads(out)["files_unchanged"] == 3


def test_an_interrupted_run_says_what_was_kept(
    install: Callable[..., Archive], newsgrep: Newsgrep, harbour: Article
) -> None:
    install(harbour, interrupted=True)
    code, out, err = newsgrep("index", "saved")
    assert (code, out) == (130, "")
    assert err == "newsgrep: interrupted: the index holds 1 article; the same command goes on\n"
    assert newsgrep("index", "saved", "--rebuild")[2].endswith("the index holds 1 article, as before\n")
    install(interrupted=True)
    assert newsgrep("index", "saved")[2] == "newsgrep: interrupted: nothing was kept\n"


def test_without_a_folder_it_says_what_to_type(archive: Archive, newsgrep: Newsgrep, updates: Updates) -> None:
    code, _, err = newsgrep("index")
    assert code == 2
    assert "newsgrep index DIR" in err
    assert newsgrep("index", "saved", "-q", "-v")[0] == 2
    assert updates == []


@pytest.mark.parametrize(
    ("text", "size"), [("512M", 512 << 20), ("2g", 2 << 30), ("1.5 GiB", 3 << 29), ("4096", 4096), ("64KB", 64 << 10)]
)
def test_a_size_is_read_with_its_unit(text: str, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "much", "-1M", "1T"])
def test_what_is_no_size_is_refused(text: str) -> None:
    with pytest.raises(click.UsageError, match="--memory"):
        parse_size(text)

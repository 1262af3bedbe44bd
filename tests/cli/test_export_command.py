from __future__ import annotations

import csv
import io
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import newsgrep as library
from newsgrep.cli.export_formats import NAMES
from newsgrep.cli.export_printer import KEYS
from tests.search.citation_readers import check_csl_item, read_bibtex, read_ris

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from newsgrep.article import Article

    Newsgrep = Callable[..., tuple[int, str, str]]

PAGE = """<html lang="en"><head><title>Tide &amp;amp; time - The Quay Ledger</title>
<meta property="og:title" content="Tide &amp;amp; time"><meta property="og:site_name" content="The Quay Ledger">
<meta property="article:published_time" content="2018-02-23T06:15:00+02:00"><meta name="author" content="Cy Marsh">
<meta property="article:section" content="Sea"></head><body><nav>Home</nav><article><h1>Tide &amp;amp; time</h1>
<p>The &lt;b&gt; mark on the pier, *so to say*, was under water at noon, and nobody had been told of it.</p>
<p># One of the harbour's oldest walls leaned. 1. It will be propped up, said the board, and then rebuilt.</p>
<p>- It has stood for two hundred years, wrote R&amp;D_Marine [sic], and &amp;lt; ten storms had touched it.</p>
</article></body></html>"""
RECORDS: list[dict[str, Any]] = [
    {
        "id": "bridge",
        "title": "Harbour bridge reopens",
        "text": "The harbour bridge opened on Tuesday.\n\nEngineers had closed it for a week.",
        "date": "2018-02-20T16:02",
        "section": ["News", "Local"],
        "authors": ["Ada Quill", "Bo Reed"],
        "source": "The Quay Ledger",
        "url": "https://quay.example/bridge?a=1&b=(2)",
        "captured": "2018-03-03T10:00:00Z",
    },
    {
        "id": "ferry",
        "title": 'A ferry: "late" again [update] #2',
        "text": "The harbour ferry was late.",
        "date": "2018-02-21",
    },
    {"id": "fog", "title": "=1+1 and fog of 2018-02-20", "text": "Fog lay over the harbour.", "lang": "no"},
]
FIELDS = ("title", "published", "section", "authors", "source", "url", "lang", "captured", "body")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with saved articles in `saved/` and their index in `index/`."""
    folder = tmp_path_factory.mktemp("export")
    (folder / "saved").mkdir()
    (folder / "saved/wire.jsonl").write_text("".join(json.dumps(record) + "\n" for record in RECORDS))
    (folder / "saved/tide.html").write_text(PAGE)
    with library.open(folder / "index", create=True) as archive:
        archive.update([folder / "saved"])
    return folder


@pytest.fixture
def export(newsgrep: Newsgrep, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Newsgrep:
    """Run `newsgrep export` in an empty directory."""
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: newsgrep("export", *arguments, "--index", str(folder / "index"))


def read_articles(place: Path, index: Path) -> list[Article]:
    with library.open(index, create=True) as archive:
        summary = archive.update([place])
        assert summary.problems == ()
        return list(archive.select(""))


def facts(articles: Sequence[Article]) -> list[dict[str, object]]:
    found = [{field: getattr(article, field) for field in FIELDS} for article in articles]
    return sorted(found, key=lambda one: str(one["title"]))


@pytest.mark.parametrize("to", ["all.jsonl", "notes/"])
def test_what_is_exported_is_indexed_again_as_the_same_articles(
    to: str, export: Newsgrep, folder: Path, tmp_path: Path
) -> None:
    assert export("--to", to) == (0, "", f"newsgrep: 4 articles written to {to}\n")
    with library.open(folder / "index") as archive:
        original = facts(list(archive.select("")))
    assert len(original) == 4
    assert facts(read_articles(tmp_path / to, tmp_path / "index")) == original


def test_a_question_decides_what_is_exported(export: Newsgrep) -> None:
    def titles(*arguments: str) -> list[str]:
        code, out, _ = export(*arguments, "--to", "-")
        assert code == 0
        return [json.loads(line)["title"] for line in out.splitlines()]

    assert titles("bridge") == ["Harbour bridge reopens"]
    assert len(titles("harbour")) == 4
    assert titles("harbour", "--section", "local") == ["Harbour bridge reopens"]
    assert titles("--undated") == ["=1+1 and fog of 2018-02-20"]
    assert titles("--since", "2018-02-21", "--sort", "oldest")[0].startswith("A ferry")
    assert titles("--sort", "newest", "--limit", "1") == ["Tide &amp; time"]
    assert titles("title:harbour", "--limit", "3") == ["Harbour bridge reopens"]


def test_a_correction_is_said(export: Newsgrep) -> None:
    code, out, err = export("hrabour", "--to", "-")
    assert (code, len(out.splitlines())) == (0, 4)
    assert "harbour" in err
    assert export("hrabour", "--all", "--to", "-")[:2] == (1, "")


def test_a_table(export: Newsgrep, tmp_path: Path) -> None:
    assert export("--to", "all.csv", "--quiet") == (0, "", "")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "all.csv").read_text("utf-8"))))
    assert tuple(rows[0]) == KEYS
    assert {row["title"] for row in rows} == {record["title"] for record in RECORDS} | {"Tide &amp; time"}
    assert export("--to", "safe.csv", "--safe-csv", "-q")[0] == 0
    assert ",'=1+1 and fog" in (tmp_path / "safe.csv").read_text("utf-8")
    code, _, err = export("--to", "all.jsonl", "--safe-csv")
    assert code == 2
    assert "--safe-csv goes with CSV" in err


def test_bibliographies(export: Newsgrep, tmp_path: Path) -> None:
    for to in ("all.bib", "all.ris", "all.csl.json"):
        assert export("--to", to, "-q") == (0, "", "")
    assert len(read_bibtex((tmp_path / "all.bib").read_text("utf-8"))) == 4
    assert len(read_ris((tmp_path / "all.ris").read_bytes().decode())) == 4
    items = json.loads((tmp_path / "all.csl.json").read_text("utf-8"))
    assert len(items) == 4
    for item in items:
        check_csl_item(item)


def test_a_format_can_be_named(export: Newsgrep, tmp_path: Path) -> None:
    assert export("bridge", "--to", "list.txt", "--format", "ris", "-q")[0] == 0
    assert (tmp_path / "list.txt").read_bytes().startswith(b"TY  - NEWS\r\n")
    assert export("bridge", "--to", "-", "--format", "bibtex")[1].startswith("@article{quill2018harbour-")


def test_what_is_there_is_only_replaced_on_demand(export: Newsgrep, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("mine")
    code, out, err = export("--to", "a.csv")
    assert (code, out, err) == (2, "", "newsgrep: a.csv exists already\nReplace it: --force\n")
    assert (tmp_path / "a.csv").read_text() == "mine"
    assert export("--to", "a.csv", "--force")[0] == 0
    assert export("--to", "notes", "-q") == export("--to", "notes", "-q", "--force") == (0, "", "")
    assert export("--to", "notes")[0] == 2
    assert len(os.listdir(tmp_path / "notes")) == 4


def test_nothing_found_is_a_complete_file_without_articles(export: Newsgrep, tmp_path: Path) -> None:
    assert export("--all", "airship", "--to", "a.csv") == (1, "", "newsgrep: nothing found\n")
    assert (tmp_path / "a.csv").read_text() == ",".join(KEYS) + "\n"
    assert export("--all", "airship", "--to", "a.csl.json")[0] == 1
    assert json.loads((tmp_path / "a.csl.json").read_text()) == []


def test_an_interrupted_export_leaves_no_half_file(
    export: Newsgrep, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from newsgrep.cli import export_printer, markdown_printer

    def interrupted(article: Article) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(export_printer, "build_record", interrupted)
    monkeypatch.setattr(markdown_printer, "render_note", interrupted)
    for to in ("a.jsonl", "notes"):
        assert export("--to", to)[0] == 130
    assert os.listdir(tmp_path) == []


def test_two_articles_of_one_name_are_two_files(
    export: Newsgrep, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from newsgrep.cli import markdown_printer

    monkeypatch.setattr(
        markdown_printer, "name_note", lambda article, digits=8: f"{article.id if digits == 16 else 'note'}.md"
    )
    assert export("--to", "notes", "-q")[0] == 0
    assert len(os.listdir(tmp_path / "notes")) == 4


def test_without_pyarrow_nothing_is_written(export: Newsgrep, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name, package=None: None)
    code, out, err = export("--to", "all.parquet")
    assert (code, out) == (2, "")
    assert err == "newsgrep: Parquet needs pyarrow, which is not installed\npip install 'newsgrep[parquet]'\n"
    assert os.listdir(tmp_path) == []


def test_a_place_must_be_named(export: Newsgrep) -> None:
    for arguments in (("bridge",), ("bridge", "--to", "")):
        code, _, err = export(*arguments)
        assert code == 2
        assert "--to" in err


def test_every_format_is_in_the_help(export: Newsgrep) -> None:
    code, out, _ = export("--help")
    assert code == 0
    assert all(name in out for name in NAMES)

"""The gate of understanding: its measures, and the project's own samples against their pinned floors."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import re
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from benchmarks import extraction
from benchmarks.__main__ import main
from benchmarks.extraction_score import MEASURES, Truth, mean_scores, read_truth, score_page
from newsgrep.article import Article, Content, Page
from newsgrep.extract import extract_article

if TYPE_CHECKING:
    from collections.abc import Callable

ARTICLES = Path(__file__).parents[2] / "examples" / "articles"
TODAY = dt.date(2026, 6, 1)
TRUTH = Truth(
    body="One two three four five.\n\nSix seven eight nine ten.",
    titles=("The title", "A title"),
    date=dt.date(2019, 2, 12),
    authors=("Edna Marsh", "Tom Réed"),
    sections=("World",),
)


def article(**fields: object) -> Article:
    told: dict[str, object] = {"id": "1", "title": "", "body": "", "path": "a", **fields}
    return Article(**told)  # type: ignore[arg-type]


def test_the_true_article_is_right_in_every_measure() -> None:
    found = article(
        title="the TITLE!",
        body=TRUTH.body,
        published=dt.datetime(2019, 2, 12, 9, 41),
        authors=("Tom Reed", "Marsh, Edna Marsh"),
        section=("world", "x"),
    )
    assert set(score_page(TRUTH, found).values()) == {1.0}


def test_no_article_is_wrong_in_every_measure_that_applies() -> None:
    scores = score_page(TRUTH, None)
    assert set(scores.values()) == {0.0}
    assert "date_precision" not in scores
    assert "author_p" not in scores


def test_half_a_body_has_full_precision_and_half_recall() -> None:
    scores = score_page(TRUTH, article(body="one two three four five"))
    assert (scores["body_p"], scores["body_r"]) == (1.0, 0.5)
    assert scores["body_f1"] == pytest.approx(2 / 3)
    assert scores["body_4g"] == pytest.approx(2 * (2 / 2) * (2 / 7) / (2 / 2 + 2 / 7))


def test_a_day_off_is_near_but_wrong() -> None:
    scores = score_page(TRUTH, article(published=dt.date(2019, 2, 13)))
    assert (scores["date"], scores["date1"], scores["date_precision"]) == (0.0, 1.0, 0.0)


def test_a_missing_date_lowers_the_share_found_and_not_the_precision() -> None:
    right = score_page(TRUTH, article(published=dt.date(2019, 2, 12)))
    means = mean_scores([right, score_page(TRUTH, article())])
    assert (means["date"], means["date_precision"]) == (0.5, 1.0)


def test_what_a_dump_does_not_show_is_not_asked_for() -> None:
    row = {
        "body": "x",
        "title": "T",
        "date": "2019-02-12T09:41",
        "authors": ["A B"],
        "section": "S",
        "visible": ["title"],
    }
    assert set(score_page(read_truth(row), None)) == {"body_f1", "body_p", "body_r", "body_4g", "title"}
    del row["visible"]
    assert {"date", "author_r", "section"} <= set(score_page(read_truth(row), None))


@given(body=st.text(), other=st.text())
def test_measures_are_shares(body: str, other: str) -> None:
    scores = score_page(Truth(body=body), article(body=other))
    assert all(0.0 <= value <= 1.0 for value in scores.values())
    assert score_page(Truth(body=body), article(body=body))["body_f1"] == 1.0


def dump_blocks(html: str) -> str:
    """A page as a browser copies it: a block a line, a blank line between blocks, bullets before items."""
    tree = LexborHTMLParser(html)
    for node in tree.css("script, style, head"):
        node.decompose()
    root = tree.body or tree.root
    assert root is not None
    for node in root.css("li"):
        node.insert_before("\n* ")
    for node in root.css("p, div, h1, h2, h3, ul, li, nav, header, footer, aside, figcaption, article, br, button"):
        node.insert_before("\n\n")
        node.insert_after("\n\n")
    lines = [" ".join(line.split()) for line in root.text().split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


def dump_wrapped(html: str) -> str:
    """A page as a terminal browser writes it: wrapped at 72 columns, three blanks before each line."""
    paragraphs = dump_blocks(html).split("\n\n")
    return "\n\n".join(
        textwrap.fill(" ".join(paragraph.split()), 72, initial_indent="   ", subsequent_indent="   ")
        for paragraph in paragraphs
        if paragraph.strip()
    )


DUMPERS: dict[str, Callable[[str], str]] = {"blocks": dump_blocks, "wrapped": dump_wrapped}


def read_samples() -> dict[str, str]:
    """The HTML pages among the examples."""
    return {
        path.name: (gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()).decode(
            "utf-8", "replace"
        )
        for path in sorted(ARTICLES.rglob("*.html*"))
        if b"charset" not in path.read_bytes()[:2000].lower() or b"utf-8" in path.read_bytes()[:2000].lower()
    }


def is_printed(day: dt.date, text: str) -> bool:
    return any({str(day.year), str(day.day)} <= set(re.findall(r"\d+", line)) for line in text.splitlines())


def test_dumps_of_the_samples_are_understood_no_worse_than_pinned() -> None:
    """What `tests/test_examples.py` holds the HTML to be is the truth for its dumps."""
    figures = {}
    for name, dump in DUMPERS.items():
        scores = []
        for path, html in read_samples().items():
            true = extract_article(Page(path=path, content=Content.HTML, text=html), "1", today=TODAY)
            text = dump(html)
            found = extract_article(Page(path="page.txt", content=Content.TEXT, text=text), "1", today=TODAY)
            day = true.published.date() if isinstance(true.published, dt.datetime) else true.published
            visible = {"title"} | ({"date"} if day and is_printed(day, text) else set())
            scores.append(
                score_page(Truth(body=true.body, titles=(true.title,), date=day, visible=frozenset(visible)), found)
            )
        assert len(scores) >= 5
        figures[f"dumps/{name}"] = mean_scores(scores)
    floors = extraction.read_floors()["samples"]
    assert set(floors) == set(figures)
    assert list(extraction.iter_missed(figures, floors)) == []


def make_set(folder: Path) -> Path:
    """An evaluation set of one page in each kind."""
    html = next(text for name, text in read_samples().items() if name == "harbour-bridge-reopens.html")
    true = extract_article(Page(path="a.html", content=Content.HTML, text=html), "1", today=TODAY)
    rows = []
    for kind, dumper, text in (("html", None, html), ("text", "blocks", dump_blocks(html))):
        (folder / f"page.{kind}").write_text(text, "utf-8")
        rows.append({"file": f"page.{kind}", "kind": kind, "dumper": dumper, "title": true.title, "body": true.body})
    (folder / "manifest.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
    return folder


def test_a_set_is_measured_by_kind_and_dumper(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extraction, "read_floors", lambda: {"set": {"html/all": {"title": 1.0}}, "samples": {}})
    monkeypatch.setenv("NEWSGREP_EVAL", str(make_set(tmp_path)))
    assert main(["extraction"]) == 0
    out = capsys.readouterr().out
    assert [line.split()[0] for line in out.splitlines()] == ["body", "html/all", "text/all", "text/blocks"]


def test_a_figure_below_its_floor_is_named_and_is_exit_code_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    floors = {"html/all": {"title": 1.01, "section": 0.5}, "text/lynx": {"title": 2.0}}
    monkeypatch.setattr(extraction, "read_floors", lambda: {"set": floors, "samples": {}})
    assert main(["extraction", str(make_set(tmp_path))]) == 1
    assert capsys.readouterr().err.splitlines() == [
        "html/all title: 1.0000 is below its floor 1.01",
        "html/all section: not measured, floor 0.5",
    ]


def test_no_set_is_exit_code_2(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NEWSGREP_EVAL", raising=False)
    assert main(["extraction"]) == 2
    assert main(["extraction", str(tmp_path)]) == 2


def test_the_pinned_floors_are_of_figures_that_are_measured() -> None:
    floors = extraction.read_floors()
    assert set(floors) == {"set", "samples"}
    for groups in floors.values():
        for measures in groups.values():
            assert set(measures) <= {*MEASURES, extraction.SPEED}
            assert all(value > 0 for value in measures.values())
    assert {"html/all", "text/all"} <= set(floors["set"])

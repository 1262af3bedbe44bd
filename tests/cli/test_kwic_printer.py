from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from newsgrep.article import Article
from newsgrep.cli.kwic_printer import (
    COLUMNS,
    ID_DIGITS,
    LEAST_WIDTH,
    MOST_WIDTH,
    cut_to,
    iter_csv,
    iter_json_lines,
    lay_out,
    render_json,
    render_plain,
    render_styled,
)
from newsgrep.cli.safe_text import clean_line
from newsgrep.search.concordance import Concordance, Line

ARTICLE = Article(
    id="a1b2c3d4e5f60718",
    title="Harbour",
    body="",
    section=("News", "Local"),
    source="The Example Post of the Bay",
    published=dt.datetime(2018, 2, 20, 16, 2),
    path="saved/harbour.html",
)
LINE = Line(ARTICLE, "body", 10, 17, "they said that the old ", "harbour", " was closed for a week")
STYLES = re.compile("\x1b\\[[0-9;]*m")
WIDTHS = st.integers(LEAST_WIDTH, MOST_WIDTH)


def concordance(*lines: Line) -> Concordance:
    return Concordance("harbour", 7, iter(lines))


def plain(*lines: Line, limit: int = 50, width: int = 80) -> list[str]:
    return "".join(render_plain(concordance(*lines), lines, limit=limit, width=width)).splitlines()


def test_every_match_begins_in_the_same_column() -> None:
    other = Line(ARTICLE, "body", 0, 8, "", "Harbours", "")
    wide = Line(ARTICLE, "body", 3, 10, "東京都の港湾 ", "harbour", " 東京都の港湾です")
    lines = [lay_out(line, 80) for line in (LINE, other, wide)]
    assert {cell_len(row.left) for row in lines} == {cell_len(lines[0].left)}
    assert {cell_len(row.left + row.match + row.right) for row in lines} == {58}
    assert lines[1].left.isspace()
    assert all(row.facts == "  2018-02-20  a1b2c3d4" for row in lines)


def test_what_is_told_of_the_article_depends_on_the_room() -> None:
    undated = Line(Article(id="0f" * 8, title="", body="", path="x"), "body", 0, 7, "", "harbour", "")
    assert [lay_out(LINE, width).facts for width in (40, 60, 120)] == [
        "  a1b2c3d4",
        "  2018-02-20  a1b2c3d4",
        "  2018-02-20  a1b2c3d4  The Example Post",
    ]
    assert lay_out(undated, 120).facts == "  undated     0f0f0f0f"
    assert lay_out(LINE, 30).facts == ""


HOSTILE = st.text(
    st.sampled_from(
        "ab é東\u0301\u0300\u200d\u202e\u2066\x1b[31m\x07\x9b\u200b\t\r\n\U0001f468\ufe0f\u0e33ا\u00ad\ud800"
    ),
    max_size=80,
)


@given(HOSTILE, HOSTILE, HOSTILE, WIDTHS)
def test_no_text_breaks_the_lines_or_reaches_the_terminal(left: str, match: str, right: str, width: int) -> None:
    article = Article(id="f" * 16, title=left, body="", source=right, path="x")
    row = lay_out(Line(article, "body", 0, 1, left, f"m{match}", right), width)
    assert cell_len(row.left) == cell_len(lay_out(LINE, width).left)
    assert cell_len(row.left + row.match + row.right) == cell_len("".join(lay_out(LINE, width)[:3]))
    assert cell_len(row.text) <= width
    assert row.match[:1] == "m"
    for character in "".join(row):
        assert unicodedata.category(character) not in {"Cc", "Cs"}
        assert not re.match("[\u202a-\u202e\u2066-\u2069]", character)


@pytest.mark.parametrize("left", ["\u0301\u0300abc ", "e\u0301" * 100 + " "])
def test_no_mark_stands_on_the_blanks_that_align_a_line(left: str) -> None:
    for width in range(LEAST_WIDTH, 90):
        shown = lay_out(Line(ARTICLE, "body", 0, 1, left, "m", ""), width).left.lstrip(" ")
        assert not unicodedata.combining(shown[0])


@given(HOSTILE, st.integers(1, 40))
def test_a_text_is_cut_to_its_columns(text: str, cells: int) -> None:
    text = clean_line(text)
    assert cell_len(cut_to(text, cells)) <= max(cells, 1)
    if cell_len(text) <= cells:
        assert cut_to(text, cells) == text


def test_a_match_that_is_longer_than_its_room_is_cut() -> None:
    row = lay_out(Line(ARTICLE, "body", 0, 400, "left ", "x" * 400, " right"), 80)
    assert row.match.endswith("x…")
    assert row.right == ""
    assert len(row.text) == 80


def test_the_last_line_tells_how_much_is_shown() -> None:
    other = Line(Article(id="b" * 16, title="", body="", path="x"), "body", 0, 7, "", "harbour", "")
    assert plain(LINE, LINE, other)[-1] == "3 lines from 2 articles of 7"
    assert plain(LINE, LINE, other, limit=2)[-1] == "2 lines from 1 article of 7; --limit 0 gives every line"
    assert len(plain(LINE, LINE, other, limit=2)) == 4


@pytest.mark.parametrize("width", [40, 80, 120, 200, 300])
def test_a_terminal_shows_what_a_pipe_gets_with_the_match_lit(width: int) -> None:
    console = Console(width=width, force_terminal=True, color_system="standard", _environ={"TERM": "xterm"})
    shown = "".join(render_styled(concordance(LINE), [LINE], console, limit=50, width=None))
    seen = [line.rstrip() for line in STYLES.sub("", shown).splitlines()]
    assert seen == plain(LINE, width=min(width, MOST_WIDTH))
    assert "\x1b[1;31mharbour\x1b[0m" in shown


def test_data_carry_the_text_as_it_is() -> None:
    hostile = Line(ARTICLE, "body", 4, 5, "[b]\x1b[0m ", "m", ' \u202e"x", y')
    lines = [LINE, hostile]
    header, *rows = list(csv.reader(io.StringIO("".join(iter_csv(lines, limit=50)))))
    assert tuple(header) == COLUMNS
    assert rows[1][:3] == [hostile.left, hostile.match, hostile.right]
    assert dict(zip(header, rows[0], strict=True)) == {
        "left": LINE.left,
        "match": "harbour",
        "right": LINE.right,
        "id": ARTICLE.id,
        "title": "Harbour",
        "published": "2018-02-20T16:02",
        "section": "News; Local",
        "source": ARTICLE.source,
        "path": "saved/harbour.html",
        "record": "",
        "field": "body",
        "start": "10",
        "end": "17",
    }
    records = [json.loads(line) for line in iter_json_lines(lines, limit=50)]
    assert [record["left"] for record in records] == [LINE.left, hostile.left]
    document = json.loads(render_json(concordance(), lines, limit=1))
    assert document["lines"] == records[:1]
    assert document["more"] is True
    assert len(list(iter_csv(lines, limit=1))) == 2
    assert len(ARTICLE.id) > ID_DIGITS


@pytest.mark.parametrize("mark", ["\ufe0f", "\u200d", "\ufe0e"])
def test_no_mark_at_the_edge_of_a_column_changes_the_width_of_the_next(mark: str) -> None:
    article = Article(id="f" * 16, title="", body="", path="x")
    for left, match, right in (
        ("\U0001f468" + mark, "m", "a"),
        ("a", "m" + mark, "a"),
        ("a", "m", mark + "\U0001f468"),
    ):
        row = lay_out(Line(article, "body", 0, 1, left, match, right), 60)
        assert cell_len(row.left + row.match + row.right) == cell_len("".join(lay_out(LINE, 60)[:3]))

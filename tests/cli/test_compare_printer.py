from __future__ import annotations

import csv
import io
import json
import re

import pytest
from rich.cells import cell_len
from rich.console import Console

from newsgrep.cli.compare_printer import COLUMNS, iter_csv, render_json, render_plain, render_styled
from newsgrep.search.comparison import ComparedSet, ComparedWord, Comparison, ComparisonRequest, Use
from newsgrep.search.request import Request

STYLES = re.compile("\x1b\\[[0-9;]*m")
ASKED = ComparisonRequest(a=Request(text="harbour"), b=Request(text="airport"))


def word(text: str, a: int, b: int, g2: float) -> ComparedWord:
    ratio = 2.5 if a > b else -2.5
    return ComparedWord(text, text.lower(), Use(a, a * 10.0, a // 2), Use(b, b * 10.0, b // 2), g2, ratio, 7.0, ratio)


COMPARISON = Comparison(
    ComparedSet("harbour", 12, 100_000),
    ComparedSet("airport", 1, 100_000),
    3,
    (word("ships", 1234, 2, 1500.7), word("港湾", 40, 0, 30.25), word("[b]\x1b[31m\u202epier", 9, 1, 8.0)),
    (word("runway", 0, 77, 99.5),),
)


def styled(width: int, comparison: Comparison = COMPARISON) -> list[str]:
    console = Console(width=width, force_terminal=True, color_system="standard", _environ={"TERM": "xterm"})
    text = "".join(render_styled(comparison, ASKED, console))
    assert "\x1b[31m" not in text
    assert "\u202e" not in text
    return [line.rstrip() for line in STYLES.sub("", text).splitlines()]


def test_a_pipe_gets_all_numbers_one_table_below_the_other() -> None:
    lines = "".join(render_plain(COMPARISON, ASKED)).splitlines()
    assert lines[:3] == [
        "A  harbour: 12 articles, 100,000 words",
        "B  airport: 1 article, 100,000 words",
        "3 articles found by both, left out of both",
    ]
    ships = next(line for line in lines if line.startswith("ships"))
    assert ships.split() == ["ships", "1,501", "+2.5", "1,234", "2", "12,340", "20.0", "617", "1"]
    table = lines[lines.index("More in A: words") + 1 :][:4]
    assert len({cell_len(line) for line in table}) == 1
    assert any("␛" in line for line in table)


@pytest.mark.parametrize(("width", "together"), [(50, False), (80, True), (100, True), (160, True)])
def test_the_tables_stand_side_by_side_where_there_is_room(width: int, together: bool) -> None:
    lines = styled(width)
    assert any("More in A" in line and "More in B" in line for line in lines) is together
    assert any("ships" in line and "runway" in line for line in lines) is together
    assert all(cell_len(line) <= width for line in lines)
    if together:
        heading = next(line for line in lines if "More in A" in line)
        row = next(line for line in lines if "runway" in line)
        assert cell_len(row[: row.index("runway")]) == heading.index("More in B")


def test_more_room_shows_more_numbers() -> None:
    headings = [next(line for line in styled(width) if line.startswith("word")).split() for width in (80, 100, 160)]
    assert [len(heading) for heading in headings] == sorted(len(heading) for heading in headings)
    assert "art." not in headings[0]
    assert headings[2].count("art.") == 4


def test_a_set_without_words_of_its_own_is_told() -> None:
    empty = Comparison(COMPARISON.a, COMPARISON.b, 0, COMPARISON.words_a, ())
    assert "none" in "".join(render_plain(empty, ASKED)).splitlines()
    assert any("none" in line for line in styled(80, empty))
    assert not any("found by both" in line for line in styled(80, empty))


def test_tables_and_json_say_the_same() -> None:
    header, *rows = list(csv.reader(io.StringIO("".join(iter_csv(COMPARISON)))))
    assert tuple(header) == COLUMNS
    assert [row[:2] for row in rows] == [
        ["a", "ships"],
        ["a", "港湾"],
        ["a", "[b]\x1b[31m\u202epier"],
        ["b", "runway"],
    ]
    document = json.loads(render_json(COMPARISON, ASKED))
    for row, record in zip(rows, document["words_a"] + document["words_b"], strict=True):
        values = dict(zip(header, row, strict=True))
        for side in ("a", "b"):
            for name, value in record[side].items():
                assert values[f"{side}_{name}"] == str(value)
        assert float(values["g2"]) == record["g2"]
        assert float(values["articles_log_ratio"]) == record["articles_log_ratio"]
    assert (document["in_both"], document["rest"], document["by"]) == (3, False, "words")

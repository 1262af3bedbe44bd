"""`newsgrep timeline` and `newsgrep facets` at the command line, and docs/trends.md against what they print."""

from __future__ import annotations

import csv
import io
import json
import re
import shlex
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from rich.cells import cell_len
from rich.console import Console

import newsgrep as library
from newsgrep.cli import facets_printer, timeline_printer
from newsgrep.search.request import Request
from newsgrep.search.trends import By, Split, Unit

if TYPE_CHECKING:
    from collections.abc import Callable

    Newsgrep = Callable[..., tuple[int, str, str]]

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/trends.md").read_text("utf-8")


def article(number: int, text: str, **fields: Any) -> dict[str, Any]:
    return {"id": str(number), "title": f"Item {number}", "text": text} | fields


ARTICLES = [
    *(article(n, f"Ferry number {n}.", section=["News", "Sea"], date=f"2018-01-0{n}") for n in range(1, 9)),
    *(article(n, "Bread is dear.", section="Food", date=f"2018-02-{n}") for n in range(10, 29)),
    article(90, "The ferry again.", section="News", date="2018-09-01"),
    article(91, "A ferry, some day.", section="Opinion"),
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("trends")
    (folder / "all.jsonl").write_text("\n".join(json.dumps(each) for each in ARTICLES), "utf-8")
    with library.open(folder / "index", create=True) as archive:
        archive.update([folder / "all.jsonl"])
    return folder / "index"


@pytest.fixture
def ask(newsgrep: Newsgrep, index: Path, monkeypatch: pytest.MonkeyPatch) -> Newsgrep:
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    return lambda *arguments: newsgrep(*arguments, "--index", str(index))


def test_a_timeline_has_a_line_for_each_bucket_and_one_for_a_long_gap(ask: Newsgrep) -> None:
    code, out, err = ask("timeline", "ferry", "--by", "month")
    assert (code, err) == (0, "")
    assert [re.sub("[█▌]+", "█", re.sub(" +", " ", line)) for line in out.splitlines()] == [
        "10 articles by month: ferry",
        "2018-01 █ 8",
        "2018-02 0",
        "2018-03 ╌╌ no articles saved until 2018-08 (6 months)",
        "2018-09 █ 1",
        "without a date: 1",
    ]


def test_shares_say_of_how_many(ask: Newsgrep) -> None:
    _, out, _ = ask("timeline", "ferry OR bread", "--by", "month", "--share", "--section", "food", "--section", "sea")
    assert "100.0 %  8 of 8\n" in out
    assert "100.0 %  19 of 19\n" in out


def test_a_split_has_the_labels_above_their_columns(ask: Newsgrep) -> None:
    _, out, _ = ask("timeline", "ferry OR bread", "--by", "month", "--split", "section", "--top", "2")
    heading, labels, january, february, *_ = out.splitlines()
    assert heading.startswith("29 articles by month, split by section")
    assert labels.split() == ["Food", "News"]
    assert (january.rindex("8"), february.index("19")) == (labels.index("News") + 1, labels.index("Food"))


@pytest.mark.parametrize("width", [30, 80, 200])
def test_no_line_is_wider_than_the_terminal(index: Path, width: int) -> None:
    with library.open(index) as archive:
        for split in (None, Split.SECTION):
            timeline = archive.timeline("ferry OR bread", unit=Unit.MONTH, split_by=split)
            lines = "".join(timeline_printer.render_timeline(timeline, width=width)).splitlines()
            assert max(map(cell_len, lines[1:])) <= max(width, 54)
        console = Console(width=width, force_terminal=True, color_system="truecolor", highlight=False, markup=False)
        styled = "".join(timeline_printer.render_timeline_styled(timeline, console))
        plain = "".join(timeline_printer.render_timeline(timeline, width=width))
        assert [line.rstrip() for line in re.sub("\x1b\\[[0-9;]*m", "", styled).splitlines()] == plain.splitlines()
        assert "\x1b[1m" in styled


def test_terminals_without_blocks_get_bars_all_the_same(index: Path) -> None:
    with library.open(index) as archive:
        timeline = archive.timeline("ferry", unit=Unit.MONTH)
    out = "".join(timeline_printer.render_timeline(timeline, ascii_only=True))
    assert out.isascii()
    assert "####" in out


def test_anything_above_nothing_has_a_bar() -> None:
    assert timeline_printer.draw_bar(1, 1_000_000, 10) == "▏"
    assert timeline_printer.draw_bar(0, 10, 10) == ""
    assert timeline_printer.draw_bar(10, 10, 10) == "█" * 10
    assert timeline_printer.draw_bar(5, 10, 5) == "██▌"


def test_the_table_of_a_timeline_has_all_buckets(ask: Newsgrep) -> None:
    code, out, err = ask("timeline", "ferry", "--by", "month", "--split", "section", "--top", "1", "--csv")
    rows = list(csv.reader(io.StringIO(out)))
    assert code == 0
    assert rows[0] == ["bucket", "first", "last", "articles", "archive", "share", "section: News", "others"]
    assert rows[1:3] == [
        ["2018-01", "2018-01-01", "2018-01-31", "8", "8", "1.0", "8", "0"],
        ["2018-02", "2018-02-01", "2018-02-28", "0", "19", "0.0", "0", "0"],
    ]
    assert rows[3] == ["2018-03", "2018-03-01", "2018-03-31", "0", "0", "", "0", "0"]
    assert len(rows) == 10
    assert err == "newsgrep: 1 article without a date, in no row\n"


@pytest.mark.parametrize("command", ["timeline", "facets"])
def test_nothing_found_is_told_by_the_exit_code(ask: Newsgrep, command: str) -> None:
    assert ask(command, "zeppelin", "--all") == (1, "", "newsgrep: nothing found\n")
    code, out, err = ask(command, "zeppelin", "--all", "--json")
    assert (code, json.loads(out)["total"], err) == (1, 0, "")
    assert ask(command, "zeppelin", "--all", "--csv")[:2] == (
        1,
        ask(command, "ferry", "--csv")[1].split("\n")[0] + "\n",
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["ferry", "--share", "--per", "story"], "--share counts articles against articles"),
        (["ferry", "--top", "3"], "--top says how many labels"),
        (["ferry", "--plot", "ferry.gif"], "a .png or an .svg file"),
        (["ferry", "--json", "--csv"], "One output at a time"),
        (["ferry", "--by", "day", "--since", "0002-01-01"], "too many days"),
    ],
)
def test_what_cannot_be_done_is_refused(ask: Newsgrep, arguments: list[str], message: str) -> None:
    code, out, err = ask("timeline", *arguments)
    assert (code, out) == (2, "")
    assert message in err


def test_how_a_question_was_read_is_told(ask: Newsgrep) -> None:
    for command in ("timeline", "facets"):
        code, _, err = ask(command, "ferrry", "--json")
        assert (code, err) == (
            0,
            'newsgrep: searched for "ferry" instead of "ferrry" (--no-correct searches as typed)\n',
        )


def test_facets_mark_what_stands_out(ask: Newsgrep) -> None:
    code, out, err = ask("facets", "ferry", "--by", "section", "--sort", "lift")
    assert (code, err) == (0, "")
    assert [" ".join(line.split()) for line in out.splitlines()] == [
        "10 articles: ferry",
        "",
        "section articles share archive lift",
        "News 9 90.0 % 31.0 % 2.90× ▲",
        "Sea 8 80.0 % 27.6 % 2.90× ▲",
        "Opinion 1 10.0 % 3.4 % 2.90×",
        "",
        "▲ above its share of the archive by more than chance",
    ]


def test_the_table_of_facets_has_those_without_any(ask: Newsgrep) -> None:
    _, out, _ = ask("facets", "ferry", "--by", "year", "--by", "lang", "--csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert tuple(rows[0]) == facets_printer.COLUMNS
    years = [(row["label"], row["articles"], row["archive"]) for row in rows if row["by"] == "year"]
    assert years == [("2018", "9", "28"), ("", "1", "1")]


def test_labels_are_harmless_on_a_terminal(index: Path) -> None:
    hostile = "=Bay [/b]\x1b[31m\u202eCourier"
    with library.open(index) as archive:
        facets = archive.facets("ferry", [By.SECTION], top=1)
        timeline = archive.timeline("ferry", unit=Unit.YEAR, split_by=Split.SECTION, top=1)
    (facet,) = facets.facets
    facets = replace(facets, facets=(replace(facet, values=(replace(facet.values[0], label=hostile),)),))
    timeline = replace(timeline, query=hostile, labels=(hostile,))
    console = Console(width=80, force_terminal=True, color_system=None, highlight=False, markup=False)
    shown = (
        "".join(facets_printer.render_facets_styled(facets, console)),
        "".join(facets_printer.render_facets(facets)),
        "".join(timeline_printer.render_timeline_styled(timeline, console)),
        "".join(timeline_printer.render_timeline(timeline)),
    )
    for text in shown:
        assert "=Bay [/b]␛[31mCourier" in text
        assert "\x1b" not in text
    assert '"label": "=Bay [/b]\\u001b[31m\\u202eCourier"' in facets_printer.render_json(facets)
    assert '"label": "=Bay [/b]\\u001b[31m\\u202eCourier"' in timeline_printer.render_json(timeline)


def tables() -> dict[str, dict[str, str]]:
    """The tables of the page, key to type, by heading."""
    found: dict[str, dict[str, str]] = {}
    heading = ""
    for line in PAGE.splitlines():
        heading = line.lstrip("# ") if line.startswith("#") else heading
        if row := re.fullmatch(r"\| `(\w+)` \| (.*?) \|.*\|", line):
            found.setdefault(heading, {})[row[1]] = row[2]
    return found


KINDS: dict[str, type | tuple[type, ...]] = {"integer": int, "number": (int, float), "string": str, "boolean": bool}


def check(value: Any, kind: str, place: str) -> None:
    """Fail where a value is not what the page says."""
    if kind.endswith(" or null"):
        if value is None:
            return
        kind = kind.removesuffix(" or null")
    if kind.startswith("array of "):
        assert isinstance(value, list), place
        for item in value:
            check(item, kind.removeprefix("array of "), place)
    elif kind in KINDS:
        assert isinstance(value, KINDS[kind]), place
        assert kind == "boolean" or not isinstance(value, bool), place
    elif kind != "expansion":
        assert list(value) == list(tables()[kind]), place
        for key, item in value.items():
            check(item, tables()[kind][key], f"{place}.{key}")


@pytest.mark.parametrize("command", ["timeline", "facets"])
@pytest.mark.parametrize("query", ["ferry", "zeppelin", "ferry~~"])
def test_every_key_is_on_the_page_and_every_key_of_the_page_is_printed(ask: Newsgrep, command: str, query: str) -> None:
    more = ["--split", "section", "--by", "month"] if command == "timeline" else []
    check(json.loads(ask(command, query, "--json", *more)[1]), command, command)


def test_the_page_names_the_columns_of_the_tables(ask: Newsgrep) -> None:
    for command in ("timeline", "facets"):
        header = ask(command, "ferry", "--csv")[1].splitlines()[0].split(",")
        assert all(f"`{column}`" in PAGE for column in header)


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("samples") / "index"
    with library.open(folder, create=True) as archive:
        archive.update([ROOT / "examples/articles"], jobs=1)
    return folder


COMMANDS = re.findall(r"^newsgrep (.+)$", PAGE, re.MULTILINE)


@pytest.mark.parametrize("line", COMMANDS)
def test_every_command_of_the_page_finds_something(newsgrep: Newsgrep, samples: Path, line: str) -> None:
    arguments = shlex.split(re.split(r" [|>] ", line)[0])
    assert newsgrep(*arguments, "--index", str(samples))[0] == 0


def test_the_page_shows_what_is_printed(newsgrep: Newsgrep, samples: Path) -> None:
    shown = [block for block in re.findall(r"```\n(.*?)```", PAGE, re.DOTALL) if not block.startswith("newsgrep")]
    printed = "".join(
        newsgrep(*shlex.split(COMMANDS[number]), "--index", str(samples))[1]
        for number in (1, COMMANDS.index("facets storm --by section --by author --top 3"))
    )
    assert len(shown) == 2
    assert all(block in printed for block in shown)


def test_the_library_takes_a_text_or_a_request(index: Path) -> None:
    with library.open(index) as archive:
        assert archive.facets("ferry") == archive.facets(Request(text="ferry"))
        assert archive.timeline("ferry") == archive.timeline(Request(text="ferry"))

"""Timelines as pictures; what draws is tested where Matplotlib is installed, what refuses everywhere."""

from __future__ import annotations

import datetime as dt
import json
import re
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import pytest

import newsgrep as library
from newsgrep.cli.timeline_plot import check_plot, draw_timeline, write_plot
from newsgrep.errors import OptionError
from newsgrep.search.trends import Bucket, Per, Split, Timeline, Unit

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

needs_matplotlib = pytest.mark.skipif(find_spec("matplotlib") is None, reason="Matplotlib is not installed")


def timeline(**changes: Any) -> Timeline:
    months = ((1, 3, 9), (2, 0, 4), (3, 0, 0), (4, 5, 7))
    buckets = tuple(
        Bucket(f"2018-0{month}", dt.date(2018, month, 1), dt.date(2018, month, 28), hits, saved, (hits, 0, 0))
        for month, hits, saved in months
    )
    facts: dict[str, Any] = {"query": "ferry", "unit": Unit.MONTH, "per": Per.COPY, "total": 8, "undated": 0}
    facts |= {"archive": 20, "archive_undated": 0, "buckets": buckets}
    return Timeline(**facts | changes)


@pytest.mark.parametrize("path", ["ferry", "ferry.pdf", "png", "ferry.png.txt"])
def test_only_png_and_svg_are_drawn(path: str) -> None:
    with pytest.raises(OptionError, match=r"a \.png or an \.svg"):
        check_plot(path)


def test_without_matplotlib_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(OptionError) as caught:
        write_plot(timeline(), str(tmp_path / "ferry.png"))
    assert str(caught.value) == "--plot needs Matplotlib\npip install 'newsgrep[plot]'"
    assert not list(tmp_path.iterdir())


@needs_matplotlib
def test_the_command_draws_beside_what_it_prints(tmp_path: Path, newsgrep: Callable[..., tuple[int, str, str]]) -> None:
    lines = [
        {"id": "1", "title": "A ferry", "text": "It sank.", "date": "2018-01-01"},
        {"title": "Fog", "text": "Fog."},
    ]
    (tmp_path / "all.jsonl").write_text("\n".join(map(json.dumps, lines)), "utf-8")
    with library.open(tmp_path / "index", create=True) as archive:
        archive.update([tmp_path / "all.jsonl"])
    drawn, undrawn = tmp_path / "ferry.svg", tmp_path / "fog.svg"
    code, out, err = newsgrep("timeline", "ferry", "--plot", str(drawn), "--csv", "--index", str(tmp_path / "index"))
    assert (code, len(out.splitlines()), err) == (0, 2, f"newsgrep: drawn in {drawn}\n")
    assert "1 article by day: ferry" in texts(drawn.read_bytes())
    code, _, err = newsgrep("timeline", "fog", "--plot", str(undrawn), "--index", str(tmp_path / "index"))
    assert (code, err) == (0, f"newsgrep: {undrawn} is not drawn: no article with a date was found\n")
    assert not undrawn.exists()


@needs_matplotlib
def test_the_suffix_says_the_kind_in_any_case(tmp_path: Path) -> None:
    write_plot(timeline(), str(tmp_path / "ferry.PNG"))
    assert (tmp_path / "ferry.PNG").read_bytes().startswith(b"\x89PNG\r\n")
    write_plot(timeline(), str(tmp_path / "ferry.svg"))
    assert b"<svg" in (tmp_path / "ferry.svg").read_bytes()


def texts(picture: bytes) -> list[str]:
    return re.findall(r"<text[^>]*>([^<]*)</text>", picture.decode())


@needs_matplotlib
def test_the_picture_names_the_query_the_axes_and_the_gap() -> None:
    drawn = texts(draw_timeline(timeline(), "svg"))
    assert {"8 articles by month: ferry", "month", "articles", "2018-01", "2018-04", "no articles saved"} <= set(drawn)
    assert "% of the articles in the archive" in texts(draw_timeline(timeline(), "svg", shares=True))


@needs_matplotlib
def test_without_gaps_there_is_no_word_of_them() -> None:
    whole = timeline(buckets=timeline().buckets[:2])
    assert "no articles saved" not in texts(draw_timeline(whole, "svg"))


@needs_matplotlib
def test_each_label_has_a_panel() -> None:
    drawn = texts(draw_timeline(timeline(split_by=Split.SECTION, labels=("News", "Sea & shore")), "svg"))
    assert {"News", "Sea &amp; shore"} <= set(drawn)
    assert "others" not in drawn


@needs_matplotlib
def test_text_of_articles_is_no_formula_and_no_markup() -> None:
    hostile = timeline(query="$\\frac{ <b>\x1b[31m$", split_by=Split.SOURCE, labels=("$_", "^$^"))
    drawn = texts(draw_timeline(hostile, "svg"))
    assert {"$_", "^$^"} <= set(drawn)
    assert any("$\\frac{ &lt;b&gt;␛[31m$" in text for text in drawn)
    assert draw_timeline(hostile, "png")


@needs_matplotlib
@pytest.mark.parametrize("kind", ["png", "svg"])
def test_the_same_timeline_is_the_same_picture(kind: str) -> None:
    assert draw_timeline(timeline(), kind) == draw_timeline(timeline(), kind)


@needs_matplotlib
@pytest.mark.parametrize(("unit", "number"), [(Unit.DAY, 1), (Unit.WEEK, 300), (Unit.MONTH, 400), (Unit.YEAR, 2000)])
def test_however_many_buckets_some_are_named(unit: Unit, number: int) -> None:
    days = [
        dt.date(1, 1, 1) + dt.timedelta(31 * place if unit is Unit.MONTH else 365 * place) for place in range(number)
    ]
    buckets = tuple(Bucket(f"b{place}", day, day, 1, 1) for place, day in enumerate(days))
    named = [text for text in texts(draw_timeline(timeline(unit=unit, buckets=buckets), "svg")) if text[0] == "b"]
    assert 1 <= len(named) <= 12

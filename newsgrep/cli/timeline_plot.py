"""Timelines as a picture: a bar for each bucket, times without any saved article shaded. Drawn by Matplotlib.

Nothing is shown on a screen, and nothing in the picture depends on when it was drawn.
"""

from __future__ import annotations

import importlib
import io
import os
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newsgrep.cli.timeline_printer import GAP_WORDS, heading_of, label_names
from newsgrep.errors import OptionError
from newsgrep.search.trends import Per, Unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsgrep.search.trends import Timeline

KINDS = {".png": "png", ".svg": "svg"}
_WIDTH, _HEIGHT, _PANEL_HEIGHT = 9.0, 4.5, 1.4
_DPI = 150
_BAR, _GAP, _RULE = "#0072b2", "#e4e4e4", "#dddddd"
_MOST_NAMES = 10
_YEAR_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
_MONTH_STEPS = (1, 2, 3, 6, *(12 * step for step in _YEAR_STEPS))


def check_plot(path: str) -> None:
    """Raise OptionError for a file that cannot be drawn: of another kind, or where Matplotlib is not installed."""
    if os.path.splitext(path)[1].lower() not in KINDS:
        raise OptionError(f"--plot {path}: a picture is a .png or an .svg file", hint="Write --plot timeline.png")
    try:
        importlib.import_module("matplotlib")
    except ImportError as error:
        raise OptionError("--plot needs Matplotlib", hint="pip install 'newsgrep[plot]'") from error


def write_plot(timeline: Timeline, path: str, *, shares: bool = False) -> None:
    """Draw a timeline into a file, whose suffix says the kind. Raises OptionError, or OSError."""
    check_plot(path)
    kind = KINDS[os.path.splitext(path)[1].lower()]
    Path(path).write_bytes(draw_timeline(timeline, kind, shares=shares))


def draw_timeline(timeline: Timeline, kind: str, *, shares: bool = False) -> bytes:
    """A timeline as the bytes of a picture; kind: `png` or `svg`, whose text stays text."""
    import matplotlib
    from matplotlib.figure import Figure

    settings = {"svg.fonttype": "none", "svg.hashsalt": "newsgrep", "font.family": "sans-serif"}
    with matplotlib.rc_context(settings), warnings.catch_warnings():
        # A letter that no font here has is drawn as a box.
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        figure = Figure(layout="constrained")
        _draw(timeline, figure, shares)
        picture = io.BytesIO()
        metadata = {"Date": None} if kind == "svg" else {"Software": None}
        figure.savefig(picture, format=kind, dpi=_DPI, metadata=metadata)
    return picture.getvalue()


def _draw(timeline: Timeline, figure: Any, shares: bool) -> None:
    """One panel, or one for each label of a split: an article with two labels stands in two of them."""
    columns = [("", [each.articles for each in timeline.buckets])]
    if timeline.labels:
        # What has none of the labels is left out: it would set the scale for all of them.
        names = label_names(timeline)[:-1]
        columns = [(name, [each.split[at] for each in timeline.buckets]) for at, name in enumerate(names)]
    figure.set_size_inches(_WIDTH, _HEIGHT if len(columns) == 1 else 1.0 + _PANEL_HEIGHT * len(columns))
    panels = figure.subplots(len(columns), 1, sharex=True, sharey=True, squeeze=False)[:, 0]
    figure.suptitle(heading_of(timeline), parse_math=False, fontsize="large")
    for axes, (name, counts) in zip(panels, columns, strict=True):
        heights = [_share(timeline, at, count) for at, count in enumerate(counts)] if shares else counts
        axes.bar(range(len(counts)), heights, 0.9, color=_BAR)
        axes.set_title(name, parse_math=False, loc="left", fontsize="medium")
        _dress(timeline, axes, shares)
    places = _tick_places(timeline)
    panels[-1].set_xticks(places, [timeline.buckets[place].name for place in places])
    panels[-1].set_xlabel(timeline.unit.value)
    what = "stories" if timeline.per is Per.STORY else "articles"
    figure.supylabel("% of the articles in the archive" if shares else what, fontsize="medium")
    if any(bucket.is_gap for bucket in timeline.buckets):
        figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower right", frameon=False)


def _dress(timeline: Timeline, axes: Any, shares: bool) -> None:
    """Shade the gaps, and leave out what says nothing."""
    gaps = [place for place, bucket in enumerate(timeline.buckets) if bucket.is_gap]
    for place in gaps:
        label = {"label": GAP_WORDS} if place == gaps[0] else {}
        axes.axvspan(place - 0.5, place + 0.5, color=_GAP, linewidth=0, zorder=0, **label)
    axes.set_xlim(-0.5, len(timeline.buckets) - 0.5)
    axes.grid(axis="y", color=_RULE)
    axes.set_axisbelow(True)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(length=0)
    axes.yaxis.set_major_formatter("{x:g}" if shares else "{x:,.0f}")
    if not shares:
        axes.yaxis.get_major_locator().set_params(integer=True)


def _share(timeline: Timeline, place: int, count: int) -> float:
    return 100 * (timeline.share_of(timeline.buckets[place], count) or 0.0)


def _tick_places(timeline: Timeline) -> list[int]:
    """The buckets that are named below the bars: a few, at round years and at the same months of each year."""
    firsts = [bucket.first for bucket in timeline.buckets]
    steps: Sequence[int] = range(1, len(firsts) + 1)
    numbers = list(range(len(firsts)))
    if timeline.unit is Unit.YEAR:
        steps, numbers = _YEAR_STEPS, [first.year for first in firsts]
    elif timeline.unit is Unit.MONTH:
        steps, numbers = _MONTH_STEPS, [first.year * 12 + first.month - 1 for first in firsts]
    step = next((step for step in steps if len(firsts) <= step * _MOST_NAMES), steps[-1])
    return [place for place, number in enumerate(numbers) if number % step == 0] or [0]

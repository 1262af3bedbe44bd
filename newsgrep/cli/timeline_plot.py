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

from newsgrep.cli.timeline_printer import heading_of, label_names
from newsgrep.errors import OptionError

if TYPE_CHECKING:
    from newsgrep.search.trends import Timeline

KINDS = {".png": "png", ".svg": "svg"}
_SIZE = (9.0, 4.5)
_DPI = 150
_MOST_NAMES = 12
_COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442")
"""Colours that are told apart with any colour vision (Okabe and Ito: Color Universal Design, 2008)."""
_OTHERS, _GAP, _RULE = "#999999", "#e8e8e8", "#dddddd"


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
        figure = Figure(figsize=_SIZE, layout="constrained")
        _draw(timeline, figure.add_subplot(), shares)
        picture = io.BytesIO()
        metadata = {"Date": None} if kind == "svg" else {"Software": None}
        figure.savefig(picture, format=kind, dpi=_DPI, metadata=metadata)
    return picture.getvalue()


def _draw(timeline: Timeline, axes: Any, shares: bool) -> None:
    buckets = timeline.buckets
    places = range(len(buckets))
    scale = 100.0 if shares else 1.0

    def height(bucket: Any, articles: int) -> float:
        return scale * (timeline.share_of(bucket, articles) or 0.0) if shares else articles

    if timeline.split_by:
        # Side by side rather than stacked: an article with two labels stands in two of them.
        names = label_names(timeline)
        shown = [at for at in range(len(names)) if at < len(names) - 1 or any(bucket.split[at] for bucket in buckets)]
        width = 0.9 / len(shown)
        for number, at in enumerate(shown):
            colour = _OTHERS if at == len(names) - 1 else _COLOURS[at % len(_COLOURS)]
            left = [place - 0.45 + width * (number + 0.5) for place in places]
            axes.bar(left, [height(each, each.split[at]) for each in buckets], width, color=colour, label=names[at])
    else:
        axes.bar(places, [height(bucket, bucket.articles) for bucket in buckets], 0.9, color=_COLOURS[0])
    is_named = False
    for place, bucket in enumerate(buckets):
        if bucket.is_gap:
            label = None if is_named else "no articles saved"
            axes.axvspan(place - 0.5, place + 0.5, color=_GAP, linewidth=0, zorder=0, label=label)
            is_named = True
    step = -(-len(buckets) // _MOST_NAMES)
    axes.set_xticks(list(places)[::step], [bucket.name for bucket in buckets][::step])
    if max(len(bucket.name) for bucket in buckets) * len(buckets[::step]) > 90:
        axes.tick_params(axis="x", rotation=45)
    axes.set_xlim(-0.5, len(buckets) - 0.5)
    axes.set_title(heading_of(timeline), parse_math=False)
    axes.set_xlabel(timeline.unit.value)
    what = "stories" if timeline.per == "story" else "articles"
    axes.set_ylabel("% of the articles in the archive" if shares else what)
    axes.grid(axis="y", color=_RULE)
    axes.set_axisbelow(True)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(length=0)
    if not shares:
        axes.yaxis.get_major_locator().set_params(integer=True)
    if timeline.split_by or is_named:
        for text in axes.legend(frameon=False).get_texts():
            text.set_parse_math(False)

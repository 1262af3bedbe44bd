"""The body of an HTML page: the run of blocks that adds up to most prose, within what the markup calls the article."""

from __future__ import annotations

import math
from collections import defaultdict
from operator import mul
from typing import TYPE_CHECKING

from newsgrep.extract.line_features import NAMES, count_units, describe
from newsgrep.extract.line_weights import HTML_WEIGHTS
from newsgrep.extract.text_body import FAR_SCORE, best_run, gain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsgrep.extract.html_blocks import Block

HTML_NAMES = (
    *NAMES,
    "links",
    "all_links",
    "furniture_named",
    "body_named",
    "in_article",
    "paragraph",
    "list",
    "quote_block",
    "plain_div",
    "top_heading",
    "sub_heading",
    "table",
    "siblings_prose",
    "lone",
    "main_parent",
)
_DROP = -0.5


def html_features(blocks: Sequence[Block]) -> list[list[float] | None]:
    """The features of each block, in the order of `HTML_NAMES`."""
    rows = describe(blocks)
    sizes = [count_units(block.text) for block in blocks]
    grand = _group_mass(blocks, sizes)
    most = max(grand, default=0.0) or 1.0
    for row, block, held in zip(rows, blocks, grand, strict=True):
        if row is None:
            continue
        row += (
            block.links,
            float(block.links > 0.8),
            float(min(block.furniture, 2)),
            float(block.body),
            float(block.article),
            float(block.tag == "p"),
            float(block.tag in ("li", "dd", "dt")),
            float(block.tag == "blockquote"),
            float(block.tag in ("div", "section", "article", "span")),
            float(block.tag == "h1"),
            float(block.tag in ("h2", "h3", "h4")),
            float(block.tag in ("td", "th", "caption")),
            math.log1p(held),
            float(held < 20),
            held / most,
        )
    return rows


def _group_mass(blocks: Sequence[Block], sizes: Sequence[float]) -> list[float]:
    """For each block, the prose held by the element that holds its own element."""
    mass: defaultdict[int, float] = defaultdict(float)
    for block, size in zip(blocks, sizes, strict=True):
        if size >= 8 and block.links < 0.5 and block.tag not in ("li",) and not block.furniture:
            mass[block.group] += min(size, 80.0)
    return [mass[block.group] for block in blocks]


def find_html_body(blocks: Sequence[Block]) -> tuple[list[int], tuple[float, ...]]:
    """The blocks that are the article's, and every block's score."""
    rows = html_features(blocks)
    scores = tuple([sum(map(mul, HTML_WEIGHTS, row)) if row else FAR_SCORE for row in rows])
    start, end = best_run([gain(score, row) for score, row in zip(scores, rows, strict=True)])
    return [at for at in range(start, end) if scores[at] > _DROP], scores

"""The body of an HTML page: the run of blocks that adds up to most prose, within what the markup calls the article."""

from __future__ import annotations

import math
from collections import defaultdict
from operator import mul
from typing import TYPE_CHECKING

from newsgrep.extract.line_features import NAMES, OWN_NAMES, Look, describe
from newsgrep.extract.line_weights import HTML_WEIGHTS
from newsgrep.extract.text_body import FAR_SCORE, best_run, gains

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
_OWN_WEIGHTS, _CONTEXT_WEIGHTS = HTML_WEIGHTS[: len(OWN_NAMES)], HTML_WEIGHTS[len(OWN_NAMES) :]
_BOXES = frozenset(("div", "section", "article", "span", "body"))
_SUBHEADS = frozenset(("h2", "h3", "h4"))
_CELLS = frozenset(("td", "th", "caption"))
_DROP = -0.5
_LONGEST_LABEL, _LEAST_TEXT = 100, 25
"""Characters of a label at most, and of a text outside `<p>` at least."""
_ALL_LINKS = 0.8
"""The share of links from which on a block is nothing else."""


def html_features(blocks: Sequence[Block]) -> tuple[list[list[float] | None], list[Look]]:
    """The features of each block behind those of `OWN_NAMES`, and what its text tells by itself."""
    rows, looks = describe(blocks, [_is_label(block) for block in blocks])
    sizes = [look.units for look in looks]
    grand = _group_mass(blocks, sizes)
    most = max(grand, default=0.0) or 1.0
    for row, block, held in zip(rows, blocks, grand, strict=True):
        if row is None:
            continue
        tag = block.tag
        row += (
            block.links,
            1.0 if block.links > _ALL_LINKS else 0.0,
            float(block.furniture) if block.furniture < 2 else 2.0,
            1.0 if block.body else 0.0,
            1.0 if block.article else 0.0,
            1.0 if tag == "p" else 0.0,
            1.0 if block.item else 0.0,
            1.0 if tag == "blockquote" else 0.0,
            1.0 if tag in _BOXES else 0.0,
            1.0 if tag == "h1" else 0.0,
            1.0 if block.heading and tag in _SUBHEADS else 0.0,
            1.0 if tag in _CELLS else 0.0,
            math.log1p(held) if held else 0.0,
            1.0 if held < 20 else 0.0,
            held / most,
        )
    return rows, looks


def _is_label(block: Block) -> bool:
    """Whether a block is a link and nothing more, or a word or two: as most of a page is, and hardly any paragraph."""
    text = block.text
    if len(text) > _LONGEST_LABEL:
        return False
    return block.links > _ALL_LINKS or (len(text) < _LEAST_TEXT and block.tag != "p" and not block.heading)


def _group_mass(blocks: Sequence[Block], sizes: Sequence[float]) -> list[float]:
    """For each block, the prose held by the element that holds its own element."""
    mass: defaultdict[int, float] = defaultdict(float)
    for block, size in zip(blocks, sizes, strict=True):
        if size >= 8 and block.links < 0.5 and not block.furniture and block.tag != "li":
            mass[block.group] += min(size, 80.0)
    return [mass[block.group] for block in blocks]


def find_html_body(blocks: Sequence[Block]) -> tuple[list[int], tuple[float, ...]]:
    """The blocks that are the article's, and every block's score."""
    rows, looks = html_features(blocks)
    scores = tuple(
        [
            sum(map(mul, _OWN_WEIGHTS, look.row)) + sum(map(mul, _CONTEXT_WEIGHTS, row)) if row else FAR_SCORE
            for look, row in zip(looks, rows, strict=True)
        ]
    )
    start, end = best_run(gains(scores, looks, rows))
    return [at for at in range(start, end) if scores[at] > _DROP], scores

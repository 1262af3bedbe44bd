"""The body of an HTML page: the run of blocks that adds up to most prose, within what the markup calls the article."""

from __future__ import annotations

import math
from collections import defaultdict
from operator import mul
from typing import TYPE_CHECKING

from newsgrep.extract.line_features import NAMES, OWN_NAMES, PROSE, REPEATED, Look, describe
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
    "other_article",
)
_OWN_WEIGHTS, _CONTEXT_WEIGHTS = HTML_WEIGHTS[: len(OWN_NAMES)], HTML_WEIGHTS[len(OWN_NAMES) :]
_BOXES = frozenset(("div", "section", "article", "span", "body"))
_SUBHEADS = frozenset(("h2", "h3", "h4"))
_CELLS = frozenset(("td", "th", "caption"))
_DROP = -0.5
_LONGEST = 80.0
"""Words beyond which a block weighs no more."""
_MANY_LINKS = 0.5
_USUAL_SHARE, _LEAST_PART, _MAIN_PART = 0.35, 0.15, 0.25
"""Shares of a page's running text: up to the furniture that its article stands in; of an `<article>` that is more than
a teaser; and of one beside which the others are other articles or comments, not parts of a live blog.
"""
_LEAST_TOLD = 30.0
"""Words of running text that tell what an article stands in."""
_LONGEST_LABEL, _LEAST_TEXT = 100, 25
"""Characters of a label at most, and at least of a text that is no sentence."""
_ENDERS = ".!?…。！？"
_ALL_LINKS = 0.8
"""The share of links from which on a block is nothing else."""


def html_features(blocks: Sequence[Block]) -> tuple[list[list[float] | None], list[Look]]:
    """The features of each block behind those of `OWN_NAMES`, and what its text tells by itself; None for blocks that
    are no text's, or another article's.
    """
    rows, looks = describe(blocks, [_is_label(block) for block in blocks])
    running = [
        (block, min(look.units, _LONGEST))
        for block, row, look in zip(blocks, rows, looks, strict=True)
        if row is not None and row[PROSE] and not row[REPEATED] and block.links < _MANY_LINKS
    ]
    usual = _usual_furniture(running)
    first, share = _first_article(running)
    alone = first > 0 and share >= _MAIN_PART
    grand = _group_mass(blocks, looks, usual)
    most = max(grand, default=0.0) or 1.0
    for at, (row, block, held) in enumerate(zip(rows, blocks, grand, strict=True)):
        if row is None:
            continue
        if alone and block.part and block.part != first:
            rows[at] = None
            continue
        tag = block.tag
        furniture = block.furniture - usual
        row += (
            block.links,
            1.0 if block.links > _ALL_LINKS else 0.0,
            0.0 if furniture <= 0 else 1.0 if furniture == 1 else 2.0,
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
            0.0 if block.part == first else 1.0,
        )
    return rows, looks


def _is_label(block: Block) -> bool:
    """Whether a block is a link and nothing more, or a word or two: as most of a page is, and hardly any paragraph."""
    text = block.text
    if len(text) > _LONGEST_LABEL:
        return False
    if block.links > _ALL_LINKS:
        return True
    # Of Chinese and Japanese, as many characters may be a sentence.
    return len(text) < _LEAST_TEXT and not block.heading and text[-1] not in _ENDERS


def _usual_furniture(running: Sequence[tuple[Block, float]]) -> int:
    """How many elements named like furniture the article itself stands in, since some systems name all of a page so:
    the least number by which a third of the running text is reached, and more than a prompt's. Comments, which may be
    the most, stand in more.
    """
    mass: defaultdict[int, float] = defaultdict(float)
    for block, size in running:
        mass[block.furniture] += size
    wanted = max(_USUAL_SHARE * sum(mass.values()), _LEAST_TOLD)
    for number in sorted(mass):
        wanted -= mass[number]
        if wanted <= 0:
            return number
    return 0


def _first_article(running: Sequence[tuple[Block, float]]) -> tuple[int, float]:
    """The `part` of the first running text, of the `<article>` elements the first that is more than a teaser; and its
    share of all.
    """
    mass: defaultdict[int, float] = defaultdict(float)
    for block, size in running:
        mass[block.part] += size
    total = sum(mass.values())
    first = next((block.part for block, _ in running if mass[block.part] > _LEAST_PART * total), 0)
    return first, mass[first] / total if total else 0.0


def _group_mass(blocks: Sequence[Block], looks: Sequence[Look], usual: int) -> list[float]:
    """For each block, the prose held by the element that holds its own element."""
    mass: defaultdict[int, float] = defaultdict(float)
    for block, look in zip(blocks, looks, strict=True):
        if look.units >= 8 and block.links < _MANY_LINKS and block.furniture <= usual and block.tag != "li":
            mass[block.group] += min(look.units, _LONGEST)
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

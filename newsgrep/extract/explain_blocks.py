"""Why a line or block of a page is not part of the body, told from its words, its place and its markup."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from newsgrep.extract import cue_words
from newsgrep.extract.bylines import read_byline
from newsgrep.extract.clean_text import clean_line
from newsgrep.extract.cues import fold
from newsgrep.extract.dates import iter_dates
from newsgrep.extract.explanation import LeftOut, Reason
from newsgrep.extract.html_blocks import Block
from newsgrep.extract.line_features import count_units

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from selectolax.lexbor import LexborNode

    from newsgrep.article import Article
    from newsgrep.extract.line_features import LineLike
    from newsgrep.extract.notes import Notes

_PROSE = 12
"""Words from which on a line is more than a label or a headline."""
_SHORT = 120
_BESIDE = 6
_LINKED = 0.6
_SENTENCE_END = re.compile(r"[.!?…。！？؟।][\"”’'»“)\]]*$")
_PERSON_AND_AGENCY = re.compile(r"[^.!?/]{3,50} / [^.!?/]{2,50}")
_START = 16
"""Characters by which a line is found again in the file."""
_AHEAD = 400
_COMMENTS = re.compile(
    "comment|komment|coment|reacties|yorum|коммент|комент|σχόλ|تعليق|コメント|评论|댓글|bình luận|hozzászól|réagir|"
    "leave a reply|join the conversation|diskutieren"
)
_FOOTER = re.compile(
    "©|copyright|all rights reserved|alle rechte|tous droits|derechos reservados|impressum|datenschutz|privacy|"
    "terms of|mentions légales|aviso legal|все права|всі права|tüm hakları|версия для"
)
_OF_TAG = {
    "nav": Reason.NAVIGATION,
    "menu": Reason.NAVIGATION,
    "footer": Reason.FOOTER,
    "aside": Reason.SIDEBAR,
    "form": Reason.FORM,
    "button": Reason.FORM,
    "select": Reason.FORM,
    "textarea": Reason.FORM,
    "figcaption": Reason.CAPTION,
    "dialog": Reason.NOTICE,
}
_UNSEEN = frozenset(("script", "style", "noscript", "template", "svg", "iframe", "object", "video", "audio", "canvas"))
_MOST_NODES = 150_000


def explain_text(text: str, notes: Notes, article: Article) -> tuple[tuple[int | None, ...], tuple[LeftOut, ...]]:
    """The number in the file of each line of a text page, and the lines that are not the article's, each with why."""
    numbers = find_line_numbers(text, [line.text for line in notes.blocks])
    left_out = [
        LeftOut(f"line {numbers[at]}" if numbers[at] else "", reason, notes.blocks[at].text)
        for at, reason in _explain(notes, article)
    ]
    return numbers, tuple(left_out)


def explain_html(notes: Notes, article: Article) -> tuple[LeftOut, ...]:
    """The blocks of an HTML page that are not the article's, then the elements that hold none, each with why."""
    blocks = notes.blocks
    shown = [LeftOut(_element(blocks[at]), reason, blocks[at].text) for at, reason in _explain(notes, article)]
    root = (notes.tree.body or notes.tree.root) if notes.tree is not None else None
    return (*shown, *(_iter_skipped(root) if root is not None else ()))


def find_line_numbers(text: str, lines: Sequence[str]) -> tuple[int | None, ...]:
    """Where in the file each line of a page begins, from 1; None for one whose beginning stands nowhere as it is."""
    raw = [" ".join(line.split()) for line in re.split("\r\n?|\n", text)]
    numbers: list[int | None] = []
    at = 0
    for line in lines:
        start = line[:_START].rstrip()
        # Marks of a list or a heading may stand before it, seldom words.
        found = next((here for here in range(at, min(at + _AHEAD, len(raw))) if _begins(raw[here], start)), None)
        if found is not None:
            at = found + 1
        numbers.append(at if found is not None else None)
    return tuple(numbers)


def _begins(raw: str, start: str) -> bool:
    place = raw.find(start)
    return place == 0 or (place > 0 and not (raw[place - 1].isalnum() or re.search(r"\w\s+\w", raw[:place])))


def _element(block: LineLike) -> str:
    return f"<{block.tag}>" if isinstance(block, Block) else ""


def _explain(notes: Notes, article: Article) -> Iterator[tuple[int, Reason]]:
    """The places of the blocks outside the body, in order; those that gave the title are not left out."""
    body = frozenset(notes.body)
    blocks = notes.blocks
    if not blocks:
        return
    first, last = (notes.body[0], notes.body[-1]) if notes.body else (len(blocks), len(blocks))
    counts = Counter(block.text for block in blocks)
    title = fold(article.title)
    titled = notes.title if notes.title is not None else _place_of(title, blocks)
    below: Reason | None = None
    cue = False
    for at, block in enumerate(blocks):
        if at in body:
            below, cue = None, False
            continue
        if at == titled:
            continue
        folded = fold(block.text)
        if at > last and len(folded) < 60:
            # Below the body, a heading says what follows it, until the next does.
            if _COMMENTS.search(folded) and cue_words.END.is_line(folded):
                below = Reason.COMMENTS
            elif cue_words.TEASER.opens(folded):
                below = Reason.RELATED
        if at > last and _FOOTER.search(folded):
            below = Reason.FOOTER
        yield at, _explain_block(block, folded, at, first, last, title, article, counts, below=below, after_cue=cue)
        cue = len(folded) < 60 and cue_words.TEASER.opens(folded)


def _place_of(title: str, blocks: Sequence[LineLike]) -> int | None:
    return next((at for at, block in enumerate(blocks) if fold(block.text) == title), None)


def _explain_block(
    block: LineLike,
    folded: str,
    at: int,
    first: int,
    last: int,
    title: str,
    article: Article,
    counts: Counter[str],
    *,
    below: Reason | None,
    after_cue: bool,
) -> Reason:
    units = count_units(block.text)
    short = len(folded) <= _SHORT
    if folded == title:
        return Reason.REPEATED
    if cue_words.CREDIT.inside(folded) and (short or block.text.startswith("©")) and not _FOOTER.search(folded):
        return Reason.CREDIT
    if at < first and _PERSON_AND_AGENCY.fullmatch(block.text):
        return Reason.CREDIT
    if short and _is_stamp(block.text):
        return Reason.DATE
    if short and (read_byline(block.text) or any(fold(name) in folded for name in article.authors)) and at <= last:
        return Reason.BYLINE
    if first < at < last:
        return _inside(block, folded, units, counts, after_cue=after_cue)
    if cue_words.TEASER.opens(folded):
        return Reason.RELATED
    if at < first:
        if cue_words.FURNITURE.inside(folded):
            return Reason.NOTICE if units >= _PROSE or _is_prose(block) else Reason.NAVIGATION
        return Reason.OTHER if units >= _PROSE and _is_prose(block) else Reason.NAVIGATION
    if below is not None:
        return below
    if cue_words.FURNITURE.inside(folded):
        return Reason.NOTICE
    if cue_words.END.is_line(folded):
        return Reason.TOPICS
    return Reason.OTHER if units >= _PROSE and _is_prose(block) else Reason.RELATED


def _inside(block: LineLike, folded: str, units: float, counts: Counter[str], *, after_cue: bool) -> Reason:
    """Why a block between two of the body's is none of it."""
    if cue_words.TEASER.opens(folded) or (after_cue and units < 2 * _PROSE):
        return Reason.TEASER
    if getattr(block, "picture", False):
        return Reason.CAPTION
    if cue_words.FURNITURE.inside(folded):
        return Reason.NOTICE
    if counts[block.text] > 1:
        return Reason.REPEATED
    if cue_words.END.is_line(folded):
        return Reason.TOPICS
    if _linked(block) or block.item or (units >= 4 and units < _PROSE):
        return Reason.TEASER
    return Reason.OTHER


def _is_prose(block: LineLike) -> bool:
    return bool(_SENTENCE_END.search(block.text)) and not _linked(block)


def _linked(block: LineLike) -> bool:
    return isinstance(block, Block) and block.links > _LINKED


def _is_stamp(text: str) -> bool:
    return any(count_units(text[: date.start] + " " + text[date.end :]) <= _BESIDE for date in iter_dates(text))


def _iter_skipped(root: LexborNode) -> Iterator[LeftOut]:
    """The outermost elements that no block is read from, in order, with their text on one line."""
    node: LexborNode | None = root.child
    depth = count = 0
    while node is not None and count < _MOST_NODES:
        count += 1
        name = node.tag or ""
        reason = _OF_TAG.get(name)
        if reason is not None and (text := _shown_text(node)):
            yield LeftOut(f"<{name}>", reason, text)
        child = node.child if reason is None and name not in _UNSEEN else None
        if child is not None:
            node, depth = child, depth + 1
            continue
        while node is not None and node.next is None:
            node, depth = (node.parent, depth - 1) if depth > 0 else (None, 0)
        node = node.next if node is not None else None


def _shown_text(node: LexborNode) -> str:
    parts = [
        part.text_content or ""
        for part in node.traverse(include_text=True)
        if part.tag == "-text" and (part.parent is None or part.parent.tag not in _UNSEEN)
    ]
    return clean_line(" ".join(parts))

"""The blocks of an HTML page: its paragraphs, headings and items in order, with what their markup tells.

The tree is walked without recursion, so that depth costs nothing, and each node is met once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from newsgrep.extract.clean_text import clean_line

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_SKIPPED_TAGS = """
    script style noscript template svg nav footer aside form button iframe select textarea dialog figcaption video
    audio canvas object head math input label map menu picture source track link meta title embed
"""
_SKIPPED = frozenset(_SKIPPED_TAGS.split())
_INLINE_TAGS = """
    a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd mark q rb rp rt ruby s samp small span
    strike strong sub sup time tt u var wbr img nobr amp-img
"""
_INLINE = frozenset(_INLINE_TAGS.split())
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_FURNITURE = re.compile(
    r"(?:^|[\s_-])(?:related|recommend\w*|recirc\w*|newsletter\w*|shar(?:e|ing)\w*|social\w*|comments?|"
    r"commentlist|disqus|promo\w*|teaser\w*|sidebar|breadcrumbs?|"
    r"byline|captions?|credits?|copyright|advert\w*|ads?|adslot|banner|cookie\w*|consent|paywall\w*|subscri\w*|"
    r"tags?|taglist|toolbar|nav|navigation|menu|footer|"
    r"popup|modal|most-?(?:read|popular|viewed)|trending|outbrain|taboola|sr-only|visually-hidden|"
    r"screen-reader\w*|widget|signup|sponsor\w*|read-?more|more-?(?:stories|news|on)|"
    r"also-?read|see-?also|bio|biography|author\w*|signature|timestamp|published|dateline|rating|tooltip|"
    r"overlay|print-?only|donat\w*)(?:$|[\s_-])",
    re.IGNORECASE,
)
_BODY = re.compile(
    r"(?:article|story|post|entry|content|main|news|text|body)[-_]{0,2}(?:body|content|text|copy|main|article|"
    r"inner|entry)|articlebody|bodytext|fliesstext|richtext|paragraph",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Block:
    """A block of a page. It has the parts of a text page's line, and those that markup adds."""

    text: str
    item: bool
    gap: bool
    heading: bool
    tag: str
    links: float
    """Share of the text that is links."""
    furniture: int
    """How many of its ancestors are named like furniture."""
    body: bool
    """It stands inside an element that is named as the article's body."""
    article: bool
    """It stands inside `<article>` or `<main>`."""
    picture: bool
    """It stands inside a figure."""
    group: int
    """Which element holds the element it is the text of."""


class _Place(NamedTuple):
    """What holds for all text inside an element."""

    tag: str = "div"
    furniture: int = 0
    body: bool = False
    article: bool = False
    picture: bool = False
    owner: int = 0
    group: int = 0
    inline: bool = False
    link: bool = False


def read_blocks(root: LexborNode, *, limit: int = 400_000) -> list[Block]:
    """The blocks under a node, furniture by tag left out; at most `limit` nodes are looked at."""
    blocks: list[Block] = []
    parts: list[str] = []
    linked = breaks = count = 0
    place = _Place()
    outside: list[_Place] = []
    named_before: dict[str, tuple[bool, bool]] = {}

    def flush() -> None:
        nonlocal linked, breaks
        breaks = 0
        if parts:
            text = clean_line("".join(parts))
            parts.clear()
            if text:
                blocks.append(_make_block(text, min(1.0, linked / len(text)), place))
        linked = 0

    node: LexborNode | None = root.child
    while node is not None and count < limit:
        count += 1
        name = node.tag or "-"
        child = None
        if name == "-text":
            text = node.text_content or ""
            if text and not text.isspace():
                parts.append(text)
                breaks = 0
                if place.link:
                    linked += len(text)
            elif text and parts:
                parts.append(" ")
        elif name == "br":
            breaks += 1
            if breaks > 1:
                flush()
            else:
                parts.append(" ")
        elif name in _SKIPPED or name[0] in "-!":
            parts.append(" ")
        elif name in _INLINE:
            if (child := node.child) is not None:
                outside.append(place)
                place = place._replace(inline=True, link=place.link or name == "a")
        else:
            flush()
            if (child := node.child) is not None:
                outside.append(place)
                place = _step_in(place, node, name, count, named_before)
        if child is not None:
            node = child
            continue
        while node is not None:
            following = node.next
            if following is not None:
                node = following
                break
            if not outside:
                node = None
                break
            node = node.parent
            if not place.inline:
                flush()
            place = outside.pop()
    flush()
    return blocks


def _step_in(
    place: _Place, node: LexborNode, name: str, number: int, named_before: dict[str, tuple[bool, bool]]
) -> _Place:
    """What holds inside a block element. A page names many elements alike: each spelling is looked at once."""
    attributes = node.attributes
    named = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
    furniture, body = place.furniture, place.body or attributes.get("itemprop") in ("articleBody", "text")
    if named != " ":
        known = named_before.get(named)
        if known is None:
            known = named_before[named] = (bool(_FURNITURE.search(named)), bool(_BODY.search(named)))
        furniture += known[0]
        body = body or known[1]
    return _Place(
        name,
        furniture,
        body,
        place.article or name in ("article", "main"),
        place.picture or name == "figure",
        number,
        place.owner,
        inline=False,
        link=place.link,
    )


def _make_block(text: str, links: float, place: _Place) -> Block:
    return Block(
        text=text,
        item=place.tag in ("li", "dd", "dt"),
        gap=True,
        heading=place.tag in _HEADINGS,
        tag=place.tag,
        links=links,
        furniture=place.furniture,
        body=place.body,
        article=place.article,
        picture=place.picture,
        group=place.group,
    )

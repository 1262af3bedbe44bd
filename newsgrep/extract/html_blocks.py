"""The blocks of an HTML page: its paragraphs, headings and items in order, with what their markup tells.

The tree is walked without recursion, so that depth costs nothing, and each node is met once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsgrep.extract.clean_text import clean_line

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_SKIPPED = frozenset(
    "script style noscript template svg nav footer aside form button iframe select textarea dialog figcaption video audio canvas object "
    "head math input label map menu picture source track link meta title embed".split()
)
_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd mark q rb rp rt ruby s samp small span strike strong sub sup time tt u var wbr img "
    "nobr amp-img".split()
)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_FURNITURE = re.compile(
    r"(?:^|[\s_-])(?:related|recommend\w*|recirc\w*|newsletter\w*|shar(?:e|ing)\w*|social\w*|comments?|commentlist|disqus|promo\w*|teaser\w*|sidebar|breadcrumbs?|"
    r"byline|captions?|credits?|copyright|advert\w*|ads?|adslot|banner|cookie\w*|consent|paywall\w*|subscri\w*|tags?|taglist|toolbar|nav|navigation|menu|footer|"
    r"popup|modal|most-?(?:read|popular|viewed)|trending|outbrain|taboola|sr-only|visually-hidden|screen-reader\w*|widget|signup|sponsor\w*|read-?more|more-?(?:stories|news|on)|"
    r"also-?read|see-?also|bio|biography|author\w*|signature|timestamp|published|dateline|rating|tooltip|overlay|print-?only|donat\w*)(?:$|[\s_-])",
    re.IGNORECASE,
)
_BODY = re.compile(
    r"(?:article|story|post|entry|content|main|news|text|body)[-_]{0,2}(?:body|content|text|copy|main|article|inner|entry)|articlebody|bodytext|fliesstext|richtext|paragraph",
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
    group: int
    """Which element holds the element it is the text of."""


def read_blocks(root: LexborNode, *, limit: int = 400_000) -> list[Block]:
    """The blocks under a node, furniture by tag left out; at most `limit` nodes are looked at."""
    blocks: list[Block] = []
    parts: list[str] = []
    linked = 0
    in_link = 0
    breaks = 0
    # What holds for the node being looked at: tag of the nearest block, flags, and the element it is.
    tag, furniture, body, article, owner, group = "div", 0, False, False, 0, 0
    stack: list[tuple[str, int, bool, bool, int, int, bool, bool]] = []
    count = 0
    named_before: dict[str, tuple[bool, bool]] = {}

    def flush() -> None:
        nonlocal linked, breaks
        breaks = 0
        if parts:
            text = clean_line("".join(parts))
            parts.clear()
            if text:
                blocks.append(
                    Block(text, tag in ("li", "dd", "dt"), True, tag in _HEADINGS, tag, min(1.0, linked / len(text)), furniture, body, article, group)
                )
        linked = 0

    node: LexborNode | None = root.child
    while node is not None and count < limit:
        count += 1
        name = node.tag
        descend = False
        inline = False
        if name == "-text":
            text = node.text_content or ""
            if text and not text.isspace():
                parts.append(text)
                breaks = 0
                if in_link:
                    linked += len(text)
            elif text and parts:
                parts.append(" ")
        elif name == "br":
            breaks += 1
            if breaks >= 2:
                flush()
            else:
                parts.append(" ")
        elif not name or name in _SKIPPED or name[0] in "-!":
            if name not in ("svg", "picture", "source", "img", "input", "label", "button"):
                parts.append(" ")
        elif name in _INLINE:
            inline, descend = True, True
        else:
            flush()
            descend = True
        child = node.child if descend else None
        if child is not None:
            stack.append((tag, furniture, body, article, owner, group, inline, name == "a"))
            if inline:
                in_link += name == "a"
            else:
                cues = node.attributes
                named = f"{cues.get('class') or ''} {cues.get('id') or ''}"
                tag, group, owner = name, owner, count
                if named != " ":
                    known = named_before.get(named)
                    if known is None:
                        known = named_before[named] = (bool(_FURNITURE.search(named)), bool(_BODY.search(named)))
                    furniture += known[0]
                    body = body or known[1]
                body = body or cues.get("itemprop") in ("articleBody", "text")
                article = article or name in ("article", "main")
            node = child
            continue
        while node is not None:
            following = node.next
            if following is not None:
                node = following
                break
            if not stack:
                node = None
                break
            node = node.parent
            if not stack[-1][6]:
                flush()
            was_inline, was_link = stack[-1][6], stack[-1][7]
            tag, furniture, body, article, owner, group, _, _ = stack.pop()
            if was_inline and was_link:
                in_link -= 1
    flush()
    return blocks

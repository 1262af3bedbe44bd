"""The blocks of an HTML page: its paragraphs, headings and items in order, with what their markup tells.

Nodes are dear to ask and their serialised text is cheap, so the parser mends the page and its text is read: every tag
is closed there, and each name and attribute has one spelling.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice, repeat
from operator import contains
from typing import TYPE_CHECKING, NamedTuple

from newsgrep.extract.clean_text import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborHTMLParser, LexborNode

_JUNK = [
    "script", "style", "template", "svg", "iframe", "select", "textarea", "video", "audio", "canvas", "object", "math",
    "noscript", "map",
]  # fmt: skip
"""Elements that hold nothing to read."""
_SKIPPED_TAGS = "nav footer aside button dialog figcaption head label menu picture title"
_SKIPPED = frozenset((*_SKIPPED_TAGS.split(), *_JUNK))
_STRIPPED = [
    "script", "style", "noscript", "iframe", "template", "svg", "picture",
    "nav", "footer", "aside", "button", "figcaption",
]  # fmt: skip
"""Those that are worth a walk over the page: common ones, and those whose text would be taken for tags."""
_VOID_TAGS = "area base br col embed hr img input link meta param source track wbr"
_INLINE_TAGS = """
    a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd mark q rb rp rt ruby s samp small span
    strike strong sub sup time tt u var nobr
"""
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_TAG_WITH_MARKS = re.compile(r"<(!--.*?--|[^>\"]*(?:\"[^\"]*\"[^>\"]*)*)>", re.DOTALL)
"""A tag where an attribute may hold what looks like the end of one."""
_INLINE, _BLOCK, _LINK, _LINK_END, _BREAK, _RULE, _BLANK, _SKIP, _FORM = range(9)
_BREAKS = frozenset((_BREAK, _RULE))
_ACTIONS: dict[str, int] = {
    **dict.fromkeys(_VOID_TAGS.split(), _BLANK),
    **dict.fromkeys(_SKIPPED, _SKIP),
    **{mark + name: _INLINE for name in _INLINE_TAGS.split() for mark in ("", "/")},
    **dict.fromkeys(("wbr", "img"), _INLINE),
    "a": _LINK,
    "/a": _LINK_END,
    "br": _BREAK,
    "hr": _RULE,
    "form": _FORM,
    "/form": _FORM,
    "!----": _INLINE,
}
"""What is done at a tag; an element that is not named here is a block, and its end the end of one."""
_ARTICLE = frozenset(("article", "main"))
_ITEMS = frozenset(("li", "dd", "dt"))
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_FURNITURE_WORDS = """
    related recommended recommendation recommendations recirc recirculation newsletter newsletters share sharing social
    comment comments commentlist disqus promo teaser teasers sidebar breadcrumb breadcrumbs byline bylines caption
    captions credit credits copyright ad ads adslot banner cookie cookies consent paywall tag tags taglist toolbar nav
    navigation menu footer popup modal trending outbrain taboola widget signup readmore bio biography author authors
    signature timestamp published dateline rating tooltip overlay
"""
_FURNITURE = frozenset(_FURNITURE_WORDS.split())
_FURNITURE_STARTS = (
    "recommend", "recirc", "newsletter", "advert", "paywall", "subscri", "sponsor", "donat", "cookie", "social",
    "promo", "author", "teaser",
)  # fmt: skip
_FURNITURE_PAIRS = (
    "most read", "most popular", "most viewed", "read more", "more stories", "more news", "more on", "also read",
    "see also", "print only", "sr only", "visually hidden", "screen reader", "sign up",
)  # fmt: skip
_PAIRED = frozenset(pair.split()[0] for pair in _FURNITURE_PAIRS)
_BODY = re.compile(
    r"(?:article|story|post|entry|content|main|news|text|body)[-_]{0,2}(?:body|content|text|copy|main|article|"
    r"inner|entry)|articlebody|bodytext|fliesstext|richtext|paragraph",
)


class Block(NamedTuple):
    """A block of a page. It has the parts of a text page's line, and those that markup adds."""

    # A tuple, since a page has hundreds of them.

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
    part: int
    """Which `<article>` it stands in, of nested ones the innermost; 0 where it stands in none."""


class _Place:
    """What holds for all text inside an element."""

    __slots__ = ("heading", "item", "tag", "told", "within")

    def __init__(self, tag: str, told: _Told) -> None:
        self.tag = tag
        self.told = told
        self.item = tag in _ITEMS
        self.heading = tag in _HEADINGS
        self.within: dict[str, _Place] = {}
        """The places of the elements inside it, by their tags as they are spelled."""


_Told = tuple[int, bool, bool, bool]
"""A block's `furniture`, `body`, `article` and `picture`."""


def strip_junk(tree: LexborHTMLParser, *, everything: bool = True) -> None:
    """Take out of a tree what has no text; with `everything`, instead, most of what `read_blocks` would skip.

    `read_blocks` needs scripts taken out, whose text is not told from tags; what else is taken out makes it faster.
    """
    tree.strip_tags(_STRIPPED if everything else _JUNK, recursive=True)


def read_blocks(root: LexborNode, *, limit: int = 400_000) -> list[Block]:
    """The blocks under a node, furniture by tag left out; at most `limit` tags are looked at."""
    html = root.html or ""
    form = _is_in_form(root, html)
    blocks: list[Block] = []
    parts: list[str] = []
    linked = links = breaks = count = number = group = part = 0
    place = _Place("div", (0, False, False, False))
    places = {(place.tag, place.told): place}
    outside: list[tuple[_Place, int, int, int]] = []
    find_action = _ACTIONS.get
    tags = islice(_split_tags(html), limit)

    for tag, _, text in tags:
        # Most tags are ends, which are looked up as they are.
        action = find_action(tag)
        if action is None and tag[0] != "/":
            action = find_action(tag.partition(" ")[0], _BLOCK if tag[0] != "!" else _INLINE)
        if action is None or action == _BLOCK:
            if parts:
                _add_block(blocks, parts, linked, place, group, part)
                parts = []
                linked = 0
            breaks = 0
            if action:
                count += 1
                outside.append((place, number, group, part))
                number, group = count, number
                inner = place.within.get(tag)
                if inner is None:
                    key = _step_in(place, tag)
                    inner = place.within[tag] = places.setdefault(key, _Place(*key))
                place = inner
                if place.tag == "article":
                    part = count
            elif outside:
                place, number, group, part = outside.pop()
        elif action:
            if action == _LINK:
                links += 1
            elif action == _LINK_END:
                links -= 1
            elif action in _BREAKS:
                breaks += 1
                if parts and (breaks > 1 or action == _RULE):
                    _add_block(blocks, parts, linked, place, group, part)
                    parts = []
                    linked = 0
                parts.append(" ")
            elif action == _BLANK:
                parts.append(" ")
            elif action == _SKIP or (not form and tag[0] != "/"):
                text = _skip_element(tags, tag.partition(" ")[0])
                parts.append(" ")
        if text:
            if not text.isspace():
                parts.append(text)
                breaks = 0
                if links:
                    linked += len(text)
            elif parts:
                parts.append(" ")
    if parts:
        _add_block(blocks, parts, linked, place, group, part)
    return blocks


def _skip_element(tags: Iterator[tuple[str, str, str]], name: str) -> str:
    """Go on to the end of an element; the text behind it."""
    depth, end = 1, "/" + name
    for tag, _, text in tags:
        if tag == end:
            depth -= 1
            if not depth:
                return text
        elif tag.partition(" ")[0] == name:
            depth += 1
    return ""


def _add_block(blocks: list[Block], parts: list[str], linked: int, place: _Place, group: int, part: int) -> None:
    text = "".join(parts) if len(parts) > 1 else parts[0]
    if "&" in text:
        text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&nbsp;", " ").replace("&amp;", "&")
    if text := clean_line(text):
        links = min(1.0, linked / len(text)) if linked else 0.0
        blocks.append(Block._make((text, place.item, True, place.heading, place.tag, links, *place.told, group, part)))


def _split_tags(html: str) -> Iterator[tuple[str, str, str]]:
    """Each tag, the marks around it left out, the mark behind it, and the text that follows."""
    if "<!--" in html:
        html = _COMMENT.sub("<!---->", html)
    # The parser writes both marks as entities in texts and attributes, so that cutting at each is enough.
    pieces = html.split("<")[1:]
    if html.count(">") == len(pieces) and all(map(contains, pieces, repeat(">"))):
        return map(str.partition, pieces, repeat(">"))
    # All but in the texts of a few elements that are long out of use.
    found = _TAG_WITH_MARKS.split(html)
    return zip(found[1::2], repeat(">"), found[2::2], strict=False)


def _is_in_form(root: LexborNode, html: str) -> bool:
    """Whether most of a page stands inside one form, as some systems have it."""
    first, last = html.find("<form"), html.rfind("</form>")
    if first < 0 or 2 * (last - first + len("</form>")) <= len(html):
        return False
    return any(2 * len(form.html or "") > len(html) for form in root.css("form"))


def _step_in(place: _Place, tag: str) -> tuple[str, _Told]:
    """What holds inside a block element. A page names many elements alike: each spelling is looked at once."""
    furniture, body, article, picture = place.told
    name, _, attributes = tag.partition(" ")
    if attributes:
        named = _attribute(tag, ' class="') + _attribute(tag, ' id="')
        if named:
            is_furniture, is_body = _read_names(named)
            furniture += is_furniture
            body = body or is_body
        if not body and "itemprop" in attributes:
            body = _attribute(tag, ' itemprop="') in ("articleBody ", "text ")
    return name, (furniture, body, article or name in _ARTICLE, picture or name == "figure")


def _attribute(tag: str, opening: str) -> str:
    """The value of an attribute and a blank; empty where the tag has none."""
    at = tag.find(opening)
    if at < 0:
        return ""
    at += len(opening)
    return tag[at : tag.find('"', at)] + " "


@lru_cache(maxsize=16_384)
def _read_names(named: str) -> tuple[bool, bool]:
    """Whether classes and ids name furniture, and whether they name the article's body. Remembered, since the elements
    of a page share them, and the pages of a site.
    """
    named = named.lower()
    words = named.replace("_", " ").replace("-", " ").split()
    furniture = not _FURNITURE.isdisjoint(words) or any(map(str.startswith, words, repeat(_FURNITURE_STARTS)))
    if not furniture and not _PAIRED.isdisjoint(words):
        joined = " ".join(words)
        furniture = any(pair in joined for pair in _FURNITURE_PAIRS)
    return furniture, _BODY.search(named) is not None

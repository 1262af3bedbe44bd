"""JSON-LD of a page: the object that describes the article itself, mended where it is trivially broken."""

from __future__ import annotations

import html
import json
import re
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_ARTICLE_TYPE_NAMES = """
    article newsarticle reportagenewsarticle analysisnewsarticle opinionnewsarticle backgroundnewsarticle
    reviewnewsarticle asknewsarticle advertisercontentarticle satiricalarticle blogposting liveblogposting
    socialmediaposting techarticle scholarlyarticle report review creativework discussionforumposting
"""
ARTICLE_TYPES = frozenset(_ARTICLE_TYPE_NAMES.split())
_SECOND_CHOICE = frozenset(
    ["webpage", "videoobject", "imagegallery", "mediagallery", "itempage", "podcastepisode", "recipe", "event"]
)
_LARGEST = 4_000_000
_MOST_NODES = 20_000
_WRAPPING = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)|(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/|\]\]>|;)\s*$"
)
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_MISSING_COMMA = re.compile(r"([}\]\"])(\s*\n\s*)(\"[\w@]+\"\s*:)")

Node = dict[str, Any]


@dataclass(frozen=True, slots=True)
class JsonLd:
    """The objects of a page's JSON-LD: all of them, and the one that is the article."""

    article: Node
    by_id: dict[str, Node]
    nodes: tuple[Node, ...]

    def texts(self, key: str) -> list[str]:
        """The texts of a property of the article; of an object its name is taken."""
        return list(self._texts(self.article.get(key)))

    def text(self, *keys: str) -> str | None:
        """The first text that one of these properties has."""
        return next((text for key in keys for text in self.texts(key)), None)

    def _texts(self, value: Any) -> Iterator[str]:
        waiting, steps = [value], 0
        while waiting and steps < 200:
            steps += 1
            one = waiting.pop(0)
            if isinstance(one, str):
                # Many pages escape for HTML what a script does not unescape.
                if text := html.unescape(one).strip():
                    yield text
            elif isinstance(one, list):
                waiting[:0] = one[:50]
            elif isinstance(one, dict):
                name = one.get("name") or one.get("@value")
                if name is None and isinstance(one.get("@id"), str):
                    known = self.by_id.get(one["@id"], {})
                    name = known.get("name")
                if name is not None and not isinstance(name, dict):
                    waiting.insert(0, name)

    def video_date(self) -> str | None:
        """When the page's only video was published."""
        dates = [node.get("uploadDate") for node in self.nodes if "videoobject" in _types(node)]
        return dates[0] if len(dates) == 1 and isinstance(dates[0], str) else None

    def breadcrumb(self) -> list[str]:
        """The names of the page's breadcrumb, outermost first, without the page's own."""
        for node in self.nodes:
            if "breadcrumblist" in _types(node) and isinstance(items := node.get("itemListElement"), list):
                named = []
                for item in items[:12]:
                    if not isinstance(item, dict):
                        continue
                    inner = item.get("item")
                    name = item.get("name") or (inner.get("name") if isinstance(inner, dict) else None)
                    if isinstance(name, str):
                        named.append(name)
                return named
        return []


def read_json_ld(scripts: Iterable[str]) -> JsonLd:
    """Read the JSON-LD scripts of a page; what cannot be read is left out."""
    roots = [root for script in scripts if (root := _parse(script)) is not None]
    nodes: list[Node] = []
    waiting = deque(roots)
    while waiting and len(nodes) < _MOST_NODES:
        value = waiting.popleft()
        if isinstance(value, list):
            waiting.extend(value)
        elif isinstance(value, dict):
            nodes.append(value)
            waiting.extend(inner for inner in value.values() if isinstance(inner, dict | list))
    by_id: dict[str, Node] = {}
    for node in nodes:
        if isinstance(node.get("@id"), str) and len(node) > 1:
            by_id.setdefault(node["@id"], node)
    return JsonLd(_choose(nodes), by_id, tuple(nodes))


def _parse(script: str) -> Any:
    if len(script) > _LARGEST:
        return None
    for mend in (str.strip, _unwrap, _mend_commas):
        try:
            # Not strict: many pages leave line breaks inside strings.
            return json.loads(mend(script), strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _unwrap(script: str) -> str:
    """A script without the comment marks around it."""
    return _WRAPPING.sub("", _WRAPPING.sub("", script.strip())).strip()


def _mend_commas(script: str) -> str:
    return _TRAILING_COMMA.sub(r"\1", _MISSING_COMMA.sub(r"\1,\2\3", _unwrap(script)))


def _types(node: Node) -> set[str]:
    value = node.get("@type")
    names = value if isinstance(value, list) else [value]
    return {name.rsplit("/", 1)[-1].rsplit(":", 1)[-1].casefold() for name in names if isinstance(name, str)}


def _choose(nodes: list[Node]) -> Node:
    """The article: the first of such a type that has a headline; else one that has a date; else a page or video."""
    articles = [node for node in nodes if _types(node) & ARTICLE_TYPES]
    for wanted in (("headline", "datePublished"), ("headline",), ("datePublished",), ("name", "author")):
        for node in articles:
            if all(node.get(key) for key in wanted):
                return node
    for node in nodes:
        if _types(node) & _SECOND_CHOICE and node.get("datePublished"):
            return node
    return {}

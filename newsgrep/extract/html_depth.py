"""A bound on nesting: tags deeper than any page needs are taken out, since the parser's time grows with depth."""

from __future__ import annotations

import re
from collections import Counter

_MANY_TAGS = 8_000
"""Pages with fewer tags cannot be deep enough to matter."""
_DEEPEST = 500
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)[^<>]*>")
_NOT_NESTING = frozenset(
    ("p", "li", "td", "th", "tr", "dt", "dd", "option", "br", "hr", "img", "input", "meta", "link", "source", "area")
)
"""Tags without an end, or whose end is often left out."""


def bound_depth(html: str) -> str:
    """Take out the tags that stand more than 500 levels deep; their text stays."""
    if html.count("<") <= _MANY_TAGS:
        return html
    opened: Counter[str] = Counter()
    dropped: Counter[str] = Counter()
    depth = 0

    def keep(match: re.Match[str]) -> str:
        nonlocal depth
        name = match[2].lower()
        if name in _NOT_NESTING:
            return match[0]
        if not match[1]:
            if depth >= _DEEPEST:
                dropped[name] += 1
                return " "
            opened[name] += 1
            depth += 1
        elif dropped[name]:
            dropped[name] -= 1
            return " "
        elif opened[name]:
            opened[name] -= 1
            depth -= 1
        return match[0]

    return _TAG.sub(keep, html)

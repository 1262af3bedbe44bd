"""What a page may hold: bounds laid on its text before it is parsed, since some pages are broken or built to be slow.

Bytes that hold no words go first (scripts, styles, pictures written into the page), so that only what is left counts.
What is cut is told to the `Watch`. Parsers' times grow with the square of two things, hence two more bounds: the depth
of nesting (`html_depth`) and the attributes of one tag.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newsgrep.extract.watch import Watch

MOST_HTML = 4_000_000
"""Characters of a page's markup that are parsed, scripts not counted."""
MOST_TEXT = 2_000_000
"""Characters of a text page that are looked at: a long novel has as many."""
MOST_LINES = 50_000
"""Lines of a text page, blank ones too."""
_SMALL_HTML = 1_000_000
"""Markup below this is parsed faster than it could be searched for what to leave out."""
_LONGEST_TAG = 15_000
"""Characters of one tag; data written into attributes (pictures, a program's state) make them longer."""
_FAR = 100_000
"""Characters without the end of any tag from which on a page is looked through for long tags."""
_LONGEST_COMMENT = 2_000
_LONGEST_WORD = 1_000

_SCRIPT = re.compile(r"<(script|style)\b[^<>]*>", re.IGNORECASE | re.ASCII)
_SCRIPT_ENDS = {name: re.compile(f"</{name}", re.IGNORECASE | re.ASCII) for name in ("script", "style")}
_TAG = re.compile(r"<([a-zA-Z][^\s/<>]{0,40}+)(?:[^>=]++|=\s*+(?:\"[^\"]*+\"|'[^']*+')?+)*+>")
_WORD = re.compile(rf"\S{{{_LONGEST_WORD},}}")


def bound_html(html: str, watch: Watch) -> str:
    """Markup that can be parsed in bounded time: long tags bare, of a large page no scripts, cut at `MOST_HTML`."""
    if len(html) > _SMALL_HTML:
        html = _without_long_comments(_without_scripts(html))
    if len(html) > _FAR and (len(html) > _SMALL_HTML or _has_long_way(html, ">", _FAR)):
        html = _without_long_tags(html)
    if len(html) > MOST_HTML:
        watch.warn(f"Read in part: only the first {MOST_HTML / 1e6:g} of {len(html) / 1e6:.0f} million characters")
        html = html[:MOST_HTML]
    return html


def bound_text(text: str, watch: Watch) -> str:
    """The text of a page saved as text, cut at `MOST_TEXT`, without words as long as no word is."""
    if len(text) > MOST_TEXT:
        watch.warn(f"Read in part: only the first {MOST_TEXT / 1e6:g} of {len(text) / 1e6:.0f} million characters")
        text = text[:MOST_TEXT]
    if len(text) > MOST_LINES and (lines := text.count("\n")) > MOST_LINES:
        watch.warn(f"Read in part: only the first {MOST_LINES:,} of {lines:,} lines")
        text = "\n".join(text.split("\n", MOST_LINES)[:MOST_LINES])
    if len(text) > 10 * _LONGEST_WORD and _has_long_way(text, " ", _LONGEST_WORD):
        text = _WORD.sub(" ", text) if max(map(len, text.split())) > _LONGEST_WORD else text
    return text


def _has_long_way(text: str, mark: str, length: int) -> bool:
    """Whether there are so many characters without a mark; looked for in strides."""
    at = 0
    while at + length < len(text):
        last = text.rfind(mark, at, at + length)
        if last < 0:
            return True
        at = last + 1
    return False


def _without_scripts(html: str) -> str:
    """Drop scripts and styles, but for JSON-LD; one that is not closed ends where the page does, as in a browser."""
    kept: list[str] = []
    done = at = 0
    while match := _SCRIPT.search(html, at):
        end = _SCRIPT_ENDS[match[1].lower()].search(html, match.end())
        at = html.find(">", end.start()) + 1 if end else 0
        if "ld+json" not in match[0].lower():
            kept.append(html[done : match.start()])
            done = at or len(html)
        if not at:
            break
    kept.append(html[done:])
    return "".join(kept)


def _without_long_comments(html: str) -> str:
    kept: list[str] = []
    at = done = 0
    while (start := html.find("<!--", at)) >= 0:
        end = html.find("-->", start + 2)
        at = end + 3 if end >= 0 else len(html)
        if at - start > _LONGEST_COMMENT:
            kept.append(html[done:start])
            done = at
    kept.append(html[done:])
    return "".join(kept)


def _without_long_tags(html: str) -> str:
    """Leave tags bare of attributes where these are longer than any page's own."""
    kept: list[str] = []
    at = 0
    # With a bracket at the end, no search for the end of a tag is in vain, and none starts over.
    for match in _TAG.finditer(html + ">"):
        if match.end() - match.start() > _LONGEST_TAG:
            kept += (html[at : match.start()], "<", match[1], ">")
            at = match.end()
    kept.append(html[at:])
    return "".join(kept)

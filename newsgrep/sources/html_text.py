"""The text of markup that is an article's own: a feed's entry, a mail, a chapter. Nothing of it is left out.

A page, with its menus and teasers, is for `extract/` to understand; here there is nothing to tell apart.
"""

from __future__ import annotations

import html
import re

from newsgrep.sources.cut_out import cut_between

_SILENT = ("script", "style", "head", "noscript", "template", "svg")
_BLOCK = re.compile(
    r"</?(?:p|div|br|h[1-6]|li|ul|ol|dl|dt|dd|tr|td|th|table|blockquote|section|article|pre|hr|figure|figcaption|header"
    r"|footer|main|aside|body|html|center|nav)(?=[\s/>])[^<>]{0,8000}>",
    re.IGNORECASE,
)
_TAG = re.compile(r"</?[a-zA-Z!?][^<>]{0,8000}>")
_INVISIBLE = re.compile("[\u00ad\u034f\u200b\u200c\u2060\ufeff]+")
"""What newsletters pad the line with that mail programs show below the subject."""


def read_markup(markup: str) -> str:
    """The paragraphs of a piece of markup, parted by blank lines."""
    markup = cut_between(markup, "<!--", "-->")
    for tag in _SILENT:
        markup = cut_between(markup, f"<{tag}>", f"</{tag}>")
        markup = cut_between(markup, f"<{tag} ", f"</{tag}>")
    marked = _BLOCK.sub("\0", markup.replace("\0", " "))
    text = html.unescape(_TAG.sub("", marked))
    lines = (" ".join(_INVISIBLE.sub("", line).split()) for line in text.split("\0"))
    return "\n\n".join(line for line in lines if line)

"""Stretches cut out of a text, comments and the like, in one pass whatever the text."""

from __future__ import annotations


def cut_between(text: str, start: str, end: str) -> str:
    """A text without what stands from each `start` to the next `end`; what is never ended stays."""
    at = text.find(start)
    if at < 0:
        return text
    kept: list[str] = []
    after = 0
    while at >= 0:
        stop = text.find(end, at + len(start))
        if stop < 0:
            break
        kept.append(text[after:at])
        after = stop + len(end)
        at = text.find(start, after)
    return "".join((*kept, text[after:]))

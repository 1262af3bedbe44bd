"""The quiet line below the query: how many articles, in which order, and what is to be said of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from newsgrep.cli.safe_text import clean_line
from newsgrep.cli.wording import count_of
from newsgrep.search.request import Match, Sort

if TYPE_CHECKING:
    from newsgrep.cli.browse.asked import Asked
    from newsgrep.cli.browse.timeline_bars import Bar
    from newsgrep.search.results import Results

ORDERS = {Sort.RELEVANCE: "by relevance", Sort.NEWEST: "newest first", Sort.OLDEST: "oldest first"}
MATCHES = {Match.CLOSEST: "", Match.ANY: "any word", Match.ALL: "all words as typed"}


_OPTIONS_AS_KEYS = {
    "--no-correct searches as typed": "m: as typed",
    "--all searches for it too": "m: as typed",
    "--any": "m: any word",
}
"""Options that the library's messages advise, and the keys that do the same here."""


def as_keys(message: str) -> str:
    """A message of the library, with keys in place of options.

    >>> as_keys("3 articles have some of the words: --any")
    '3 articles have some of the words: m: any word'
    """
    for option, key in _OPTIONS_AS_KEYS.items():
        message = message.replace(option, key)
    return message


def describe_status(results: Results | None, asked: Asked, note: str) -> Content:
    """The line: counts, order, ways to match, and a note that stands out."""
    facts = []
    if results is not None:
        facts.append(count_of(results.total, "article"))
        if results.stories is not None:
            facts.append(count_of(results.stories, "story", "stories"))
    facts += [ORDERS[asked.order], MATCHES[asked.request.match]]
    line = Content(" · ".join(fact for fact in facts if fact))
    return Content.assemble(line, "   ", (in_one_line(note), "$text-warning")) if note else line


def describe_notes(results: Results, text: str, asked: Asked) -> str:
    """How a query was read, where that is not as it was typed; `text`: what was searched."""
    notes = [*map(as_keys, results.notes), *(expansion.message for expansion in results.expansions)]
    if text != asked.request.text:
        notes.insert(0, f"words that begin with {text.split()[-1].strip('(*')}")
    return " · ".join(notes)


def describe_bar(bar: Bar) -> str:
    """What a bar of the timeline stands for."""
    if not bar.archive:
        return f"{bar.name}: nothing saved"
    return f"{bar.name}: {bar.articles:,} of {count_of(bar.archive, 'saved article')}"


def in_one_line(text: str) -> str:
    """A message, which may have several lines and words of strangers in it, as one harmless line."""
    return " ".join(clean_line(text).split())

"""Why an article is what it is, as rows of two columns: for the plain table and for the one on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsgrep.cli.wording import count_of, date_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsgrep.archive.extraction import Explanation

_LONGEST = 100
_SHORTEST = 30
"""Characters shown of a line that was left out, with room for them and without; --jsonl has all of it."""
_REASON_WIDTH = 14


def origin_rows(explanation: Explanation) -> Iterator[tuple[str, str]]:
    """Each field with its value and where that came from; the title and the body stand above already."""
    article = explanation.article
    values = {
        "published": date_of(article.published),
        "section": ", ".join(article.section),
        "authors": ", ".join(article.authors),
        "source": article.source or "",
        "url": article.url or "",
        "lang": article.lang or "",
        "body": count_of(article.words, "word"),
    }
    origins = {one.field: one.origin for one in explanation.origins}
    if article.published is None:
        origins["published"] = "no date was found"
    for field, origin in origins.items():
        value = f"{values[field]} — {origin}" if values.get(field) else origin
        if field == "published" and explanation.published_confidence is not None:
            value += f", confidence {explanation.published_confidence:.2f}"
        yield field, value


def left_out_rows(explanation: Explanation, *, width: int | None = None) -> Iterator[tuple[str, str]]:
    """Each piece of the page that is not part of the body, in the page's order: why, where, its first words.

    With a `width`, that of a terminal, each is short enough for one line.
    """
    places = [one.place for one in explanation.left_out]
    column = max(map(len, places), default=0)
    longest = _LONGEST if width is None else max(_SHORTEST, width - _REASON_WIDTH - column - 2)
    for one in explanation.left_out:
        text = one.text if len(one.text) <= longest else f"{one.text[: longest - 1].rstrip()}…"
        yield one.reason.value, f"{one.place:<{column}}  {text}"

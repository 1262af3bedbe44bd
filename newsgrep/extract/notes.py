"""What was seen of a page on the way to its fields: kept only for who asks why the article is what it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from selectolax.lexbor import LexborHTMLParser

    from newsgrep.extract.json_ld import JsonLd
    from newsgrep.extract.line_features import LineLike


@dataclass(slots=True)
class Notes:
    """Filled by `text_page` and `html_page`; blocks are lines there and elements here."""

    blocks: Sequence[LineLike] = ()
    scores: Sequence[float] = ()
    run: Sequence[int] = ()
    """The blocks that were taken for the body, before stray ones were left out."""
    body: Sequence[int] = ()
    """The blocks that are the body."""
    title: int | None = None
    """The line of a text page that is its title."""
    date: int | None = None
    """The line of a text page that is its date."""
    tree: LexborHTMLParser | None = None
    meta: dict[str, list[str]] = field(default_factory=dict)
    linked: JsonLd | None = None

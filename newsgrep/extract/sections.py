"""Section labels: what may name a section of a paper, and which labels name none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from newsgrep.extract import cue_words
from newsgrep.extract.clean_text import clean_line, count_words
from newsgrep.extract.cues import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST = 40
_FOLDERS = frozenset(
    (
        "articles",
        "stories",
        "beitrage",
        "beitraege",
        "artikler",
        "noticias",
        "nachrichten",
        "actualites",
        "blog",
        "blogs",
    )
)
"""Folders of an address that hold whatever is published."""
_MOST = 6
_NO_LABEL = re.compile(r"https?:|www\.|@|©|\w\.[a-z]{2,}\b|:\s")
_EDGES = " \t:：|/›»>·•-–—*#"


def is_section(label: str) -> bool:
    """Whether a short text may name a section: a few words, no sentence, not the whole site."""
    if not label or len(label) > _LONGEST or count_words(label) > 5 or label[-1] in ".?!…" or label[0].isdigit():
        return False
    folded = fold(label)
    if (
        cue_words.HOME.is_line(folded)
        or cue_words.SITE_WIDE.is_line(folded)
        or not re.search(r"[^\W\d_]", label)
        or _NO_LABEL.search(folded)
    ):
        return False
    return not (
        cue_words.TEASER.opens(folded) or cue_words.END.is_line(folded) or cue_words.READING_TIME.search(folded)
    )


def clean_sections(labels: Iterable[str]) -> tuple[str, ...]:
    """The labels that name a section, each once, in their order; "a, b" and "a > b" in one label stay one."""
    kept: dict[str, str] = {}
    for label in labels:
        clean = clean_line(label).strip(_EDGES)
        if is_section(clean):
            kept.setdefault(fold(clean), clean)
    return tuple(kept.values())[:_MOST]


def sections_of_url(url: str) -> tuple[str, ...]:
    """The folders of an address that read as section labels: "/news/world/2018/..." gives news, world."""
    try:
        folders = [unquote(part) for part in urlsplit(url).path.split("/")[:-1]]
    except ValueError:
        return ()
    labels = []
    for folder in folders:
        if re.search(r"\d|[.=_]", folder):
            break
        if folder and folder.count("-") <= 2:
            labels.append(folder.replace("-", " "))
    return clean_sections(label for label in labels if label.casefold() not in _FOLDERS)[:2]

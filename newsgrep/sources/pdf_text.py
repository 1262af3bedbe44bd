"""The reader of PDF files that have a text layer; those that are pictures only hold nothing to read.

Needs the extra `pdf` (pypdf). Bounded in pages and in time.
"""

from __future__ import annotations

import io
import logging
import re
import time
from collections import Counter
from typing import TYPE_CHECKING

from newsgrep.article import Content, Page
from newsgrep.errors import FileUnreadable
from newsgrep.sources.format import Extra, Format
from newsgrep.sources.outcome import BrokenRecord, Outcome, Skipped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsgrep.sources.opened_file import OpenedFile

_MAX_PAGES = 1000
_MAX_SECONDS = 60.0
"""Of CPU time for one file; asked between pages."""
_MAX_BYTES = 256 << 20
_MAX_CHARS = 20_000_000
_NO_TITLE = re.compile(
    r"untitled|microsoft\b|.*\.(?:docx?|indd|qxd|qxp|pdf|pages|html?|tmp)\b|document\d*$|\W*$", re.IGNORECASE
)
_HYPHENATED = re.compile(r"(?<=[^\W\d_])[-\u00ad\u2010]\n(?=[a-zà-öø-ÿ])")
_LEAST_LINES = 5
_NUMBER = re.compile(r"\d+")


def is_pdf(name: str, head: bytes) -> bool:
    """Whether bytes begin a PDF file; up to 1 KiB may stand before."""
    return head.startswith(b"%PDF-") or (name.endswith(".pdf") and b"%PDF-" in head[:1024])


def read_pdf(file: OpenedFile) -> Iterator[Outcome]:
    """One page for the file. Raises FileUnreadable."""
    from pypdf import PdfReader

    # Every fault it mends is a line on standard error otherwise.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    data = file.read_whole(_MAX_BYTES)
    end = max(data.rfind(b"\n%%EOF"), data.rfind(b"\r%%EOF"))
    if end < 0:
        raise FileUnreadable("The PDF file ends too early")
    try:
        # The library looks for the end line by line from the back, which takes long where much stands behind it.
        reader = PdfReader(io.BytesIO(data[: end + len("\n%%EOF\n")]))
        if reader.is_encrypted and not reader.decrypt(""):
            raise FileUnreadable("The PDF file needs a password")
        count = len(reader.pages)
    except FileUnreadable:
        raise
    except Exception as error:
        # A library for a format this wide raises whatever its faults lead to.
        raise FileUnreadable(f"Damaged PDF file ({_name_fault(error)})") from error
    pages: list[str] = []
    size = 0
    started = time.process_time()
    broken: list[BrokenRecord] = []
    for number in range(min(count, _MAX_PAGES)):
        if time.process_time() - started > _MAX_SECONDS or size > _MAX_CHARS:
            broken.append(BrokenRecord(f"page {number + 1}", "The file takes too long; no more pages were read"))
            break
        try:
            text = reader.pages[number].extract_text()
        except Exception as error:
            broken.append(BrokenRecord(f"page {number + 1}", f"Damaged ({_name_fault(error)})"))
            continue
        pages.append(text)
        size += len(text)
    if count > _MAX_PAGES:
        broken.append(BrokenRecord(f"page {_MAX_PAGES + 1}", f"Only {_MAX_PAGES:,} pages of a file are read"))
    text = _HYPHENATED.sub("", "\n\n".join(_without_furniture(pages)))
    yield from broken
    if text.strip():
        yield Page(path=file.path, content=Content.TEXT, text=text, title=_find_title(reader))
    elif not broken:
        yield Skipped("a PDF file without text")


def _find_title(reader: object) -> str | None:
    try:
        title = str(getattr(getattr(reader, "metadata", None), "title", None) or "").strip()
    except Exception:
        # The same faults as above, in a field that can be done without.
        return None
    return None if not title or _NO_TITLE.match(title) else title[:500].encode("utf-8", "replace").decode("utf-8")


def _without_furniture(pages: list[str]) -> list[str]:
    """Pages without the lines that most of them begin or end with, and without page numbers."""
    split = [page.replace("\0", "").encode("utf-8", "replace").decode().split("\n") for page in pages]
    edges = Counter(one for lines in split for one in {_fold(lines[at]) for at in _find_edges(lines)})
    running = {line for line, times in edges.items() if times >= max(3, len(pages) / 2)} | {"#"}
    kept: list[str] = []
    for lines in split:
        left_out = {at for at in _find_edges(lines) if _fold(lines[at]) in running}
        kept.append("\n".join(line.rstrip() for at, line in enumerate(lines) if at not in left_out))
    return kept


def _find_edges(lines: list[str]) -> set[int]:
    """The places of the first two and the last two lines of a page that has more than these."""
    return {0, 1, len(lines) - 2, len(lines) - 1} if len(lines) > _LEAST_LINES else set()


def _fold(line: str) -> str:
    return _NUMBER.sub("#", line.strip())


def _name_fault(error: Exception) -> str:
    return (str(error) or type(error).__name__)[:200].replace("\n", " ")


PDF = Format(
    "pdf", "a PDF file with a text layer", is_pdf, read_pdf, extra=Extra("pdf", "pypdf"), binary=True,
    suffixes=(".pdf",),
)  # fmt: skip

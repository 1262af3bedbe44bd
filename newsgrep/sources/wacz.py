"""The reader of WACZ files: the WARC files of a crawl, packed with an index and a list of pages.

Source: WACZ 1.1.1 of the Webrecorder project. Only the WARC files below `archive/` are read; everything else repeats
what stands in them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newsgrep.errors import FileUnreadable
from newsgrep.sources.format import Format
from newsgrep.sources.outcome import BrokenRecord, Outcome, Skipped
from newsgrep.sources.zip_archive import iter_zip

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsgrep.sources.opened_file import OpenedFile

_FIRST_MEMBER = re.compile(
    rb"PK\x03\x04.{26}(?:archive/[^/\0]{1,200}\.warc|indexes/index\.|pages/(?:extraP|p)ages\.jsonl|datapackage)",
    re.DOTALL,
)
_WARC = re.compile(r"archive/.+\.warc(?:\.gz|\.zst)?", re.DOTALL)


def is_wacz(name: str, head: bytes) -> bool:
    """Whether a ZIP archive is called WACZ, or begins with a part that only these have."""
    return head.startswith(b"PK\x03\x04") and (name.endswith(".wacz") or bool(_FIRST_MEMBER.match(head)))


def read_wacz(file: OpenedFile) -> Iterator[Outcome]:
    """The pages of all WARC files in it. Raises FileUnreadable when the archive has no directory."""
    found = False
    for member in iter_zip(file):
        if not _WARC.fullmatch(member.name):
            continue
        found = True
        try:
            content = member.open()
        except FileUnreadable as error:
            yield BrokenRecord(member.name, error.message)
            continue
        yield from file.read_part(member.name, content, share=file.share)
    if not found:
        yield Skipped("a WACZ file without captures")


WACZ = Format(
    "wacz",
    "a WACZ file, as browsertrix and ArchiveWeb.page write it",
    is_wacz,
    read_wacz,
    binary=True,
    shares=True,
    container=True,
    suffixes=(".wacz",),
)

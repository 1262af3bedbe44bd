"""Captures of one address, saved and indexed: for the tests of versions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import newsgrep

if TYPE_CHECKING:
    from pathlib import Path

URL = "https://example.org/ferry"
FERRY = (
    "The ferry to the islands was late on Monday because of fog. Its captain said that the harbour had been closed "
    "for 3 hours.\n\nForty passengers waited in the hall of the old customs house, where the town served coffee.\n\n"
    "The company promised to give back the price of the tickets within ten days."
)
BRIDGE = (
    "Engineers have reopened the harbour bridge after a week of repairs. Storms had torn three cables in January, and "
    "lorries had to take the long way round by the northern road. The mayor called the work a small wonder."
)


def capture(day: str | None, text: str = FERRY, **fields: str) -> dict[str, Any]:
    record = {"title": "Ferry late", "url": URL, "text": text, "published": "2018-02-20"} | fields
    return record | ({"date_download": f"2018-03-{day}T10:00:00Z"} if day else {})


def index_captures(folder: Path, *records: dict[str, Any]) -> newsgrep.Archive:
    """An archive of some captures, all in one file."""
    (folder / "saved").mkdir()
    (folder / "saved/a.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
    archive = newsgrep.open(folder / "index", create=True)
    archive.update([folder / "saved"])
    return archive

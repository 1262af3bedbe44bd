"""Archives, WARC records and pages for the tests of their readers."""

from __future__ import annotations

import gzip
import io
import json
import sys
import tarfile
import zipfile
from importlib import import_module
from typing import TYPE_CHECKING

from newsgrep.article import Page
from newsgrep.sources.formats import read_file
from newsgrep.sources.outcome import BrokenRecord, Outcome, Skipped

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

HTML = b"<!doctype html><html><head><title>Boats</title></head><body><p>Boats left the harbour.</p></body></html>"
LINES = b"".join(json.dumps({"title": f"t{number}", "text": "x"}).encode() + b"\n" for number in (1, 2))
PNG = b"\x89PNG\r\n\x1a\n0000"


def read(folder: Path, name: str, content: bytes) -> list[Outcome]:
    """What a file of this name and content gives."""
    path = folder / name
    path.write_bytes(content)
    return list(read_file(str(path)))


def keys(outcomes: Iterable[Outcome]) -> list[str]:
    """The keys of the pages."""
    return [outcome.key for outcome in outcomes if isinstance(outcome, Page)]


def broken(outcomes: Iterable[Outcome]) -> list[tuple[str, str]]:
    """Position and reason of each broken record."""
    return [(outcome.position, outcome.reason) for outcome in outcomes if isinstance(outcome, BrokenRecord)]


def skipped(outcomes: Iterable[Outcome]) -> list[tuple[str | None, str]]:
    """Position and reason of all that was left out."""
    return [(outcome.position, outcome.reason) for outcome in outcomes if isinstance(outcome, Skipped)]


def pack_zip(members: Iterable[tuple[str, bytes]], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP archive, as Python's own writer makes it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", compression) as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name), content, compression)
    return packed.getvalue()


def pack_zstd(content: bytes) -> bytes:
    """Zstandard data, by the library of this version of Python."""
    library = import_module("compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd")
    packed: bytes = library.compress(content)
    return packed


def pack_tar(members: Iterable[tuple[str, bytes]], mode: str = "w", format_: int = tarfile.PAX_FORMAT) -> bytes:
    """A tar archive, as Python's own writer makes it."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode=mode, format=format_) as archive:  # type: ignore[call-overload]
        for name, content in members:
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return packed.getvalue()


def build_record(kind: str, url: str, content: bytes, *fields: str, date: str = "2021-03-04T05:06:07Z") -> bytes:
    """One record of a WARC file."""
    header = [
        "WARC/1.0",
        f"WARC-Type: {kind}",
        f"WARC-Target-URI: {url}",
        f"WARC-Date: {date}",
        *fields,
        f"Content-Length: {len(content)}",
    ]
    return "\r\n".join(header).encode() + b"\r\n\r\n" + content + b"\r\n\r\n"


def build_response(
    url: str,
    body: bytes = HTML,
    *headers: str,
    status: str = "200 OK",
    content_type: str = "text/html; charset=utf-8",
    date: str = "2021-03-04T05:06:07Z",
) -> bytes:
    """A response record with the answer of a server."""
    head = "\r\n".join([f"HTTP/1.1 {status}", f"Content-Type: {content_type}", *headers]).encode()
    return build_record("response", url, head + b"\r\n\r\n" + body, date=date)


def pack_records(records: Iterable[bytes]) -> bytes:
    """Records compressed one by one, as crawlers write them."""
    return b"".join(gzip.compress(record, 6, mtime=0) for record in records)

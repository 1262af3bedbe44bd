"""MIME messages taken apart: headers in any charset, parts within parts, bodies decoded; for mail and MHTML.

Bounded in depth, parts and header bytes, which the standard library's parser is not.
Formats: RFC 5322, 2045 to 2047 and 2231.
"""

from __future__ import annotations

import re
import string
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsgrep.sources.encoding import decode_text

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAX_DEPTH = 8
_MAX_PARTS = 500
_MAX_HEADER_BYTES = 1 << 18
_MAX_VALUE_CHARS = 4000
_HEADER = re.compile(rb"[!-9;-~]{1,80}:")
_END_OF_HEADERS = re.compile(rb"\r?\n\r?\n")
_FOLD = re.compile(r"\r?\n[ \t]+")
_WORD = re.compile(r"=\?([\w.:+-]{1,40})(?:\*[\w-]{0,20})?\?([bBqQ])\?([^?\s]{0,2000})\?=")
_BETWEEN_WORDS = re.compile(r"(\?=)\s+(=\?)")
_PARAMETER = re.compile(r";\s*([\w*-]{1,30})\s*=\s*(?:\"((?:[^\"\\]|\\.){0,500})\"|([^\s;\"]{1,500}))")
_NO_BASE64 = bytes(set(range(256)) - set(string.ascii_letters.encode() + string.digits.encode() + b"+/"))
_TYPE = re.compile(r"\s*([\w.+-]{1,60}/[\w.+-]{1,80})")


@dataclass(frozen=True, slots=True)
class MimePart:
    """Headers and a body, still as the transfer encoded it."""

    headers: dict[str, str]
    """By lower-case name, unfolded; the first of several."""
    body: bytes

    @property
    def kind(self) -> str:
        """The media type in lower case; `text/plain` where none is given."""
        found = _TYPE.match(self.headers.get("content-type", ""))
        return found[1].lower() if found else "text/plain"

    def get_parameter(self, name: str) -> str | None:
        """A parameter of the content type: `charset`, `boundary`, `format`."""
        for found in _PARAMETER.finditer(self.headers.get("content-type", "")):
            if found[1].lower().rstrip("*") == name:
                return found[2] if found[2] is not None else found[3]
        return None

    @property
    def is_attachment(self) -> bool:
        """Whether the sender says that it is one."""
        return self.headers.get("content-disposition", "").lstrip().lower().startswith("attachment")

    def decode_body(self) -> bytes:
        """The body without its transfer encoding; what is damaged is decoded as far as it goes."""
        encoding = self.headers.get("content-transfer-encoding", "").strip().lower()
        if encoding == "base64":
            return _decode_base64(self.body)
        if encoding == "quoted-printable":
            import quopri

            return quopri.decodestring(self.body)
        return self.body

    def read_text(self) -> str:
        """The body as text, line ends as LF."""
        text = decode_text(self.decode_body(), self.get_parameter("charset")).text
        return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text

    def read_header(self, name: str) -> str:
        """A header on one line, its encoded words decoded; empty where there is none."""
        value = self.headers.get(name, "")[:_MAX_VALUE_CHARS]
        if "=?" in value:
            value = _WORD.sub(_decode_word, _BETWEEN_WORDS.sub(r"\1\2", value))
        return " ".join(value.split())


def parse_message(data: bytes) -> MimePart:
    """A message or a part: headers up to the first blank line, and what follows."""
    if data.startswith((b"\n", b"\r\n")):
        return MimePart({}, data.lstrip(b"\r\n"))
    found = _END_OF_HEADERS.search(data, 0, _MAX_HEADER_BYTES)
    block, body = (data[: found.start()], data[found.end() :]) if found else (data[:_MAX_HEADER_BYTES], b"")
    headers: dict[str, str] = {}
    for line in _FOLD.sub(" ", decode_text(block).text).splitlines():
        name, colon, value = line.partition(":")
        if colon:
            headers.setdefault(name.strip().lower(), value.strip())
    return MimePart(headers, body)


def iter_leaves(part: MimePart) -> Iterator[MimePart]:
    """The parts that hold no others, in their order, at most some hundreds of them."""
    budget = [_MAX_PARTS]
    yield from _iter_leaves(part, _MAX_DEPTH, budget)


def _iter_leaves(part: MimePart, depth: int, budget: list[int]) -> Iterator[MimePart]:
    boundary = part.get_parameter("boundary")
    if not part.kind.startswith("multipart/") or not boundary:
        yield part
        return
    if not depth:
        return
    edge = re.compile(rb"(?:\A|\r?\n)--" + re.escape(boundary.encode("utf-8", "replace")) + rb"(--)?[ \t]*(?=\r?\n|\Z)")
    start: int | None = None
    for found in edge.finditer(part.body):
        if start is not None:
            if not budget[0]:
                return
            budget[0] -= 1
            yield from _iter_leaves(_parse_part(part.body[start : found.start()]), depth - 1, budget)
        start = found.end()
        if found[1]:
            return
    if start is not None and budget[0]:
        # Cut short: what there is of the last part.
        budget[0] -= 1
        yield from _iter_leaves(_parse_part(part.body[start:]), depth - 1, budget)


def _parse_part(data: bytes) -> MimePart:
    """A part after the end of its boundary's line."""
    return parse_message(data.removeprefix(b"\r").removeprefix(b"\n"))


def _decode_base64(data: bytes) -> bytes:
    import binascii

    data = data.translate(None, delete=_NO_BASE64)
    try:
        return binascii.a2b_base64(
            data[: len(data) // 4 * 4] + (data[len(data) // 4 * 4 :] + b"===")[: -len(data) % 4 and 4]
        )
    except binascii.Error:
        return binascii.a2b_base64(data[: len(data) // 4 * 4])


def _decode_word(found: re.Match[str]) -> str:
    import quopri

    raw = found[3].encode("utf-8", "replace")
    data = _decode_base64(raw) if found[2] in "bB" else quopri.decodestring(raw, header=True)
    return decode_text(data, found[1]).text

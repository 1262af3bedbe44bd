"""Bytes become text: which encoding does a saved file use?

The order of trust: a byte order mark; UTF-8 that decodes without a fault; UTF-16 given away by its zero bytes; the
charset that the page declares of itself; UTF-8 with a few damaged places; and last the statistics of
`legacy_charset`.
"""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from newsgrep.sources.legacy_charset import guess_charset

_BOMS = (
    # UTF-32 first: its little-endian mark begins with that of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_META_CHARSET = re.compile(rb"<meta[^>]{0,500}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})[\"']", re.IGNORECASE)
_DECLARATION_BYTES = 8192
"""The HTML standard looks at 1024 bytes; saved pages carry longer comments and scripts before the declaration."""

# Labels that mean a larger encoding than they say: https://encoding.spec.whatwg.org/#names-and-labels
_WIDER = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}
_LABELS = {
    "x-sjis": "cp932",
    "ks_c_5601-1987": "cp949",
    "x-gbk": "gb18030",
    "x-x-big5": "big5hkscs",
    "unicode": "utf-8",
}
# Python also knows codecs that are no character sets (rot13, hex, unicode_escape) or that HTML forbids (UTF-7).
_CHARSET_NAME = re.compile(
    r"cp\d+|iso8859-\d+|koi8-[rtu]|mac-\w+|gb18030|big5\w*|euc_\w+|shift_jis\w*|iso2022_(?:jp|kr)\w*|johab|utf-8"
)

_LATIN = frozenset({"cp1250", "cp1254", "cp1257", "iso8859-2"})
_ASCII = bytes(range(0x80))
_CONTROLS = bytes(code for code in range(0x20) if code not in b"\t\n\v\f\r\x1b") + b"\x7f"
_BINARY_STARTS = (
    b"\x89PNG", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"%PDF-", b"PK\x03\x04", b"\x1f\x8b", b"BZh", b"\xfd7zXZ",
    b"7z\xbc\xaf", b"Rar!\x1a", b"\x28\xb5\x2f\xfd", b"SQLite format 3\0", b"\x7fELF", b"\xd0\xcf\x11\xe0",
    b"OggS", b"ID3", b"wOFF", b"wOF2",
)  # fmt: skip
_CONTROL_SHARE = 0.05
"""Random bytes hold 10 % of control characters, text none or a stray few."""


class Decoded(NamedTuple):
    """A text and the name of the encoding that it was read with, as Python's `codecs` spells it."""

    text: str
    encoding: str


def decode_text(data: bytes, declared: str | None = None) -> Decoded:
    """Decode any bytes; what cannot be decoded becomes U+FFFD, and NUL characters are dropped.

    `declared` is the charset that the file gives of itself (see `find_declared_charset`).
    """
    decoded = _decode(data, declared)
    # No encoding has a NUL without a zero byte, and bytes are searched ten times as fast as wide characters.
    return Decoded(decoded.text.replace("\0", ""), decoded.encoding) if b"\0" in data else decoded


def _decode(data: bytes, declared: str | None) -> Decoded:
    for mark, name in _BOMS:
        # A UTF-16 file whose first character is NUL looks like UTF-32: its length rarely fits.
        if data.startswith(mark) and not (name.startswith("utf-32") and len(data) % 4):
            return Decoded(data[len(mark) :].decode(name, "replace"), name)
    if b"\0" in data:
        wide = _detect_wide(data)
        if wide:
            return Decoded(data.decode(wide, "replace"), wide)
    charset = _lookup_charset(declared)
    if charset and charset.startswith("iso2022"):
        # Seven-bit: it would pass for UTF-8.
        return Decoded(data.decode(charset, "replace"), charset)
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        pass
    broken = data.decode("utf-8", "replace")
    if _is_mostly_utf8(broken):
        return Decoded(broken, "utf-8")
    if charset and charset != "utf-8":
        guess = guess_charset(data) if charset == "cp1252" else charset
        # Servers declare Latin-1 for want of anything better; a page in another script is no Latin-1.
        if guess == "cp1252" or guess in _LATIN:
            guess = charset
        decoded = Decoded(_decode_single(data, guess), guess)
        if decoded.text.count("\ufffd") * 50 <= len(data.translate(None, delete=_ASCII)):
            return decoded
    guess = guess_charset(data)
    if guess == "cp1252":
        return _decode_western(data)
    return Decoded(_decode_single(data, guess), guess)


def _decode_single(data: bytes, charset: str) -> str:
    return _decode_western(data).text if charset == "cp1252" else data.decode(charset, "replace")


def _decode_western(data: bytes) -> Decoded:
    """Windows-1252, or Latin-1 where the bytes that tell them apart are control characters of Latin-1."""
    try:
        return Decoded(data.decode("cp1252"), "cp1252")
    except UnicodeDecodeError:
        undefined = sum(map(data.count, b"\x81\x8d\x8f\x90\x9d"))
        between = len(data) - len(data.translate(None, delete=bytes(range(0x80, 0xA0))))
        if undefined * 2 > between:
            return Decoded(data.decode("latin-1"), "latin-1")
        return Decoded(data.decode("cp1252", "replace"), "cp1252")


def find_declared_charset(head: bytes) -> str | None:
    """The charset that an HTML or XML page declares of itself, as it spells it; None if it does not.

    Sources: the encoding declaration of XML 1.0 (4.3.3) and `meta` of the HTML standard (4.2.5.4).
    """
    head = head[:_DECLARATION_BYTES]
    found = _META_CHARSET.search(head) or _XML_ENCODING.search(head)
    return found[1].decode("ascii", "replace") if found else None


def _lookup_charset(label: str | None) -> str | None:
    if not label:
        return None
    label = label.strip().lower()
    try:
        name = codecs.lookup(_LABELS.get(label, label)).name
    except (LookupError, ValueError):
        return None
    name = _WIDER.get(name, name)
    return name if _CHARSET_NAME.fullmatch(name) else None


def _detect_wide(data: bytes) -> str | None:
    """UTF-16 or UTF-32 without a byte order mark: the zero bytes stand on one side of every pair."""
    sample = data[: 1 << 16]
    sample = sample[: len(sample) // 4 * 4] or sample[: len(sample) // 2 * 2]
    zeros = [sample[at::4].count(0) for at in range(4)]
    quarter = len(sample) / 4
    if quarter >= 1 and min(zeros[2:]) > 0.9 * quarter and zeros[0] < 0.2 * quarter:
        return "utf-32-le"
    if quarter >= 1 and min(zeros[:2]) > 0.9 * quarter and zeros[3] < 0.2 * quarter:
        return "utf-32-be"
    little, big = sample[1::2].count(0), sample[0::2].count(0)
    for name, right, wrong in (("utf-16-le", little, big), ("utf-16-be", big, little)):
        if right > 9 * wrong and right >= 0.02 * len(sample) / 2 and not len(data) % 2:
            text = sample.decode(name, "replace")
            faults = sum(char == "\ufffd" or not (char.isprintable() or char.isspace()) for char in text)
            # Bytes that happen to be even decode to some script or other; news does not jump between scripts.
            if faults * 50 <= len(text) and len({ord(char) >> 8 for char in text}) <= 8 + len(text) // 8:
                return name
    return None


def _is_mostly_utf8(text: str) -> bool:
    """Whether more characters than faults came out when broken bytes were read as UTF-8."""
    faults = text.count("\ufffd")
    return len(text) - len(text.encode("ascii", "ignore")) > 2 * faults


def is_binary(head: bytes) -> bool:
    """Whether the first bytes of a file are no text in any encoding; best asked of some kilobytes."""
    if head.startswith(_BINARY_STARTS):
        return True
    if any(head.startswith(mark) for mark, _ in _BOMS):
        return False
    controls = len(head) - len(head.translate(None, delete=_CONTROLS))
    return controls > _CONTROL_SHARE * len(head) and not (b"\0" in head and _detect_wide(head[: len(head) // 4 * 4]))

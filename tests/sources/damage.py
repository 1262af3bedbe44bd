"""Damage done to a file's content: faults of bytes, of text and of structure, by the rules of what it is made of."""

from __future__ import annotations

import io
import random
import re
import zipfile
import zlib

TELLING = (
    b"<", b">", b"&", b'"', b"'", b"\n", b"\r", b"\r\n", b"\0", b"\t", b"\\", b",", b"\x1e", b"\x0c", b"\xe2\x80\xa8",
    b"<![CDATA[", b"<!--", b"-->", b"]]>", b"&#0;", b"&#xD800;", b"<!DOCTYPE a [", b"<!DOCTYPE a SYSTEM 'a'>",
    b'<!DOCTYPE a [<!ENTITY b "b"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>', b"&c;", b"<?xml version='1.0'?>",
    b"<?xml version='1.0' encoding='utf-16'?>", b"<?xml version='1.0' encoding='x-none'?>",
    b"\n\n", b"\n\nFrom a 1:02\nA: b\n", b"\nFrom a\n", b"</DOC>", b"<DOC>", b"<DOC", b"<REUTERS NEWID='1'>",
    b"</REUTERS>", b"<TEXT>", b"<item>", b"</item>", b"<entry>", b"<nitf>", b"<newsItem>", b"<div>", b"<p>", b"</p>",
    b"<table>", b"<td", b"--", b"--a\n", b"\xff", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"\xc3", b"\xc3\xa9",
    b"\x80", b"\xed\xa0\x80", b"=?utf-8?b?", b"=?utf-8?q?=ff?=", b"=", b"=\n", b"---\n", b"+++\n", b"...\n", b"- ",
    b"[[", b"](", b"![", b"**", b"`", b"```\n", b"%%", b"> ", b"# ", b"|", b"{", b"}", b"[", b"]", b"{}", b"null",
    b'{"title":', b'"a":', b"NaN", b"1e999", b"-", b"\\u", b"\\ud800", b"9" * 400, b"endobj", b"stream\n", b"endstream",
    b"<<", b">>", b"/Length", b"1 0 R", b"xref", b"trailer", b"/Type/ObjStm", b"9999999999", b"PK\x01\x02",
    b"Content-Type: multipart/mixed; boundary=a\n", b"Content-Type: message/rfc822\n", b"charset=utf-16",
    b"Content-Transfer-Encoding: base64\n", b"data:image/png;base64,", b"sep=;\n", b" " * 50,
)  # fmt: skip
"""What means something to one reader or another."""
_CHUNKS = {
    "line": re.compile(rb"[^\n]*\n|[^\n]+"),
    "tag": re.compile(rb"<[^<>]*>|[^<>]+|[<>]"),
    "paragraph": re.compile(rb"(?s).+?(?:\n\r?\n|\Z)"),
    "field": re.compile(rb"[^,;{}\[\]:|\t\n]+|[,;{}\[\]:|\t\n]"),
}
_ENCODINGS = ("utf-16", "utf-16-le", "utf-32", "latin-1", "cp1252", "utf-8-sig", "utf-7")
_LARGE = 2 << 20
"""Bytes to which a stretch is repeated, where one is."""


def damage(content: bytes, rng: random.Random, others: tuple[bytes, ...] = ()) -> bytes:
    """A content with one to six faults; now and then one that is repeated a hundred thousand times."""
    if content.startswith(b"PK\x03\x04") and rng.random() < 0.7:
        return _damage_member(content, rng, others)
    for _ in range(rng.choice((1, 1, 2, 3, 6))):
        content = rng.choice((_damage_bytes, _damage_bytes, _damage_chunks, _damage_chunks, _damage_text))(content, rng)
        if others and rng.random() < 0.03:
            at = rng.randrange(len(content) + 1)
            content = content[:at] + rng.choice(others) + content[at:]
    if rng.random() < 0.01:
        content = _enlarge(content, rng)
    return content


def _damage_bytes(content: bytes, rng: random.Random) -> bytes:
    data = bytearray(content)
    at = rng.randrange(len(data) + 1)
    length = rng.choice((1, 1, 2, 4, 16, 100, 1000))
    match rng.randrange(7):
        case 0 if at < len(data):
            data[at] ^= 1 << rng.randrange(8)
        case 1:
            data[at : at + length] = rng.randbytes(length)
        case 2:
            del data[at : at + length]
        case 3:
            data[at:at] = data[at : at + length] * rng.choice((1, 3, 100))
        case 4 if rng.random() < 0.3:
            del data[at:]
        case 5:
            told = rng.choice(TELLING)
            data[at : at + len(told)] = told
        case _:
            data[at:at] = rng.choice(TELLING) * rng.choice((1, 1, 2, 50))
    return bytes(data)


def _damage_chunks(content: bytes, rng: random.Random) -> bytes:
    """Lines, tags, paragraphs or fields left out, doubled, moved, put inside each other."""
    chunks = _CHUNKS[rng.choice(list(_CHUNKS))].findall(content[: 1 << 18])
    if len(chunks) < 2:
        return content
    start = rng.randrange(len(chunks))
    end = min(len(chunks), start + rng.choice((1, 1, 2, 5, 20)))
    taken = chunks[start:end]
    to = rng.randrange(len(chunks) + 1)
    match rng.randrange(6):
        case 0:
            del chunks[start:end]
        case 1:
            chunks[to:to] = taken
        case 2:
            chunks[start:end] = taken * rng.choice((2, 10, 300))
        case 3:
            del chunks[start:end]
            chunks[min(to, len(chunks)) : min(to, len(chunks))] = taken
        case 4:
            # One inside itself, so deep.
            half = len(taken) // 2 or 1
            times = rng.choice((2, 20, 250, 3000))
            chunks[start:end] = taken[:half] * times + taken[half:] * times
        case _:
            rng.shuffle(chunks)
    return b"".join(chunks)


def _damage_text(content: bytes, rng: random.Random) -> bytes:
    """Line ends, encodings, and the length of what stands between two marks."""
    match rng.randrange(6):
        case 0:
            return content.replace(b"\n", rng.choice((b"\r", b"\r\n", b"\n\r", b"\0\n", b"\n\n", b"", b" ")))
        case 1:
            lines = content.split(b"\n")
            return b"".join(line + rng.choice((b"\n", b"\r", b"\r\n")) for line in lines)
        case 2:
            return content.decode("utf-8", "replace").encode(rng.choice(_ENCODINGS), "replace")
        case 3:
            return content.replace(b"e", b"\xe9").replace(b"a", rng.choice((b"\xc3", b"\x00", b"\x85", b"\xf0\x9f")))
        case 4:
            pieces = re.findall(rb"\w+|\W", content[: 1 << 18])
            if pieces:
                at = rng.randrange(len(pieces))
                pieces[at] *= rng.choice((10, 1000, 30_000))
            return b"".join(pieces)
        case _:
            return content.swapcase()


def _enlarge(content: bytes, rng: random.Random) -> bytes:
    """A stretch repeated to megabytes where it stands, or what means something in its place."""
    at = rng.randrange(len(content) + 1)
    length = rng.choice((1, 5, 20, 100, 1000))
    piece = rng.choice((content[at : at + length], rng.choice(TELLING), rng.choice(TELLING) + rng.choice(TELLING)))
    return content[:at] + piece * (_LARGE // max(1, len(piece))) + content[at:] if piece else content


def _damage_member(content: bytes, rng: random.Random, others: tuple[bytes, ...]) -> bytes:
    """An archive whose directory is whole, and a member of it is not."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [(one.filename, archive.read(one)) for one in archive.infolist()]
    except (zipfile.BadZipFile, OSError, ValueError, zlib.error, NotImplementedError, RuntimeError, KeyError):
        return _damage_bytes(content, rng)
    at = rng.randrange(len(members))
    members[at] = (members[at][0], damage(members[at][1], rng, others))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", rng.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED))) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return out.getvalue()

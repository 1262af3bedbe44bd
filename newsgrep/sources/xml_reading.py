"""XML read as a stream of records, hardened: nothing is fetched, no entity is declared, depth and size are bounded.

Elements that are records are given one by one and then forgotten. Tags and attributes are in lower case; the usual
vocabularies have no prefix, the extensions of feeds have their usual one ("content:encoded"), whatever the file calls
them. A fault costs the record it is in: reading goes on with the next, where a file holds several.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from newsgrep.errors import FileUnreadable
from newsgrep.sources.encoding import find_declared_charset
from newsgrep.sources.outcome import BrokenRecord
from newsgrep.sources.text_blocks import iter_text_blocks

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

    from newsgrep.sources.opened_file import OpenedFile

_MAX_DEPTH = 200
_MAX_RECORD_CHARS = 64 << 20
_MAX_FRAME_ELEMENTS = 20_000
"""Elements outside of records that are kept; a frame says what a feed is called, not more."""
_MAX_PREAMBLE = 1 << 18
_MOST_FAULTS = 1000
_FED_AT_ONCE = 1 << 16

_PREFIXES = {
    "http://purl.org/rss/1.0/modules/content/": "content:",
    "http://purl.org/dc/elements/1.1/": "dc:",
    "http://purl.org/dc/terms/": "dcterms:",
    "http://search.yahoo.com/mrss/": "media:",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes:",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf:",
    "http://www.w3.org/xml/1998/namespace": "xml:",
}
_BARE = (
    "http://www.w3.org/2005/atom", "http://purl.org/atom/", "http://purl.org/rss/1.0/", "http://my.netscape.com/rdf/",
    "http://iptc.org/std/", "http://www.w3.org/1999/xhtml", "http://www.tei-c.org/ns/", "http://www.idpf.org/2007/opf",
    "http://backend.userland.com/",
)  # fmt: skip
"""Beginnings of the namespaces whose names mean the same without a prefix."""

_ROOT = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:\s+|<\?[^>]{0,1000}>|<!--.{0,4000}?-->|<!DOCTYPE\s[^>\[]{0,1000}(?:\[[^\]]{0,4000}\]\s*)?>)*+"
    rb"<(?:[\w.-]{1,40}:)?([\w.-]{1,40})(?=[\s>/])",
    re.IGNORECASE | re.DOTALL,
)
_ROOT_BYTES = 16384

_UNFIT = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_DOCUMENT_START = re.compile(r"<(?:\?xml\s|!DOCTYPE\s|[A-Za-z])", re.IGNORECASE)
_REFERENCE = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)"
    r"|&(?!(?:amp|lt|gt|quot|apos|#(?:9|10|13|3[2-9]|[4-9][0-9]|[1-9][0-9]{2,3}|[1-4][0-9]{4}));)"
    r"(#x?[0-9a-fA-F]{1,8};|[A-Za-z][A-Za-z0-9]{1,31};)?",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class XmlRecord:
    """An element that is a record, with all it holds."""

    element: Element
    frame: Element
    """The root of the file, with what stood outside of records so far; the record itself when it is the root."""
    line: int


def find_root(head: bytes) -> str:
    """The name of the first element in lower case, without its prefix; empty for what does not begin as XML."""
    found = _ROOT.match(head[:_ROOT_BYTES])
    return found[1].decode("ascii", "replace").lower() if found else ""


def iter_xml_records(file: OpenedFile, tags: frozenset[str]) -> Iterator[XmlRecord | BrokenRecord]:
    """The elements of these names that are in no other of them, and what failed on the way.

    Raises FileUnreadable when the file declares entities, or breaks before its first record.
    """
    record_start = re.compile(rf"<(?:[\w.-]{{1,40}}:)?(?:{'|'.join(map(re.escape, tags))})(?=[\s>/])", re.IGNORECASE)
    repair = _Repair()
    reader = _Reader(tags)
    preamble: str | None = ""
    given = faults = 0
    skipping = joined = False
    for block in iter_text_blocks(file, find_declared_charset(file.head)):
        text = repair.mend(block)
        at = 0
        if preamble is not None and not given and not reader.started:
            # What stands before the first record opens the elements around it; after a fault it does so again.
            text = text.lstrip() if not preamble else text
            found = record_start.search(text)
            preamble += text[: found.start() if found else len(text)]
            if found or len(preamble) > _MAX_PREAMBLE:
                reader.started = True
                preamble = preamble if found and len(preamble) <= _MAX_PREAMBLE else None
        while at < len(text):
            if skipping:
                found = record_start.search(text, at)
                if not found or preamble is None:
                    reader.line += text.count("\n", at)
                    break
                reader = reader.restart(preamble, reader.line + text.count("\n", at, found.start()))
                at, skipping = found.start(), False
            end = at + _FED_AT_ONCE
            if joined and (found := record_start.search(text, at + 1, end)):
                # The next document, which this parser will not take.
                end = found.start()
            piece = text[at:end]
            fault = reader.feed(piece)
            for record in reader.take():
                given += 1
                yield record
            at += len(piece)
            if fault and reader.is_behind_root and _DOCUMENT_START.match(piece, place := reader.find_fault(piece) - 1):
                # Files that were joined into one.
                at, skipping, joined = at - len(piece) + place, True, True
            elif fault:
                faults += 1
                if faults > _MOST_FAULTS or not (given or (reader.started and preamble is not None)):
                    raise FileUnreadable(fault.reason, position=fault.position)
                yield fault
                at = max(at - len(piece), at - len(piece) + reader.find_fault(piece))
                skipping = True
    if not skipping and (fault := reader.close()):
        for record in reader.take():
            given += 1
            yield record
        if not (given or faults):
            raise FileUnreadable(fault.reason, position=fault.position)
        yield fault


class _Repair:
    """Makes characters and references that XML forbids into such as it allows, outside of CDATA sections."""

    def __init__(self) -> None:
        self._in_cdata = False

    def mend(self, text: str) -> str:
        if not text.isascii() or not text.isprintable():
            text = _UNFIT.sub("\ufffd", text)
        if self._in_cdata:
            end = text.find("]]>") + 3
            if end < 3:
                return text
            self._in_cdata = False
            return text[:end] + self.mend(text[end:])
        if "&" not in text and "<![CDATA[" not in text:
            return text
        opened = text.rfind("<![CDATA[")
        self._in_cdata = opened >= 0 and text.find("]]>", opened) < 0
        return _REFERENCE.sub(_mend_reference, text)


def _mend_reference(found: re.Match[str]) -> str:
    if found[0].startswith("<"):
        return found[0]
    if not found[1]:
        return "&amp;"
    import html

    char = html.unescape(found[0])
    if char == found[0]:
        return f"&amp;{found[1]}"
    return "&amp;" if char == "&" else "&lt;" if char == "<" else _UNFIT.sub("\ufffd", char)


class _Refused(Exception):
    """The file holds what is not read, wherever it stands."""


class _Reader:
    """Expat with a stack of elements; complete records wait in a list."""

    def __init__(self, tags: frozenset[str], line: int = 1) -> None:
        from xml.etree.ElementTree import Element
        from xml.parsers import expat

        self._tags = tags
        self._element = Element
        self._error = expat.ExpatError
        self._parser = parser = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.ordered_attributes = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._data
        parser.EntityDeclHandler = self._refuse_entity
        self.line = line
        """Of the file, at which the parser began or the fault was."""
        self.started = False
        self._offset = 0
        self._stack: list[Element] = []
        self._record_depth = 0
        self._record_line = 0
        self._record_chars = 0
        self._frame_elements = 0
        self._names: dict[str, str] = {}
        self._prefixes: dict[str, str] = {"xml": "xml:"}
        self._done: list[XmlRecord] = []
        self._is_complete = False
        self._fed = 0
        self._fault_bytes = 0

    @property
    def is_behind_root(self) -> bool:
        """Whether the root was closed by what was fed since the reader began."""
        return self._is_complete and not self._stack

    def restart(self, preamble: str, line: int) -> _Reader:
        """A new reader inside the elements that are open before the first record."""
        fresh = _Reader(self._tags)
        fresh.started = True
        fresh.feed(preamble)
        # What the preamble closes is no document of its own: it would be begun again and again.
        fresh._is_complete = False
        fresh._offset = line - fresh._parser.CurrentLineNumber
        return fresh

    def take(self) -> list[XmlRecord]:
        """The records completed since."""
        done, self._done = self._done, []
        return done

    def feed(self, text: str) -> BrokenRecord | None:
        """Read on; what is wrong, if anything is. Raises FileUnreadable for what is refused."""
        data = text.encode("utf-8", "replace")
        if self._record_depth:
            self._record_chars += len(text)
            if self._record_chars > _MAX_RECORD_CHARS:
                return self._fail(f"Larger than {_MAX_RECORD_CHARS >> 20} MiB", 0)
        try:
            self._parser.Parse(data, False)
            if self._fed + len(data) - self._parser.CurrentByteIndex > _MAX_RECORD_CHARS >> 2:
                return self._fail("A tag without an end", len(data))
        except self._error as error:
            return self._fail(_describe(error), self._parser.ErrorByteIndex - self._fed)
        except _Refused as error:
            raise FileUnreadable(str(error), position=f"line {self._line()}") from error
        except _TooDeep:
            return self._fail(f"More than {_MAX_DEPTH} elements inside each other", 0)
        self._fed += len(data)
        return None

    def close(self) -> BrokenRecord | None:
        """The end of the file; what is wrong, if anything is."""
        try:
            self._parser.Parse(b"", True)
        except self._error as error:
            return self._fail(_describe(error), 0)
        return None

    def find_fault(self, text: str) -> int:
        """How far into the text last fed the fault is, in characters, and one more."""
        return len(text.encode("utf-8", "replace")[: max(0, self._fault_bytes)].decode("utf-8", "ignore")) + 1

    def _fail(self, reason: str, fault_bytes: int) -> BrokenRecord:
        self._fault_bytes = fault_bytes
        self.line = self._line()
        return BrokenRecord(
            f"line {self._record_line if self._record_depth else self.line}", f"Not valid XML: {reason}"
        )

    def _line(self) -> int:
        return self._parser.CurrentLineNumber + self._offset

    def _start(self, tag: str, attributes: list[str]) -> None:
        attrib: dict[str, str] = {}
        if attributes:
            pairs = iter(attributes)
            for key, value in zip(pairs, pairs, strict=True):
                if key.startswith("xmlns:"):
                    self._declare(key[6:], value)
                attrib[self._names.get(key) or self._name(key)] = value
        name = self._names.get(tag) or self._name(tag)
        element = self._element(name, attrib)
        stack = self._stack
        if len(stack) >= _MAX_DEPTH:
            raise _TooDeep
        if stack:
            stack[-1].append(element)
        stack.append(element)
        if not self._record_depth:
            if name in self._tags:
                self._record_depth = len(stack)
                self._record_line = self._line()
                self._record_chars = 0
            else:
                self._frame_elements += 1

    def _end(self, _tag: str) -> None:
        stack = self._stack
        element = stack.pop()
        self._is_complete = not stack
        if self._record_depth:
            if len(stack) < self._record_depth:
                self._record_depth = 0
                self._done.append(XmlRecord(element, stack[0] if stack else element, self._record_line))
                if stack:
                    stack[-1].remove(element)
        elif self._frame_elements > _MAX_FRAME_ELEMENTS and stack:
            stack[-1].remove(element)

    def _data(self, data: str) -> None:
        if not self._record_depth and self._frame_elements > _MAX_FRAME_ELEMENTS:
            return
        element = self._stack[-1]
        if len(element):
            element[-1].tail = (element[-1].tail or "") + data
        else:
            element.text = (element.text or "") + data

    def _declare(self, prefix: str, uri: str) -> None:
        folded = uri.strip().lower()
        short = _PREFIXES.get(folded) or ("" if folded.startswith(_BARE) else f"{prefix.lower()}:")
        if self._prefixes.get(prefix) != short:
            self._prefixes[prefix] = short
            self._names.clear()

    def _name(self, qualified: str) -> str:
        prefix, colon, local = qualified.rpartition(":")
        name = f"{self._prefixes.get(prefix, prefix.lower() + ':')}{local.lower()}" if colon else local.lower()
        if len(self._names) < 10_000:
            self._names[qualified] = name
        return name

    def _refuse_entity(self, name: str, *_: Any) -> None:
        raise _Refused(f"XML that declares entities is not read ({name[:40]!r})")


class _TooDeep(Exception):
    """Elements stand inside each other without end."""


def _describe(error: Exception) -> str:
    return str(error).split(":")[0]

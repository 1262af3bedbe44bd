"""The formats that can be read, in the order in which they are tried: which reader is a file for?

Content decides before the name does: HTML in a `.txt` file is HTML, plain text in an `.html` file is text. Only names
of program sources are believed at once, because their content looks like anything; but a whole HTML page under such a
name was served by a program (`story.pl`) or is named after a site (`example.rs`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsgrep.errors import FileUnreadable
from newsgrep.sources.encoding import decode_text, is_binary
from newsgrep.sources.json_article import is_json, read_json
from newsgrep.sources.json_lines import is_json_lines, read_json_lines
from newsgrep.sources.opened_file import GZIP_START, open_file
from newsgrep.sources.outcome import Skipped
from newsgrep.sources.saved_html import is_html, is_whole_page, read_saved_html
from newsgrep.sources.saved_text import read_saved_text
from newsgrep.sources.share import WHOLE, Share

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from newsgrep.sources.opened_file import OpenedFile
    from newsgrep.sources.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file that can be read."""

    name: str
    description: str
    detects: Callable[[str, bytes], bool]
    """Asked with the bare name in lower case, without `.gz`, and the first bytes, in UTF-8 if they were UTF-16."""
    read: Callable[[OpenedFile], Iterator[Outcome]]


_SOURCE_CODE = frozenset({
    "bat", "c", "cc", "cfg", "cpp", "cs", "css", "ejs", "geojson", "go", "h", "hpp", "ini", "ipynb", "java", "js",
    "jsx", "kt", "less", "lua", "map", "mjs", "pl", "ps1", "py", "rb", "rs", "scala", "scss", "sh", "sql", "svelte",
    "svg", "swift", "toml", "topojson", "ts", "tsx", "vue", "webmanifest", "yaml", "yml",
})  # fmt: skip
_NO_PROSE = frozenset({
    "atom", "avro", "bib", "cdx", "csv", "dtd", "eml", "epub", "har", "ics", "lock", "log", "mbox", "mht", "mhtml",
    "opml", "parquet", "po", "properties", "rdf", "rss", "rtf", "sgm", "sgml", "srt", "tab", "tex", "tsv", "vcf",
    "vtt", "warc", "wat", "wet", "xls", "xml", "xsd", "xsl", "xslt",
})  # fmt: skip
_SUFFIX = re.compile(r"\.([a-z][a-z0-9]{0,10})$")

_BINARY_KINDS = (
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"%PDF-", "no reader for PDF files"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (GZIP_START, "gzip data inside gzip data"),
    (b"SQLite format 3", "a database"),
)


def _suffix(name: str) -> str:
    found = _SUFFIX.search(name)
    return found[1] if found else ""


def _is_prose(name: str, head: bytes) -> bool:
    return _suffix(name) not in _NO_PROSE and not head.lstrip().startswith((b"<?xml", b"<rss", b"#!"))


FORMATS: tuple[Format, ...] = (
    Format("json-lines", "one JSON object with an article on each line", is_json_lines, read_json_lines),
    Format("json", "one article as a JSON object, or a list of them", is_json, read_json),
    Format("html", "a page saved as HTML", is_html, read_saved_html),
    Format("text", "a page saved as plain text", _is_prose, read_saved_text),
)
"""Every format, the most telling first. Any of them may be packed with gzip."""


def detect_format(name: str, head: bytes) -> Format | Skipped:
    """The format of a file by its bare name and its first bytes (unpacked), or why it has none."""
    name = name.lower()
    if not head:
        return Skipped("empty")
    if is_binary(head):
        return Skipped(next((kind for start, kind in _BINARY_KINDS if head.startswith(start)), "binary data"))
    if _suffix(name) in _SOURCE_CODE and not is_whole_page(head):
        return Skipped(f"no reader for .{_suffix(name)} files")
    if b"\0" in head or head[:1] in (b"\xef", b"\xff", b"\xfe"):
        head = decode_text(head[: len(head) // 4 * 4] or head).text.encode("utf-8", "replace")
    for one in FORMATS:
        if one.detects(name, head):
            return one
    return Skipped(f"no reader for .{_suffix(name)} files" if _suffix(name) else "no reader for this kind of file")


def read_file(path: str, share: Share = WHOLE) -> Iterator[Outcome]:
    """What a file holds: pages, records that failed, or the one word that it holds no articles.

    With a `share` other than the whole, only its records, of a file that `can_share`. Raises FileUnreadable, before or
    between outcomes, when the file as a whole cannot be read; its message names the fault, not the path.
    """
    with open_file(path) as file:
        chosen = detect_format(file.name, file.head)
        if isinstance(chosen, Skipped):
            yield chosen
        elif chosen.read is read_json_lines:
            yield from read_json_lines(file, share)
        else:
            yield from chosen.read(file)


def can_share(path: str) -> bool:
    """Whether several processes can read a file together, each a share of its records: JSON Lines."""
    try:
        with open_file(path) as file:
            chosen = detect_format(file.name, file.head)
            return isinstance(chosen, Format) and chosen.read is read_json_lines
    except FileUnreadable:
        return False

"""The formats that can be read, in the order in which they are tried: which reader is a file for?

Content decides before the name does: HTML in a `.txt` file is HTML, plain text in an `.html` file is text. Only names
of program sources are believed at once, because their content looks like anything; but a whole HTML page under such a
name was served by a program (`story.pl`) or is named after a site (`example.rs`).
"""

from __future__ import annotations

import contextlib
import functools
import os
import re
import sys
from typing import TYPE_CHECKING

from newsgrep.errors import FileUnreadable, OptionError
from newsgrep.sources.delimited_table import TABLE
from newsgrep.sources.email_message import EMAIL
from newsgrep.sources.encoding import decode_text, is_binary
from newsgrep.sources.epub import EPUB
from newsgrep.sources.feed import FEED
from newsgrep.sources.format import Format
from newsgrep.sources.json_article import JSON
from newsgrep.sources.json_lines import JSON_LINES
from newsgrep.sources.markdown import MARKDOWN
from newsgrep.sources.mbox import MBOX
from newsgrep.sources.mhtml import MHTML
from newsgrep.sources.newsml import NEWSML
from newsgrep.sources.nitf import NITF
from newsgrep.sources.opened_file import open_file
from newsgrep.sources.outcome import Skipped
from newsgrep.sources.pdf_text import PDF
from newsgrep.sources.read_options import DETECT, ReadOptions
from newsgrep.sources.reuters_sgml import REUTERS_SGML
from newsgrep.sources.saved_html import HTML, is_whole_page
from newsgrep.sources.saved_text import read_saved_text
from newsgrep.sources.share import WHOLE, Share
from newsgrep.sources.single_file import SINGLE_FILE
from newsgrep.sources.tar_archive import TAR
from newsgrep.sources.tei import TEI
from newsgrep.sources.trec_sgml import TREC_SGML
from newsgrep.sources.unpacked import START_BYTES, find_compression
from newsgrep.sources.wacz import WACZ
from newsgrep.sources.warc import WARC
from newsgrep.sources.zip_archive import ZIP

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsgrep.sources.opened_file import OpenedFile
    from newsgrep.sources.outcome import Outcome
    from newsgrep.sources.reading_notes import ReadingNotes


_SOURCE_CODE = frozenset({
    "bat", "c", "cc", "cfg", "cpp", "cs", "css", "ejs", "geojson", "go", "h", "hpp", "ini", "ipynb", "java", "js",
    "jsx", "kt", "less", "lua", "map", "mjs", "pl", "ps1", "py", "rb", "rs", "scala", "scss", "sh", "sql", "svelte",
    "svg", "swift", "toml", "topojson", "ts", "tsx", "vue", "webmanifest", "yaml", "yml",
})  # fmt: skip
_NO_PROSE = frozenset({
    "atom", "avro", "bib", "cdx", "csv", "dtd", "eml", "epub", "har", "ics", "lock", "log", "mbox", "mht", "mhtml",
    "opml", "parquet", "po", "properties", "rdf", "rss", "rtf", "sgm", "sgml", "srt", "tab", "tar", "tex", "tsv", "vcf",
    "vtt", "wacz", "warc", "wat", "wet", "xls", "xml", "xsd", "xsl", "xslt", "zip",
})  # fmt: skip
"""Of the files that no reader knows by their content, those whose name tells that they are no text either."""
_SUFFIX = re.compile(r"\.([a-z][a-z0-9]{0,10})$")

_BINARY_KINDS = (
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"PK\x03\x04", "an office document or a program"),
    (b"SQLite format 3", "a database"),
    (b"7z\xbc\xaf", "no reader for 7z archives"),
    (b"Rar!\x1a", "no reader for RAR archives"),
)

ENTRY_POINTS = "newsgrep.formats"
"""The group of entry points by which an installed package adds formats; each names a `Format` or a tuple of them."""


def _suffix(name: str) -> str:
    found = _SUFFIX.search(name)
    return found[1] if found else ""


def _is_prose(name: str, head: bytes) -> bool:
    return _suffix(name) not in _NO_PROSE and not head.lstrip().startswith((b"<?xml", b"<rss", b"#!"))


TEXT = Format("text", "a page saved as plain text", _is_prose, read_saved_text, suffixes=(".txt", ".text"))

FORMATS: tuple[Format, ...] = (
    WARC,
    WACZ,
    EPUB,
    PDF,
    ZIP,
    TAR,
    FEED,
    NITF,
    NEWSML,
    TEI,
    REUTERS_SGML,
    TREC_SGML,
    MBOX,
    MHTML,
    EMAIL,
    JSON_LINES,
    JSON,
    SINGLE_FILE,
    HTML,
    MARKDOWN,
    TABLE,
    TEXT,
)
"""Every format that comes with newsgrep, the most telling first. Any of them may be compressed."""


@functools.cache
def list_formats() -> tuple[Format, ...]:
    """Every format that can be read, those of other installed packages first, in the order in which they are tried."""
    return (*_load_entry_points(), *FORMATS) if _has_entry_points() else FORMATS


def _has_entry_points() -> bool:
    """Whether an installed package may bring formats; `importlib.metadata` takes ten times as long to say so."""
    group = f"[{ENTRY_POINTS}]".encode()
    for folder in sys.path:
        with contextlib.suppress(OSError), os.scandir(folder or os.curdir) as entries:
            for entry in entries:
                if entry.name.endswith((".dist-info", ".egg-info")):
                    with contextlib.suppress(OSError), open(os.path.join(entry.path, "entry_points.txt"), "rb") as file:
                        if group in file.read().replace(b" ", b""):
                            return True
    return False


def _load_entry_points() -> tuple[Format, ...]:
    from importlib.metadata import entry_points

    found: list[Format] = []
    for entry_point in entry_points(group=ENTRY_POINTS):
        try:
            loaded = entry_point.load()
            brought = [loaded] if isinstance(loaded, Format) else list(loaded)
            if strange := next((one for one in brought if not isinstance(one, Format)), None):
                raise TypeError(f"it names a {type(strange).__name__}, not a Format")
        except Exception as error:
            package = f" of the package {entry_point.dist.name}" if entry_point.dist else ""
            raise OptionError(
                f"the entry point {entry_point.name} = {entry_point.value}{package} could not be loaded: {error}",
                hint="Mend or uninstall the package; its entry point adds formats to newsgrep.",
            ) from error
        found.extend(brought)
    return tuple(found)


def find_format(name: str) -> Format:
    """The format of this name. Raises OptionError when there is none."""
    for one in list_formats():
        if one.name == name:
            return one
    raise OptionError(f"there is no format {name!r}", hint=f"Formats are {', '.join(f.name for f in list_formats())}.")


def detect_format(name: str, head: bytes) -> Format | Skipped:
    """The format of a file by its bare name and its first bytes (unpacked), or why it has none."""
    name = name.lower()
    if not head:
        return Skipped("empty")
    formats = list_formats()
    for one in formats:
        if one.binary and one.detects(name, head):
            return one
    if reason := _binary_reason(head):
        return Skipped(reason)
    if _suffix(name) in _SOURCE_CODE and not is_whole_page(head):
        return Skipped(f"no reader for .{_suffix(name)} files")
    if b"\0" in head or head[:1] in (b"\xef", b"\xff", b"\xfe"):
        head = decode_text(head[: len(head) // 4 * 4] or head).text.encode("utf-8", "replace")
    for one in formats:
        if not one.binary and one.detects(name, head):
            return one
    return Skipped(f"no reader for .{_suffix(name)} files" if _suffix(name) else "no reader for this kind of file")


def _binary_reason(head: bytes) -> str | None:
    """Why a file is not to be read as text; None for text."""
    compression = find_compression(head[:START_BYTES])
    if compression:
        return f"{compression.name} data inside compressed data"
    if is_binary(head):
        return next((kind for start, kind in _BINARY_KINDS if head.startswith(start)), "binary data")
    return None


def _choose(file: OpenedFile) -> Format | Skipped:
    """The format of a file, detected or as the person said; archives are opened either way."""
    if file.options.format is None:
        return detect_format(file.name, file.head)
    wanted = find_format(file.options.format)
    if not file.head:
        return Skipped("empty")
    for one in list_formats():
        if one.container and one.detects(file.name, file.head):
            return one if not wanted.container else wanted
    reason = None if wanted.binary else _binary_reason(file.head)
    return Skipped(reason) if reason else wanted


MAX_CONTAINERS = 2
"""An archive, and archives in it."""


def read_opened(file: OpenedFile) -> Iterator[Outcome]:
    """What an opened file holds; see `read_file`."""
    chosen = _choose(file)
    if isinstance(chosen, Skipped):
        yield chosen
        return
    file.notes.formats.add(chosen.name)
    if chosen.extra and not chosen.extra.is_installed():
        file.notes.lacking.add(chosen.extra.module)
        yield Skipped(f"{chosen.description}: needs {chosen.extra.command}")
    elif chosen.container and file.depth >= MAX_CONTAINERS:
        raise FileUnreadable("An archive in an archive in an archive")
    elif chosen.shares or file.share.number == 0:
        yield from chosen.read(file)


def read_file(
    path: str, share: Share = WHOLE, options: ReadOptions = DETECT, notes: ReadingNotes | None = None
) -> Iterator[Outcome]:
    """What a file holds: pages, records that failed, or the one word that it holds no articles.

    With a `share` other than the whole, only its records, of a file that `can_share`. `notes` are filled in. Raises
    FileUnreadable, before or between outcomes, when the file as a whole cannot be read; its message names the fault,
    not the path.
    """
    with open_file(path, read_opened, options, share, notes) as file:
        yield from read_opened(file)


def can_share(path: str, options: ReadOptions = DETECT) -> bool:
    """Whether several processes can read a file together, each a share of its records."""
    try:
        with open_file(path, read_opened, options) as file:
            chosen = _choose(file)
            return isinstance(chosen, Format) and chosen.shares
    except FileUnreadable:
        return False

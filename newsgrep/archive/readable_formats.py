"""What can be read here: every format, with what has to be installed for it."""

from __future__ import annotations

from dataclasses import dataclass

from newsgrep.sources.formats import list_formats
from newsgrep.sources.http_body import BROTLI


@dataclass(frozen=True, slots=True)
class ReadableFormat:
    """A kind of file, or a way to compress files of any kind."""

    name: str
    """What `--format` takes; of a compression, what it is called."""
    description: str
    suffixes: tuple[str, ...] = ()
    """How names of such files usually end; detection goes by content."""
    needs: str | None = None
    """The command that installs what it needs; None when newsgrep alone can read it."""
    installed: bool = True
    """Whether it can be read now."""


def list_readable() -> tuple[ReadableFormat, ...]:
    """Every format, in the order in which they are tried. Raises OptionError when those of a package do not load."""
    return tuple(
        ReadableFormat(
            one.name,
            one.description,
            one.suffixes,
            one.extra.command if one.extra else None,
            one.extra is None or one.extra.is_installed(),
        )
        for one in list_formats()
    )


def list_compressions() -> tuple[ReadableFormat, ...]:
    """The ways in which a file of any format may be compressed; the last is for pages inside WARC files only."""
    return (
        ReadableFormat("gzip", "any of these, compressed with gzip", (".gz", ".tgz")),
        ReadableFormat("bzip2", "any of these, compressed with bzip2", (".bz2",)),
        ReadableFormat("xz", "any of these, compressed with xz", (".xz",)),
        ReadableFormat("zstd", "any of these, compressed with Zstandard", (".zst",)),
        ReadableFormat(
            "brotli",
            "pages in WARC files that a server compressed with Brotli",
            (),
            BROTLI.command,
            BROTLI.is_installed(),
        ),
    )

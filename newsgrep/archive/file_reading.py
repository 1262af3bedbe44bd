"""How a file was read: what the next update needs to know to read it the same way, or again."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from newsgrep.sources.read_options import DETECT, ReadOptions, detects_format

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from newsgrep.sources.reading_notes import ReadingNotes


@dataclass(frozen=True, slots=True)
class FileReading:
    """How one file was read."""

    options: ReadOptions = DETECT
    formats: frozenset[str] = frozenset()
    """Names of the formats that it, and the files in it, were read by."""
    lacking: frozenset[str] = frozenset()
    """Modules that were not installed, and without which some of it could not be read."""

    def join(self, other: FileReading) -> FileReading:
        """What two processes that each read a share of the file know together."""
        return FileReading(self.options, self.formats | other.formats, self.lacking | other.lacking)

    def spell(self) -> str:
        """The reading as text, for the manifest."""
        record: dict[str, Any] = {"formats": sorted(self.formats)}
        if self.options.format:
            record["format"] = self.options.format
        if self.options.mapping:
            record["map"] = dict(self.options.mapping)
        if self.lacking:
            record["lacking"] = sorted(self.lacking)
        return json.dumps(record, ensure_ascii=False, separators=(",", ":"))


@functools.lru_cache(maxsize=1024)
def parse_reading(text: str) -> FileReading:
    """A reading as `FileReading.spell` wrote it. Raises ValueError for anything else."""
    record = json.loads(text)
    try:
        mapping = tuple(record.get("map", {}).items())
        return FileReading(
            ReadOptions(record.get("format"), mapping),
            frozenset(record["formats"]),
            frozenset(record.get("lacking", ())),
        )
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError("what is kept of how a file was read is damaged") from error


def note_reading(options: ReadOptions, notes: ReadingNotes) -> FileReading:
    """The reading of a file with these options that left these notes."""
    return FileReading(options, frozenset(notes.formats), frozenset(notes.lacking))


@dataclass(frozen=True, slots=True)
class Wish:
    """What the person says this time of how files are to be read; what is not said is as it was the last time."""

    format: str | None = None
    mapping: tuple[tuple[str, str], ...] = ()

    def apply(self, before: ReadOptions) -> ReadOptions:
        """How a file is to be read that was read with `before`."""
        wanted = before.format if self.format is None else None if detects_format(self.format) else self.format
        return ReadOptions(wanted, self.mapping or before.mapping)

    def is_outdated(self, reading: FileReading) -> bool:
        """Whether a file that has not changed would give something else now than when it was read so."""
        wanted = self.apply(reading.options)
        if wanted.mapping != reading.options.mapping and not reading.formats.isdisjoint(_mapped_formats()):
            return True
        # The same format by its name or by detection is the same.
        if wanted.format != reading.options.format and (
            wanted.format is None or reading.formats - _containers() != {wanted.format}
        ):
            return True
        return any(_is_installed(module) for module in reading.lacking)


def make_wish(source_format: str | None, mapping: Mapping[str, str]) -> Wish:
    """What was given with `--format` and `--map`, which are valid."""
    return Wish(source_format, tuple(sorted(mapping.items())))


def outdated_check(wish: Wish) -> Callable[[str | None], bool]:
    """`Wish.is_outdated` for readings as the manifest has them, each looked at once; one that is not known is none."""

    @functools.cache
    def is_outdated(text: str | None) -> bool:
        return text is not None and wish.is_outdated(parse_reading(text))

    return is_outdated


def _mapped_formats() -> frozenset[str]:
    # Imported here, as below: with the formats come all readers, which an update without news does not need.
    from newsgrep.sources.formats import list_formats

    return frozenset(one.name for one in list_formats() if one.mapped)


def _containers() -> frozenset[str]:
    from newsgrep.sources.formats import list_formats

    return frozenset(one.name for one in list_formats() if one.container)


@functools.lru_cache(maxsize=64)
def _is_installed(module: str) -> bool:
    from newsgrep.sources.format import is_installed

    # The name comes from the index, and to look for a module within a package is to import the package.
    return module.isidentifier() and is_installed(module)

"""How files are to be read, where the person knows better than detection: `--format` and `--map`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from newsgrep.errors import OptionError

if TYPE_CHECKING:
    from collections.abc import Mapping

TARGETS = {
    "title": "title",
    "body": "text",
    "date": "published",
    "section": "section",
    "author": "authors",
    "source": "source",
    "url": "url",
    "lang": "lang",
    "id": "id",
}
"""What a field can be mapped to, and the key under which `json_record` looks for it first."""

_KEY_PUNCTUATION = str.maketrans("", "", "_-.: ")


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the person says of the files. Small and plain, because it travels to worker processes."""

    format: str | None = None
    """The name of the format that every file has, or every file in an archive; None to detect it."""
    mapping: tuple[tuple[str, str], ...] = ()
    """Pairs of target and field: which field of a record is the title, the body..."""

    def rename(self, record: Any) -> Any:
        """A JSON object or a table's row with the mapped fields under the names that are looked for first.

        A field that the record lacks leaves what would be found without the mapping. Other values pass unchanged.
        """
        if not self.mapping or not isinstance(record, dict):
            return record
        found = {TARGETS[target]: _get(record, field) for target, field in self.mapping}
        found = {key: item for key, item in found.items() if item is not None and item not in ("", [], {})}
        if "text" in found:
            from newsgrep.sources.json_record import BODY_KEYS

            hidden = {*found, *BODY_KEYS}
        else:
            hidden = {*found}
        # A second spelling of the same key, and another body, would compete with what the person chose.
        kept = {key: item for key, item in record.items() if key.lower().translate(_KEY_PUNCTUATION) not in hidden}
        return {**kept, **found}


DETECTED = "auto"
"""In place of the name of a format: as if none were given, now or before."""

DETECT = ReadOptions()
"""Formats are detected and fields known by their usual names."""


def detects_format(source_format: str | None) -> bool:
    """Whether the format is to be detected, by what a person gives for it."""
    return source_format is None or source_format == DETECTED


def build_options(source_format: str | None, mapping: Mapping[str, str]) -> ReadOptions:
    """Options as a person gives them: the name of a format, and the field that each target is to be taken from.

    A field may lie deeper in a record ("content.text", "authors.0.name"). Raises OptionError for a format or a target
    that there is not.
    """
    if detects_format(source_format):
        source_format = None
    if source_format is not None:
        from newsgrep.sources.formats import find_format

        find_format(source_format)
    for target, field in mapping.items():
        if target not in TARGETS:
            raise OptionError(
                f"nothing can be mapped to {target!r}", hint=f"What a field can be is one of {', '.join(TARGETS)}."
            )
        if not field:
            raise OptionError(f"no field is named for {target!r}", hint=f"For example: {target}=headline")
    return ReadOptions(source_format, tuple(mapping.items())) if source_format or mapping else DETECT


def _get(record: dict[str, Any], field: str) -> Any:
    """A field by its whole name, else by a way of names and places with dots between them."""
    if field in record:
        return record[field]
    value: Any = record
    for step in field.split("."):
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isdecimal() and len(step) < 6 and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value

"""What reading a file gives besides pages: a record that failed, or a file that holds no articles."""

from __future__ import annotations

from dataclasses import dataclass

from newsgrep.article import Page


@dataclass(frozen=True, slots=True)
class BrokenRecord:
    """One record of a file that could not be read; the others are."""

    position: str
    """Where in the file ("line 7", "record 12")."""
    reason: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """The file holds no articles, and none were to be expected: an image, a style sheet, an empty file."""

    reason: str
    position: str | None = None
    """What part of the file, while the rest is read ("logo.png and 3 more"); None for the file as a whole."""


Outcome = Page | BrokenRecord | Skipped

"""Bytes that wait in a file without a name until their section is written."""

from __future__ import annotations

import tempfile
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Buffer  # type: ignore[attr-defined]  # from 3.12 on
    from pathlib import Path

    from newsgrep.codec.segment_file import SegmentFileWriter


class Spool:
    """Collects the bytes of one section."""

    def __init__(self, folder: Path) -> None:
        self.file: IO[bytes] = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115  # closed by whoever asked for it
        self.size = 0

    def write(self, data: Buffer) -> None:
        """Add bytes."""
        self.size += self.file.write(data)

    def finish(self, segment: SegmentFileWriter, section: str) -> None:
        """Write everything as a section, and let go of it."""
        segment.begin(section)
        self.file.seek(0)
        while data := self.file.read(1 << 20):
            segment.write(data)
        self.file.close()

    def close(self) -> None:
        """Let go of the bytes, written or not."""
        self.file.close()

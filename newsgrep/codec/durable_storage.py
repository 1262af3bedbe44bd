"""Whoosh's storage of an index directory, with renames that keep what they publish through a loss of power."""

from __future__ import annotations

import os
from pathlib import Path

from whoosh.filedb.filestore import FileStorage


class DurableStorage(FileStorage):  # type: ignore[misc]  # Whoosh has no types
    """Files of a directory."""

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        """Rename a file once its content is on the disk. With `safe`, raises NameError where the new name is taken."""
        path = Path(self.folder)
        with (path / oldname).open("rb") as file:
            os.fsync(file.fileno())
        super().rename_file(oldname, newname, safe=safe)

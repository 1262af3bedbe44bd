"""Whoosh's storage of an index directory, which keeps what it publishes: through a loss of power, against damage."""

from __future__ import annotations

import os
from pathlib import Path

from whoosh.filedb.filestore import FileStorage

from newsgrep.codec.toc import seal_toc


class DurableStorage(FileStorage):  # type: ignore[misc]  # Whoosh has no types
    """Files of a directory; all that Whoosh renames are tables of contents."""

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        """Rename a table of contents once it is sealed and on the disk.

        With `safe`, raises NameError where the new name is taken.
        """
        with (Path(self.folder) / oldname).open("r+b") as file:
            file.write(seal_toc(file.read()))
            file.flush()
            os.fsync(file.fileno())
        super().rename_file(oldname, newname, safe=safe)

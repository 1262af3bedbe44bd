"""Whoosh's storage of an index directory, which keeps what it publishes: through a loss of power, against damage."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage

from newsgrep.codec.disk_errors import naming
from newsgrep.codec.toc import seal_toc


class DurableStorage(FileStorage):  # type: ignore[misc]  # Whoosh has no types
    """Files of a directory; all that Whoosh renames are tables of contents."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self._unfinished: set[str] = set()

    def create_file(self, name: str, excl: bool = False, mode: str = "wb", **options: Any) -> Any:
        """Create a file, to be renamed when it is complete."""
        self._unfinished.add(name)
        return super().create_file(name, excl=excl, mode=mode, **options)

    def remove_unfinished(self) -> None:
        """Remove files that were created and not renamed, because the disk did not let them."""
        for name in self._unfinished:
            with suppress(OSError):
                self.delete_file(name)
        self._unfinished.clear()

    def list(self) -> list[str]:
        """The names of all files. Raises OSError, which is not the same as a folder without an index."""
        return os.listdir(self.folder)

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        """Rename a table of contents once it is sealed and on the disk.

        With `safe`, raises NameError where the new name is taken.
        """
        path = Path(self.folder) / oldname
        with naming(path), path.open("r+b") as file:
            file.write(seal_toc(file.read()))
            file.flush()
            os.fsync(file.fileno())
        super().rename_file(oldname, newname, safe=safe)
        self._unfinished.discard(oldname)

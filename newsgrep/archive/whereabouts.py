"""Where an article's file is from here: its path was written down as it was found, perhaps from another folder."""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING

from newsgrep.archive.schema import article_id

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from newsgrep.article import Article


class Whereabouts:
    """The files of one index, found from the current directory.

    A path that was relative to another directory is known again by the article's id, which is made of the absolute
    path: tried are this directory, those above the index, then those that the manifest knows of.
    """

    def __init__(self, folder: Path | None) -> None:
        """For the index in a directory; None for one that is in none, whose paths stay as they were found."""
        self._folder = folder

    def find(self, article: Article) -> str:
        """A path that leads to the article's file: as it was found where that leads there from here, else absolute.

        As it was found, too, where nobody can tell any more, since the files were moved with the index.
        """
        path = article.path
        if os.path.isabs(path) or _is_its_file(path, article):
            return path
        there = next((there for there in self._iter_candidates(path) if _is_its_file(there, article)), path)
        return there if os.path.exists(there) or not os.path.exists(path) else path

    def _iter_candidates(self, path: str) -> Iterator[str]:
        if self._folder is None:
            return
        folder = os.path.abspath(self._folder)
        while folder != (folder := os.path.dirname(folder)):
            yield os.path.normpath(os.path.join(folder, path))
        below = _below(path)
        for folder in self._recorded_folders:
            yield folder + below

    @functools.cached_property
    def _recorded_folders(self) -> list[str]:
        import sqlite3

        from newsgrep.archive.manifest import Manifest
        from newsgrep.errors import IndexUnusable

        folders: dict[str, None] = {}
        if self._folder is None:
            return []
        try:
            with Manifest(self._folder, 0, readonly=True) as manifest:
                for key, path in manifest.iter_names():
                    if key.endswith(below := _below(path)):
                        folders[key[: -len(below)]] = None
        except (sqlite3.Error, IndexUnusable):
            # `newsgrep check` tells of a damaged manifest. Paths stay as they were found.
            return []
        return list(folders)


def _is_its_file(path: str, article: Article) -> bool:
    return article_id(path, article.record or "") == article.id


def _below(path: str) -> str:
    """What of a relative path lies below the folders that it climbs to."""
    path = os.path.normpath(path)
    while path.startswith(os.pardir + os.sep):
        path = path.removeprefix(os.pardir + os.sep)
    return path

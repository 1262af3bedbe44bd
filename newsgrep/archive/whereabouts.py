"""Where an article's file is from here: its path was written down as it was found, perhaps from another folder."""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING

from newsgrep.archive.schema import article_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from newsgrep.article import Article


class Whereabouts:
    """The files of one index, found from the current directory.

    A path that was relative to another directory is known again by the article's id, which is made of the absolute
    path: tried are this directory, those above the index, then those that the manifest knows of, or what a cluster
    says of one article, and of all others that were found from the same directory.
    """

    def __init__(self, folder: Path | None, find_source: Callable[[str], str | None] | None = None) -> None:
        """For the index in a directory, or one that is in none and is asked for the absolute path of an article's file.

        `find_source` takes the id of the article.
        """
        self._folder = folder
        self._find_source = find_source
        self._told_folders: dict[str, None] = {}

    def find(self, article: Article) -> str:
        """A path that leads to the article's file: as it was found where that leads there from here, else absolute.

        As it was found, too, where nobody can tell any more, since the files were moved with the index.
        """
        path = article.path
        if os.path.isabs(path) or _is_its_file(path, article):
            return path
        there = next((there for there in self._iter_candidates(article) if _is_its_file(there, article)), path)
        return there if os.path.exists(there) or not os.path.exists(path) else path

    def _iter_candidates(self, article: Article) -> Iterator[str]:
        path = article.path
        if self._folder is None:
            yield from self._iter_told(article)
            return
        folder = os.path.abspath(self._folder)
        while folder != (folder := os.path.dirname(folder)):
            yield os.path.normpath(os.path.join(folder, path))
        below = _below(path)
        for folder in self._recorded_folders:
            yield folder + below

    def _iter_told(self, article: Article) -> Iterator[str]:
        """As on a cluster: it is asked once for each folder that files were found from."""
        below = _below(article.path)
        for folder in self._told_folders:
            yield folder + below
        told = self._find_source(article.id) if self._find_source else None
        if told is not None and told.endswith(below):
            self._told_folders[told[: -len(below)]] = None
            yield told

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

"""The articles that a command line names: several, or those that another command names on stdin."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from newsgrep.cli import streams
from newsgrep.errors import ArticleAmbiguous, ArticleMissing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from newsgrep.api import Archive
    from newsgrep.article import Article

STDIN = "-"


class Finder:
    """Finds articles by name, each once, and tells on stderr which are not there."""

    def __init__(self, archive: Archive) -> None:
        """In an archive."""
        self._archive = archive
        self.ids: set[str] = set()
        """What was found."""
        self.missing = 0

    def iter(self, names: Iterable[str]) -> Iterator[Article]:
        """The articles that are there, in the order of the names."""
        for name in names:
            try:
                article = self._archive.get(name)
            except (ArticleMissing, ArticleAmbiguous) as error:
                streams.say(f"newsgrep: {error}")
                self.missing += 1
                continue
            if article.id not in self.ids:
                self.ids.add(article.id)
                yield article


def iter_names(names: Iterable[str]) -> Iterator[str]:
    """The names, those on stdin, one a line, in the place of `-`."""
    for name in names:
        if name != STDIN:
            yield name
        else:
            yield from filter(None, (os.fsdecode(line).strip() for line in streams.open_stdin()))

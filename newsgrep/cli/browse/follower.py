"""Whether the index was updated while it is looked at: asked now and then, of an archive that nothing else uses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsgrep.api import Archive


@dataclass(frozen=True, slots=True)
class Updated:
    """There is another commit than the one that was seen."""


class Follower:
    """Looks whether there is a new commit."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._began = self._lost = False

    def iter_news(self) -> Iterator[Updated]:
        """Tell of a new commit once. Raises NewsgrepError while the index cannot be opened."""
        news = self._archive.follow() or self._lost
        began, self._began = self._began, True
        self._lost = True
        self._archive.count("")
        self._lost = False
        if began and news:
            yield Updated()

    def close(self) -> None:
        """Release the index."""
        self._archive.close()

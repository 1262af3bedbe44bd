"""Opening an archive: from one index or from several, in a folder or on a cluster, named or found from here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsgrep.api import Archive
from newsgrep.errors import OptionError

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from newsgrep.archive.engine import Engine
    from newsgrep.article import Article


class JoinedArchive(Archive):
    """Several open indexes that are asked as one; `Article.index` says where an article is.

    What is about one index, as changing it, raises OptionError.
    """

    def __init__(self, archives: Mapping[str, Archive]) -> None:
        """Use `newsgrep.open`, which finds the indexes; they are given by their names."""
        self._archives = dict(archives)
        self._engine = None

    @property
    def _place(self) -> Path:  # type: ignore[override]
        names = " and ".join(self._archives)
        raise OptionError(
            f"this is asked of one index, and {len(self._archives)} are named: {names}", hint="Name one with --index."
        )

    @property
    def path(self) -> str:
        """The names of the indexes."""
        return " and ".join(self._archives)

    @property
    def location(self) -> str | tuple[str, ...]:
        """What `newsgrep.open` opens them by again."""
        return tuple(self._archives)

    def _open_engine(self) -> Engine:
        if self._engine is None:
            from newsgrep.archive.joined.joined_engine import JoinedEngine
            from newsgrep.archive.joined.members import Member, naming
            from newsgrep.archive.location import is_address

            members: list[Member] = []
            for name, archive in self._archives.items():
                with naming(name):
                    engine = archive._open_engine()
                if is_address(name):
                    from newsgrep.archive.opensearch.translation import RANKED

                    members.append(Member(name, engine, is_remote=True, ranked_field=RANKED))
                else:
                    members.append(Member(name, engine))
            self._engine = JoinedEngine(members)
        return self._engine

    def close(self) -> None:
        """Release the files of all indexes."""
        self._engine = None
        for archive in self._archives.values():
            archive.close()

    def locate(self, article: Article) -> str:
        """The path of an article's file from the current directory; see `Archive.locate`."""
        archive = self._archives.get(article.index or "")
        return archive.locate(article) if archive else article.path


def open_archive(
    path: str | os.PathLike[str] | Sequence[str | os.PathLike[str]] | None = None, *, create: bool = False
) -> Archive:
    """Open the index at `path`, a directory or an address like `http://localhost:9200/news`, or the one `newsgrep`
    would find from here; of several, all of them as one.

    Without a path: `NEWSGREP_INDEX` (several stand one a line), then an index in `index/` here or in a parent folder.
    With `create`, an index that is not there is made by the first `update` (in `./index` when no path is given).
    Raises IndexMissing when there is none, OptionError for an address that is none, and for several with `create`.
    """
    from newsgrep.archive.location import find_index, name_locations

    names = name_locations(path)
    if len(names) > 1:
        places = {name: find_index(name, create=create) for name in names}
        if create:
            told = f"one index is written at a time, and {len(names)} are named: {' and '.join(names)}"
            raise OptionError(told, hint="Name one with --index.")
        return JoinedArchive({name: Archive(place) for name, place in places.items()})
    return Archive(find_index(names[0] if names else None, create=create))

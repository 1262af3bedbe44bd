"""Order by publication date for Whoosh's collectors: undated documents last, newest or oldest first.

Whoosh's own facet over a numeric column puts documents without a value first or last, depending on the direction.
"""

from __future__ import annotations

from typing import Any

from whoosh.sorting import Categorizer, FacetType

from newsgrep.archive.schema import UNDATED


class DateOrder(FacetType):  # type: ignore[misc]  # Whoosh is untyped
    """What `Searcher.search` takes as `sortedby`."""

    def __init__(self, *, newest_first: bool) -> None:
        self._sign = -1 if newest_first else 1

    def categorizer(self, global_searcher: Any) -> DateCategorizer:
        """The keys of this order."""
        del global_searcher
        return DateCategorizer(self._sign)


class DateCategorizer(Categorizer):  # type: ignore[misc]
    """Sort keys: (is it undated, seconds in the direction of the order)."""

    def __init__(self, sign: int) -> None:
        self._sign = sign
        self._undated: frozenset[int] = frozenset()
        self._published: Any = None

    def set_searcher(self, segment_searcher: Any, docoffset: int) -> None:
        """Turn to the next segment."""
        del docoffset
        reader = segment_searcher.reader()
        has_undated = ("undated", UNDATED) in reader
        self._undated = frozenset(reader.postings("undated", UNDATED).all_ids()) if has_undated else frozenset()
        self._published = reader.column_reader("published")

    def key_for(self, matcher: Any, segment_docnum: int) -> tuple[bool, int]:
        """The key of one document."""
        del matcher
        if segment_docnum in self._undated:
            return True, 0
        return False, self._sign * int(self._published[segment_docnum])

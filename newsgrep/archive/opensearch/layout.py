"""How the articles of an archive are shared out over a cluster."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from newsgrep.errors import OptionError

_MOST_SHARDS = 1024
"""As many as OpenSearch lets an index have."""
_MOST_REPLICAS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What is wished of it; None: as it is, and for a new archive what `NEW` says."""

    shards: int | None = None
    """Parts of each index, which several nodes can hold and search."""
    replicas: int | None = None
    """Copies of each shard beside the first; None for a new archive: one where there are several nodes."""
    by_year: bool | None = None
    """Whether the articles of each year have an index of their own."""

    def check(self) -> None:
        """Raises OptionError for numbers that no index can have."""
        if self.shards is not None and not 1 <= self.shards <= _MOST_SHARDS:
            raise OptionError(f"{self.shards} shards: an index has from 1 to {_MOST_SHARDS}", hint="Ask for fewer.")
        if self.replicas is not None and not 0 <= self.replicas <= _MOST_REPLICAS:
            raise OptionError(
                f"{self.replicas} replicas: an index has from 0 to {_MOST_REPLICAS}",
                hint="More than there are nodes are of no use.",
            )

    def over(self, before: Layout) -> Layout:
        """This wish, and where it says nothing what was before."""
        return Layout(
            shards=before.shards if self.shards is None else self.shards,
            replicas=before.replicas if self.replicas is None else self.replicas,
            by_year=before.by_year if self.by_year is None else self.by_year,
        )

    def moves_articles(self, before: Layout) -> bool:
        """Whether this wish can be followed only by building the archive anew."""
        wanted = self.over(before)
        return (wanted.shards, wanted.by_year) != (before.shards, before.by_year)

    def spell(self) -> dict[str, Any]:
        """The layout as it is kept."""
        return {"shards": self.shards, "replicas": self.replicas, "by_year": self.by_year}


NEW = Layout(shards=1, replicas=None, by_year=False)
"""One shard takes what a node can search at once; some millions of articles fit into it."""


def parse_layout(kept: object) -> Layout:
    """A layout as `Layout.spell` wrote it. Raises ValueError for anything else."""
    if not isinstance(kept, dict):
        raise ValueError("what it keeps of its layout is none")
    shards, replicas, by_year = kept.get("shards"), kept.get("replicas"), kept.get("by_year")
    if not isinstance(shards, int) or not isinstance(replicas, int | None) or not isinstance(by_year, bool):
        raise ValueError("what it keeps of its layout is none")
    return Layout(shards=shards, replicas=replicas, by_year=by_year)

"""What stands in a cluster under the name of an archive, and whether it is one of newsgrep's that can be used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from newsgrep.archive.opensearch.mapping import MAPPING_VERSION
from newsgrep.archive.opensearch.names import FILES, files_alias, parse_index_name
from newsgrep.errors import REBUILD_HINT, IndexUnusable

if TYPE_CHECKING:
    from newsgrep.archive.opensearch.cluster import Cluster

_FOREIGN_HINT = "It is left as it is. Choose another name for the index of newsgrep."


@dataclass(frozen=True, slots=True)
class Standing:
    """The indices of an archive."""

    name: str
    articles: tuple[str, ...]
    """Those behind the alias of the archive."""
    files: str | None
    """The one behind the alias of its files."""
    others: tuple[str, ...]
    """Those behind neither: of a rebuild that was cut off, or the generation before the last."""
    versions: frozenset[int | None]
    """The versions of their mapping; None for one that does not say."""

    @property
    def is_there(self) -> bool:
        """Whether there is an archive, of whatever version."""
        return bool(self.articles) or self.files is not None

    @property
    def generation(self) -> int:
        """The generation of the indices that serve; 0 without any."""
        found = parse_index_name(self.files or self.articles[0]) if self.is_there else None
        return found.generation if found else 0

    @property
    def latest(self) -> int:
        """The highest generation that any index has."""
        names = map(parse_index_name, (*self.articles, *self.others, *([self.files] if self.files else [])))
        return max((name.generation for name in names if name), default=0)

    def find_fault(self) -> IndexUnusable | None:
        """Why it cannot be used, if it cannot."""
        strange = self.versions - {MAPPING_VERSION}
        if strange:
            version = max((each for each in strange if each is not None), default=None)
            told = f"has version {version}" if version is not None else "does not say its version"
            later = version is not None and version > MAPPING_VERSION
            return IndexUnusable(
                f"the index {self.name} {told}, this newsgrep reads version {MAPPING_VERSION}",
                hint=f"A later newsgrep reads it. {REBUILD_HINT}" if later else REBUILD_HINT,
            )
        if self.files is None and self.articles:
            return IndexUnusable(f"the index {files_alias(self.name)}, part of {self.name}, is gone", hint=REBUILD_HINT)
        return None


def read_standing(cluster: Cluster) -> Standing:
    """What stands under the name in the address of a cluster.

    Raises IndexUnusable where the name is that of something that newsgrep has not made, or ClusterFailed and the like.
    """
    name = cluster.url.name
    alias = files_alias(name)
    answer = cluster.request(
        "GET", f"/{name},{alias},{name}-g*", params={"ignore_unavailable": "true", "expand_wildcards": "all"}
    )
    articles, files, others = [], [], []
    versions = set()
    for index, told in sorted(answer.items()):
        aliases = told.get("aliases", {}).keys()
        meta = _read_meta(told)
        parsed = parse_index_name(index)
        if meta is None or parsed is None or parsed.name != name:
            if index in (name, alias) or not aliases.isdisjoint((name, alias)):
                raise IndexUnusable(f"{name} is an index that newsgrep has not made ({index})", hint=_FOREIGN_HINT)
            continue
        if name in aliases and parsed.part != FILES:
            articles.append(index)
        elif alias in aliases and parsed.part == FILES:
            files.append(index)
        else:
            others.append(index)
            continue
        version = meta.get("version")
        versions.add(version if isinstance(version, int) else None)
    if len(files) > 1:
        raise IndexUnusable(f"{alias} stands for several indices: {', '.join(files)}", hint=_FOREIGN_HINT)
    return Standing(name, tuple(articles), files[0] if files else None, tuple(others), frozenset(versions))


def _read_meta(told: Any) -> dict[str, Any] | None:
    meta = told.get("mappings", {}).get("_meta", {}).get("newsgrep")
    return meta if isinstance(meta, dict) else None

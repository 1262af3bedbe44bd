"""An archive on a cluster as what an update writes into: opened, made, or built anew beside the one that serves."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from newsgrep.archive.opensearch.address import IndexUrl, parse_index_url
from newsgrep.archive.opensearch.bulk import MOST_BYTES
from newsgrep.archive.opensearch.cluster import Cluster
from newsgrep.archive.opensearch.files import ClusterFiles, State
from newsgrep.archive.opensearch.indices import (
    make_files_index,
    make_first_index,
    put_in_place,
    remove_if_possible,
    set_replicas,
)
from newsgrep.archive.opensearch.layout import NEW, Layout
from newsgrep.archive.opensearch.lock import Lease
from newsgrep.archive.opensearch.names import FILES, files_alias, index_name, parse_index_name
from newsgrep.archive.opensearch.patient_cluster import PatientCluster
from newsgrep.archive.opensearch.sink import ClusterPlace
from newsgrep.archive.opensearch.standing import Standing, read_standing
from newsgrep.archive.opensearch.writer import ClusterWriter
from newsgrep.archive.update import update
from newsgrep.errors import REBUILD_HINT, ClusterFailed, IndexUnusable, NewsgrepError, OptionError

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Iterator

    from newsgrep.archive.report import OnProblem, OnProgress, UpdateSummary
    from newsgrep.archive.update import Options
    from newsgrep.archive.write_lock import OnWait
    from newsgrep.archive.writing import Stamps


def update_remote(
    url: IndexUrl | str,
    sources: Iterable[str | os.PathLike[str]],
    options: Options,
    *,
    on_progress: OnProgress | None = None,
    on_problem: OnProblem | None = None,
) -> UpdateSummary:
    """Bring an archive on a cluster up to date with files and folders; see `Archive.update`.

    Raises what `update_index` raises, ClusterUnreachable, ClusterRefused and ClusterFailed.
    """
    layout = options.layout or Layout()
    layout.check()
    with PatientCluster(url if isinstance(url, IndexUrl) else parse_index_url(url)) as cluster:
        target = ClusterTarget(cluster, layout)
        return update(target, sources, options, on_progress=on_progress, on_problem=on_problem)


class ClusterTarget:
    """See `Target`."""

    def __init__(self, cluster: PatientCluster, layout: Layout) -> None:
        self._cluster = cluster
        self._layout = layout

    @property
    def name(self) -> str:
        """The address of the archive."""
        return str(self._cluster.url)

    def look(self, is_outdated: Callable[[str | None], bool]) -> tuple[Stamps, int]:
        """The stamps of the last commit, and how many articles there are. Raises IndexUnusable."""
        standing = read_standing(self._cluster)
        if not standing.is_there:
            return {}, 0
        if fault := standing.find_fault():
            raise fault
        body = {"query": {"bool": {"must_not": [{"term": {"hidden": True}}]}}}
        count = 0
        if standing.articles:
            count = self._cluster.request("POST", f"/{standing.name}/_count", body=body)["count"]
        return ClusterFiles(self._cluster, files_alias(standing.name)).stamps(is_outdated), int(count)

    @contextlib.contextmanager
    def open(self, *, rebuild: bool, on_wait: OnWait | None) -> Iterator[ClusterWriter]:
        """Open or make the archive. Raises IndexBusy or IndexUnusable."""
        with contextlib.ExitStack() as stack:
            # Its own, since its requests are made at any time, and none waits for long.
            hasty = stack.enter_context(Cluster(self._cluster.url))
            lease, standing = self._take_lease(hasty, rebuild=rebuild, on_wait=on_wait)
            stack.callback(lease.release)
            remove_if_possible(self._cluster, standing.others)
            known = ClusterFiles(self._cluster, files_alias(standing.name))
            state = self._read_state(known, rebuild=rebuild)
            if state is not None and not rebuild and self._layout.moves_articles(state.layout):
                raise OptionError(
                    "the number of shards, and whether there is an index for each year, cannot be changed",
                    hint="Build it anew with these options: --rebuild",
                )
            if state is not None and not rebuild and state.generation and not standing.articles:
                raise IndexUnusable(f"the index of the articles of {standing.name} is gone", hint=REBUILD_HINT)
            layout = self._layout.over(state.layout if state else NEW)
            begun = State(
                generation=state.generation if state else 0,
                run=state.run if state else 0,
                is_open=state.is_open if state else False,
                writer=lease.token,
                updated=state.updated if state else None,
                layout=layout,
            )
            place = ClusterPlace(
                url=self._cluster.url,
                generation=standing.latest + 1 if rebuild else standing.generation,
                run=begun.run + 1,
                layout=layout,
                serves=not rebuild,
                most_bytes=self._read_most_bytes(),
            )
            if rebuild or not standing.articles:
                make_first_index(self._cluster, place.generation, layout, serves=not rebuild)
            if not rebuild:
                if layout.replicas is not None and state is not None and layout.replicas != state.layout.replicas:
                    set_replicas(self._cluster, (*standing.articles, standing.files or ""), layout.replicas)
                yield ClusterWriter(self._cluster, lease, known, begun, place, known=known)
                return
            built = make_files_index(self._cluster, place.generation, layout.replicas, serves=False)
            usable = standing.find_fault() is None and state is not None
            yield ClusterWriter(
                self._cluster,
                lease,
                ClusterFiles(self._cluster, built),
                begun,
                place,
                known=known if usable else None,
                replacement=_Rebuilt(self._cluster, standing, place.generation, lease),
            )

    def measure(self) -> int:
        """How many bytes the archive takes on the disks of the cluster, all copies together."""
        standing = read_standing(self._cluster)
        if not standing.is_there:
            return 0
        indices = ",".join(filter(None, (standing.name if standing.articles else "", standing.files)))
        answer = self._cluster.request(
            "GET", f"/{indices}/_stats/store", params={"filter_path": "_all.total.store.size_in_bytes"}
        )
        return int(answer.get("_all", {}).get("total", {}).get("store", {}).get("size_in_bytes", 0))

    def _take_lease(self, cluster: Cluster, *, rebuild: bool, on_wait: OnWait | None) -> tuple[Lease, Standing]:
        """Become the one writer. Raises IndexBusy or IndexUnusable."""
        standing = read_standing(self._cluster)
        if not rebuild and standing.is_there and (fault := standing.find_fault()):
            raise fault
        if standing.files is None:
            make_files_index(self._cluster, standing.latest + 1, self._layout.replicas, serves=True)
        lease = Lease(cluster, files_alias(standing.name), on_wait)
        try:
            # Another process may have built it anew while its lease was waited for.
            standing = read_standing(self._cluster)
            if not rebuild and (fault := standing.find_fault()):
                raise fault
        except BaseException:
            lease.release()
            raise
        return lease, standing

    def _read_state(self, known: ClusterFiles, *, rebuild: bool) -> State | None:
        try:
            return known.state()
        except IndexUnusable:
            if not rebuild:
                raise
            return None

    def _read_most_bytes(self) -> int:
        """What every node takes in a request; what OpenSearch's nodes do by default, where that may not be asked."""
        with contextlib.suppress(NewsgrepError, ValueError, TypeError):
            answer = self._cluster.request(
                "GET", "/_nodes/http", params={"filter_path": "nodes.*.http.max_content_length_in_bytes"}
            )
            sizes = [int(node["http"]["max_content_length_in_bytes"]) for node in answer.get("nodes", {}).values()]
            return min(sizes, default=MOST_BYTES)
        return MOST_BYTES


class _Rebuilt:
    """The indices of a new generation; see `Replacement`."""

    def __init__(self, cluster: Cluster, standing: Standing, generation: int, lease: Lease) -> None:
        """`standing` are those that serve until then."""
        self._cluster = cluster
        self._standing = standing
        self._generation = generation
        self._lease = lease

    def put_in_place(self) -> None:
        """Let them serve, and remove those that did. Raises NewsgrepError."""
        before = [*self._standing.articles, *filter(None, [self._standing.files])]
        after = self._find()
        files = index_name(self._standing.name, self._generation, FILES)
        self._lease.move(files, lambda: self._put_in_place(before, after))
        remove_if_possible(self._cluster, before)

    def _put_in_place(self, before: list[str], after: list[str]) -> None:
        try:
            put_in_place(self._cluster, before, after)
        except ClusterFailed:
            # The answer was lost, and what was asked again is done already.
            if read_standing(self._cluster).generation != self._generation:
                raise

    def remove(self) -> None:
        """Remove them, or leave that to the next writer."""
        with contextlib.suppress(NewsgrepError):
            remove_if_possible(self._cluster, self._find())

    def _find(self) -> list[str]:
        others = read_standing(self._cluster).others
        names = {index: parse_index_name(index) for index in others}
        return [index for index, name in names.items() if name is not None and name.generation == self._generation]

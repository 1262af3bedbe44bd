"""A cluster as an update asks it: while there is somebody who can stop it, for minutes where it does not answer."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from newsgrep.archive.opensearch.cluster import Cluster
from newsgrep.archive.opensearch.retrying import ask_patiently

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newsgrep.archive.meter import Meter
    from newsgrep.archive.opensearch.address import IndexUrl


class PatientCluster(Cluster):
    """See `Cluster`. Every request may be made twice, but for those that say `retry=False`, which are made once."""

    def __init__(self, url: IndexUrl) -> None:
        super().__init__(url)
        self._meter: Meter | None = None

    def watch(self, meter: Meter | None) -> None:
        """Be patient from now on: `meter` is told what is waited for, and asked whether to stop. None: no longer."""
        self._meter = meter

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | bytes | None = None,
        retry: bool | None = None,
        timeout: float | None = None,
    ) -> Any:
        """As `Cluster.request`, asked again while what it raises may pass (`retrying`)."""
        ask = functools.partial(super().request, method, path, params=params, body=body, retry=retry, timeout=timeout)
        if self._meter is None or retry is False:
            return ask()
        return ask_patiently(ask, self._meter.is_interrupted, self._meter.wait_for)

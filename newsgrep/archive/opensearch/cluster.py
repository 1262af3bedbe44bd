"""Requests to an OpenSearch cluster: any of its nodes, with time-outs, tried again where that is safe.

With connection.py the only module that imports opensearch-py: its `Transport` chooses among the nodes, and passes over
those that failed.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any, Self

from newsgrep.archive.opensearch.credentials import Credentials, find_credentials
from newsgrep.archive.opensearch.retrying import BLOCKED, NO_NEW_INDEX, explain, is_blocked
from newsgrep.errors import ClusterFailed, ClusterRefused, ClusterUnreachable, ExtraMissing, NewsgrepError

if TYPE_CHECKING:
    import ssl
    from collections.abc import Mapping

    from opensearchpy import Transport

    from newsgrep.archive.opensearch.address import IndexUrl

TIMEOUT = 60.0
"""Seconds to wait for an answer, or for more of one, where a request does not say."""
ATTEMPTS = 4
"""How often a request is made that may be made again; or once for each node, where there are more."""
FIRST_PAUSE = 0.2
"""Seconds before a node is asked again; twice as long each further time."""

_BUSY = frozenset({429, 502, 503, 504})
_REPEATABLE = frozenset(
    {
        "_search",
        "_msearch",
        "_count",
        "_mget",
        "_analyze",
        "_termvectors",
        "_mtermvectors",
        "_field_caps",
        "_explain",
        "_refresh",
        "point_in_time",
    }
)
"""The last parts of paths to which a POST changes nothing that counts."""
_REASON_LENGTH = 500
_NO_CLUSTER = "Is this the address of an OpenSearch cluster, and not of something else or of its log-in page?"
_NODE_LOST = frozenset({"node_not_connected_exception", "node_disconnected_exception"})
"""What a node says, with a status of 500, that has just lost another one."""
_NO_MANAGER = "cluster_manager_not_discovered_exception"
"""A node says so after it has waited for one."""


class Cluster:
    """A cluster that is asked over HTTP; good for several threads at once. To be closed, or used as a context manager.

    Nothing is sent before the first request. Raises ExtraMissing where opensearch-py is not installed, ClusterRefused
    for credentials that may not be used.
    """

    def __init__(
        self,
        url: IndexUrl,
        *,
        timeout: float = TIMEOUT,
        attempts: int = ATTEMPTS,
        credentials: Credentials | None = None,
    ) -> None:
        self.url = url
        self.credentials = find_credentials(url) if credentials is None else credentials
        self._timeout = timeout
        self._attempts = attempts
        self._transport = _open_transport(url, self.credentials)
        self._is_aborted = False

    def __repr__(self) -> str:
        return f"Cluster({self.url.cluster!r})"

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
        """Ask, and return the JSON object of the answer; for HEAD, whether it is there.

        `path` begins with a slash, its parts percent-encoded where they need it; a value of `params` may be a truth
        value or a list. `body` is an object or, as bytes, lines of JSON. `retry` says whether it may be asked twice
        after a node was lost or busy; None: where that changes nothing (GET, HEAD, PUT, DELETE, a search). What never
        reached a node is asked again in any case. `timeout` is in seconds.

        Raises ClusterUnreachable, ClusterRefused (401, 403, TLS) and ClusterFailed (all else).
        """
        from opensearchpy.exceptions import OpenSearchException

        again = _is_safe(method, path) if retry is None else retry
        sent = None if body is None else body if isinstance(body, bytes) else _to_json(body)
        nodes = len(self.url.hosts)
        attempts = max(self._attempts, nodes + 1) if self._attempts > 1 else 1
        answered: ClusterFailed | None = None
        for attempt in range(1, attempts + 1):
            if self._is_aborted:
                # Nothing to be tried again.
                raise NewsgrepError(
                    f"{self.url.cluster} had not answered when the run was stopped",
                    hint="What was committed before is kept.",
                )
            try:
                answer = self._transport.perform_request(
                    method,
                    path,
                    params={key: _to_param(value) for key, value in (params or {}).items()},
                    body=sent,
                    headers={"content-type": "application/x-ndjson"} if isinstance(body, bytes) else None,
                    timeout=timeout or self._timeout,
                )
            except (OpenSearchException, RecursionError) as error:
                told = self._explain(error)
                if isinstance(told, ClusterFailed):
                    answered = told
                if attempt == attempts or not _may_repeat(error, told, again, attempt, nodes):
                    # What a node says tells more than that another one is gone.
                    raise (answered if answered and isinstance(told, ClusterUnreachable) else told) from None
            else:
                if method != "HEAD" and not isinstance(answer, dict):
                    raise self._fail(200, "no_object", "the answer is not a JSON object")
                return answer
            if attempt >= nodes:
                time.sleep(FIRST_PAUSE * 2 ** (attempt - nodes))
        raise AssertionError("unreachable")

    def abort(self) -> None:
        """Break off what other threads wait for: ClusterUnreachable there, and an error for what they ask then."""
        self._is_aborted = True
        pool = self._transport.connection_pool
        # Of several nodes, those that failed are in no other list.
        for connection in getattr(pool, "orig_connections", pool.connections):
            connection.abort()

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _explain(self, error: Exception) -> ClusterUnreachable | ClusterRefused | ClusterFailed:
        """An exception of opensearch-py in our words."""
        from opensearchpy.exceptions import ConnectionTimeout, SSLError, TransportError

        if not isinstance(error, TransportError):
            return self._fail(200, "not_json", "the answer is not JSON, or is cut off")
        if isinstance(error, SSLError):
            return ClusterRefused(
                f"{self.url.cluster}: the certificate or the TLS of the cluster cannot be trusted: "
                f"{self._say(error.error)}",
                hint="Name the file of its authority's certificate in NEWSGREP_OPENSEARCH_CA.",
            )
        if isinstance(error, ConnectionTimeout):
            return ClusterUnreachable(
                f"{self.url.cluster} did not answer in time",
                hint="Try again later, or ask for less; `newsgrep doctor --index URL` says how the cluster is.",
            )
        if not isinstance(error.status_code, int):
            return ClusterUnreachable(
                f"{self.url.cluster} cannot be reached: {self._say(error.error)}",
                hint="Is the address right, and the cluster running? `newsgrep doctor --index URL` tells more.",
            )
        return self._explain_status(error.status_code, error.error, error.info)

    def _explain_status(self, status: int, kind: str, info: Any) -> ClusterUnreachable | ClusterRefused | ClusterFailed:
        """What a status of 300 and above says."""
        reason = self._say(info if isinstance(info, str) and info else "no reason was given")
        if status == 401 or (status == 403 and kind not in (BLOCKED, NO_NEW_INDEX)):
            known = self.credentials.authorization is not None
            what = "these credentials are not good" if known and status == 401 else "this is not allowed"
            if not known:
                what = "who asks is not known"
            return ClusterRefused(
                f"{self.url.cluster} refuses: {what} (status {status}): {reason}",
                hint=(
                    "Ask whoever runs the cluster for the rights."
                    if known and status == 403
                    else "Set NEWSGREP_OPENSEARCH_USER and NEWSGREP_OPENSEARCH_PASSWORD, or NEWSGREP_OPENSEARCH_TOKEN."
                ),
                is_known=status == 403,
            )
        if status == 404 and kind == "not_json":  # OpenSearch says what is missing; this is somebody else.
            return ClusterUnreachable(
                f"{self.url.cluster} answers that there is nothing, and not as OpenSearch does", hint=_NO_CLUSTER
            )
        return explain(self._fail(status, kind, reason), where=self.url.cluster)

    def _fail(self, status: int, kind: str, reason: str) -> ClusterFailed:
        hint = "See what the cluster itself says: newsgrep doctor --index URL"
        if kind == _NO_MANAGER:
            reason = "its nodes have no manager, as where most of them are gone"
        if kind in ("not_json", "no_object", "too_large", "cut_off") or 300 <= status < 400:
            hint = _NO_CLUSTER
        elif status in _BUSY:
            hint = (
                "The cluster is too busy or not whole: try again later. `newsgrep doctor --index URL` says how it is."
            )
        return ClusterFailed(status, kind, reason, where=self.url.cluster, hint=hint)

    def _say(self, text: str) -> str:
        """Words of a server as they may be shown: one line, not too long, and with no secret in them."""
        text = " ".join(self.credentials.hide(text)[: _REASON_LENGTH * 4].split())
        return text if len(text) <= _REASON_LENGTH else f"{text[:_REASON_LENGTH]}..."


def _open_transport(url: IndexUrl, credentials: Credentials) -> Transport:
    import warnings

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from opensearchpy import Transport

            from newsgrep.archive.opensearch.connection import NodeConnection
    except ImportError:
        raise ExtraMissing(
            "an index on OpenSearch needs opensearch-py, which is not installed",
            hint="pip install 'newsgrep[opensearch]'",
        ) from None
    return Transport(
        [{"host": host, "port": port} for host, port in url.hosts],
        connection_class=NodeConnection,
        # `request` itself asks again: whether it may depends on what is asked. A node that failed is passed over.
        max_retries=0,
        retry_on_timeout=True,
        url_prefix=url.prefix,
        use_ssl=url.scheme == "https",
        ssl_context=_trust(credentials) if url.scheme == "https" else None,
        authorization=credentials.authorization,
        compress=not url.is_local,
    )


def _trust(credentials: Credentials) -> ssl.SSLContext:
    """Certificates and names of hosts are checked, always; against the system's authorities, or those of a file."""
    import ssl

    try:
        return ssl.create_default_context(cafile=credentials.ca_file)
    except (OSError, ssl.SSLError) as error:
        raise ClusterRefused(
            f"{credentials.ca_file}: no certificates can be read from this file: {error.strerror or error}",
            hint="Name a file of certificates in PEM format in NEWSGREP_OPENSEARCH_CA.",
        ) from None


def _is_safe(method: str, path: str) -> bool:
    return method != "POST" or path.partition("?")[0].rsplit("/", 1)[-1] in _REPEATABLE


def _may_repeat(error: Exception, told: Exception, again: bool, attempt: int, nodes: int) -> bool:
    """Whether to ask again after an error."""
    from opensearchpy.exceptions import ConnectionTimeout, SSLError

    if isinstance(error, SSLError):
        return False
    if isinstance(error, ConnectionTimeout):  # A node that takes its time is not asked to do it twice.
        return (again or _never_sent(error)) and attempt < nodes
    if isinstance(told, ClusterUnreachable):
        return again or _never_sent(error)
    if not again or not isinstance(told, ClusterFailed) or is_blocked(told):
        return False
    if told.kind == _NO_MANAGER:
        return attempt < nodes
    return told.status in _BUSY or told.kind in _NODE_LOST


def _never_sent(error: Exception) -> bool:
    from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

    return isinstance(getattr(error, "info", None), NewConnectionError | ConnectTimeoutError)


def _to_json(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _to_param(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ",".join(map(str, value)) if isinstance(value, list | tuple) else str(value)

"""One node of a cluster, as opensearch-py's transport wants it: bounded answers, no redirects, no log.

opensearch-py's own connection writes requests to the log, reads answers of any size, and waits without end for one that
comes a byte at a time.
"""

from __future__ import annotations

import contextlib
import functools
import gzip
import json
import socket
import time
from typing import TYPE_CHECKING, Any, NoReturn
from weakref import WeakSet

import urllib3
from opensearchpy.connection import Connection
from opensearchpy.exceptions import ConnectionError as NoConnection
from opensearchpy.exceptions import ConnectionTimeout, SSLError, TransportError
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NameResolutionError, NewConnectionError, ReadTimeoutError
from urllib3.exceptions import SSLError as FailedTLS

if TYPE_CHECKING:
    import ssl
    from collections.abc import Collection, Mapping

LARGEST_ANSWER = 256 << 20
"""Bytes, unpacked: far more than newsgrep asks for at once."""
SLOWEST_ANSWER = 16 << 10
"""Bytes a second: what comes slower is given up after the time-out."""
CONNECT_TIMEOUT = 10.0
CONNECTIONS = 16
"""To one node, kept open."""

_PIECE = 1 << 16
_SMALLEST_PACKED = 1 << 10
_JSON = ("application/json", "application/vnd.opensearch+json")


class _Tracked:
    """A connection whose socket is known, so that a request that hangs can be broken off from another thread."""

    sock: socket.socket | None

    def __init__(self, *args: Any, opened: WeakSet[socket.socket], **rest: Any) -> None:
        super().__init__(*args, **rest)
        self._opened = opened

    def connect(self) -> None:
        super().connect()  # type: ignore[misc]
        if self.sock is not None:
            self._opened.add(self.sock)


class _PlainConnection(_Tracked, HTTPConnection):
    pass


class _SafeConnection(_Tracked, HTTPSConnection):
    pass


class NodeConnection(Connection):
    """The connections to one node."""

    def __init__(
        self,
        *,
        host: str,
        port: int,
        use_ssl: bool,
        ssl_context: ssl.SSLContext | None,
        authorization: str | None,
        compress: bool,
        url_prefix: str = "",
        **rest: Any,
    ) -> None:
        del rest  # What a later version of the transport may add.
        super().__init__(host=host, port=port, use_ssl=use_ssl, url_prefix=url_prefix)
        self._compress = compress
        self._headers = {
            "accept": "application/json",
            "accept-encoding": "gzip" if compress else "identity",
            "user-agent": "newsgrep",
        }
        if authorization is not None:
            self._headers["authorization"] = authorization
        self._pool = (
            urllib3.HTTPSConnectionPool(host, port, maxsize=CONNECTIONS, ssl_context=ssl_context)
            if use_ssl
            else urllib3.HTTPConnectionPool(host, port, maxsize=CONNECTIONS)
        )
        self._opened: WeakSet[socket.socket] = WeakSet()
        kind = _SafeConnection if use_ssl else _PlainConnection
        self._pool.ConnectionCls = functools.partial(kind, opened=self._opened)  # type: ignore[assignment]

    def perform_request(
        self,
        method: str,
        url: str,
        params: Mapping[str, Any] | None = None,
        body: bytes | None = None,
        timeout: float | None = None,
        ignore: Collection[int] = (),
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, dict[str, str], str]:
        """Ask the node: status, headers and text of an answer below 300. Raises TransportError and those below it."""
        del ignore
        from urllib.parse import urlencode

        target = f"{self.url_prefix}{url}{'?' if params else ''}{urlencode(params or {})}"
        sent = dict(self._headers)
        if body is not None:
            sent["content-type"] = "application/json"
            if self._compress and len(body) >= _SMALLEST_PACKED:
                body = gzip.compress(body, compresslevel=1, mtime=0)
                sent["content-encoding"] = "gzip"
        sent.update(headers or {})
        try:
            response = self._pool.urlopen(
                method,
                target,
                body=body,
                headers=sent,
                retries=False,
                redirect=False,
                timeout=urllib3.Timeout(connect=min(CONNECT_TIMEOUT, timeout or CONNECT_TIMEOUT), read=timeout),
                preload_content=False,
            )
            try:
                content = _read_answer(response, timeout)
            except BaseException:
                response.close()  # What is left of the answer must not be taken for the next one.
                raise
            finally:
                response.release_conn()
        except NewConnectionError as error:  # Of the class of those that took too long, too.
            raise NoConnection("N/A", _say_cause(error), error) from None
        except (ConnectTimeoutError, ReadTimeoutError) as error:
            raise ConnectionTimeout("TIMEOUT", str(error), error) from None
        except FailedTLS as error:
            raise SSLError("N/A", str(error), error) from None
        except (HTTPError, OSError) as error:
            raise NoConnection("N/A", _say_cause(error), error) from None
        if response.status >= 300 and method != "HEAD":
            _raise_status(response.status, content, response.headers.get("location"))
        if response.status >= 300:
            raise TransportError(response.status, "unknown", "")
        media = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        if content and media not in _JSON:
            raise TransportError(response.status, "not_json", f"the answer is {media or 'of no kind'}, not JSON")
        return response.status, {"content-type": _JSON[0]}, content.decode("utf-8", "replace")

    def abort(self) -> None:
        """Break off what is under way: whoever waits for an answer hears that there is none."""
        for opened in list(self._opened):
            with contextlib.suppress(OSError):
                opened.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Close the connections to the node."""
        self._pool.close()


def _say_cause(error: BaseException) -> str:
    """What the system says of a lost connection, where it is the system that says it."""
    if isinstance(error, NameResolutionError):
        return "there is no machine of this name"
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError) and cause.strerror:
            return cause.strerror
        cause = cause.__cause__ or cause.__context__
    return str(error)


def _read_answer(response: urllib3.BaseHTTPResponse, timeout: float | None) -> bytes:
    """The whole of an answer. Raises ReadTimeoutError, HTTPError, or TransportError for one that is too large."""
    pieces: list[bytes] = []
    size = 0
    begun = time.monotonic()
    while piece := response.read1(_PIECE, decode_content=True):
        pieces.append(piece)
        size += len(piece)
        if size > LARGEST_ANSWER:
            raise TransportError(response.status, "too_large", f"the answer is larger than {LARGEST_ANSWER >> 20} MB")
        if timeout and time.monotonic() - begun > timeout + size / SLOWEST_ANSWER:
            raise ConnectionTimeout("TIMEOUT", "the answer comes too slowly", None)
    return b"".join(pieces)


def _raise_status(status: int, content: bytes, location: str | None) -> NoReturn:
    """Raise what an answer of status 300 and above says: OpenSearch's own words, or a beginning of what is not its."""
    if status < 400:
        raise TransportError(status, "redirect", f"it redirects to {location or 'nowhere'}, which is not followed")
    try:
        told = json.loads(content)
    except (ValueError, RecursionError):
        told = None
    error = told.get("error") if isinstance(told, dict) else None
    if isinstance(error, dict):
        root = error.get("root_cause")
        first = root[0] if isinstance(root, list) and root and isinstance(root[0], dict) else error
        kind, reason = first.get("type") or error.get("type"), first.get("reason") or error.get("reason")
    else:
        kind = None
        words = {each.lower(): told[each] for each in told} if isinstance(told, dict) else {}
        reason = error or words.get("message")
        if reason is None and told is None and b"<" not in content[:1000]:
            reason = content[:1000].decode("utf-8", "replace")
    raise TransportError(status, "not_json" if told is None else str(kind or "unknown"), str(reason or ""))

"""A proxy between newsgrep and a node that fails as it is told to: it refuses, delays, cuts and spoils answers.

It may want TLS (`certificates.py`) and an Authorization header, which nodes without a security plugin do not know.
"""

from __future__ import annotations

import base64
import contextlib
import gzip
import http.client
import json
import socket
import socketserver
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

REJECTED = "rejected_execution_exception"
"""What OpenSearch calls a full queue."""
HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length"}
"""Headers of a connection, not of what goes through it (RFC 9110, 7.6.1)."""
TLS_SECONDS = 10
"""How long a handshake may take, or a connection be idle."""


@dataclass(frozen=True)
class Refuse:
    """The node is not asked; the answer is an error as OpenSearch words it, or `body`."""

    status: int = 429
    kind: str = REJECTED
    reason: str = "rejected execution of a request: queue capacity = 1"
    body: bytes | None = None


@dataclass(frozen=True)
class RefuseItems:
    """Of a bulk request every so-manieth item, from the first on, is refused with 429 and not done; the others are."""

    every: int = 2


@dataclass(frozen=True)
class Delay:
    """The node is asked, and the answer is held back."""

    seconds: float
    action: Callable[[], object] | None = None
    """What is done first, such as to tell of it."""


@dataclass(frozen=True)
class Call:
    """Something is done, such as a node stopped; then the node is asked, as if nothing were."""

    action: Callable[[], object]


@dataclass(frozen=True)
class CutBefore:
    """The connection is cut, and the node is not asked."""

    action: Callable[[], object] | None = None
    """What is done just before the cut, such as to kill whoever asks."""


@dataclass(frozen=True)
class CutAfter:
    """The node is asked and does it; the connection is cut before a byte of the answer."""

    action: Callable[[], object] | None = None


@dataclass(frozen=True)
class CutWithin:
    """The node is asked and does it; the connection is cut in the middle of the answer."""


@dataclass(frozen=True)
class Truncate:
    """The node is asked; the answer is half of its own, and looks whole to HTTP."""


Fault = Refuse | RefuseItems | Delay | Call | CutBefore | CutAfter | CutWithin | Truncate


@dataclass(frozen=True)
class Seen:
    """One request that came to the proxy."""

    method: str
    path: str
    fault: Fault | None
    status: int
    """Of the answer; 0 for none."""


@dataclass
class _Order:
    fault: Fault
    part: str
    method: str | None
    left: int | None
    passed: int


@dataclass(frozen=True)
class _Answer:
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


class FaultyProxy:
    """A proxy on a free port of loopback, in threads of its own: a context manager."""

    def __init__(self, target: str, *, tls: ssl.SSLContext | None = None, authorization: str | None = None) -> None:
        parts = urlsplit(target)
        assert parts.hostname
        self.target = (parts.hostname, parts.port or 9200)
        self.authorization = authorization
        """What the header Authorization must be, such as basic("user", "password") or "Bearer token"."""
        self.seen: list[Seen] = []
        """All requests so far, in the order of their answers."""
        self.closing = threading.Event()
        """Set when answers need be held back no longer."""
        self._orders: list[_Order] = []
        self._lock = threading.Lock()
        self._server = _Server(self, tls)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self.port: int = self._server.server_address[1]
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"

    def fail(
        self, fault: Fault, *, times: int | None = 1, part: str = "", method: str | None = None, after: int = 0
    ) -> None:
        """Fail the next so many requests, or all that come, whose path has a part such as `_bulk`.

        `after` so many of them have passed. Faults that were ordered first come first.
        """
        with self._lock:
            self._orders.append(_Order(fault, part, method, times, after))

    def heal(self) -> None:
        """Forget all orders."""
        with self._lock:
            self._orders.clear()

    def count(self, part: str = "") -> int:
        """How many requests had a path with this part."""
        return sum(part in seen.path for seen in self.seen)

    def take_fault(self, method: str, path: str) -> Fault | None:
        """The fault that a request shall meet; it is then done with."""
        with self._lock:
            for order in self._orders:
                if order.part in path and order.method in {None, method} and order.left != 0:
                    if order.passed:
                        order.passed -= 1
                        continue
                    if order.left is not None:
                        order.left -= 1
                    return order.fault
        return None

    def __enter__(self) -> FaultyProxy:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closing.set()
        self._server.shutdown()
        self._thread.join()
        self._server.cut_all()
        self._server.server_close()


class _Server(socketserver.ThreadingTCPServer):
    """Takes connections, and knows those that are open."""

    allow_reuse_address = True
    # As many as come: a client that opens one for each of its threads must not be refused by the proxy.
    request_queue_size = 128

    def __init__(self, proxy: FaultyProxy, tls: ssl.SSLContext | None) -> None:
        self.proxy = proxy
        self.tls = tls
        self._open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", 0), _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            if self.tls is None:
                super().process_request_thread(request, client_address)
                return
            request.settimeout(TLS_SECONDS)
            # A client that does not trust the certificate ends the handshake.
            with contextlib.suppress(OSError), self.tls.wrap_socket(request, server_side=True) as wrapped:
                self._open.add(wrapped)
                super().process_request_thread(wrapped, client_address)
                self._open.discard(wrapped)
        finally:
            self._open.discard(request)
            request.close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients go when they like; nothing is said of it."""

    def cut_all(self) -> None:
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def __getattr__(self, name: str) -> Any:
        # http.server asks for a method for each HTTP method; all are the same here.
        if name.startswith("do_"):
            return self._answer_request
        raise AttributeError(name)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Nothing is logged."""

    def _answer_request(self) -> None:
        proxy = self.server.proxy
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if proxy.authorization is not None and self.headers.get("Authorization") != proxy.authorization:
            self._note(None, 401)
            self._send(_Answer(401, (("WWW-Authenticate", "Basic"),), b"Unauthorized"))
            return
        fault = proxy.take_fault(self.command, self.path)
        if isinstance(fault, Call | CutBefore | Delay) and fault.action:
            fault.action()
        if isinstance(fault, CutBefore):
            self._note(fault, 0)
            self._cut()
            return
        if isinstance(fault, Refuse):
            answer = _build_refusal(fault)
        elif isinstance(fault, RefuseItems):
            answer = self._refuse_items(fault, body)
        else:
            answer = self._forward(body)
        if isinstance(fault, CutAfter) and fault.action:
            fault.action()
        if isinstance(fault, Delay):
            proxy.closing.wait(fault.seconds)
        half = answer.body[: len(answer.body) // 2]
        self._note(fault, 0 if isinstance(fault, CutAfter) else answer.status)
        if isinstance(fault, Truncate):
            answer = _Answer(answer.status, answer.headers, half)
        if isinstance(fault, CutWithin):
            self._send(_Answer(answer.status, answer.headers, half), length=len(answer.body))
        elif not isinstance(fault, CutAfter):
            self._send(answer)
        if isinstance(fault, CutAfter | CutWithin):
            self._cut()

    def _note(self, fault: Fault | None, status: int) -> None:
        self.server.proxy.seen.append(Seen(self.command, self.path, fault, status))

    def _cut(self) -> None:
        self.close_connection = True
        self.wfile.flush()
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def _forward(self, body: bytes, *, leave: frozenset[str] = frozenset()) -> _Answer:
        headers = {
            name: value
            for name, value in self.headers.items()
            if name.lower() not in HOP_BY_HOP | leave | {"host", "authorization"}
        }
        node = http.client.HTTPConnection(*self.server.proxy.target, timeout=120)
        try:
            node.request(self.command, self.path, body or None, headers)
            answer = node.getresponse()
            kept = tuple((name, value) for name, value in answer.getheaders() if name.lower() not in HOP_BY_HOP)
            return _Answer(answer.status, kept, answer.read())
        except (OSError, http.client.HTTPException) as failure:
            return _Answer(502, (), f"Bad Gateway: {failure}".encode())
        finally:
            node.close()

    def _refuse_items(self, fault: RefuseItems, body: bytes) -> _Answer:
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        items = split_bulk(body)
        kept = [item for i, item in enumerate(items) if i % fault.every]
        answer = _Answer(200, (("Content-Type", "application/json"),), b'{"took":0,"errors":false,"items":[]}')
        if kept:
            answer = self._forward(b"".join(kept), leave=frozenset({"content-encoding", "accept-encoding"}))
        if answer.status != 200:
            return answer
        done = json.loads(answer.body)
        of_node = iter(done["items"])
        done["items"] = [
            next(of_node) if i % fault.every else _build_refused_item(item) for i, item in enumerate(items)
        ]
        done["errors"] = True
        return _Answer(200, answer.headers, json.dumps(done).encode())

    def _send(self, answer: _Answer, *, length: int | None = None) -> None:
        self.send_response_only(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body) if length is None else length))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)


def basic(user: str, password: str) -> str:
    """The header Authorization of RFC 7617."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def split_bulk(body: bytes) -> list[bytes]:
    """The items of a bulk request: an action, and its document unless it is a deletion."""
    lines = iter([line for line in body.splitlines(keepends=True) if line.strip()])
    return [action if "delete" in json.loads(action) else action + next(lines) for action in lines]


def _build_error(kind: str, reason: str) -> Mapping[str, Any]:
    cause = {"type": kind, "reason": reason}
    return {"root_cause": [cause], **cause}


def _build_refusal(fault: Refuse) -> _Answer:
    if fault.body is not None:
        return _Answer(fault.status, (("Content-Type", "text/html"),), fault.body)
    body = {"error": _build_error(fault.kind, fault.reason), "status": fault.status}
    return _Answer(fault.status, (("Content-Type", "application/json"),), json.dumps(body).encode())


def _build_refused_item(item: bytes) -> Mapping[str, Any]:
    ((action, given),) = json.loads(item.splitlines()[0]).items()
    error = {"type": REJECTED, "reason": Refuse().reason}
    return {action: {"_index": given.get("_index"), "_id": given.get("_id"), "status": 429, "error": error}}

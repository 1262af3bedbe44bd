"""An HTTP server on loopback that plays prepared answers, and remembers what it was asked."""

from __future__ import annotations

import contextlib
import gzip
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from newsgrep.archive.opensearch.address import IndexUrl


@dataclass(frozen=True)
class Asked:
    """One request as it came, its body unpacked."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Answer:
    """What to send back."""

    body: bytes | dict[str, Any] | list[Any] = b""
    status: int = 200
    media: str = "application/json; charset=UTF-8"
    headers: dict[str, str] = field(default_factory=dict)
    length: int | None = None
    """What Content-Length says, where that is not the truth."""
    pause: float = 0.0
    """Seconds before it begins."""
    drip: float = 0.0
    """Seconds between one byte and the next."""
    hang_up: bool = False
    """Close the connection instead."""


Play = Callable[[Asked], Answer]


@dataclass
class PlayedServer:
    """A running server; `asked` is what came so far."""

    port: int
    asked: list[Asked] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> IndexUrl:
        return IndexUrl("http", (("127.0.0.1", self.port),), "news")


def find_closed_port() -> int:
    """A port of this machine where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


@contextlib.contextmanager
def played_server(play: Play | Answer | list[Answer], *, tls: ssl.SSLContext | None = None) -> Iterator[PlayedServer]:
    """Run a server that gives the same answer always, one after the other (the last one stays), or as it is asked.

    With `tls` it is reached by https.
    """
    queue = list(play) if isinstance(play, list) else []

    def choose(asked: Asked) -> Answer:
        if isinstance(play, Answer):
            return play
        if isinstance(play, list):
            return queue.pop(0) if len(queue) > 1 else queue[0]
        return play(asked)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            if self.headers.get("content-encoding") == "gzip":
                body = gzip.decompress(body)
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked = Asked(self.command, self.path, headers, body)
            served.asked.append(asked)
            answer = choose(asked)
            if served.stopped.wait(answer.pause) or answer.hang_up:
                self.close_connection = True
                return
            content = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
            with contextlib.suppress(OSError):
                self.send_response(answer.status)
                self.send_header("content-type", answer.media)
                self.send_header("content-length", str(len(content) if answer.length is None else answer.length))
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                if self.command == "HEAD":
                    return
                if answer.drip:
                    for place in range(len(content)):
                        self.wfile.write(content[place : place + 1])
                        self.wfile.flush()
                        time.sleep(answer.drip)
                else:
                    self.wfile.write(content)
            if answer.length is not None:
                self.close_connection = True

        do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = handle_any  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        server.handle_error = lambda *_: None  # type: ignore[method-assign]  # Handshakes that fail are meant to.
    served = PlayedServer(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield served
    finally:
        served.stopped.set()
        server.shutdown()
        server.server_close()
        thread.join()

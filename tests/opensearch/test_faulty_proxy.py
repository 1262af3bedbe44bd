"""The proxy that fails: each fault is what it says, and what the node has done by then is known."""

from __future__ import annotations

import http.client
import json
import ssl
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.opensearch.certificates import Authority, build_authority
from tests.opensearch.faulty_proxy import (
    CutAfter,
    CutBefore,
    CutWithin,
    Delay,
    FaultyProxy,
    Refuse,
    RefuseItems,
    Truncate,
    basic,
    split_bulk,
)
from tests.opensearch.jars import Missing

BULK = b"".join(
    line + b"\n"
    for line in (
        *(b'{"index":{"_index":"news","_id":"a"}}', b'{"title":"Harbour"}'),
        b'{"delete":{"_index":"news","_id":"b"}}',
        *(b'{"index":{"_index":"news","_id":"c"}}', b'{"title":"Bridge"}'),
    )
)


class Node:
    """What stands for a node: it does every bulk request, and greets otherwise."""

    def __init__(self) -> None:
        node = self
        self.bodies: list[bytes] = []

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                node.bodies.append(body)
                actions = [json.loads(item.splitlines()[0]) for item in split_bulk(body)]
                done = [{kind: {**given, "status": 200}} for action in actions for kind, given in action.items()]
                self.reply({"took": 1, "errors": False, "items": done})

            def do_GET(self) -> None:
                self.reply({"tagline": "A node.", "authorization": self.headers.get("Authorization")})

            def reply(self, answer: object) -> None:
                body = json.dumps(answer).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"


@pytest.fixture(scope="module")
def serving() -> Iterator[Node]:
    node = Node()
    thread = threading.Thread(target=node.server.serve_forever, args=(0.02,))
    thread.start()
    yield node
    node.server.shutdown()
    thread.join()
    node.server.server_close()


@pytest.fixture
def node(serving: Node) -> Node:
    serving.bodies.clear()
    return serving


@pytest.fixture
def proxy(node: Node) -> Iterator[FaultyProxy]:
    with FaultyProxy(node.url) as proxy:
        yield proxy


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    try:
        return build_authority(tmp_path_factory.mktemp("authority"))
    except Missing as missing:
        pytest.skip(str(missing))


def send(url: str, body: bytes | None = None, context: ssl.SSLContext | None = None, **headers: str) -> Any:
    request = urllib.request.Request(url, body, {"Content-Type": "application/x-ndjson", **headers})
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context or ssl.create_default_context())
    )
    with opener.open(request, timeout=10) as answer:
        return json.load(answer)


def send_in_vain(url: str, body: bytes | None = None, **headers: str) -> tuple[int, bytes]:
    """The status and the body of an error."""
    with pytest.raises(urllib.error.HTTPError) as caught:
        send(url, body, None, **headers)
    with caught.value as answer:
        return answer.code, answer.read()


def test_without_orders_all_goes_through(node: Node, proxy: FaultyProxy) -> None:
    assert send(proxy.url)["tagline"] == "A node."
    assert len(send(proxy.url + "/_bulk", BULK)["items"]) == 3
    assert node.bodies == [BULK]
    assert [(seen.method, seen.path, seen.status) for seen in proxy.seen] == [
        ("GET", "/", 200),
        ("POST", "/_bulk", 200),
    ]


def test_one_connection_serves_many_requests(proxy: FaultyProxy) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=10)
    for method in ("GET", "HEAD", "GET"):
        connection.request(method, "/")
        answer = connection.getresponse()
        assert bool(answer.read()) == (method == "GET")
    connection.close()


def test_a_refusal_is_for_so_many_requests_of_a_path_and_the_node_hears_nothing(node: Node, proxy: FaultyProxy) -> None:
    proxy.fail(Refuse(429), times=2, part="_bulk")
    assert send(proxy.url)
    for _ in range(2):
        status, body = send_in_vain(proxy.url + "/_bulk", BULK)
        assert (status, json.loads(body)["error"]["type"]) == (429, "rejected_execution_exception")
    assert node.bodies == []
    assert not send(proxy.url + "/_bulk", BULK)["errors"]
    assert proxy.count("_bulk") == 3


def test_a_refusal_may_be_no_json(proxy: FaultyProxy) -> None:
    proxy.fail(Refuse(503, body=b"<h1>Service Unavailable</h1>"), times=None)
    for _ in range(3):
        assert send_in_vain(proxy.url) == (503, b"<h1>Service Unavailable</h1>")
    proxy.heal()
    assert send(proxy.url)


@pytest.mark.parametrize(
    ("every", "statuses", "done"), [(2, [429, 200, 429], 1), (1, [429] * 3, 0), (3, [429, 200, 200], 2)]
)
def test_items_that_are_refused_are_not_done(
    every: int, statuses: list[int], done: int, node: Node, proxy: FaultyProxy
) -> None:
    proxy.fail(RefuseItems(every))
    answer = send(proxy.url + "/_bulk", BULK)
    assert answer["errors"] is True
    assert [status["status"] for item in answer["items"] for status in item.values()] == statuses
    assert [given["_id"] for item in answer["items"] for given in item.values()] == ["a", "b", "c"]
    assert sum(len(split_bulk(body)) for body in node.bodies) == done


@pytest.mark.parametrize(
    ("fault", "failure", "done"),
    [
        (CutBefore(), http.client.RemoteDisconnected, False),
        (CutAfter(), http.client.RemoteDisconnected, True),
        (CutWithin(), http.client.IncompleteRead, True),
        (Truncate(), json.JSONDecodeError, True),
    ],
)
def test_an_answer_is_lost_before_or_after_the_node_has_done_it(
    fault: CutBefore | CutAfter | CutWithin | Truncate,
    failure: type[Exception],
    done: bool,
    node: Node,
    proxy: FaultyProxy,
) -> None:
    proxy.fail(fault)
    with pytest.raises(failure):
        send(proxy.url + "/_bulk", BULK)
    assert node.bodies == [BULK] * done
    assert send(proxy.url + "/_bulk", BULK)


def test_an_answer_may_be_late(proxy: FaultyProxy) -> None:
    proxy.fail(Delay(0.1))
    began = time.monotonic()
    assert send(proxy.url)
    assert time.monotonic() - began >= 0.1


def test_a_node_that_is_gone_is_a_bad_gateway() -> None:
    with FaultyProxy("http://127.0.0.1:9") as proxy:
        assert send_in_vain(proxy.url)[0] == 502


@pytest.mark.parametrize("wanted", [basic("reader", "harbour:1"), "Bearer abc"])
def test_who_does_not_say_who_they_are_is_not_let_in(wanted: str, node: Node) -> None:
    with FaultyProxy(node.url, authorization=wanted) as proxy:
        assert send_in_vain(proxy.url)[0] == 401
        assert send_in_vain(proxy.url, Authorization=basic("reader", "bridge"))[0] == 401
        assert send(proxy.url, Authorization=wanted)["authorization"] is None


def test_only_who_trusts_the_authority_and_calls_the_server_by_its_name_gets_an_answer(
    node: Node, authority: Authority
) -> None:
    trusting = ssl.create_default_context(cafile=str(authority.certificate))
    with FaultyProxy(node.url, tls=authority.issue("127.0.0.1", "localhost")) as proxy:
        assert send(proxy.url, context=trusting)
        assert send(f"https://localhost:{proxy.port}", context=trusting)
        with pytest.raises(urllib.error.URLError, match="CERTIFICATE_VERIFY_FAILED"):
            send(proxy.url)
        proxy.fail(CutAfter())
        with pytest.raises((http.client.RemoteDisconnected, ssl.SSLError, ConnectionError)):
            send(proxy.url + "/_bulk", BULK, context=trusting)
        assert node.bodies == [BULK]
    with (
        FaultyProxy(node.url, tls=authority.issue("elsewhere.example")) as proxy,
        pytest.raises(urllib.error.URLError, match=r"not valid for '127\.0\.0\.1'"),
    ):
        send(proxy.url, context=trusting)


def test_an_authority_of_the_same_name_is_another(node: Node, authority: Authority, tmp_path: Path) -> None:
    other = build_authority(tmp_path / "other")
    with (
        FaultyProxy(node.url, tls=other.issue("127.0.0.1")) as proxy,
        pytest.raises(urllib.error.URLError, match="CERTIFICATE_VERIFY_FAILED"),
    ):
        send(proxy.url, context=ssl.create_default_context(cafile=str(authority.certificate)))


@pytest.mark.opensearch
def test_a_node_does_the_items_that_the_proxy_lets_through(node_urls: tuple[str, ...], index_url: str) -> None:
    name = index_url.rpartition("/")[2]
    items = [b'{"index":{"_index":"%s","_id":"%d"}}\n{"number":%d}\n' % (name.encode(), i, i) for i in range(5)]
    with FaultyProxy(node_urls[0]) as proxy:
        proxy.fail(RefuseItems(2))
        answer = send(proxy.url + "/_bulk?refresh=true", b"".join(items))
        assert [item["index"]["status"] for item in answer["items"]] == [429, 201, 429, 201, 429]
        found = send(f"{proxy.url}/{name}/_search?sort=number")
        assert [hit["_id"] for hit in found["hits"]["hits"]] == ["1", "3"]

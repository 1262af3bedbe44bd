from __future__ import annotations

import contextlib
import logging
import socket
import sys
import time
from pathlib import Path

import pytest

from newsgrep.archive.opensearch import connection
from newsgrep.archive.opensearch.address import IndexUrl
from newsgrep.archive.opensearch.cluster import ATTEMPTS, Cluster
from newsgrep.archive.opensearch.credentials import Credentials, basic
from newsgrep.errors import ClusterFailed, ClusterRefused, ClusterUnreachable, ExtraMissing
from tests.archive.opensearch.played_server import Answer, Asked, PlayedServer, find_closed_port, played_server
from tests.opensearch.certificates import Authority, build_authority
from tests.opensearch.jars import Missing

NOBODY = Credentials()
SOMEBODY = basic("reader", "s3cret-word", "a test")


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsgrep.archive.opensearch.cluster.FIRST_PAUSE", 0.001)


def error_of(type_: str, reason: str) -> dict[str, object]:
    return {"error": {"root_cause": [{"type": type_, "reason": reason}], "type": "outer", "reason": "all"}}


def test_a_request_carries_its_body_and_parameters_and_brings_the_json_back() -> None:
    with played_server(Answer({"count": 3})) as server, Cluster(server.url, credentials=NOBODY) as cluster:
        params = {"routing": ["a", "b"], "allow": True, "size": 5}
        answer = cluster.request("POST", "/news/_count", params=params, body={"query": {"term": {"q": "Zürich"}}})
    assert answer == {"count": 3}
    (asked,) = server.asked
    assert (asked.method, asked.path) == ("POST", "/news/_count?routing=a%2Cb&allow=true&size=5")
    assert asked.json == {"query": {"term": {"q": "Zürich"}}}
    assert asked.headers["content-type"] == "application/json"
    assert "authorization" not in asked.headers


def test_bytes_are_sent_as_lines_of_json() -> None:
    with played_server(Answer({"errors": False})) as server, Cluster(server.url, credentials=NOBODY) as cluster:
        cluster.request("POST", "/_bulk", body=b'{"index":{}}\n{}\n')
    assert server.asked[0].headers["content-type"] == "application/x-ndjson"
    assert server.asked[0].body == b'{"index":{}}\n{}\n'


def test_head_says_whether_something_is_there() -> None:
    with (
        played_server([Answer(status=200), Answer(status=404)]) as server,
        Cluster(server.url, credentials=NOBODY) as cluster,
    ):
        assert cluster.request("HEAD", "/news") is True
        assert cluster.request("HEAD", "/other") is False


def test_a_prefix_of_a_proxy_stands_before_every_path() -> None:
    with played_server(Answer({})) as server:
        url = IndexUrl("http", server.url.hosts, "news", "/search/eu")
        with Cluster(url, credentials=NOBODY) as cluster:
            cluster.request("GET", "/news/_stats")
    assert server.asked[0].path == "/search/eu/news/_stats"


def test_large_bodies_for_other_machines_are_packed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(IndexUrl, "is_local", False)
    with played_server(Answer({"took": 1})) as server, Cluster(server.url, credentials=NOBODY) as cluster:
        assert cluster.request("POST", "/_bulk", body=b"{}\n" * 1000) == {"took": 1}
        cluster.request("POST", "/_bulk", body=b"{}\n")
    assert [asked.headers.get("content-encoding") for asked in server.asked] == ["gzip", None]
    assert server.asked[0].body == b"{}\n" * 1000


def test_who_one_is_is_told_with_each_request() -> None:
    with played_server(Answer({})) as server, Cluster(server.url, credentials=SOMEBODY) as cluster:
        cluster.request("GET", "/")
        cluster.request("GET", "/_cluster/health")
    assert [asked.headers["authorization"] for asked in server.asked] == [SOMEBODY.authorization] * 2


def test_an_error_of_the_cluster_has_status_kind_and_reason() -> None:
    with (
        played_server(Answer(error_of("index_not_found_exception", "no such index [news]"), status=404)) as server,
        Cluster(server.url, credentials=NOBODY) as cluster,
        pytest.raises(ClusterFailed) as met,
    ):
        cluster.request("GET", "/news/_mapping")
    assert (met.value.status, met.value.kind) == (404, "index_not_found_exception")
    assert met.value.reason == "no such index [news]"
    assert met.value.hint
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("status", "credentials", "what"),
    [(401, NOBODY, "not known"), (401, SOMEBODY, "not good"), (403, SOMEBODY, "not allowed")],
)
def test_a_cluster_that_lets_one_not_in_is_told_as_such(status: int, credentials: Credentials, what: str) -> None:
    answer = Answer(b"Unauthorized", status=status, media="text/plain")
    with (
        played_server(answer) as server,
        Cluster(server.url, credentials=credentials) as cluster,
        pytest.raises(ClusterRefused, match=what),
    ):
        cluster.request("GET", "/news/_stats")


def test_an_index_that_is_closed_to_writing_is_no_question_of_rights() -> None:
    answer = Answer(error_of("cluster_block_exception", "index [news] blocked by: [FORBIDDEN/8/index write]"), 403)
    with (
        played_server(answer) as server,
        Cluster(server.url, credentials=NOBODY) as cluster,
        pytest.raises(ClusterFailed, match="blocked by"),
    ):
        cluster.request("PUT", "/news/_doc/1", body={})


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_busy_cluster_is_asked_again_for_what_changes_nothing(status: int) -> None:
    busy = Answer(error_of("rejected_execution_exception", "queue full"), status=status)
    with (
        played_server([busy, busy, Answer({"hits": {}})]) as server,
        Cluster(server.url, credentials=NOBODY) as cluster,
    ):
        assert cluster.request("POST", "/news/_search", body={}) == {"hits": {}}
    assert len(server.asked) == 3


def test_a_search_is_made_again_where_a_node_was_lost_meanwhile() -> None:
    lost = Answer(error_of("node_not_connected_exception", "[n1] Node not connected"), status=500)
    with (
        played_server([lost, Answer({"hits": {}})]) as server,
        Cluster(server.url, credentials=NOBODY) as cluster,
    ):
        assert cluster.request("POST", "/news/_search", body={}) == {"hits": {}}
    with (
        played_server([lost, Answer({})]) as server,
        Cluster(server.url, credentials=NOBODY) as cluster,
        pytest.raises(ClusterFailed, match="not connected"),
    ):
        cluster.request("POST", "/_bulk", body=b"{}\n")


def test_a_busy_cluster_is_given_up_in_the_end() -> None:
    with (
        played_server(Answer(error_of("rejected_execution_exception", "queue full"), status=429)) as server,
        Cluster(server.url, credentials=NOBODY) as cluster,
        pytest.raises(ClusterFailed) as met,
    ):
        cluster.request("POST", "/news/_search", body={})
    assert met.value.status == 429
    assert len(server.asked) == ATTEMPTS


@pytest.mark.parametrize("answer", [Answer(hang_up=True), Answer(error_of("x", "y"), status=503)])
def test_what_changes_something_is_asked_once_unless_told(answer: Answer) -> None:
    with (
        played_server([answer, Answer({})]) as server,
        Cluster(server.url, credentials=NOBODY) as cluster,
        pytest.raises((ClusterFailed, ClusterUnreachable)),
    ):
        cluster.request("POST", "/_bulk", body=b"{}\n")
    with played_server([answer, Answer({})]) as server, Cluster(server.url, credentials=NOBODY) as cluster:
        assert cluster.request("POST", "/_bulk", body=b"{}\n", retry=True) == {}
    assert len(server.asked) == 2
    with (
        played_server([answer, Answer({})]) as server,
        Cluster(server.url, credentials=NOBODY) as cluster,
        pytest.raises((ClusterFailed, ClusterUnreachable)),
    ):
        cluster.request("GET", "/", retry=False)


def test_another_node_answers_for_one_that_is_down() -> None:
    with played_server(Answer({"name": "second"})) as server:
        hosts = (("127.0.0.1", find_closed_port()), *server.url.hosts)
        with Cluster(IndexUrl("http", hosts, "news"), credentials=NOBODY) as cluster:
            for _ in range(4):
                assert cluster.request("POST", "/_bulk", body=b"{}\n") == {"name": "second"}
    assert len(server.asked) == 4


def test_a_cluster_that_is_not_there_is_told_with_its_address() -> None:
    port = find_closed_port()
    with (
        Cluster(IndexUrl("http", (("127.0.0.1", port),), "news"), credentials=NOBODY) as cluster,
        pytest.raises(ClusterUnreachable, match=f"127.0.0.1:{port} cannot be reached"),
    ):
        cluster.request("GET", "/")


def test_a_node_that_hangs_is_given_up_after_the_time_out() -> None:
    with (
        played_server(Answer({}, pause=30)) as server,
        Cluster(server.url, credentials=NOBODY, timeout=0.2) as cluster,
        pytest.raises(ClusterUnreachable, match="did not answer in time"),
    ):
        cluster.request("GET", "/")
    assert len(server.asked) == 1


def test_an_answer_that_drips_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    begun = time.monotonic()
    with (
        played_server(Answer({"a": "b" * 500}, drip=0.02)) as server,
        Cluster(server.url, credentials=NOBODY, timeout=0.2) as cluster,
        pytest.raises(ClusterUnreachable, match="did not answer in time"),
    ):
        cluster.request("GET", "/")
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Answer(b"<html>Log in</html>", media="text/html"), "not_json"),
        (Answer(b'{"hits": {"hits": [', media="application/json"), "not_json"),
        (Answer(b"[" * 100_000, media="application/json"), "not_json"),
        (Answer(b"\xff\xfe\x00", media="application/json"), "not_json"),
        (Answer([1, 2]), "no_object"),
        (Answer(b""), "no_object"),
        (Answer(b"<html>no</html>", 500, "text/html"), "not_json"),
        (Answer([[]], 500), "unknown"),
        (Answer({"error": {"root_cause": 3, "type": [], "reason": {}}}, 500), "unknown"),
    ],
)
def test_what_is_no_answer_of_opensearch_is_a_clear_error(answer: Answer, kind: str) -> None:
    with (
        played_server(answer) as server,
        Cluster(server.url, credentials=NOBODY) as cluster,
        pytest.raises(ClusterFailed) as met,
    ):
        cluster.request("GET", "/")
    assert met.value.kind == kind
    assert "127.0.0.1" in met.value.message


def test_an_answer_that_is_cut_off_is_a_lost_connection() -> None:
    with (
        played_server(Answer(b'{"a": 1}', length=50)) as server,
        Cluster(server.url, credentials=NOBODY) as cluster,
        pytest.raises(ClusterUnreachable),
    ):
        cluster.request("GET", "/", retry=False)


def test_an_answer_of_any_size_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "LARGEST_ANSWER", 1 << 20)
    with (
        played_server(Answer({"a": "b" * (3 << 20)})) as server,
        Cluster(server.url, credentials=NOBODY) as cluster,
        pytest.raises(ClusterFailed) as met,
    ):
        cluster.request("GET", "/")
    assert met.value.kind == "too_large"


def test_a_packed_answer_counts_as_large_as_it_unpacks(monkeypatch: pytest.MonkeyPatch) -> None:
    import gzip

    monkeypatch.setattr(connection, "LARGEST_ANSWER", 1 << 20)
    bomb = gzip.compress(b" " * (8 << 20))
    assert len(bomb) < 1 << 14
    answer = Answer(bomb, headers={"content-encoding": "gzip"})
    with (
        played_server(answer) as server,
        Cluster(server.url, credentials=NOBODY) as cluster,
        pytest.raises(ClusterFailed) as met,
    ):
        cluster.request("GET", "/")
    assert met.value.kind == "too_large"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed_and_takes_no_credentials_elsewhere(status: int) -> None:
    with played_server(Answer({})) as other:
        location = f"http://127.0.0.1:{other.port}/news"
        with (
            played_server(Answer(status=status, headers={"location": location})) as server,
            Cluster(server.url, credentials=SOMEBODY) as cluster,
            pytest.raises(ClusterFailed, match="redirect"),
        ):
            cluster.request("GET", "/")
    assert not other.asked


def test_no_secret_is_shown_even_where_the_server_says_it(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    def echo(asked: Asked) -> Answer:
        return Answer(error_of("x", f"you sent {asked.headers['authorization']} and s3cret-word"), status=400)

    with played_server(echo) as server, Cluster(server.url, credentials=SOMEBODY) as cluster:
        with pytest.raises(ClusterFailed) as met:
            cluster.request("GET", "/")
        shown = f"{met.value} {met.value!r} {cluster!r} {SOMEBODY!r} {vars(met.value)} {caplog.text}"
    for secret in ("s3cret-word", *SOMEBODY.secrets):
        assert secret not in shown
    assert "you sent Basic ***" in shown


def test_without_opensearch_py_one_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opensearchpy", None)
    with pytest.raises(ExtraMissing, match=r"pip install 'newsgrep\[opensearch\]'"):
        Cluster(IndexUrl("http", (("localhost", 9200),), "news"), credentials=NOBODY)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """An authority that no system trusts."""
    try:
        return build_authority(tmp_path_factory.mktemp("authority"))
    except Missing as missing:
        pytest.skip(str(missing))


def https(server: PlayedServer, host: str = "localhost") -> IndexUrl:
    return IndexUrl("https", ((host, server.port),), "news")


def test_a_certificate_of_the_named_authority_is_trusted(authority: Authority) -> None:
    with played_server(Answer({"a": 1}), tls=authority.issue("localhost")) as server:
        trusting = Credentials(ca_file=str(authority.certificate))
        with Cluster(https(server), credentials=trusting) as cluster:
            assert cluster.request("GET", "/") == {"a": 1}


@pytest.mark.parametrize(("host", "is_named"), [("localhost", False), ("127.0.0.1", True)])
def test_no_password_goes_to_a_cluster_whose_certificate_is_not_good(
    authority: Authority, host: str, is_named: bool
) -> None:
    ca_file = str(authority.certificate) if is_named else None
    known = Credentials(SOMEBODY.authorization, SOMEBODY.secrets, ca_file=ca_file)
    with (
        played_server(Answer({}), tls=authority.issue("localhost")) as server,
        Cluster(https(server, host), credentials=known) as cluster,
        pytest.raises(ClusterRefused, match="cannot be trusted") as met,
    ):
        cluster.request("GET", "/")
    assert not server.asked
    assert "NEWSGREP_OPENSEARCH_CA" in str(met.value)


def test_an_authority_that_is_none_is_told_with_its_file(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.pem", Path(__file__)):
        with pytest.raises(ClusterRefused, match="no certificates can be read") as met:
            Cluster(IndexUrl("https", (("localhost", 1),), "news"), credentials=Credentials(ca_file=str(path)))
        assert str(path) in met.value.message


def test_a_plain_server_behind_https_is_a_clear_error() -> None:
    with (
        played_server(Answer({})) as server,
        Cluster(https(server), credentials=NOBODY) as cluster,
        pytest.raises((ClusterRefused, ClusterUnreachable)),
    ):
        cluster.request("GET", "/", retry=False)


def test_who_knows_nothing_of_indices_is_no_cluster() -> None:
    with (
        played_server(Answer(b"not found", 404, "text/plain")) as server,
        Cluster(server.url, credentials=NOBODY) as cluster,
        pytest.raises(ClusterUnreachable, match="not as"),
    ):
        cluster.request("GET", "/news")


def test_a_machine_that_takes_no_connection_is_given_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "CONNECT_TIMEOUT", 0.2)
    with socket.socket() as full, contextlib.ExitStack() as waiting:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        # Connections beyond the queue of a socket that accepts none get no answer at all.
        for _ in range(3):
            waiter = waiting.enter_context(socket.socket())
            waiter.setblocking(False)
            waiter.connect_ex(full.getsockname())
        begun = time.monotonic()
        with (
            Cluster(IndexUrl("http", (full.getsockname(),), "news"), credentials=NOBODY) as cluster,
            pytest.raises(ClusterUnreachable, match="in time"),
        ):
            cluster.request("GET", "/")
    assert time.monotonic() - begun < 2


def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{find_closed_port()}")
    with played_server(Answer({"a": 1})) as server, Cluster(server.url, credentials=NOBODY) as cluster:
        assert cluster.request("GET", "/", retry=False) == {"a": 1}

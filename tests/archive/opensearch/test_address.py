from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgrep.archive.opensearch.address import IndexUrl, is_index_url, parse_index_url
from newsgrep.errors import OptionError

HOSTS = st.from_regex(r"[a-z][a-z0-9]{0,8}(\.[a-z]{2,5})?", fullmatch=True)
NAMES = st.from_regex(r"[a-z0-9][a-z0-9_.-]{0,40}", fullmatch=True).filter(lambda name: not name.endswith("-files"))


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("http://localhost:9200/news", IndexUrl("http", (("localhost", 9200),), "news")),
        ("http://localhost/news", IndexUrl("http", (("localhost", 9200),), "news")),
        ("https://search.example.org/news", IndexUrl("https", (("search.example.org", 443),), "news")),
        ("HTTPS://Search.Example.org:9243/news/", IndexUrl("https", (("search.example.org", 9243),), "news")),
        ("http://h1:9200,h2:9201/news", IndexUrl("http", (("h1", 9200), ("h2", 9201)), "news")),
        ("http://h1,h1:9200/news", IndexUrl("http", (("h1", 9200),), "news")),
        ("http://[::1]:9200/news", IndexUrl("http", (("::1", 9200),), "news")),
        ("https://[2001:db8::7]/news", IndexUrl("https", (("2001:db8::7", 443),), "news")),
        ("https://example.org/search/eu/news", IndexUrl("https", (("example.org", 443),), "news", "/search/eu")),
        ("http://bücher.example/news", IndexUrl("http", (("xn--bcher-kva.example", 9200),), "news")),
        ("http://h/zeitung-süd.2", IndexUrl("http", (("h", 9200),), "zeitung-süd.2")),
    ],
)
def test_an_address_says_scheme_nodes_and_name(text: str, url: IndexUrl) -> None:
    assert is_index_url(text)
    assert parse_index_url(text) == url


@given(
    st.sampled_from(["http", "https"]),
    st.lists(st.tuples(HOSTS, st.integers(1, 65535)), min_size=1, max_size=3, unique=True),
    NAMES,
    st.lists(st.from_regex(r"[a-z]{1,5}", fullmatch=True), max_size=2),
)
def test_an_address_that_is_printed_is_read_back_as_the_same(
    scheme: str, hosts: list[tuple[str, int]], name: str, parts: list[str]
) -> None:
    url = IndexUrl(scheme, tuple(hosts), name, "".join(f"/{part}" for part in parts))
    assert parse_index_url(str(url)) == url


@given(st.text())
def test_any_text_is_an_address_or_an_error(text: str) -> None:
    for tried in (text, f"http://{text}", f"https://h/{text}"):
        try:
            url = parse_index_url(tried)
        except OptionError:
            continue
        assert parse_index_url(str(url)) == url


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("http:/h/news", "begins with http:// or https://"),
        ("ftp://h/news", "begins with http:// or https://"),
        ("http://h", "the name of the index is missing"),
        ("http://h/", "the name of the index is missing"),
        ("http:///news", "no name of a host"),
        ("http://h1,,h2/news", "no name of a host"),
        ("http://h1,http://h2/news", "stands there twice"),
        ("http://-h/news", "no name of a host"),
        ("http://h\n/news", "no name of a host"),
        ("http://h:0/news", "no port"),
        ("http://h:65536/news", "no port"),
        ("http://h:٣/news", "no port"),
        ("http://h:/news", "no port"),
        ("http://[::1/news", "no name of a host|no port"),
        ("http://[1.2.3.4]/news", "no IPv6"),
        ("http://h/news?pretty", r"no \? and no #"),
        ("http://h/news#x", r"no \? and no #"),
        ("http://h/../news", "cannot be a part"),
        ("http://h//news", "cannot be a part"),
        ("http://h/News", "lower case"),
        ("http://h/_all", "does not begin with _"),
        ("http://h/-news", "does not begin with -"),
        ("http://h/.security", r"does not begin with \."),
        ("http://h/news,other", "does not have ,"),
        ("http://h/news*", r"does not have \*"),
        ("http://h/new s", "a blank"),
        ("http://h/new%20s", "does not have %"),
        ("http://h/new:s", "does not have :"),
        ("http://h/" + "n" * 201, "at most 200 bytes"),
        ("http://h/" + "ü" * 101, "at most 200 bytes"),
        ("http://h/news-files", "names like this one"),
        ("http://h/news-g000001", "names like this one"),
        ("http://h/news-g000001-2018", "names like this one"),
    ],
)
def test_what_is_no_address_is_told_why(text: str, what: str) -> None:
    assert is_index_url(text)
    with pytest.raises(OptionError, match=what):
        parse_index_url(text)


@pytest.mark.parametrize(
    "text", ["http://reader:s3cret@h/news", "https://s3cret@h:9200/news", "http://reader:s3/cret@h/news"]
)
def test_a_password_in_an_address_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(OptionError, match="NEWSGREP_OPENSEARCH_PASSWORD") as met:
        parse_index_url(text)
    assert "cret" not in str(met.value)


@pytest.mark.parametrize("text", ["index", "/srv/index", "./http:/x", "C:/index", "c:\\index", "news.d/http", ""])
def test_a_path_is_no_address(text: str) -> None:
    assert not is_index_url(text)


@pytest.mark.parametrize(
    ("hosts", "local"),
    [
        ((("localhost", 1),), True),
        ((("127.0.0.1", 1), ("::1", 1)), True),
        ((("127.9.9.9", 1),), True),
        ((("localhost", 1), ("h", 1)), False),
        ((("127.0.0.1.example.org", 1),), False),
        ((("10.0.0.1", 1),), False),
    ],
)
def test_only_loopback_is_this_machine(hosts: tuple[tuple[str, int], ...], local: bool) -> None:
    assert IndexUrl("http", hosts, "news").is_local is local

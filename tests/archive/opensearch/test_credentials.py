from __future__ import annotations

import base64
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgrep.archive.opensearch.address import IndexUrl, parse_index_url
from newsgrep.archive.opensearch.credentials import CA, PASSWORD, TOKEN, USER, basic, bearer, find_credentials
from newsgrep.errors import ClusterRefused

URL = parse_index_url("https://search.example.org:9200/news")
SECRET = "s3cret-word"


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A home without credentials, and an environment without."""
    for name in (USER, PASSWORD, TOKEN, CA, "NETRC", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NEWSGREP_CONFIG", str(tmp_path / "newsgrep.toml"))
    return tmp_path


def write(path: Path, text: str, mode: int = 0o600) -> None:
    path.write_text(text)
    path.chmod(mode)


def spelt(user: str, password: str) -> str:
    return f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"


def test_without_credentials_there_are_none() -> None:
    found = find_credentials(URL)
    assert (found.authorization, found.source, found.ca_file) == (None, None, None)


def test_user_and_password_of_the_environment_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(USER, "reader")
    monkeypatch.setenv(PASSWORD, SECRET)
    found = find_credentials(URL)
    assert found.authorization == spelt("reader", SECRET)
    assert found.source == f"{USER} and {PASSWORD}"


def test_a_token_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TOKEN, SECRET)
    assert find_credentials(URL).authorization == f"Bearer {SECRET}"


@pytest.mark.parametrize("names", [(USER,), (PASSWORD,), (USER, PASSWORD, TOKEN)])
def test_half_of_them_or_too_many_are_an_error_that_does_not_repeat_them(
    monkeypatch: pytest.MonkeyPatch, names: tuple[str, ...]
) -> None:
    for name in names:
        monkeypatch.setenv(name, SECRET)
    with pytest.raises(ClusterRefused) as met:
        find_credentials(URL)
    assert SECRET not in str(met.value)


@pytest.mark.parametrize("token", ["two words", "line\nbreak", "süd", "tab\t"])
def test_what_is_no_token_never_becomes_a_header(monkeypatch: pytest.MonkeyPatch, token: str) -> None:
    monkeypatch.setenv(TOKEN, token)
    with pytest.raises(ClusterRefused) as met:
        find_credentials(URL)
    assert token not in str(met.value)


def test_the_users_settings_say_it_for_a_node(home: Path) -> None:
    write(
        home / "newsgrep.toml",
        f'[opensearch."search.example.org:9200"]\nuser = "reader"\npassword = "{SECRET}"\nca = "own/ca.pem"\n'
        '[opensearch."other.example.org:9200"]\ntoken = "another"\n',
    )
    found = find_credentials(URL)
    assert found.authorization == spelt("reader", SECRET)
    assert found.source == str(home / "newsgrep.toml")
    assert found.ca_file == str(home / "own/ca.pem")
    other = find_credentials(parse_index_url("https://search.example.org:9201/news"))
    assert (other.authorization, other.ca_file) == (None, None)


def test_the_environment_goes_before_the_settings_and_they_before_netrc(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(home / ".netrc", "machine search.example.org login third password third\n")
    assert find_credentials(URL).authorization == spelt("third", "third")
    write(home / "newsgrep.toml", '[opensearch."search.example.org:9200"]\nuser = "second"\npassword = "second"\n')
    assert find_credentials(URL).authorization == spelt("second", "second")
    monkeypatch.setenv(USER, "first")
    monkeypatch.setenv(PASSWORD, "first")
    assert find_credentials(URL).authorization == spelt("first", "first")


def test_netrc_may_name_the_port_and_stand_elsewhere(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(
        home / "other",
        "machine search.example.org:9200 login a password with-port\nmachine search.example.org login b password w\n",
    )
    monkeypatch.setenv("NETRC", str(home / "other"))
    assert find_credentials(URL).authorization == spelt("a", "with-port")


def test_what_netrc_says_by_default_is_for_no_cluster(home: Path) -> None:
    write(home / ".netrc", f"default login anonymous password {SECRET}\n")
    assert find_credentials(URL).authorization is None


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o610])
@pytest.mark.parametrize("name", ["newsgrep.toml", ".netrc"])
def test_a_file_with_a_password_that_others_may_read_is_not_used(home: Path, name: str, mode: int) -> None:
    text = {
        "newsgrep.toml": f'[opensearch."search.example.org:9200"]\nuser = "reader"\npassword = "{SECRET}"\n',
        ".netrc": f"machine search.example.org login reader password {SECRET}\n",
    }[name]
    write(home / name, text, mode)
    with pytest.raises(ClusterRefused, match="may be read by others") as met:
        find_credentials(URL)
    assert met.value.hint == f"chmod 600 {home / name}"
    write(home / name, text, 0o400)
    assert find_credentials(URL).authorization == spelt("reader", SECRET)


def test_a_file_without_a_password_for_this_cluster_may_be_read_by_all(home: Path) -> None:
    write(home / "newsgrep.toml", '[opensearch."search.example.org:9200"]\nca = "/etc/ca.pem"\n', 0o644)
    write(home / ".netrc", "machine elsewhere.example.org login a password b\n", 0o644)
    assert find_credentials(URL).ca_file == "/etc/ca.pem"


def test_a_file_of_another_user_is_not_used(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(home / ".netrc", f"machine search.example.org login reader password {SECRET}\n")
    me = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: me + 1)
    if me == 0:  # What root owns is anybody's own.
        os.chown(home / ".netrc", 12345, 12345)
    with pytest.raises(ClusterRefused, match="belongs to another user"):
        find_credentials(URL)


@pytest.mark.parametrize("text", [f"machine search.example.org login reader {SECRET} x\n", f"{SECRET}\n"])
def test_a_netrc_that_is_none_is_told_without_its_words(home: Path, text: str) -> None:
    write(home / ".netrc", text)
    with pytest.raises(ClusterRefused, match="not in the form of a netrc") as met:
        find_credentials(URL)
    assert SECRET not in str(met.value)
    assert met.value.__cause__ is None
    assert met.value.__suppress_context__


@pytest.mark.parametrize("line", ['verify = "no"', "password = 3", "verify = false", f'secret = "{SECRET}"'])
def test_a_key_that_there_is_not_is_told_without_its_value(home: Path, line: str) -> None:
    write(home / "newsgrep.toml", f'[opensearch."search.example.org:9200"]\n{line}\n')
    with pytest.raises(ClusterRefused, match="cannot be used") as met:
        find_credentials(URL)
    assert SECRET not in str(met.value)


def test_settings_that_cannot_be_read_hold_no_credentials(home: Path) -> None:
    write(home / "newsgrep.toml", '[opensearch."x"\n')
    assert find_credentials(URL).authorization is None


def test_a_password_goes_to_no_node_that_it_was_not_written_down_for(home: Path) -> None:
    both = IndexUrl("https", (("a.example.org", 443), ("b.example.org", 443)), "news")
    write(home / ".netrc", f"machine a.example.org login reader password {SECRET}\n")
    with pytest.raises(ClusterRefused, match=r"a\.example\.org:443 and b\.example\.org:443"):
        find_credentials(both)
    write(home / ".netrc", "".join(f"machine {x}.example.org login reader password {SECRET}\n" for x in "ab"))
    assert find_credentials(both).authorization == spelt("reader", SECRET)


@pytest.mark.parametrize(
    ("address", "goes"),
    [
        ("http://localhost:9200/news", True),
        ("http://127.0.0.1:9200/news", True),
        ("http://[::1]:9200/news", True),
        ("https://10.0.0.1/news", True),
        ("http://10.0.0.1:9200/news", False),
        ("http://localhost:9200,h2:9200/news", False),
        ("http://localhost.example.org:9200/news", False),
    ],
)
def test_a_password_goes_over_plain_http_to_this_machine_only(
    monkeypatch: pytest.MonkeyPatch, address: str, goes: bool
) -> None:
    monkeypatch.setenv(TOKEN, SECRET)
    url = parse_index_url(address)
    if goes:
        assert find_credentials(url).authorization
        return
    with pytest.raises(ClusterRefused, match="not sent over plain http://") as met:
        find_credentials(url)
    assert SECRET not in str(met.value)


def test_the_authorities_of_the_environment_go_before_those_of_the_settings(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(home / "newsgrep.toml", '[opensearch."search.example.org:9200"]\nca = "~/ca.pem"\n')
    assert find_credentials(URL).ca_file == str(home / "ca.pem")
    monkeypatch.setenv(CA, "/etc/other.pem")
    found = find_credentials(URL)
    assert (found.ca_file, found.ca_source) == ("/etc/other.pem", CA)


@given(st.text(st.characters(exclude_characters=":", codec="utf-8"), min_size=1), st.text(min_size=4))
def test_no_secret_is_seen_in_what_is_printed(user: str, password: str) -> None:
    found = basic(user, password.encode("utf-8", "ignore").decode() + "-long", "a test")
    secret = found.secrets[1]
    assert found.authorization
    assert found.authorization.removeprefix("Basic ") not in repr(found)
    assert secret not in found.hide(f"it said {secret}, and {found.authorization}").replace("***", "")


def test_a_user_with_a_colon_cannot_be_told() -> None:
    with pytest.raises(ClusterRefused, match="no colon"):
        basic("a:b", SECRET, "a test")
    with pytest.raises(ClusterRefused, match="no token"):
        bearer("", "a test")

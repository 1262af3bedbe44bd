"""Who one is to a cluster: a user with a password, or a token, and whose word on the cluster is trusted. Never printed.

Looked for in this order: the environment, the user's own newsgrep.toml, netrc. Never in an address, in an index or in a
file that others may read. What is found goes to the nodes that it is for, and over plain http:// to this machine only.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from newsgrep.archive.opensearch.address import name_host
from newsgrep.archive.user_folders import user_file
from newsgrep.errors import ClusterRefused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newsgrep.archive.opensearch.address import IndexUrl

USER = "NEWSGREP_OPENSEARCH_USER"
PASSWORD = "NEWSGREP_OPENSEARCH_PASSWORD"  # noqa: S105  (the name of a variable)
TOKEN = "NEWSGREP_OPENSEARCH_TOKEN"  # noqa: S105
CA = "NEWSGREP_OPENSEARCH_CA"
TABLE = "opensearch"
"""Of newsgrep.toml: `[opensearch."host:port"]`."""

_KEYS = frozenset({"user", "password", "token", "ca"})
_LARGEST = 1 << 20
_SHORTEST = 4
"""Characters: what is shorter stands in many a message without being meant."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a cluster is told of the user, and who vouches for the cluster."""

    authorization: str | None = field(default=None, repr=False)
    """The header of HTTP."""
    secrets: tuple[str, ...] = field(default=(), repr=False)
    """What must not be seen in any message."""
    source: str | None = None
    """Where they were found: a variable or a file."""
    ca_file: str | None = None
    """The certificates of authorities that are trusted; None for those of the system."""
    ca_source: str | None = None

    def hide(self, text: str) -> str:
        """The text without the secrets, should a server repeat them."""
        for secret in self.secrets:
            if len(secret) >= _SHORTEST:
                text = text.replace(secret, "***")
        return text


def find_credentials(url: IndexUrl) -> Credentials:
    """The credentials for a cluster; none where there are none. Raises ClusterRefused where they may not be used."""
    tables = _read_tables()
    found = _of_environment() or _of_file(url, tables) or _of_netrc(url) or Credentials()
    if found.authorization is not None and url.scheme == "http" and not url.is_local:
        raise ClusterRefused(
            f"{url.cluster}: the password or token of {found.source} is not sent over plain http:// to another machine",
            hint="Use https://, or remove it if the cluster asks for none.",
        )
    ca_file, ca_source = _find_ca(url, tables)
    return Credentials(found.authorization, found.secrets, found.source, ca_file, ca_source)


def basic(user: str, password: str, source: str) -> Credentials:
    """A user with a password (RFC 7617). Raises ClusterRefused for a name with a colon, which cannot be told."""
    import base64

    if ":" in user:
        raise ClusterRefused(f"{source}: the name of a user has no colon", hint="Ask whoever runs the cluster.")
    encoded = base64.b64encode(f"{user}:{password}".encode("utf-8", "surrogateescape")).decode()
    return Credentials(f"Basic {encoded}", (encoded, password), source)


def bearer(token: str, source: str) -> Credentials:
    """A token (RFC 6750). Raises ClusterRefused for what is none."""
    if not (token.isascii() and token.isprintable() and " " not in token and token):
        raise ClusterRefused(
            f"{source}: this is no token: it has a blank, a line break or another character that tokens have not",
            hint="Copy it again, without quotes and line breaks.",
        )
    return Credentials(f"Bearer {token}", (token,), source)


def _of_environment() -> Credentials | None:
    user, password, token = (os.environ.get(name) or None for name in (USER, PASSWORD, TOKEN))
    return _build(user, password, token, f"{USER} and {PASSWORD}" if token is None else TOKEN)


def _build(user: str | None, password: str | None, token: str | None, source: str) -> Credentials | None:
    if token is not None and (user, password) != (None, None):
        raise ClusterRefused(f"{source}: a user and a token were given", hint="Leave one of them out.")
    if token is not None:
        return bearer(token, source)
    if user is None and password is None:
        return None
    if user is None or password is None:
        missing = "user" if user is None else "password"
        raise ClusterRefused(f"{source}: the {missing} is missing", hint="Give both, or a token instead.")
    return basic(user, password, source)


def _read_tables() -> Mapping[str, object]:
    """What the user's settings say of clusters, by `host:port`. What cannot be read is told with the settings."""
    try:
        with open(user_file(), "rb") as file:
            content = file.read(_LARGEST)
    except (OSError, ValueError):
        return {}
    if TABLE.encode() not in content:
        return {}
    import tomllib

    try:
        tables = tomllib.loads(content.decode()).get(TABLE)
    except (ValueError, RecursionError):
        return {}
    return tables if isinstance(tables, dict) else {}


def _texts_for(tables: Mapping[str, object], host: str, port: int) -> dict[str, str]:
    """The texts of the table for a node. Raises ClusterRefused for what is not one of them."""
    table = tables.get(name_host(host, port))
    if not isinstance(table, dict):
        return {}
    for key, value in table.items():
        if key not in _KEYS or not isinstance(value, str):
            raise ClusterRefused(
                f'{user_file()}: [{TABLE}."{name_host(host, port)}"]: {key} cannot be used',
                hint=f"Texts that can stand there: {', '.join(sorted(_KEYS))}.",
            )
    return table


def _of_file(url: IndexUrl, tables: Mapping[str, object]) -> Credentials | None:
    path = user_file()
    found: dict[str, Credentials | None] = {}
    for host, port in url.hosts:
        texts = _texts_for(tables, host, port)
        if texts.keys() & {"password", "token"}:
            _require_private(path)
        found[name_host(host, port)] = _build(texts.get("user"), texts.get("password"), texts.get("token"), path)
    return _same_for_all(found, path)


def _of_netrc(url: IndexUrl) -> Credentials | None:
    path = os.environ.get("NETRC") or os.path.join(os.path.expanduser("~"), ".netrc")
    if not os.path.exists(path):
        return None
    import netrc

    try:
        hosts = netrc.netrc(path).hosts
    except netrc.NetrcParseError as error:  # Its message may hold a password.
        raise ClusterRefused(f"{path}: not in the form of a netrc (line {error.lineno})", hint="Mend it.") from None
    except (OSError, UnicodeError) as error:
        told = error.strerror if isinstance(error, OSError) and error.strerror else "not a text"
        raise ClusterRefused(f"{path} cannot be read: {told}", hint="Give yourself the right to read it.") from None
    found: dict[str, Credentials | None] = {}
    for host, port in url.hosts:
        entry = hosts.get(name_host(host, port)) or hosts.get(host)
        if entry is not None:
            _require_private(path)
        found[name_host(host, port)] = None if entry is None else _build(entry[0] or None, entry[2] or None, None, path)
    return _same_for_all(found, path)


def _same_for_all(found: Mapping[str, Credentials | None], path: str) -> Credentials | None:
    """What all nodes may be told: a password is not sent to a node that it was not written down for."""
    (first, credentials), *rest = found.items()
    for name, other in rest:
        if (other and other.authorization) != (credentials and credentials.authorization):
            raise ClusterRefused(
                f"{path} does not say the same of {first} and {name}",
                hint="The nodes of one cluster have the same users: write both down, or leave one out of the address.",
            )
    return credentials


def _require_private(path: str) -> None:
    """Raises ClusterRefused where others than the user may read a file, as ssh does of keys."""
    status = os.stat(path)
    if not hasattr(os, "geteuid"):
        return
    if status.st_uid not in (os.geteuid(), 0):
        raise ClusterRefused(f"{path} belongs to another user: no password is taken from it", hint="Make it your own.")
    if stat.S_IMODE(status.st_mode) & 0o077:
        raise ClusterRefused(
            f"{path} may be read by others: no password is taken from it", hint=f"chmod 600 {os.fspath(path)}"
        )


def _find_ca(url: IndexUrl, tables: Mapping[str, object]) -> tuple[str | None, str | None]:
    """The file of certificates to trust, and what names it."""
    if named := os.environ.get(CA):
        return named, CA
    for host, port in url.hosts:
        if named := _texts_for(tables, host, port).get("ca"):
            return os.path.join(os.path.dirname(user_file()), os.path.expanduser(named)), user_file()
    return None, None

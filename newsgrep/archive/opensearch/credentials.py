"""Who one is to a cluster: a user with a password or a token, and whom one trusts there. Never printed.

Looked for in this order: the environment, the user's newsgrep.toml, netrc.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from newsgrep.errors import ClusterRefused

if TYPE_CHECKING:
    from newsgrep.archive.opensearch.address import IndexUrl

USER = "NEWSGREP_OPENSEARCH_USER"
PASSWORD = "NEWSGREP_OPENSEARCH_PASSWORD"  # noqa: S105  (the name of a variable)
TOKEN = "NEWSGREP_OPENSEARCH_TOKEN"  # noqa: S105
CA = "NEWSGREP_OPENSEARCH_CA"


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a cluster is told of the user, and the authority that vouches for the cluster."""

    authorization: str | None = field(default=None, repr=False)
    """The header of HTTP."""
    secrets: tuple[str, ...] = field(default=(), repr=False)
    """What must not be seen in any message."""
    ca_file: str | None = None
    """Certificates of authorities to trust instead of the system's."""
    source: str = "none"
    """Where they come from, for people."""


def find_credentials(url: IndexUrl) -> Credentials:
    """The credentials for a cluster. Raises ClusterRefused where they may not be used."""
    found = _of_environment(os.environ.get(CA) or None)
    if found.authorization is not None and url.scheme == "http" and not url.is_local:
        raise ClusterRefused(
            f"{url.cluster}: a password or token is not sent over plain http:// to another machine",
            hint="Use https://, or unset the credentials if the cluster asks for none.",
        )
    return found


def _of_environment(ca_file: str | None) -> Credentials:
    user, password, token = (os.environ.get(name) or None for name in (USER, PASSWORD, TOKEN))
    if token is not None:
        return bearer(token, ca_file=ca_file, source=TOKEN)
    if user is not None and password is not None:
        return basic(user, password, ca_file=ca_file, source=USER)
    if user is not None or password is not None:
        there, missing = (USER, PASSWORD) if password is None else (PASSWORD, USER)
        raise ClusterRefused(f"{there} is set, and {missing} is not", hint=f"Set both, or {TOKEN}.")
    return Credentials(ca_file=ca_file)


def basic(user: str, password: str, *, ca_file: str | None, source: str) -> Credentials:
    """A user with a password (RFC 7617)."""
    import base64

    encoded = base64.b64encode(f"{user}:{password}".encode("utf-8", "surrogateescape")).decode()
    return Credentials(f"Basic {encoded}", (password, encoded), ca_file, source)


def bearer(token: str, *, ca_file: str | None, source: str) -> Credentials:
    """A token (RFC 6750)."""
    return Credentials(f"Bearer {token}", (token,), ca_file, source)

"""The address of an index on an OpenSearch cluster, as it is typed: `http://h1:9200,h2:9200/news`.

The last part of the path is the name of the index; what stands before it is where a reverse proxy has put the
cluster. An address holds no password: command lines are seen by others.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from newsgrep.errors import OptionError

DEFAULT_PORTS = {"http": 9200, "https": 443}
"""As OpenSearch's own client has them."""
NAME_BYTES = 200
"""The longest name; OpenSearch takes 255 bytes, and the names of the indices behind this one are longer."""

_EXAMPLE = "For example: https://search.example.org:9200/news"
_CREDENTIALS = (
    "Set NEWSGREP_OPENSEARCH_USER and NEWSGREP_OPENSEARCH_PASSWORD, or write them to ~/.netrc: "
    "others on this machine see the command lines of all."
)
# `http:/host` is what is left of an address that went through the functions for paths.
_URL = re.compile(r"https?:|[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_SCHEME = re.compile(r"(https?)://(.*)", re.IGNORECASE | re.DOTALL)
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_.])?", re.IGNORECASE)
_IPV6 = re.compile(r"\[([0-9a-f:.]+)\](.*)", re.IGNORECASE)
_PART = re.compile(r"[A-Za-z0-9._~-]+")
_OWN_NAME = re.compile(r"-files$|-g\d{6}(?:-|$)")


@dataclass(frozen=True, slots=True)
class IndexUrl:
    """Where an index on a cluster is. `str()` gives the address in full, with every port."""

    scheme: str
    """`http` or `https`."""
    hosts: tuple[tuple[str, int], ...]
    """(host, port) of one or several nodes of one cluster; an IPv6 address without brackets."""
    name: str
    prefix: str = ""
    """What comes before the name in the path, with a slash in front: where a reverse proxy has put the cluster."""

    def __str__(self) -> str:
        return f"{self.cluster}/{self.name}"

    @property
    def cluster(self) -> str:
        """The address without the name of the index."""
        return f"{self.scheme}://{','.join(name_host(*each) for each in self.hosts)}{self.prefix}"

    @property
    def is_local(self) -> bool:
        """Whether every node is reached over this machine's own loopback."""
        return all(_is_loopback(host) for host, _ in self.hosts)


def name_host(host: str, port: int) -> str:
    """A node as `host:port`, with brackets around an IPv6 address."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def is_index_url(text: str) -> bool:
    """Whether a text is meant as the address of an index on a cluster, and not as the path of a folder."""
    return _URL.match(text) is not None


def hide_password(text: str) -> str:
    """An address as it may be shown: what is before the last @ may be a password. Any other text stays as it is."""
    if not is_index_url(text) or "@" not in text:
        return text
    return f"{text.partition(':')[0]}://***@{text.rpartition('@')[2]}"


def parse_index_url(text: str) -> IndexUrl:
    """Read an address. Raises OptionError, which never repeats what may be a password."""
    split = _SCHEME.fullmatch(text)
    if "@" in text:
        raise OptionError("an address of an index takes no user and no password", hint=_CREDENTIALS)
    if split is None:
        raise OptionError(f"{text}: not the address of an index: it begins with http:// or https://", hint=_EXAMPLE)
    scheme, rest = split[1].lower(), split[2]
    if "?" in rest or "#" in rest:
        raise OptionError(f"{text}: the address of an index has no ? and no #", hint=_EXAMPLE)
    if "://" in rest:
        raise OptionError(f"{text}: {split[1]}:// stands there twice", hint="For several nodes: http://h1,h2/news")
    nodes, slash, path = rest.partition("/")
    *prefix, name = path.removesuffix("/").split("/")
    if not slash or not name:
        raise OptionError(f"{text}: the name of the index is missing", hint=f"Add it after the host. {_EXAMPLE}")
    for part in prefix:
        if not _PART.fullmatch(part) or part in (".", ".."):
            raise OptionError(f"{text}: {part or '//'} cannot be a part of the address of an index", hint=_EXAMPLE)
    hosts = tuple(dict.fromkeys(_parse_node(each, scheme, text) for each in nodes.split(",")))
    return IndexUrl(scheme, hosts, _check_name(name), "".join(f"/{part}" for part in prefix))


def _parse_node(node: str, scheme: str, text: str) -> tuple[str, int]:
    """One `host:port`, `host` or `[::1]:port`."""
    if found := _IPV6.fullmatch(node):
        host, rest = found[1].lower(), found[2]
        if not _is_ipv6(host):
            raise OptionError(f"{text}: no IPv6 address: {host}", hint=_EXAMPLE)
    else:
        host, colon, port = node.partition(":")
        host, rest = host.lower(), colon + port
        try:
            host = host.encode("idna").decode() if not host.isascii() else host
        except UnicodeError:
            host = ""
        if not _HOST.fullmatch(host):
            raise OptionError(f"{text}: no name of a host: {node or 'nothing'}", hint=_EXAMPLE)
    if not rest:
        return host, DEFAULT_PORTS[scheme]
    digits = rest.removeprefix(":")
    if not (rest.startswith(":") and digits.isascii() and digits.isdigit() and 0 < int(digits[:6]) < 1 << 16):
        raise OptionError(f"{text}: no port: {digits or 'nothing'}", hint="A port is a number up to 65535.")
    return host, int(digits)


def _check_name(name: str) -> str:
    """The name of an index, if it can be one.

    The rules are OpenSearch's (MetadataCreateIndexService.validateIndexOrAliasName), and three of newsgrep's own: the
    names of hidden indices, of those that it makes itself, and those that a URL would have to escape are not taken.
    """
    if name != name.lower():
        raise OptionError(f"{name}: the name of an index is in lower case", hint=f"Write {name.lower()}.")
    if name[0] in "_-+.":
        raise OptionError(f"{name}: the name of an index does not begin with {name[0]}", hint="Choose another name.")
    if bad := next((each for each in name if not each.isprintable() or each in '\\/*?"<>|, #:%'), None):
        raise OptionError(
            f"{name}: the name of an index does not have {'a blank' if bad == ' ' else bad} in it",
            hint="Use letters, digits, - and _.",
        )
    if len(name.encode("utf-8", "surrogatepass")) > NAME_BYTES:
        raise OptionError(f"{name[:20]}...: the name of an index has at most {NAME_BYTES} bytes", hint="Shorten it.")
    if _OWN_NAME.search(name):
        raise OptionError(
            f"{name}: newsgrep gives names like this one to the parts of an index",
            hint="Name the index itself, without -files or -g and a number at the end.",
        )
    return name


def _is_ipv6(host: str) -> bool:
    import ipaddress

    try:
        return ipaddress.ip_address(host).version == 6
    except ValueError:
        return False


def _is_loopback(host: str) -> bool:
    import ipaddress

    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False

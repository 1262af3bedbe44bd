"""The key of an address: addresses that lead to the same article have the same.

What differs between two captures of an article is left out: the scheme, `www.`, the fragment, a slash at the end, and
parameters that say where a reader came from. All else counts, other parameters in any order. An address without a
path or parameters is that of a site, not of an article, and has no key.
"""

from __future__ import annotations

import functools
import re
from urllib.parse import unquote_to_bytes, urlsplit

_TRACKING = re.compile(
    r"(?:utm_\w*|fbclid|gclid|dclid|msclkid|yclid|igshid|mc_cid|mc_eid|cmpid|ncid|icid|smid|smtyp|ocid|ftag"
    r"|_ga|at_\w+|xtor|wt_\w+|ref|ref_src|ref_url|referrer|source|cmp|cid|s_cid|partner|guccounter|guce_\w+"
    r"|share|shared|spm|taid|__twitter_impression|amp)",
    re.IGNORECASE,
)
_DEFAULT_PORT = re.compile(r":(?:80|443)?$")
_INDEX = re.compile(rb"/(?:index|default)\.(?:html?|php|aspx?)$", re.IGNORECASE)


@functools.lru_cache(maxsize=4)
def url_key(url: str | None) -> int:
    """64 bits of BLAKE2b of the address without what does not matter; 0 for what is no article's address."""
    address = normalise_url(url) if url else None
    if address is None:
        return 0
    import hashlib

    # Zero is for articles without an address.
    return int.from_bytes(hashlib.blake2b(address, digest_size=8).digest(), "little") or 1


def normalise_url(url: str) -> bytes | None:
    """An address without what does not matter; None for what is no article's address."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or not parts.netloc:
        return None
    host = _DEFAULT_PORT.sub("", parts.netloc.rpartition("@")[2].lower()).removeprefix("www.")
    path = _INDEX.sub(b"/", unquote_to_bytes(parts.path)).rstrip(b"/")
    pairs = [pair for pair in parts.query.split("&") if pair and not _TRACKING.fullmatch(pair.partition("=")[0])]
    if not host or not (path or pairs):
        return None
    query = b"&".join(sorted(map(unquote_to_bytes, pairs)))
    return host.encode("utf-8", "surrogatepass") + b"\0" + path + b"\0" + query

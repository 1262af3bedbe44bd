"""The older versions of articles in a cluster: decided as in a folder (`versions`), kept in each document.

Only addresses are looked at whose articles were written or taken out; a document whose mark changes is written anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from newsgrep.archive.opensearch.bulk import Action, write_action
from newsgrep.archive.opensearch.documents import build_document, read_signature
from newsgrep.archive.opensearch.pages import column, iter_hits
from newsgrep.archive.opensearch.stored import read_document
from newsgrep.archive.versions import list_words, mark_older_versions
from newsgrep.codec.signatures import SLOTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from newsgrep.archive.opensearch.cluster import Cluster

_ADDRESSES = 10_000
"""Addresses of one query."""
_AT_ONCE = 200


def find_hidden_addresses(cluster: Cluster, index: str) -> set[int]:
    """The addresses, as the index has them, that have an article marked as an older version."""
    query = {"bool": {"filter": [{"term": {"hidden": True}}, {"exists": {"field": "url_key"}}]}}
    return {column(hit, "url_key") for hit in iter_hits(cluster, index, query, ["url_key"])}


def iter_changed_marks(cluster: Cluster, index: str, addresses: Iterable[int]) -> Iterator[Action[str]]:
    """What brings the marks of the articles of some addresses up to date; the label is the id.

    index: a pattern of indices, which are refreshed; addresses: as the index has them. Raises ValueError for documents
    that newsgrep has not made.
    """
    wanted = sorted(addresses)
    for first in range(0, len(wanted), _ADDRESSES):
        changed = _find_changed(cluster, index, wanted[first : first + _ADDRESSES])
        for start in range(0, len(changed), _AT_ONCE):
            yield from _write_anew(cluster, changed[start : start + _AT_ONCE])


def _find_changed(cluster: Cluster, index: str, addresses: list[int]) -> list[tuple[str, str, bool]]:
    """(index, id, hidden) of the documents whose mark is to be another."""
    captured = {"exists": {"field": "captured"}}
    query = {"bool": {"filter": [{"terms": {"url_key": addresses}}, captured]}}
    fields = ["url_key", "key", "captured", "hidden"]
    hits = list(iter_hits(cluster, index, query, fields))
    if not hits:
        return []
    keys = np.array([column(hit, "url_key") for hit in hits], np.int64)
    _, places, counts = np.unique(keys, return_inverse=True, return_counts=True)
    repeated = np.flatnonzero(counts[places] > 1)
    marks = np.zeros(len(hits), np.bool_)
    if len(repeated):
        few = [hits[place] for place in repeated.tolist()]
        marks[repeated] = _mark(cluster, few)
    return [
        (hit["_index"], hit["_id"], mark)
        for hit, mark in zip(hits, marks.tolist(), strict=True)
        if bool(column(hit, "hidden")) is not mark
    ]


def _mark(cluster: Cluster, hits: list[dict[str, Any]]) -> NDArray[np.bool_]:
    """(n,): which of some hits are older versions of others."""
    signatures = np.zeros((len(hits), SLOTS), np.uint16)
    by_index: dict[str, list[int]] = {}
    for place, hit in enumerate(hits):
        by_index.setdefault(hit["_index"], []).append(place)
    for index, places in by_index.items():
        for first in range(0, len(places), _ADDRESSES):
            chunk = {hits[place]["_id"]: place for place in places[first : first + _ADDRESSES]}
            query = {"terms": {"id": list(chunk)}}
            for hit in iter_hits(cluster, index, query, ["signature"]):
                if hit["_id"] in chunk and (signed := column(hit, "signature")):
                    signatures[chunk[hit["_id"]]] = read_signature(signed)

    def words(place: int) -> set[str]:
        hit = hits[place]
        params = {"_source": "article.title,article.body"}
        source = cluster.request("GET", f"/{hit['_index']}/_doc/{hit['_id']}", params=params)["_source"]["article"]
        return list_words(source.get("title", ""), source.get("body", ""))

    return mark_older_versions(
        np.array([column(hit, "url_key") for hit in hits], np.int64),
        np.array([column(hit, "key") for hit in hits], np.int64),
        np.array([column(hit, "captured") for hit in hits], np.int64),
        signatures,
        words,
    )


def _write_anew(cluster: Cluster, changed: Sequence[tuple[str, str, bool]]) -> Iterator[Action[str]]:
    body = {"docs": [{"_index": index, "_id": name} for index, name, _ in changed]}
    answer = cluster.request("POST", "/_mget", body=body)
    for doc, (index, name, hidden) in zip(answer["docs"], changed, strict=True):
        if doc.get("found"):
            source = doc["_source"]
            article = read_document(source)
            document = build_document(article, source["file"], source["run"], hidden=hidden)
            yield Action(write_action(index, name, document), name)

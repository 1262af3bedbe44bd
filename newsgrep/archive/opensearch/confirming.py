"""Texts that are read because a cluster's index does not say whether they match: places that spans cannot tell exactly.

What the index can say narrows them down; each text that is left is fetched and tested here, so that the answer is the
one that a folder gives. More than `MOST_READ` of them are a question that is too costly, and that is said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from newsgrep.archive.opensearch.searching import WINDOW
from newsgrep.archive.opensearch.stored import stored_values
from newsgrep.codec.bounds import TooCostly
from newsgrep.errors import QueryTooCostly

if TYPE_CHECKING:
    from newsgrep.archive.opensearch.searching import Searcher
    from newsgrep.archive.opensearch.spans import Clause
    from newsgrep.archive.opensearch.translation import Test

MOST_READ = 50_000
"""Texts that one question may read."""
_TOGETHER = 500
_MOST_TERMS = 65_536
"""Keys that one clause may name (`index.max_terms_count`)."""


def confirm(searcher: Searcher, clause: Clause, test: Test) -> Clause:
    """The query for those documents that match a clause and whose texts pass a test. Raises QueryTooCostly."""
    from newsgrep.archive.opensearch.scanning import scan

    count = searcher.count(clause)
    if count > MOST_READ:
        raise QueryTooCostly(
            f"the text of more than {MOST_READ:,} articles would have to be read",
            hint="Ask for a rarer word with it, or a shorter period.",
        )
    keys = scan(searcher, clause, ())["references"].tolist() if count else []
    passed: list[int] = []
    for first in range(0, len(keys), _TOGETHER):
        body: dict[str, Any] = {
            "query": {"bool": {"filter": [{"terms": {"key": keys[first : first + _TOGETHER]}}]}},
            "size": WINDOW,
            "sort": [{"key": "asc"}],
            "track_total_hits": False,
            "_source": ["article"],
        }
        answer = searcher.search(body, "hits.hits.sort", "hits.hits._source")
        for hit in answer.get("hits", {}).get("hits", ()):
            try:
                if test(stored_values(hit.get("_source", {}))):
                    passed.append(hit["sort"][0])
            except TooCostly as error:
                raise QueryTooCostly(str(error), hint="Ask for rarer words, or for fewer in one place.") from error
    if not passed:
        return {"match_none": {}}
    parts: list[Clause] = [
        {"terms": {"key": passed[first : first + _MOST_TERMS]}} for first in range(0, len(passed), _MOST_TERMS)
    ]
    return parts[0] if len(parts) == 1 else {"bool": {"should": parts, "minimum_should_match": 1}}

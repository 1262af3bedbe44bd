"""The words and labels of an index on a cluster: which there are, in how many articles, and which are spelt alike."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from newsgrep.archive.engine import Beginning
from newsgrep.archive.opensearch.searching import NO_SOURCE
from newsgrep.archive.opensearch.stored import article_id
from newsgrep.archive.opensearch.tokens import safe

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from newsgrep.archive.opensearch.searching import Searcher

CANDIDATES = 200
"""Words near another that each shard names, the nearest and then the most frequent."""
MOST_ALIKE = 2_000
COUNTED = 400
"""Of names that are spelt alike, how many are counted exactly, the most frequent first."""
_GROUP = 24
"""Words that are asked for together to learn whether any of them is there."""
_ANY_NUMBER = 1 << 30
_REMEMBERED = 200_000
_LONGEST_PATTERN = 900
"""Characters; OpenSearch takes 1,000 (`index.max_regex_length`)."""
_LONGEST_BEGINNING = 300
"""Characters of a label that it is looked for by."""
_REST = "[^\0]*"
"""What any term ends with. For `.*` OpenSearch 2.19 takes a short cut, which fails (`index_out_of_bounds_exception`)
where the last term of a shard begins as asked for, or is before all that would."""
_SPECIAL = re.compile(r"""[.?+*|{}\[\]()"\\#@&<>~^$-]""")
_SHOWN: Mapping[str, Any] = {"must_not": [{"term": {"hidden": True}}]}
_NO_HITS = {"size": 0, "track_total_hits": False}


class RemoteVocabulary:
    """What is asked of the words of an index: older versions of articles never count."""

    def __init__(self, searcher: Searcher) -> None:
        self._searcher = searcher
        self._counts: dict[tuple[str, str], int] = {}

    def forget(self) -> None:
        """Count anew what is asked from now on."""
        self._counts.clear()

    def known(self, fields: Sequence[str], terms: Sequence[str]) -> dict[str, int]:
        """Those of some terms that stand in any of some fields; see `Engine.known`."""
        wanted = list(dict.fromkeys(terms))
        if len(self._counts) > _REMEMBERED:
            self._counts.clear()
        for field in fields:
            self._count(field, [term for term in wanted if (field, term) not in self._counts])
        found = {term: sum(self._counts[field, term] for field in fields) for term in wanted}
        return {term: found[term] for term in terms if found[term]}

    def _count(self, field: str, terms: Sequence[str]) -> None:
        """Learn how many documents have each of some terms."""
        there = terms
        if len(terms) > _GROUP:
            # Of many words most are misspellings that no text has.
            groups = [terms[first : first + _GROUP] for first in range(0, len(terms), _GROUP)]
            totals = self._searcher.count_all([_shown({"terms": {field: list(map(safe, each))}}) for each in groups])
            self._counts.update(dict.fromkeys(((field, term) for term in terms), 0))
            there = [term for group, total in zip(groups, totals, strict=True) if total for term in group]
        counts = self._searcher.count_all([_shown({"term": {field: {"value": safe(term)}}}) for term in there])
        self._counts.update(zip(((field, term) for term in there), counts, strict=True))

    def spellings(self, fields: Sequence[str], term: str, count: int) -> list[tuple[str, int]]:
        """Terms near to one, as `codec.spelling.find_spellings` orders them.

        Of a word that is near very many others, only the CANDIDATES nearest of each shard are looked at.
        """
        from newsgrep.codec.spelling import LONG, SHORTEST, count_edits

        if len(term) < SHORTEST:
            return []
        most = 2 if len(term) >= LONG else 1
        suggest = {
            "text": safe(term),
            "term": {
                "field": "ranked",
                "analyzer": "keyword",
                "suggest_mode": "always",
                "string_distance": "damerau_levenshtein",
                "max_edits": most,
                "prefix_length": 0,
                "min_word_length": 1,
                "size": CANDIDATES,
                "shard_size": CANDIDATES,
                "accuracy": 0.0,
                "max_term_freq": _ANY_NUMBER,
            },
        }
        answer = self._searcher.search({**_NO_HITS, "suggest": {"near": suggest}}, "suggest.near.options.text")
        texts = [option["text"] for entry in answer.get("suggest", {}).get("near", ()) for option in entry["options"]]
        distances = {text: edits for text in texts if 0 < (edits := count_edits(term, text)) <= most}
        counts = self.known(fields, list(distances))
        return sorted(counts.items(), key=lambda each: (distances[each[0]], -each[1], each[0]))[:count]

    def alike(self, fields: Sequence[str], skeletons: Collection[str], initials: str, longest: int) -> dict[str, int]:
        """Terms with the consonants of some skeletons, and their documents; see `codec.skeletons.find_alike`.

        Those of which no text has a form with a capital are not known.
        """
        found: dict[str, int] = {}
        for pattern in _iter_patterns(skeletons, initials):
            # Only few articles have them: their values are looked through rather than those of all be numbered.
            names = {"field": "names", "include": pattern, "size": MOST_ALIKE, "execution_hint": "map"}
            body = {
                **_NO_HITS,
                "query": _shown({"regexp": {"names": {"value": pattern}}}),
                "aggs": {"names": {"terms": names}},
            }
            answer = self._searcher.search(body, "aggregations.names.buckets")
            for bucket in answer.get("aggregations", {}).get("names", {}).get("buckets", ()):
                term = bucket["key"].partition("|")[2]
                if len(term) <= longest:
                    found[term] = bucket["doc_count"]
        frequent = sorted(found, key=lambda term: (-found[term], term))[:MOST_ALIKE]
        exact = self.known(fields, frequent[:COUNTED])
        return {term: exact.get(term, found[term]) for term in frequent}

    def labels(self, field: str) -> list[str]:
        """Every folded label of a field."""
        from newsgrep.archive.opensearch.tallies import count_labels

        (counts,) = count_labels(self._searcher, _shown({"match_all": {}}), [field])
        return sorted(counts)

    def terms_from(self, field: str, start: str, at_most: int) -> list[Beginning]:
        """The labels or ids that begin with a text; see `Engine.terms_from`."""
        query = _shown({"prefix": {field: {"value": start[:_LONGEST_BEGINNING]}}})
        if field == "id":
            body = {**NO_SOURCE, "query": query, "size": at_most + 1, "sort": [{"key": "asc"}]}
            hits = self._searcher.search(body, "hits.hits.sort").get("hits", {}).get("hits", ())
            keys = [hit["sort"][0] for hit in hits]
            return [Beginning(article_id(key), 1, key) for key in keys] if len(keys) <= at_most else []
        aggregation = {
            "terms": {
                "field": field,
                "include": f"{_quote(start[:_LONGEST_BEGINNING])}{_REST}",
                "size": at_most + 1,
                "order": {"_key": "asc"},
            },
            # A minimum would be rounded to a number of 53 bits.
            "aggs": {"first": {"top_hits": {"size": 1, "sort": [{"key": "asc"}], "_source": False}}},
        }
        body = {**_NO_HITS, "query": query, "aggs": {"of": aggregation}}
        answer = self._searcher.search(
            body, *(f"aggregations.of.buckets.{name}" for name in ("key", "doc_count", "first.hits.hits.sort"))
        )
        buckets = answer.get("aggregations", {}).get("of", {}).get("buckets", ())
        if len(buckets) > at_most:
            return []
        return [
            Beginning(each["key"], each["doc_count"], each["first"]["hits"]["hits"][0]["sort"][0])
            for each in buckets
            if each["key"].startswith(start)
        ]


def _shown(query: Mapping[str, Any]) -> dict[str, Any]:
    return {"bool": {"filter": [query], **_SHOWN}}


def _quote(text: str) -> str:
    """A text as a part of one of Lucene's regular expressions."""
    return _SPECIAL.sub(r"\\\g<0>", text)


def _iter_patterns(skeletons: Collection[str], initials: str) -> Iterator[str]:
    """Regular expressions for the values of `names` that have one of some skeletons and begin with one of some letters.

    Several, none of them too long.
    """
    letters = "|".join(map(_quote, initials))
    found: list[str] = []
    size = 0
    for skeleton in sorted(set(skeletons)):
        if found and size + len(skeleton) + 1 > _LONGEST_PATTERN - len(letters):
            yield f"({'|'.join(found)})\\|({letters}){_REST}"
            found, size = [], 0
        found.append(skeleton)
        size += len(skeleton) + 1
    if found and letters:
        yield f"({'|'.join(found)})\\|({letters}){_REST}"

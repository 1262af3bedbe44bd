"""Long lists of hits come in pieces and are whole, however their keys are spread and whatever happens to the index."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgrep.archive.opensearch import scanning
from newsgrep.archive.opensearch.scanning import scan
from newsgrep.archive.opensearch.searching import Searcher
from newsgrep.archive.opensearch.stored import HALF
from newsgrep.codec.plain_schema import MISSING
from newsgrep.errors import ClusterFailed

ALL: Mapping[str, Any] = {"match_all": {}}
keys = st.one_of(st.integers(-HALF, HALF - 1), st.integers(-30, 30), st.sampled_from([-HALF, HALF - 1]))


class Shelf:
    """An index that knows keys and dates, and answers what `scan` asks."""

    def __init__(self, dates: Mapping[int, int | None], window: int, lost: list[str] | None = None) -> None:
        self._rows = sorted((key, MISSING if date is None else date) for key, date in dates.items())
        self._window = window
        self._lost = lost or []
        self.asked = 0

    def search(self, body: Mapping[str, Any], *keep: str, same_statistics: bool = False) -> dict[str, Any]:
        del keep, same_statistics
        self.asked += 1
        assert body["size"] == self._window
        rows = self._rows
        if "bool" in body["query"]:
            if self._lost:
                kind = self._lost.pop()
                raise ClusterFailed(500 if kind == "illegal_state_exception" else 404, kind, "gone", hint="")
            ((within,),) = (body["query"]["bool"]["filter"],)
            first, last = within["range"]["key"]["gte"], within["range"]["key"]["lte"]
            assert -HALF <= first <= last < HALF
            rows = [row for row in rows if first <= row[0] <= last]
        hits = [{"sort": list(row)} for row in rows[: self._window]]
        return {"hits": {"hits": hits, "total": {"value": len(self._rows), "relation": "eq"}}}

    def read_total(self, answer: Mapping[str, Any]) -> int:
        total: int = answer["hits"]["total"]["value"]
        return total

    @contextlib.contextmanager
    def freeze(self) -> Iterator[Shelf]:
        yield self


@contextlib.contextmanager
def small_window(window: int) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scanning, "WINDOW", window)
        yield


@given(st.dictionaries(keys, st.one_of(st.none(), st.integers(-(10**9), 10**9)), max_size=80), st.integers(1, 12))
def test_every_hit_is_found_once_in_the_order_of_keys(dates: dict[int, int | None], window: int) -> None:
    with small_window(window):
        found = scan(cast("Searcher", Shelf(dates, window)), ALL, ["published", "key"])
    assert found["references"].tolist() == sorted(dates)
    assert found["key"].tolist() == [key + HALF for key in sorted(dates)]
    wanted = [dates[key] for key in sorted(dates)]
    assert found["published"].tolist() == [MISSING if date is None else date for date in wanted]


def test_what_fits_into_one_answer_is_asked_for_once() -> None:
    shelf = Shelf(dict.fromkeys(range(9), 0), 10)
    with small_window(10):
        assert len(scan(cast("Searcher", shelf), ALL, ["published"])["references"]) == 9
    assert shelf.asked == 1


@pytest.mark.parametrize(
    "kind", ["search_context_missing_exception", "index_not_found_exception", "illegal_state_exception"]
)
def test_an_index_that_is_replaced_meanwhile_is_asked_anew(kind: str) -> None:
    dates = {number * 2**55: 1 for number in range(-100, 100)}
    with small_window(10):
        found = scan(cast("Searcher", Shelf(dates, 10, [kind])), ALL, ["published"])
        assert found["references"].tolist() == sorted(dates)
        with pytest.raises(ClusterFailed):
            scan(cast("Searcher", Shelf(dates, 10, [kind] * 400)), ALL, ["published"])
        with pytest.raises(ClusterFailed):
            scan(cast("Searcher", Shelf(dates, 10, ["query_shard_exception"])), ALL, ["published"])


def test_an_article_that_stands_in_two_indices_for_a_moment_comes_once() -> None:
    shelf = Shelf({}, 10)
    shelf._rows = [(1, 5), (1, 6), (2, 7)]
    with small_window(10):
        found = scan(cast("Searcher", shelf), ALL, ["published"])
    assert (found["references"].tolist(), found["published"].tolist()) == ([1, 2], [5, 7])

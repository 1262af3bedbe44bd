"""Keys of records, and the set that remembers them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from newsgrep.sources.record_keys import Fingerprints, join_keys, show_key


@given(st.lists(st.binary(max_size=6), max_size=200))
def test_a_text_is_new_the_first_time(texts: list[bytes]) -> None:
    seen = Fingerprints()
    known: set[bytes] = set()
    for text in texts:
        assert seen.add(text) == (text not in known)
        known.add(text)
    assert len(seen) == len(known)


def test_many_texts_are_told_apart_in_little_memory() -> None:
    seen = Fingerprints()
    assert all(seen.add(b"%d" % number) for number in range(20_000))
    assert not any(seen.add(b"%d" % number) for number in range(20_000))
    assert seen.memory <= 26 * 20_000


def test_a_place_is_shown_without_its_mark() -> None:
    assert [show_key(key) for key in ("#12", "12", "a#1")] == ["12", "12", "a#1"]
    assert join_keys("a.zip", "#1") == "a.zip##1"
    assert join_keys("a.html", "") == "a.html"

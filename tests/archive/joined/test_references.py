from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgrep.archive.joined.references import MOST_ENGINES, References, engine_of, engines_of

EDGES = [0, 1, (1 << 55) - 1, 1 << 55, (1 << 63) - 1, -1, -(1 << 63)]
references = st.integers(-(1 << 63), (1 << 63) - 1) | st.sampled_from(EDGES)
batches = st.lists(st.tuples(st.booleans(), st.lists(references, unique=True, max_size=8)), max_size=8)


@given(batches=batches, number=st.sampled_from([0, 1, MOST_ENGINES - 1]))
def test_a_reference_is_numbered_once_and_leads_back(batches: list[tuple[bool, list[int]]], number: int) -> None:
    known = References(number)
    numbers: dict[int, int] = {}
    for at_once, own in batches:
        joined = known.join_all(np.array(own, np.int64)).tolist() if at_once else [known.join(each) for each in own]
        for each, its_number in zip(own, joined, strict=True):
            assert numbers.setdefault(each, its_number) == its_number
        assert [known.split(each) for each in joined] == own
    assert len(set(numbers.values())) == len(numbers)
    joined_all = np.array(list(numbers.values()), np.int64)
    assert known.split_all(joined_all).tolist() == list(numbers)
    assert (engines_of(joined_all) == number).all()
    assert all(engine_of(each) == number for each in numbers.values())


def test_references_of_two_engines_are_never_the_same() -> None:
    left, right = References(0), References(1)
    assert not {left.join(each) for each in EDGES} & {right.join(each) for each in EDGES}


@pytest.mark.parametrize("number", [0, 1, MOST_ENGINES - 1])
def test_documents_by_number_stay_in_their_order(number: int) -> None:
    own = np.arange(5, 5_000, 7)
    joined = References(number).join_all(own)
    assert (np.diff(joined) == 7).all()
    assert (joined >= 0).all()

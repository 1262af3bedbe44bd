from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from newsgrep.codec.segment import SegmentData

# Values whose bytes are found across the borders of others, too.
values = st.sampled_from([0, 1, 256, 257, 1 << 56, (1 << 56) + 1, 0x0101010101010101])


def hold(column: list[int], dtype: str = "<u8") -> SegmentData:
    data: Any = object.__new__(SegmentData)
    data.column_facts = {"key": {"dtype": dtype, "default": 0}}
    data.file = SimpleNamespace(read=lambda name: memoryview(b"".join(value.to_bytes(8, "little") for value in column)))
    held: SegmentData = data
    return held


@given(st.lists(values, max_size=30), values)
def test_documents_with_a_value_are_found_in_the_bytes_of_a_column(column: list[int], value: int) -> None:
    assert hold(column).find_equal("key", value) == [place for place, held in enumerate(column) if held == value]


def test_a_column_that_is_not_there_or_of_other_numbers_has_no_value() -> None:
    assert hold([1]).find_equal("other", 1) == []
    assert hold([1], "<i4").find_equal("key", 1) == []

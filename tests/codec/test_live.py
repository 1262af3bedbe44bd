"""Documents that are not deleted, counted term by term."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsgrep.codec.lengths import encode_lengths, length_table
from newsgrep.codec.live import alive_mask, live_frequencies, live_frequency
from newsgrep.codec.segment import Part
from tests.codec.test_evaluator import make_schema, write_segment

WORDS = [f"w{number}" for number in range(40)]


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(
    texts=st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=30), min_size=1, max_size=12), data=st.data()
)
def test_a_deleted_document_counts_for_no_term_and_no_length(texts: list[list[str]], data: st.DataObject) -> None:
    deleted = data.draw(st.sets(st.integers(0, len(texts) - 1)))
    live = [text for number, text in enumerate(texts) if number not in deleted]
    with tempfile.TemporaryDirectory() as folder:
        documents = [{"body": " ".join(text)} for text in texts]
        segment = write_segment(Path(folder) / "0.seg", make_schema(), documents)
        part = Part(segment, frozenset(deleted), 0)
        assert part.n_live == len(live)
        codes = encode_lengths(np.array([len(text) for text in live], np.int64))
        assert part.live_length("body") == length_table().take(codes).sum()
        terms, alive = segment.terms("body"), alive_mask(part)
        assert terms is not None
        names = [term.decode() for term in terms.iter_terms()]
        expected = [sum(name in text for text in live) for name in names]
        assert [live_frequency(terms, place, alive) for place in range(len(names))] == expected
        chosen = sorted(data.draw(st.sets(st.integers(0, len(names) - 1))))
        counted = live_frequencies(terms, np.array(chosen, np.intp), alive)
        assert counted.tolist() == [expected[place] for place in chosen]

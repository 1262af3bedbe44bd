"""Reading some documents of a term, and runs of terms without positions, against reading everything."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsgrep.codec.phrases import POSITION_BITS
from newsgrep.codec.postings import encode_gaps
from newsgrep.codec.segment_file import SegmentFile, SegmentFileWriter
from newsgrep.codec.terms import FieldTerms, Run
from newsgrep.codec.terms_writer import FieldTermsWriter


def build_terms(folder: Path, n_terms: int, seed: int, widest: int) -> FieldTerms:
    """A dictionary of random postings, some with frequencies, gaps and positions that need extras."""
    random = np.random.default_rng(seed)
    dfs = random.integers(1, 40, n_terms)
    docnums = np.concatenate([np.sort(random.choice(5000, df, replace=False)) for df in dfs])
    freqs = np.where(random.random(len(docnums)) < 0.1, random.integers(15, 60, len(docnums)), 1)
    positions = np.concatenate([np.sort(random.integers(0, widest, freq)) for freq in freqs])
    writer = FieldTermsWriter("body", folder, freqs=True, positions=True)
    writer.add_run([b"%04d" % at for at in range(n_terms)], Run(dfs, docnums, freqs, encode_gaps(positions, freqs)))
    with SegmentFileWriter(folder / "part.seg") as file:
        writer.finish(file)
        file.facts["documents"] = 5000
    return FieldTerms(SegmentFile(folder / "part.seg"), "body")


@settings(max_examples=60)
@given(st.integers(1, 150), st.integers(0, 2**32), st.sampled_from([30, 2000, 200_000]), st.data())
def test_reading_in_part_gives_what_reading_everything_gives(
    n_terms: int, seed: int, widest: int, data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        terms = build_terms(Path(folder), n_terms, seed, widest)
        ordinal = data.draw(st.integers(0, n_terms - 1))
        docnums, freqs, positions = terms.postings(ordinal)
        chosen = sorted(data.draw(st.sets(st.integers(0, len(docnums) - 1))))
        places = np.array(chosen, np.intp)
        by_document = np.split(positions, np.cumsum(freqs)[:-1])

        assert terms.freqs_at(ordinal, places).tolist() == freqs[places].tolist()
        assert terms.occurrences_at(ordinal, places).tolist() == [
            rank << POSITION_BITS | at for rank, place in enumerate(chosen) for at in by_document[place].tolist()
        ]

        first = data.draw(st.integers(0, n_terms))
        last = data.draw(st.integers(first, n_terms))
        whole, part = terms.run(first, last), terms.run_documents(first, last)
        assert part.dfs.tolist() == whole.dfs.tolist()
        assert part.docnums.tolist() == whole.docnums.tolist()
        assert part.freqs is not None
        assert whole.freqs is not None
        assert part.freqs.tolist() == whole.freqs.tolist()
        text, ends = terms.texts(first, last)
        assert text == b"".join(terms.iter_terms(first, last))
        assert len(ends) == last - first


@pytest.mark.parametrize("wanted", [True, False])
def test_frequencies_are_read_only_where_wanted(tmp_path: Path, wanted: bool) -> None:
    run = build_terms(tmp_path, 5, 1, 30).run_documents(0, 5, freqs=wanted)
    assert (run.freqs is not None) is wanted

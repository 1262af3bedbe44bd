from __future__ import annotations

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from newsgrep.codec.vocabulary import Vocabulary
from newsgrep.codec.words import iter_words

PIECES = st.text(st.sampled_from("aB1290.,-'’ &_sé"), max_size=30)
WORDS = st.lists(
    st.sampled_from(["bridge", "Bridge,", "“bridges”", "goat", "e-mail", "U.S.", "—", "мост"]), max_size=12
).map(" ".join)
TEXTS = WORDS | PIECES | st.text(max_size=60)


def read(vocabulary: Vocabulary, texts: list[str]) -> list[list[tuple[str, int]]]:
    """The words and positions of each text, through codes and back."""
    codes, counts = vocabulary.read_texts(texts)
    assert len(counts) == len(texts)
    starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)])
    terms, positions, word_starts = vocabulary.expand(codes, starts)
    names = vocabulary.terms
    words = [(names[term], position) for term, position in zip(terms.tolist(), positions.tolist(), strict=True)]
    return [words[word_starts[n] : word_starts[n + 1]] for n in range(len(texts))]


@given(st.lists(TEXTS, min_size=1, max_size=5))
@example(["9,886,000 12.5 1,5 1.234.567 1,234.5 3,000-4,000 a-b-c-d-e x-1 10-20 e-mail ex-KGB A.B.C. don't 20.02.2018"])
@example(["", "  ", "a", ""])
@example(["a\u00a0b\u2028c", "a\0b", "\ud800 x"])
@settings(max_examples=500)
def test_it_reads_the_words_that_the_analysis_gives(texts: list[str]) -> None:
    vocabulary = Vocabulary(stemmed=True)
    expected = [[(word.term, word.position) for word in iter_words(text)] for text in texts]
    assert read(vocabulary, texts) == expected
    # A second time everything is known.
    assert read(vocabulary, texts[::-1]) == expected[::-1]


def test_a_piece_has_the_same_code_whatever_stands_at_its_edges_and_wherever_it_stands() -> None:
    codes, counts = Vocabulary(stemmed=True).read_texts(["Bridge bridge, (bridge)", "«bridge» BRIDGES"])
    assert codes.tolist() == [0, 0, 0, 0, 0]
    assert counts.tolist() == [3, 2]


def test_its_memory_grows_with_the_distinct_pieces_alone() -> None:
    vocabulary = Vocabulary(stemmed=True)
    vocabulary.read_texts(["one two three"] * 100)
    before = vocabulary.memory
    vocabulary.read_texts(["three two one"] * 1_000)
    assert vocabulary.memory == before
    vocabulary.read_texts([" ".join(f"w{n}" for n in range(10_000))])
    assert vocabulary.memory > before + 10_000 * 100

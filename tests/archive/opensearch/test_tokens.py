"""Token streams: a cluster that cuts them at blanks has newsgrep's words at newsgrep's places."""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from newsgrep.archive.opensearch.tokens import (
    CASED,
    FOLDED,
    JOIN,
    NOTHING,
    PARAGRAPH,
    SENTENCE,
    STEP,
    build_bag,
    build_plain_stream,
    build_stream,
    cased_token,
    folded_token,
    safe,
)
from newsgrep.codec.sentences import PARAGRAPH_END, iter_sentences
from newsgrep.codec.words import iter_words, read_form

_PIECES = st.sampled_from([
    "The", "harbour", "was", "closed.", "U.S.", "e-mail", "O'Brien's", "l'homme", "1,000", "北京市长", "กรุงเทพ",
    "Ünïcode", "\n\n", "\n", "Mr.", "“Quoted.”", "state-of-the-art", "ﷺ", "…", "a=b", "x|y", "^", "Навальный",
])  # fmt: skip
TEXTS = st.lists(_PIECES, max_size=30).map(" ".join) | st.text(max_size=80)


def _cut(stream: str) -> dict[int, list[str]]:
    """What a cluster makes of a stream: tokens by position."""
    return {place: token.split(JOIN) for place, token in enumerate(stream.split()) if token != NOTHING}


@given(TEXTS)
@example("ﷺ and more")
def test_every_word_of_a_text_stands_at_twice_its_position(text: str) -> None:
    tokens = _cut(build_stream(text))
    placed = {
        (place // STEP, token)
        for place, found in tokens.items()
        if place % STEP == 0
        for token in found
        if token[:1] not in (FOLDED, CASED)
    }
    assert placed == {(word.position, safe(word.term)) for word in iter_words(text)}


@given(TEXTS)
def test_every_printed_form_stands_beside_its_word(text: str) -> None:
    tokens = _cut(build_stream(text))
    for word in iter_words(text):
        surface = text[word.start : word.end]
        folded, cased = read_form(surface, cased=False), read_form(surface, cased=True)
        here = tokens[word.position * STEP]
        assert folded_token(folded) in here
        assert (cased_token(cased) in here) == (cased != folded)


@given(TEXTS)
def test_a_sign_stands_where_the_sentence_or_the_paragraph_of_the_next_word_is_another(text: str) -> None:
    tokens = _cut(build_stream(text))
    starts = {
        SENTENCE: [start for start, _ in iter_sentences(text)],
        PARAGRAPH: [0, *(match.end() for match in PARAGRAPH_END.finditer(text))],
    }
    words = [word for word in iter_words(text) if not word.whole]
    for one, other in pairwise(words):
        between = [
            sign for place in range(one.position * STEP + 1, other.position * STEP) for sign in tokens.get(place, [])
        ]
        for sign, of_unit in starts.items():
            is_another = bisect_right(of_unit, one.start) != bisect_right(of_unit, other.start)
            assert (sign in between) == is_another


@given(TEXTS)
def test_a_bag_has_every_word_once_for_each_time_it_stands(text: str) -> None:
    assert build_bag(text).split() == [safe(word.term) for word in iter_words(text)]


@given(TEXTS)
def test_names_and_addresses_keep_their_words_as_spelt(text: str) -> None:
    placed = {(place // STEP, token) for place, found in _cut(build_plain_stream(text)).items() for token in found}
    assert placed == {(word.position, safe(word.term)) for word in iter_words(text, stemmed=False)}


def test_a_text_reads_as_the_format_says() -> None:
    assert build_stream("The US won. Iran lost") == (
        "the|=the|^The . us|=us|^US . won|=won .s iran|=iran|^Iran . lost|=lost"
    )
    assert build_stream("An e-mail\n\ncame") == "an|=an|^An . e|=e . mail|=mail|email|=email .s|.p came|=came"


def test_a_term_that_folds_to_several_words_stays_one() -> None:
    (word,) = iter_words("ﷺ")
    assert " " in word.term
    assert safe(word.term).split() == [safe(word.term)]

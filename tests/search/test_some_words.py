from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgrep.codec.words import iter_words
from newsgrep.search.some_words import analyze_some, find_some

TEXTS = st.text(
    st.sampled_from("aAbBoOüÜéñ東京ёЁ_09.,'’-‐&\u0301\u00ad\u200d\u0e33 \n\"(") | st.characters(), max_size=40
)
INITIALS = st.frozensets(st.sampled_from("abouё東0_é^]-"), max_size=4)


@given(TEXTS, INITIALS)
def test_words_with_such_initials_are_found_where_they_stand(text: str, initials: frozenset[str]) -> None:
    wanted = [word for word in iter_words(text) if word.term[:1] in initials]
    assert [word for word in analyze_some(text, initials) if word.term[:1] in initials] == wanted
    found = [(word.term, word.start, word.end) for word in find_some(text, initials) if word.term[:1] in initials]
    assert found == [(word.term, word.start, word.end) for word in wanted]


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("Oil, oily OILS and toil", ["oil", "oili", "oil"]),
        ("crude-oil x_oil d'oil’s", ["oil", "oil", "oil"]),
        ("“oil” – öl", ["oil", "ol"]),
    ],
)
def test_a_word_is_found_within_chunks_of_several(text: str, terms: list[str]) -> None:
    assert [word.term for word in find_some(text, frozenset("o")) if word.term[0] == "o"] == terms

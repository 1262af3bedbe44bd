from __future__ import annotations

import itertools

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsgrep.codec.pickled import Labels, PlainWords, StemmedWords, fold_label
from newsgrep.codec.words import chunk_pattern, fold, iter_words, split_chunk, stem


def terms(text: str) -> list[str]:
    return [word.term for word in iter_words(text)]


def shown(text: str) -> list[str]:
    """The terms that stand one after the other, without the wholes beside them."""
    return [word.term for word in iter_words(text) if not word.whole]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Café", "CAFE"),
        ("Café", "café"),
        ("U.S.", "US"),
        ("U.S", "us"),
        ("O'Brien", "O’Brien"),
        ("O'Brien", "OBrien"),
        ("Russia's", "Russia"),
        ("Russia’s", "RUSSIA"),
        ("l'homme", "homme"),
        ("1,000,000", "1000000"),
        ("naïve", "naive"),
        ("Straße", "STRASSE"),
        ("Łódź", "Lodz"),
        ("İstanbul", "istanbul"),
        ("con\u00adtract", "contract"),
        ("World \u0421up", "World Cup"),
        ("\uff35\uff33", "US"),
        ("Ёлка", "елка"),
        ("مُحَمَّد", "محمد"),
        ("٢٠١٨", "2018"),
        ("bridges", "bridge"),
        ("Москве", "Москва"),
    ],
)
def test_two_spellings_of_a_word_meet(one: str, other: str) -> None:
    assert terms(one) == terms(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("йод", "иод"), ("1,5", "15"), ("3.14", "314"), ("ex-president", "president"), ("Paris", "Peru")],
)
def test_different_words_stay_apart(one: str, other: str) -> None:
    assert shown(one) != shown(other)


def test_a_hyphenated_word_is_found_by_its_parts_and_as_a_whole() -> None:
    words = list(iter_words("an e-mail server"))
    assert [(word.term, word.position, word.whole) for word in words] == [
        ("an", 0, False),
        ("e", 1, False),
        ("mail", 2, False),
        ("email", 2, True),
        ("server", 3, False),
    ]


def test_an_acronym_before_a_hyphen_still_closes_up() -> None:
    assert shown("U.S.-led forces") == ["us", "led", "forc"]


def test_unspaced_script_gives_pairs_and_the_last_character() -> None:
    words = list(iter_words("北京市长 said"))
    assert [(word.term, word.position, word.whole) for word in words] == [
        ("北京", 0, False),
        ("京市", 1, False),
        ("市长", 2, False),
        ("长", 2, True),
        ("said", 3, False),
    ]


def test_a_word_points_at_its_characters() -> None:
    text = "In Russia’s  «café», U.S. troops"
    assert [text[word.start : word.end] for word in iter_words(text)] == ["In", "Russia", "café", "U.S", "troops"]


def test_punctuation_alone_is_no_word() -> None:
    assert terms("— … ___ !!! & ' -") == []


def test_an_endless_word_is_cut() -> None:
    assert [len(term) for term in terms("x" * 10_000)] == [128]


def test_words_with_digits_are_not_stemmed() -> None:
    assert (stem("g7s"), stem("cities")) == ("g7s", "citi")


@given(st.text())
def test_words_stand_in_order_within_the_text(text: str) -> None:
    words = list(iter_words(text))
    assert all(0 <= word.start < word.end <= len(text) for word in words)
    shown = [word for word in words if not word.whole]
    assert [word.position for word in shown] == list(range(len(shown)))
    assert all(a.end <= b.start or b.end - b.start == 2 for a, b in itertools.pairwise(shown))


def test_a_soft_hyphen_before_unspaced_letters_is_no_word() -> None:
    assert [(word.term, word.position) for word in iter_words("\u00ad中国 b")] == [("中国", 0), ("国", 0), ("b", 1)]


@given(st.text())
@example("\u00ad㐀")
def test_every_term_has_letters_of_its_own(text: str) -> None:
    assert all(word.term and word.term == word.term.strip() for word in iter_words(text))


@given(st.text())
def test_folding_is_done_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=40))
def test_a_chunk_alone_and_in_a_text_gives_the_same_words(text: str) -> None:
    for word in text.split():
        assert terms(f"before {word} after")[1:-1] == terms(word) or not word.isalnum()


def test_a_cached_chunk_is_the_chunk_split_anew() -> None:
    assert split_chunk("cease-fire") is split_chunk("cease-fire")


def test_the_analyzer_gives_whoosh_the_same_words() -> None:
    text = "Deir ez-Zor’s U.S.-led e-mail, 1,000 北京市长"
    tokens = [(t.text, t.pos, t.startchar, t.endchar) for t in StemmedWords()(text, positions=True, chars=True)]
    assert tokens == [(w.term, w.position, w.start, w.end) for w in iter_words(text)]


def test_a_query_asks_for_the_words_in_sequence() -> None:
    assert [t.text for t in StemmedWords()("an e-mail", mode="query")] == ["an", "e", "mail"]


def test_names_are_not_stemmed() -> None:
    assert [t.text for t in PlainWords()("Agnes Rivers")] == ["agnes", "rivers"]


def test_no_phrase_reaches_from_one_value_into_the_next() -> None:
    tokens = [(t.text, t.pos) for t in PlainWords()("Ada Lund\nBo Hale", positions=True)]
    assert tokens[2][1] - tokens[1][1] >= 100


def test_a_label_is_one_term_in_any_case() -> None:
    assert [t.text for t in Labels()("World  News\nÉconomie")] == ["world news", "economie"]
    assert fold_label(" World\u00a0NEWS ") == "world news"


@given(st.text(st.characters(codec="utf-8") | st.sampled_from("a'’-.,& \u0301\u00ad\u0915\u093f"), max_size=200))
def test_every_form_of_the_chunk_expression_finds_the_same_chunks(text: str) -> None:
    assert chunk_pattern(text).findall(text) == chunk_pattern(f"{text} \u0301").findall(text)

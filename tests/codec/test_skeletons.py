from __future__ import annotations

import json
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

import newsgrep
from newsgrep.archive.local_engine import LocalEngine
from newsgrep.codec.skeletons import LONGEST, pack_skeleton, skeleton_of, skeletons_of
from newsgrep.codec.terms import FieldTerms


class Dictionary:
    """Words as `skeletons_of` reads them from a segment."""

    def __init__(self, words: list[str]) -> None:
        encoded = [word.encode() for word in words]
        self._text = b"".join(encoded)
        self._ends = np.cumsum([len(word) for word in encoded]).astype(np.int64)

    def texts(self, first: int, last: int) -> tuple[bytes, NDArray[np.int64]]:
        assert (first, last) == (0, len(self._ends))
        return self._text, self._ends


def skeletons(words: list[str]) -> list[int]:
    return [int(each) for each in skeletons_of(cast("FieldTerms", Dictionary(words)), 0, len(words))]


WORDS = st.text("aceijhkdbstlzxgq", min_size=1, max_size=12) | st.text("жхцабйسقيا漢jch", min_size=1, max_size=8)


@given(st.lists(WORDS, min_size=1, max_size=20))
def test_many_words_at_once_have_the_skeletons_of_each(words: list[str]) -> None:
    assert skeletons(words) == [pack_skeleton(skeleton_of(word)) for word in words]


@pytest.mark.parametrize(
    ("word", "skeleton"),
    [
        ("gaddafi", "KTB"),
        ("qadhafi", "KTB"),
        ("каддафи", "KTB"),
        ("قذافي", "KTB"),
        ("khrushchev", "KRTB"),
        ("chruschtschow", "TRT"),
        ("natalja", "NTL"),
        ("djokhar", "TKR"),
        ("aeiou", ""),
    ],
)
def test_a_skeleton_is_the_classes_of_the_consonants(word: str, skeleton: str) -> None:
    assert skeleton_of(word) == skeleton
    assert skeletons([word]) == [pack_skeleton(skeleton)]


def test_a_word_of_too_many_consonants_has_none() -> None:
    word = "bata" * LONGEST
    assert skeletons([word, "bata"]) == [-1, pack_skeleton("BT")]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> LocalEngine:
    folder: Path = tmp_path_factory.mktemp("skeletons")
    texts = ["Qaddafi", "Qaddafi again", "Kadhafi", "Каддафи", "Battery", "Qaddafistan"]
    lines = [json.dumps({"id": str(n), "title": "Story", "text": f"It says {text}."}) for n, text in enumerate(texts)]
    (folder / "all.jsonl").write_text("\n".join(lines), "utf-8")
    with newsgrep.open(folder / "index", create=True) as archive:
        archive.update([folder / "all.jsonl"])
    return LocalEngine(folder / "index")


def test_words_of_a_skeleton_are_found_with_their_articles(engine: LocalEngine) -> None:
    assert engine.alike(["title", "body"], ["KTB"], "qkк", 20) == {"qaddafi": 2, "kadhafi": 1, "каддаф": 1}


def test_other_initials_and_longer_words_are_left_out(engine: LocalEngine) -> None:
    assert engine.alike(["body"], ["KTB"], "k", 20) == {"kadhafi": 1}
    assert engine.alike(["body"], ["KTB"], "qk", 6) == {}
    assert engine.alike(["section"], ["KTB"], "qk", 20) == {}

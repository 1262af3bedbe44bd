from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from whoosh.support.levenshtein import damerau_levenshtein

import newsgrep
from newsgrep.archive.local_engine import LocalEngine
from newsgrep.codec.spelling import count_edits


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> LocalEngine:
    folder: Path = tmp_path_factory.mktemp("spelling")
    texts = ["port", "port part", "port pork", "pork", "café", "ports of call"]
    lines = [
        json.dumps({"id": str(n), "title": f"Story {n}", "text": f"It says {text}."}) for n, text in enumerate(texts)
    ]
    (folder / "all.jsonl").write_text("\n".join(lines), "utf-8")
    with newsgrep.open(folder / "index", create=True) as archive:
        archive.update([folder / "all.jsonl"])
    return LocalEngine(folder / "index")


def test_the_nearest_comes_first_and_of_these_the_most_frequent(engine: LocalEngine) -> None:
    assert engine.spellings(["title", "body"], "porx", 5) == [("port", 4), ("pork", 2)]


def test_only_so_many_are_given(engine: LocalEngine) -> None:
    assert engine.spellings(["body"], "porx", 1) == [("port", 4)]


def test_a_word_itself_and_short_ones_have_none(engine: LocalEngine) -> None:
    assert "port" not in dict(engine.spellings(["body"], "port", 5))
    assert engine.spellings(["body"], "po", 5) == []
    assert engine.spellings(["section"], "port", 5) == []


def test_letters_are_counted_not_bytes(engine: LocalEngine) -> None:
    assert engine.spellings(["body"], "cafй", 5) == [("cafe", 1)]


def test_letters_in_the_wrong_order_are_one_error(engine: LocalEngine) -> None:
    assert engine.spellings(["body"], "prot", 1) == [("port", 4)]


def test_of_many_terms_the_known_are_told_with_their_articles(engine: LocalEngine) -> None:
    assert engine.known(["title", "body"], ["port", "storx", "stori", "port", ""]) == {"port": 4, "stori": 6}
    assert engine.known(["nowhere"], ["port"]) == {}


@given(st.text("abcd", max_size=6), st.text("abcd", max_size=6))
def test_edits_are_those_of_the_usual_definition(one: str, other: str) -> None:
    assert count_edits(one, other) == count_edits(other, one) == damerau_levenshtein(one, other)

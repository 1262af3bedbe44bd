"""What a line tells by itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgrep.extract.line_features import OWN_NAMES, count_units, describe, look_at
from newsgrep.extract.text_lines import Line


def feature(text: str, name: str) -> float:
    return look_at(text).row[OWN_NAMES.index(name)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The boats sail at noon. They return at dusk.", 1.0),
        ("Do the boats sail? They do! So they say. Good.", 3.0),
        ("They said “the boats sail.” Then they left", 1.0),
        ("The boats sail at 3.30 from pier no.4", 0.0),
        ("Stop. Go", 0.0),
    ],
)
def test_sentences_are_counted_by_the_stops_between_them(text: str, expected: float) -> None:
    assert feature(text, "stops") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Read on at www.boats.example today.", 1.0),
        ("Write to pier@boats.example for tickets.", 1.0),
        ("See https://boats.example", 1.0),
        ("The boats sail at noon. They return at dusk.", 0.0),
        ("The harbour master: no boats sail.", 0.0),
    ],
)
def test_an_address_is_told_from_a_full_stop(text: str, expected: float) -> None:
    assert feature(text, "address") == expected


@pytest.mark.parametrize("mark", ['"', "“", "„", "«", "「"])
def test_every_quotation_mark_counts(mark: str) -> None:
    assert feature(f"He said {mark}no", "quote") == 1.0
    assert feature("He said no – it’s late", "quote") == 0.0


def test_cues_of_texts_without_blanks_are_found() -> None:
    assert look_at("有料会員限定の記事です").furniture
    assert look_at("© The Island Paper").credit
    assert not look_at("Das Schiff fährt „morgen“ – früh").credit


@given(text=st.text(st.characters(codec="utf-8"), min_size=1, max_size=400).filter(lambda text: bool(text.strip())))
def test_any_line_has_every_feature(text: str) -> None:
    look = look_at(text)
    assert len(look.row) == len(OWN_NAMES)
    assert look.units == count_units(text)


def test_windows_reach_no_further_than_the_page() -> None:
    prose = "The boats sailed out at noon, and the wind that had held them in port for days was gone."
    lines = [Line(text, item=False, gap=False) for text in ("News", prose, "Sport")]
    rows, looks = describe(lines)
    assert [row is not None and len(row) for row in rows] == [25, 25, 25]
    assert looks[1].units == 19

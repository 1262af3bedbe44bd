from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgrep.search.person_names import PersonName, split_name


@pytest.mark.parametrize(
    ("name", "family", "given_name", "suffix"),
    [
        ("Ada Quill", "Quill", "Ada", ""),
        ("R. J. Sallow", "Sallow", "R. J.", ""),
        ("Bo K. Reed", "Reed", "Bo K.", ""),
        ("Mary Jane Reed", "Reed", "Mary Jane", ""),
        ("Pat O'Marsh", "O'Marsh", "Pat", ""),
        ("Jean-Luc D’Orme-Vale", "D’Orme-Vale", "Jean-Luc", ""),
        ("Ida van Dam", "van Dam", "Ida", ""),
        ("Lena von der Au", "von der Au", "Lena", ""),
        ("Omar al-Masri", "al-Masri", "Omar", ""),
        ("Bo Reed Jr.", "Reed", "Bo", "Jr."),
        ("Bo Reed III", "Reed", "Bo", "III"),
        ("Анна Петрова", "Петрова", "Анна", ""),
    ],
)
def test_the_family_name_of_a_person_is_told(name: str, family: str, given_name: str, suffix: str) -> None:
    assert split_name(name, "en") == PersonName(family, given_name, suffix)


@pytest.mark.parametrize(
    "name",
    ["Reuters", "Associated Press", "BBC News", "Agence France-Presse", "Guardian staff", "The Quay Ledger", "dpa",
     "Editor in Chief", "Reed, Bo", "Ada and Bo", "Unit 4", "Reed B.", "a@b.example", "王小明", "", "van Dam",
     "Ada Bo Cy Di Ed Flo"],
)  # fmt: skip
def test_what_may_be_no_person_stays_whole(name: str) -> None:
    assert split_name(name, "en") is None


@pytest.mark.parametrize(
    ("name", "lang"),
    [("Nagy Anna", "hu"), ("Anna Jónsdóttir", "is"), ("Nguyen Van An", "vi"), ("Eva Vega Luna", "es")],
)
def test_where_names_are_built_otherwise_none_is_taken_apart(name: str, lang: str) -> None:
    assert split_name(name, lang) is None


def test_a_middle_initial_is_no_family_name_in_any_language() -> None:
    assert split_name("Eva M. Vega", "es") == PersonName("Vega", "Eva M.")


@given(st.text(max_size=40))
def test_nothing_of_a_name_is_lost_or_added(name: str) -> None:
    person = split_name(name)
    if person is not None:
        assert " ".join(name.split()) == " ".join(part for part in (person.given, person.family, person.suffix) if part)

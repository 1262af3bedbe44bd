from __future__ import annotations

from pathlib import Path

import pytest

from newsgrep.errors import OptionError
from newsgrep.search.synonyms import MOST_OF_A_GROUP, parse_synonyms, read_synonyms


def test_each_of_a_group_finds_the_others() -> None:
    found = parse_synonyms(["Burma, Myanmar , Birma"], "file")
    assert found.find("myanmar") == ("Burma", "Birma")
    assert found.find("Rangoon") == ()


def test_an_arrow_goes_one_way() -> None:
    found = parse_synonyms(["PM, premier => prime minister"], "file")
    assert found.find("premier") == ("prime minister",)
    assert found.find("prime minister") == ()


def test_groups_with_a_word_in_common_add_up() -> None:
    found = parse_synonyms(["EU, European Union", "EU => Brussels"], "file")
    assert found.find("E.U.") == ("European Union", "Brussels")
    assert found.most_words == 2


def test_remarks_empty_lines_and_escaped_commas_are_no_words() -> None:
    found = parse_synonyms(["# places", "", "  ", "Washington\\, D.C., DC # the city"], "file")
    assert found.find("DC") == ("Washington, D.C.",)
    assert len(found.entries) == 2


def test_words_are_compared_as_in_a_search() -> None:
    assert parse_synonyms(["Cafés, bars"], "file").find("CAFE") == ("bars",)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Kyiv", "stands alone"),
        ("Kyiv,", "a word is missing"),
        ("Kyiv, , Kiev", "a word is missing"),
        ("Kyiv, ++", "'++' holds no word"),
        ("=> Kyiv", "a word is missing"),
        ("a => b => c", "one => at most"),
        (", ".join(f"word{n}" for n in range(MOST_OF_A_GROUP + 1)), "at most"),
    ],
)
def test_a_line_that_makes_no_sense_is_an_error_that_names_it(line: str, said: str) -> None:
    with pytest.raises(OptionError) as caught:
        parse_synonyms(["Burma, Myanmar", line], "names.txt")
    assert "names.txt, line 2" in str(caught.value)
    assert said in str(caught.value)


def test_a_file_that_cannot_be_read_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match=r"none\.txt"):
        read_synonyms(tmp_path / "none.txt")
    (tmp_path / "old.txt").write_bytes("Burma, Myanmar\nKöln, Cologne\n".encode("latin-1"))
    with pytest.raises(OptionError, match=r"old\.txt, line 2: not UTF-8"):
        read_synonyms(tmp_path / "old.txt")


def test_a_file_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    (tmp_path / "new.txt").write_bytes("\ufeffBurma, Myanmar\r\n".encode())
    assert read_synonyms(tmp_path / "new.txt").find("Burma") == ("Myanmar",)

"""Sentences that a dumper cut at every link."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from newsgrep.extract.text_lines import Line
from newsgrep.extract.text_pieces import PIECE_NAMES, is_cut_at_links, join_by, join_pieces

PAGE = (
    "Harbour Office Opens a Reading Room for Sailors",
    "By Ines Holm",
    "The room was paid for by the widow of a captain, who told the town that the",
    "Sailors' Union",
    "had asked for it at every meeting since the old library was closed nine years ago.",
    "It holds four thousand books, and more are promised by the",
    "Maritime Museum",
    ", which has no place for them.",
    "A Lamp for Every Table",
    "The chairs came from a school that was closed in the spring, and the lamps from a ship that was scrapped in May.",
)


def lines(texts: tuple[str, ...] | list[str]) -> list[Line]:
    return [Line(text, item=False, gap=False) for text in texts]


def joined(*texts: str) -> list[str]:
    return [line.text for line in join_pieces(lines(texts))]


def test_a_sentence_is_joined_over_its_links() -> None:
    found = joined(*PAGE)
    assert f"{PAGE[2]} {PAGE[3]} {PAGE[4]}" in found
    assert any(text.endswith("Maritime Museum, which has no place for them.") for text in found)


def test_titles_bylines_and_subheads_stay_apart() -> None:
    found = joined(*PAGE)
    assert found[:2] == list(PAGE[:2])
    assert PAGE[8] in found


def test_a_byline_in_two_pieces_is_no_part_of_the_title() -> None:
    assert joined(PAGE[0], "by", "Ines Holm", *PAGE[2:])[0] == PAGE[0]


def test_menus_stay_as_they_are() -> None:
    menu = ["News", "Sport", "Weather", "Opinion", "Contact us"]
    assert joined(*menu) == menu


def test_a_page_with_blank_lines_is_not_cut_at_links() -> None:
    apart = [Line(text, item=False, gap=True) for text in PAGE * 2]
    assert not is_cut_at_links(apart)


@given(st.lists(st.text(st.characters(categories=("L", "Nd", "P")), min_size=1, max_size=90), max_size=12))
def test_joining_loses_no_character(texts: list[str]) -> None:
    def spelled(found: list[Line]) -> str:
        return "".join("".join(line.text for line in found).split())

    assert spelled(join_pieces(lines(texts))) == spelled(lines(texts))


@given(st.lists(st.text(st.characters(categories=("L", "P")), min_size=1, max_size=90), max_size=12))
def test_every_pair_has_all_features(texts: list[str]) -> None:
    sizes: set[int] = set()

    def take_down(row: list[float], text: str, following: str) -> bool:
        assert text
        assert following
        sizes.add(len(row))
        return len(sizes) % 2 == 0

    join_by(lines(texts), take_down)
    assert sizes <= {len(PIECE_NAMES)}

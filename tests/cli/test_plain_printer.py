from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from newsgrep.cli.plain_printer import footer_of, render_article, render_results, render_sections, render_table
from newsgrep.search.overview import SectionCount
from newsgrep.search.request import Request
from newsgrep.search.results import Hit, Results

if TYPE_CHECKING:
    from newsgrep.article import Article


def test_a_hit_is_its_rank_title_facts_place_and_passages(results: Results) -> None:
    assert "".join(render_results(results, Request(text="bridge"))) == (
        "1  Harbour bridge reopens after storm\n"
        "   20 Feb 2018, 16:02 · News, Local · The Example Post\n"
        "   saved/harbour.html\n"
        "   The harbour bridge opened on Tuesday.\n"
        "   Engineers had closed it for a week.\n"
        "\n"
        "2  A bridge, undated\n"
        "   undated\n"
        "   saved/wire.jsonl#17\n"
        "   Nobody knows when.\n"
        "\n"
        "2 articles in 1 ms\n"
    )


def test_the_footer_says_how_to_see_more() -> None:
    results = Results("q", 23, 1500.0, ())
    assert footer_of(results, Request(text="q", page=2)) == "23 articles in 1.5 s · page 2 of 3, next: --page 3"
    assert footer_of(results, Request(text="q", page=3)) == "23 articles in 1.5 s · page 3 of 3"
    assert footer_of(results, Request(text="q", limit=23)) == "23 articles in 1.5 s"


def test_ranks_of_several_digits_are_aligned(results: Results) -> None:
    hits = tuple(replace(hit, rank=rank) for hit, rank in zip(results.hits, (9, 10), strict=True))
    lines = "".join(render_results(replace(results, hits=hits), Request(text="bridge"))).splitlines()
    assert lines[0].startswith(" 9  Harbour")
    assert lines[1].startswith("    20 Feb")


def test_an_article_is_its_facts_and_paragraphs(harbour: Article) -> None:
    assert "".join(render_article(harbour)) == (
        "Harbour bridge reopens after storm\n"
        "20 Feb 2018, 16:02 · News, Local · The Example Post\n"
        "Ada Example, Bo Sample\n"
        "https://example.org/harbour-bridge\n"
        "saved/harbour.html\n"
        "\n"
        "The harbour bridge opened on Tuesday.\n"
        "\n"
        "Engineers had closed it\nfor a week.\n"
    )


def test_hostile_text_is_harmless_in_a_pipe_too(harbour: Article) -> None:
    hostile = replace(harbour, title="\x1b[2J[/b]\x00", body="\x9b\u202e\x07", path="a\x1b]0;x\x07.html", source="\x1b")
    text = "".join(render_article(hostile))
    text += "".join(render_results(Results("q", 1, 1.0, (Hit(1, 1.0, hostile, (), ()),)), Request(text="q")))
    assert not set(text) & set("\x00\x07\x1b\x9b\u202e")
    assert "␛[2J[/b]␀" in text


def test_an_article_without_a_title_is_still_seen(harbour: Article) -> None:
    assert next(iter(render_article(replace(harbour, title="")))) == "(no title)\n"


def test_columns_are_aligned() -> None:
    sections = [SectionCount("News", 1200), SectionCount("Sport", 3)]
    assert "".join(render_sections(sections)) == "1,200  News\n    3  Sport\n"
    assert "".join(render_table([("Articles", "3"), ("Size", "1 kB")])) == "Articles  3\nSize      1 kB\n"
    assert list(render_sections([])) == list(render_table([])) == []

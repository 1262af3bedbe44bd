"""Markdown: front matter, and a text without its marks."""

from __future__ import annotations

import pytest

from newsgrep.article import Content
from newsgrep.sources.front_matter import split_front_matter
from newsgrep.sources.outcome import Skipped
from tests.sources.format_samples import MARKDOWN
from tests.sources.reading import read, read_pages


def test_a_clip_of_a_web_clipper() -> None:
    (page,) = read_pages("Harbour.md", MARKDOWN)
    assert (page.title, page.url, page.source) == ("Harbour: reopens", "https://quay.example/1", None)
    assert (page.authors, page.published, page.content) == (("Ada Quill",), "2018-02-20", Content.BODY)
    assert page.text.split("\n\n") == [
        "Boats left at dawn with care, see the tide. On a wrapped_up line.",
        "Later",
        "one boat",
        "two boats",
        "a quote",
    ]


def test_the_day_a_note_was_created_is_no_publication_date() -> None:
    (page,) = read_pages("a.md", "---\ntitle: Ferry\ncreated: 2024-01-01\n---\nFog.\n")
    assert (page.published, page.text) == (None, "Fog.")


def test_toml_front_matter() -> None:
    (page,) = read_pages(
        "a.md", '+++\ntitle = "Ferry"\ndate = 2018-02-20T16:02:00Z\ncategories = ["Coast"]\n+++\nFog.\n'
    )
    assert (page.title, page.section, page.text) == ("Ferry", ("Coast",), "Fog.")
    assert page.published == "2018-02-20T16:02:00+00:00"


def test_the_first_heading_is_the_title_where_nothing_else_is() -> None:
    for text in ("# Ferry late #\n\nFog.", "Ferry late\n==========\n\nFog.", "---\ntags: [x]\n---\n# Ferry late\nFog."):
        (page,) = read_pages("a.md", text)
        assert (page.title, page.text) == ("Ferry late", "Fog."), text
    (page,) = read_pages("a.md", "Fog.\n\n# Later\n")
    assert (page.title, page.text) == (None, "Fog.\n\nLater")


def test_front_matter_tells_markdown_whatever_the_name() -> None:
    (page,) = read_pages("clip.txt", "---\ntitle: Ferry\n---\nFog *at sea*.\n")
    assert (page.title, page.text) == ("Ferry", "Fog at sea.")


@pytest.mark.parametrize(
    ("yaml", "fields"),
    [
        ("a: 'it''s'", {"a": "it's"}),
        ('a: "x \\"y\\" z"', {"a": 'x "y" z'}),
        ("a: x # note", {"a": "x"}),
        ("a: https://q.example/#here", {"a": "https://q.example/#here"}),
        ("a: [x, 'y, z', \"w\"]", {"a": ["x", "y, z", "w"]}),
        ("a:\n- x\n- 'y'", {"a": ["x", "y"]}),
        ("a:\n  - name: Ada Quill\n    mail: x", {"a": ["Ada Quill"]}),
        ("a: |\n  x\n  y", {"a": "x\ny"}),
        ("a: >-\n  x\n  y", {"a": "x y"}),
        ("a:\n  name: x", {"a": {"name": "x"}}),
        ("a: x\n  y", {"a": "x y"}),
        ("a:", {"a": None}),
        ("a: &b [x]\nc: *b", {"a": "&b [x]", "c": "*b"}),
        ("a: '[[Note|Ada]]'", {"a": "Ada"}),
        ("no pair\na: x", {"a": "x"}),
    ],
)
def test_yaml_as_it_is_written_on_top_of_notes(yaml: str, fields: dict[str, object]) -> None:
    assert split_front_matter(f"---\n{yaml}\n---\nrest") == (fields, "rest")


def test_a_rule_is_no_front_matter() -> None:
    assert split_front_matter("---\n\nText") == ({}, "---\n\nText")
    assert read("a.md", "---\n---\n") == [Skipped("empty")]


@pytest.mark.parametrize(
    ("marked", "plain"),
    [
        ("C#, snake_case and 2 * 3 * 4", "C#, snake_case and 2 * 3 * 4"),
        ("***a*** ~~b~~ ==c== `d_e`", "a b c d_e"),
        ("[a][ref] <https://q.example>", "a https://q.example"),
        ("> [!note] Title\n> text", "Title text"),
        ("&amp; \\*not\\*", "& *not*"),
        ("a <!-- hidden --> b %%hidden%% c", "a b c"),
        ("| a | b |\n|---|:-:|\n| c | d |", "a b\n\nc d"),
        ("1. one\n2. two", "one\n\ntwo"),
        ("## C#", "C#"),
    ],
)
def test_marks_go_and_text_stays(marked: str, plain: str) -> None:
    (page,) = read_pages("a.md", f"First.\n\n{marked}\n")
    assert page.text == f"First.\n\n{plain}"


@pytest.mark.parametrize(
    ("value", "title"),
    [
        (r"Fog \u005b[at]] sea", "Fog [[at]] sea"),
        ("Fog [[at|on the]] sea", "Fog on the sea"),
        (r"Caf\xe9 \U0001F6A2 \" \\", 'Café 🚢 " \\'),
        (r"\ud83d\U7fffffff", "\ufffd\ufffd"),
        (r"\q \u12", r"\q \u12"),
    ],
)
def test_escapes_in_a_quoted_value_are_those_of_yaml(value: str, title: str) -> None:
    assert split_front_matter(f'---\ntitle: "{value}"\n---\n').fields == {"title": title}


def test_an_escaped_bar_makes_no_table() -> None:
    (page,) = read_pages("a.md", "\\| Fog | sea |\n\n| Fog | sea |\n")
    assert page.text == "| Fog | sea |\n\nFog sea"

"""Patterns of a walk."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgrep.sources.globs import parse_globs


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("*.html", "a.html", True),
        ("*.html", "2017/05/a.html", True),
        ("*.html", "a.htm", False),
        ("*.html", "a.HTML", False),
        ("2017/**", "2017/05/a.txt", True),
        ("2017/**", "old/2017/a.txt", False),
        ("2017/*.txt", "2017/a.txt", True),
        ("2017/*.txt", "2017/05/a.txt", False),
        ("**/drafts/*", "x/y/drafts/a", True),
        ("**/drafts/*", "drafts/a", True),
        ("a/**/b", "a/b", True),
        ("a/**/b", "a/x/y/b", True),
        ("a/**/b", "a/xb", False),
        ("/top.txt", "top.txt", True),
        ("/top.txt", "x/top.txt", False),
        ("./x/top.txt", "x/top.txt", True),
        ("[ab]?.txt", "b1.txt", True),
        ("[!ab]?.txt", "b1.txt", False),
        ("[!ab]?.txt", "c1.txt", True),
        ("[0-9]*", "7 days.txt", True),
        ("[z-a]", "m", False),
        ("[]]", "]", True),
        ("a[b", "a[b", True),
        ("a.c", "abc", False),
        ("*.txt", "line\nbreak.txt", True),
        ("drafts/", "drafts", False),
    ],
)
def test_a_pattern_means_what_the_module_says(pattern: str, path: str, expected: bool) -> None:
    assert parse_globs([pattern]).match(path.rpartition("/")[2], path) is expected


def test_a_pattern_that_ends_with_a_slash_is_for_folders() -> None:
    assert parse_globs(["drafts/"]).match("drafts", "x/drafts", folder=True)
    assert parse_globs(["drafts"]).match("drafts", "x/drafts", folder=True)


def test_empty_patterns_match_nothing() -> None:
    assert not parse_globs(["", "/", "./"])


@given(st.text(max_size=12))
def test_any_string_is_a_pattern(pattern: str) -> None:
    parse_globs([pattern]).match("name", "some/name")


@given(st.text(st.characters(exclude_characters="/*?["), min_size=1, max_size=12))
def test_a_name_without_wildcards_matches_itself_only(name: str) -> None:
    globs = parse_globs([name])
    assert globs.match(name, name)
    assert not globs.match(name + "x", name + "x")
    assert re.fullmatch(re.escape(name), name)

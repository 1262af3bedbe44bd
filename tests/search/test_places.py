"""Words near each other, in one sentence, at the beginning, in their very form: against a matcher over plain lists."""

from __future__ import annotations

import datetime as dt
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import newsgrep
from newsgrep import Filters, Request
from newsgrep.codec import plain_query as plain
from newsgrep.codec.words import iter_words
from newsgrep.errors import QueryError
from newsgrep.search.placed_text import TextTest
from newsgrep.search.query_text import parse_query

WORDS = ("port", "ports", "Port", "bridge", "toll", "US", "us", "sea-wall", "seawall", "wall", "the")
TODAY = dt.date(2024, 5, 17)


def make_body(draw: random.Random) -> str:
    paragraphs = []
    for _ in range(draw.randint(1, 3)):
        sentences = [
            " ".join(draw.choice(WORDS) for _ in range(draw.randint(1, 7))) + "." for _ in range(draw.randint(1, 3))
        ]
        paragraphs.append(" ".join(f"Said {sentence}" for sentence in sentences))
    return "\n\n".join(paragraphs)


class Story(NamedTuple):
    title: str
    body: str


def make_stories() -> list[Story]:
    draw = random.Random(7)
    return [Story(" ".join(draw.choice(WORDS) for _ in range(draw.randint(1, 6))), make_body(draw)) for _ in range(150)]


STORIES = make_stories()


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[newsgrep.Archive]:
    folder = tmp_path_factory.mktemp("places")
    for part in range(2):
        lines = [
            json.dumps({"id": str(number), "title": story.title, "text": story.body})
            for number, story in enumerate(STORIES)
            if number % 2 == part
        ]
        (folder / f"{part}.jsonl").write_text("\n".join(lines), "utf-8")
    with newsgrep.open(folder / "index", create=True) as opened:
        for part in range(2):
            opened.update([folder / f"{part}.jsonl"])
        yield opened


@pytest.fixture(scope="module")
def stored(archive: newsgrep.Archive) -> dict[str, Story]:
    """Title and body of each article as the index has them."""
    hits = archive.search(Request(text="*", limit=1000)).hits
    articles = [archive.get(hit.article.id) for hit in hits]
    return {article.record or "": Story(article.title, article.body) for article in articles}


def find(archive: newsgrep.Archive, text: str, **filters: object) -> set[str]:
    request = Request(text=text, limit=1000, filters=Filters(**filters))  # type: ignore[arg-type]
    results = archive.search(request)
    assert results.total == len(results.hits)
    return {hit.article.record or "" for hit in results.hits}


# A query as a tree of tuples, and what it means, word by word.

Span = tuple[int, int]


class Near(NamedTuple):
    left: Tree
    right: Tree
    operator: str


class Any(NamedTuple):
    parts: tuple[Tree, ...]


class Leaf(NamedTuple):
    text: str


Tree = Leaf | Any | Near


def write(tree: Tree) -> str:
    match tree:
        case Leaf():
            return tree.text
        case Any():
            return f"({' OR '.join(map(write, tree.parts))})"
        case Near():
            return f"({write(tree.left)} {tree.operator} {write(tree.right)})"


class Read:
    """One text, word by word."""

    def __init__(self, text: str) -> None:
        self.words = list(iter_words(text))
        self.text = text
        self.paragraphs = [0]
        self.sentences = [0]
        for match in re.finditer(r"\n\n|\. ", text):
            self.sentences.append(match.end())
            if match[0] == "\n\n":
                self.paragraphs.append(match.end())

    def unit(self, position: int, starts: list[int]) -> int:
        begin = next(word.start for word in self.words if word.position == position)
        return sum(start <= begin for start in starts)

    def spans(self, tree: Tree) -> set[Span]:
        match tree:
            case Any():
                return {span for part in tree.parts for span in self.spans(part)}
            case Near():
                return self.near(tree)
            case Leaf():
                return self.leaf(tree.text)

    def leaf(self, text: str) -> set[Span]:
        surfaces = [(word.position, self.text[word.start : word.end]) for word in self.words]
        if text.startswith("="):
            return {(at, at) for at, form in surfaces if form.lower().replace("-", "") == text[1:]}
        if text.startswith("caps("):
            return {(at, at) for at, form in surfaces if form.replace("-", "") == text[5:-1]}
        if text.endswith("*"):
            return {(word.position, word.position) for word in self.words if word.term.startswith(text[:-1])}
        wanted = [word.term for word in iter_words(text.strip('"')) if not word.whole]
        found = set()
        for word in self.words:
            ends = [word.position + i for i in range(len(wanted))]
            if all(
                any(w.term == term and w.position == at for w in self.words)
                for term, at in zip(wanted, ends, strict=True)
            ):
                found.add((ends[0], ends[-1]))
        return found

    def near(self, tree: Near) -> set[Span]:
        left, right = self.spans(tree.left), self.spans(tree.right)
        negated = tree.operator.startswith("not ")
        operator = tree.operator.removeprefix("not ")
        together = {(a, b) for a in left for b in right if self.is_near(a, b, operator)}
        if negated:
            return left - {a for a, _ in together}
        return {(min(a[0], b[0]), max(a[1], b[1])) for a, b in together}

    def is_near(self, a: Span, b: Span, operator: str) -> bool:
        if not (a[1] < b[0] or b[1] < a[0]):
            return False
        if operator in ("/s", "/p"):
            starts = self.sentences if operator == "/s" else self.paragraphs
            return len({self.unit(at, starts) for at in (*a, *b)}) == 1
        name, _, distance = operator.partition("/")
        gap = b[0] - a[1] if a[1] < b[0] else a[0] - b[1]
        return gap <= int(distance) and (name != "pre" or a[1] < b[0])


LEAVES = ("port", "bridge", "toll", "us", "wall", "the", "b*", "wa*", '"the port"', '"port the toll"')
EXACT_LEAVES = ("=ports", "=us", "=seawall", "caps(US)", "caps(Port)")
leaves = st.sampled_from((*LEAVES, *EXACT_LEAVES)).map(Leaf)
operators = st.sampled_from(["w/1", "w/2", "w/5", "pre/1", "pre/3", "near/4", "/s", "/p"])
operators |= operators.map("not {}".format)


def grow(children: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    joined = st.builds(Near, children, children, operators)
    return joined | st.lists(children, min_size=2, max_size=3).map(lambda parts: Any(tuple(parts)))


trees: st.SearchStrategy[Tree] = st.recursive(leaves, grow, max_leaves=4)


@settings(max_examples=150)
@given(tree=trees)
def test_places_are_those_that_counting_words_finds(
    archive: newsgrep.Archive, stored: dict[str, Story], tree: Tree
) -> None:
    expected = {
        record for record, story in stored.items() if any(Read(text).spans(tree) for text in (story.title, story.body))
    }
    assert find(archive, write(tree)) == expected


@settings(max_examples=60)
@given(tree=trees, count=st.integers(1, 12))
def test_the_first_words_are_those_of_the_body(
    archive: newsgrep.Archive, stored: dict[str, Story], tree: Tree, count: int
) -> None:
    expected = {
        record for record, story in stored.items() if any(end < count for _, end in Read(story.body).spans(tree))
    }
    assert find(archive, f"first{count}({write(tree)})") == expected


@settings(max_examples=60)
@given(parts=st.lists(leaves, min_size=1, max_size=3), count=st.integers(1, 6))
def test_mentions_are_counted_over_title_and_body(
    archive: newsgrep.Archive, stored: dict[str, Story], parts: list[Leaf], count: int
) -> None:
    tree = Any(tuple(parts))
    expected = {
        record
        for record, story in stored.items()
        if sum(len({start for start, _ in Read(text).spans(tree)}) for text in (story.title, story.body)) >= count
    }
    assert find(archive, f"atleast{count}{write(tree)}") == expected


@settings(max_examples=60)
@given(one=trees, other=trees)
def test_operators_join_places_as_they_join_words(archive: newsgrep.Archive, one: Tree, other: Tree) -> None:
    first, second = find(archive, write(one)), find(archive, write(other))
    assert find(archive, f"{write(one)} AND {write(other)}") == first & second
    assert find(archive, f"{write(one)} OR {write(other)}") == first | second
    assert find(archive, f"{write(one)} ANDNOT {write(other)}") == first - second


@settings(max_examples=40)
@given(tree=trees)
def test_what_was_understood_finds_the_same(archive: newsgrep.Archive, tree: Tree) -> None:
    parsed = parse_query(write(tree), today=TODAY)
    assert parsed is not None
    assert find(archive, parsed.text) == find(archive, write(tree))
    again = parse_query(parsed.text, today=TODAY)
    assert again is not None
    assert again.text == parsed.text


@settings(max_examples=60)
@given(tree=trees)
def test_every_hit_of_words_in_places_is_highlighted(archive: newsgrep.Archive, tree: Tree) -> None:
    for hit in archive.search(Request(text=write(tree), limit=5)).hits:
        assert hit.title_highlights or any(snippet.highlights for snippet in hit.snippets)


@settings(max_examples=300)
@given(
    text=st.lists(
        st.sampled_from(
            ["ports", "Ports", "port", "P.O.R.T.S", "port-s", "ports'", "port’s", "ports-man", "pórts", "US"]
        )
        | st.sampled_from(
            ["U.S.", "us", "U.S", "u.s.", "US-led", "_us_", "«US»", "US.news", "x", "wall.", "Pörts", "(us)"]
        ),
        max_size=6,
    ).map(" ".join),
    typed=st.sampled_from(["=ports", "=us", "caps(US)", "caps(Ports)", "=port-s", "=pórts"]),
)
def test_a_quick_look_at_a_text_says_what_a_close_one_does(text: str, typed: str) -> None:
    parsed = parse_query(f"body:{typed}", today=TODAY)
    assert parsed is not None
    assert isinstance(parsed.asked, plain.Confirmed)
    test = parsed.asked.test
    assert isinstance(test, TextTest)
    assert test({"body": text}) == (test.count_in(text) > 0)


def test_a_chain_is_read_from_the_left(archive: newsgrep.Archive) -> None:
    assert find(archive, "port pre/2 toll pre/2 wall") == find(archive, "(port pre/2 toll) pre/2 wall")


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("a W/5 b", "a w/5 b"),
        ("a near/5 b", "a w/5 b"),
        ("a NEAR5 b", "a w/5 b"),
        ("a adj3 b", "a pre/3 b"),
        ("a PRE/3 b", "a pre/3 b"),
        ("a w/s b", "a /s b"),
        ("a w/p b", "a /p b"),
        ("a NOT w/5 b", "a not w/5 b"),
        ("a not /s b", "a not /s b"),
        ("a w/5 b w/3 c", "a w/5 b w/3 c"),
        ("a w/5 (b w/3 c)", "a w/5 (b w/3 c)"),
        ("a b w/3 c", "a AND (b w/3 c)"),
        ("NOT a w/3 b", "NOT (a w/3 b)"),
        ("(a OR b) w/3 c*", "(a OR b) w/3 c*"),
        ("title:(a w/3 b)", "title:a w/3 title:b"),
        ("AtLeast3(a)", "atleast3(a)"),
        ("first50(a OR b)", "first50(a OR b)"),
        ("=Ports", "=Ports"),
        ('="the ports"', '="the ports"'),
        ('caps("White House")', "caps(White House)"),
        ("first name", "first AND name"),
        ("lead:(a OR b)", "lead:a OR lead:b"),
    ],
)
def test_a_query_for_places_says_how_it_was_read(typed: str, read: str) -> None:
    parsed = parse_query(typed, today=TODAY)
    assert parsed is not None
    assert parsed.text == read


@pytest.mark.parametrize(
    ("typed", "column", "word"),
    [
        ("w/5 bridge", 0, "left"),
        ("bridge w/5", 7, "right"),
        ("bridge w/5 w/5 toll", 7, "right"),
        ("bridge w/5 AND", 7, "right"),
        ("(harbour AND port) w/5 toll", 0, "beside"),
        ("toll w/5 (harbour port)", 9, "beside"),
        ("toll w/5 date:2017", 9, "beside"),
        ("section:world w/5 toll", 0, "beside"),
        ("title:a w/5 body:b", 12, "places"),
        ("a w/0 b", 2, "distance"),
        ("a w/99999999999999999999 b", 2, "distance"),
        ("caps()", 0, "no word"),
        ("caps(US OR UK)", 0, "phrase"),
        ("caps(US", 4, "closed"),
        ("atleast3()", 0, "no word"),
        ("atleast0(a)", 0, "number"),
        ("atleast3(a b)", 8, "takes"),
        ("atleast3(a w/3 b)", 0, "pairs"),
        ("=port*", 0, "wildcards"),
    ],
)
def test_an_operator_for_places_that_cannot_be_points_at_its_column(typed: str, column: int, word: str) -> None:
    with pytest.raises(QueryError, match=word) as caught:
        parse_query(typed, today=TODAY)
    assert caught.value.column == column
    assert caught.value.hint


def test_words_that_stand_together_in_very_many_ways_are_lit_wherever_they_stand(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps([{"title": "Ferry", "text": "alpha beta " * 12_000}]))
    with newsgrep.open(tmp_path / "index", create=True) as archive:
        archive.update([tmp_path / "a.json"])
        (hit,) = archive.search('"alpha beta" w/1000 "beta alpha"').hits
    assert hit.snippets[0].highlights

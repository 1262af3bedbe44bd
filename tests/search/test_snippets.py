from __future__ import annotations

import itertools
import re
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgrep.search.highlights import Mark
from newsgrep.search.snippets import build_snippets

if TYPE_CHECKING:
    from newsgrep.search.results import Snippet


def mark(text: str, *words: str, phrase: bool = False) -> list[Mark]:
    """Marks at every standing of each word, numbered in the order of the words."""
    return [
        Mark(found.start(), found.end(), number, phrase or " " in word)
        for number, word in enumerate(words)
        for found in re.finditer(rf"\b{word}\b", text)
    ]


def quote(text: str, *words: str, count: int = 1, width: int = 240) -> list[str]:
    return [snippet.text for snippet in build_snippets(text, mark(text, *words), count=count, width=width)]


def lit(snippet: Snippet) -> list[str]:
    return [snippet.text[start:end] for start, end in snippet.highlights]


FILLER = "Nobody in the small harbour town had expected the ferry to leave so early on that grey and windy morning. "
LONG = "the crew, who had slept badly, checked the ropes and the lamps and the pumps and the radio "


def test_a_passage_is_the_sentence_with_the_word() -> None:
    text = FILLER + "The mayor, who had opposed the plan for years, said the pipeline would never be built. " + FILLER
    (snippet,) = build_snippets(text, mark(text, "pipeline"), count=3)
    assert snippet.text == "The mayor, who had opposed the plan for years, said the pipeline would never be built."
    assert snippet.field == "body"
    assert lit(snippet) == ["pipeline"]


def test_a_short_sentence_brings_its_neighbour_from_the_paragraph() -> None:
    text = FILLER + "\n\nThe mayor refused. He gave no reason. " + FILLER
    assert quote(text, "mayor") == ["The mayor refused. He gave no reason. " + FILLER.strip()]
    assert quote(text, "mayor", width=90) == ["The mayor refused. He gave no reason."]


def test_a_short_paragraph_stays_alone() -> None:
    text = FILLER + "\n\nThe mayor refused.\n\n" + FILLER
    assert quote(text, "mayor") == ["The mayor refused."]


def test_a_neighbour_before_is_taken_where_none_follows() -> None:
    text = FILLER + "\n\nHe gave no reason. The mayor refused."
    assert quote(text, "mayor") == ["He gave no reason. The mayor refused."]


def test_the_passage_with_most_different_words_comes_first() -> None:
    text = f"Gas prices fell. {FILLER}{FILLER}Gas and oil prices rose. {FILLER}"
    assert quote(text, "Gas", "oil", width=60) == ["Gas and oil prices rose."]


def test_sentences_are_joined_where_that_adds_a_word() -> None:
    text = f"{FILLER}The price of gas fell sharply here. Nobody saw it. The price of oil rose again. {FILLER}"
    assert quote(text, "gas", "oil", width=100) == [
        "The price of gas fell sharply here. Nobody saw it. The price of oil rose again."
    ]


def test_a_phrase_comes_before_scattered_words() -> None:
    text = f"The gas field of the north was in the news. {FILLER}The north held the old gas field."
    marks = [*mark(text, "gas", "north"), Mark(text.rindex("gas field"), text.rindex("gas field") + 9, 0, True)]
    (snippet,) = build_snippets(text, marks, count=1, width=60)
    assert snippet.text == "The gas field of the north was in the news."
    marks = [m for m in marks if m.end != text.rindex("gas") + 3]
    (snippet,) = build_snippets(text, marks, count=1, width=60)
    assert snippet.text == "The north held the old gas field."
    assert lit(snippet) == ["north", "gas field"]


def test_words_side_by_side_come_before_words_apart() -> None:
    text = f"The field had gas in it for years. {FILLER}The old gas field was shut down for good. {FILLER}"
    assert quote(text, "gas", "field", width=90) == ["The old gas field was shut down for good."]


def test_of_equal_passages_the_earlier_wins() -> None:
    text = f"One gas field opened in the east today. {FILLER}Two gas firms closed in the west later. {FILLER}"
    assert quote(text, "gas", width=60) == ["One gas field opened in the east today."]


def test_words_not_shown_yet_come_before_words_shown_already() -> None:
    text = f"Gas and oil rose at once. {FILLER}Oil and gas slid afterwards. {FILLER}Only coal was stable. {FILLER}"
    assert quote(text, "(?i:gas)", "(?i:oil)", "coal", count=2, width=60) == [
        "Gas and oil rose at once.",
        "Only coal was stable.",
    ]


def test_passages_stand_in_the_order_of_the_text() -> None:
    text = f"Only coal was stable then. {FILLER}{FILLER}Gas and oil rose at once. {FILLER}"
    assert quote(text, "Gas", "oil", "coal", count=5, width=60) == [
        "Only coal was stable then.",
        "Gas and oil rose at once.",
    ]


def test_a_passage_is_not_repeated_in_nearly_the_same_words() -> None:
    told = "The gas field in the north of the country was shut for good"
    text = f"{told}. {FILLER}\n\n{told} today. {FILLER}\n\n{FILLER}A gas bill arrived in the post."
    assert quote(text, "gas", count=3, width=80) == [f"{told}.", "A gas bill arrived in the post."]


def test_without_marks_the_first_sentences_are_the_passage() -> None:
    text = f"\n\n{FILLER}The mayor refused.\nHe left.\n\nIt rained. {FILLER}{FILLER}"
    (snippet,) = build_snippets(text, [], count=3)
    assert snippet.text == f"{FILLER}The mayor refused. He left. It rained."
    assert snippet.highlights == ()


def test_a_first_sentence_that_is_too_long_is_cut_at_a_word() -> None:
    (snippet,) = build_snippets(LONG * 5, [], count=1, width=50)
    assert snippet.text == "the crew, who had slept badly, checked the ropes…"


@pytest.mark.parametrize("text", ["", " \n\n "])
def test_an_empty_body_has_no_passage(text: str) -> None:
    assert build_snippets(text, [], count=2) == ()


def test_no_passage_is_made_where_none_is_asked_for() -> None:
    assert build_snippets("A gas field.", mark("A gas field.", "gas"), count=0) == ()


def test_a_sentence_that_is_too_long_is_cut_at_words_around_the_marks() -> None:
    text = LONG * 3 + "while gas burned over the oil rig " + LONG * 3
    (snippet,) = build_snippets(text, mark(text, "gas", "oil"), count=1, width=100)
    assert snippet.text.startswith("…")
    assert snippet.text.endswith("…")
    assert snippet.text[1:-1] in text
    assert set(snippet.text[1:-1].split()) <= set(text.split())
    assert lit(snippet) == ["gas", "oil"]
    assert len(snippet.text) <= 100


def test_a_cut_is_marked_only_where_the_sentence_goes_on() -> None:
    text = "Gas burned while " + LONG * 3 + "and the oil ran out."
    first, second = build_snippets(text, mark(text, "Gas", "oil"), count=2, width=80)
    assert (first.text[:10], first.text[-1]) == ("Gas burned", "…")
    assert (second.text[0], second.text[-12:]) == ("…", "oil ran out.")


def test_a_cut_never_falls_into_a_phrase() -> None:
    text = "gas " + "x" * 30 + " " + "y" * 23 + " Deir Ezzor " + "z" * 30 + " " + LONG * 3
    marks = [Mark(0, 3, 0, False), Mark(text.index("Deir"), text.index("Ezzor") + 5, 0, False)]
    (snippet,) = build_snippets(text, marks, count=1, width=66)
    assert snippet.text == "gas " + "x" * 30 + " " + "y" * 23 + "…"
    assert lit(snippet) == ["gas"]


def test_line_breaks_become_spaces_and_highlights_stay_exact() -> None:
    text = "The  gas\nfield near Deir\n\tEzzor,\u00a0a town, was shut\r\nfor good and for all years that may come."
    marks = [*mark(text, "gas"), Mark(text.index("Deir"), text.index("Ezzor") + 5, 1, True), *mark(text, "town")]
    (snippet,) = build_snippets(text, marks, count=1)
    assert snippet.text == (
        "The gas field near Deir Ezzor,\u00a0a town, was shut for good and for all years that may come."
    )
    assert lit(snippet) == ["gas", "Deir Ezzor", "town"]


def test_a_phrase_that_runs_over_a_stop_keeps_its_sentences_together() -> None:
    text = f"{FILLER}\n\nThe convoy left Deir. Ezzor was next on the way to the border.\n\n{FILLER}"
    start = text.index("Deir")
    (snippet,) = build_snippets(text, [Mark(start, start + 11, 0, True)], count=1, width=70)
    assert snippet.text == "The convoy left Deir. Ezzor was next on the way to the border."
    assert lit(snippet) == ["Deir. Ezzor"]


def test_a_combining_mark_stays_with_its_base() -> None:
    text = "e\u0301" * 200
    (snippet,) = build_snippets(text, [Mark(100, 102, 0, False)], count=1, width=41)
    shown = snippet.text.strip("…")
    assert shown == "e\u0301" * (len(shown) // 2)
    assert lit(snippet) == ["e\u0301"]


@pytest.mark.parametrize("cluster", ["👩\u200d🚀", "👍🏽", "\ud83d\ude00", "नि"])
def test_a_character_of_several_code_points_is_never_cut(cluster: str) -> None:
    size = len(cluster)
    for width in range(20, 30):
        (snippet,) = build_snippets(cluster * 100, [Mark(size * 50, size * 51, 0, False)], count=1, width=width)
        assert snippet.text.strip("…").replace(cluster, "") == ""


def test_a_mark_longer_than_the_width_is_shown_in_part() -> None:
    text = "so " + "x" * 500 + " it is"
    (snippet,) = build_snippets(text, [Mark(3, 503, 0, False)], count=1, width=40)
    assert len(snippet.text) <= 40
    assert lit(snippet) == [snippet.text.strip("…")]


def test_marks_outside_the_text_or_on_blanks_are_left_out() -> None:
    text = "A gas field."
    marks = [
        Mark(5, 6, 0, False),
        Mark(9, 99, 0, False),
        Mark(2, 5, 0, False),
        Mark(3, 7, 0, False),
        Mark(4, 4, 0, False),
    ]
    (snippet,) = build_snippets(text, marks, count=1)
    assert lit(snippet) == ["gas"]


@pytest.mark.parametrize(
    "text",
    [
        "x" * 10_000_000,
        "x " * 5_000_000,
        "." * 10_000_000,
        "\n\n" * 5_000_000 + "x",
        "a\u0301" * 5_000_000,
        "e. X " * 2_000_000,
    ],
    ids=["letters", "words", "stops", "breaks", "marks", "sentences"],
)
def test_a_hostile_body_takes_bounded_work(text: str) -> None:
    far = len(text) - 1
    started = time.perf_counter()
    build_snippets(text, [Mark(at, at + 1, at % 3, False) for at in (0, far // 2, far)], count=3)
    build_snippets(text, [Mark(0, far, 0, False)], count=3)
    build_snippets(text, [], count=3)
    assert time.perf_counter() - started < 1


def test_many_marks_take_bounded_work() -> None:
    text = "gas " * 100_000 + "and oil"
    marks = mark(text, "gas", "oil")
    started = time.perf_counter()
    snippets = build_snippets(text, marks, count=50, width=100)
    assert time.perf_counter() - started < 3
    assert any("oil" in lit(snippet) for snippet in snippets)


@st.composite
def marked_texts(draw: st.DrawFn) -> tuple[str, list[Mark]]:
    words = st.sampled_from(
        ["gas", "oil", "U.S.", "Mr.", "e\u0301", "北京。", "x" * 60, "👩\u200d🚀", "said", "Then", "it"]
    )
    blanks = st.sampled_from([" ", " ", " ", ". ", "\n", "\n\n", "", ", "])
    text = "".join(itertools.chain.from_iterable(draw(st.lists(st.tuples(words, blanks), max_size=80))))
    if draw(st.booleans()):
        text += draw(st.text(max_size=100))
    found = [match.span() for match in re.finditer(r"[^\s.,。]+", text)]
    kept = draw(st.lists(st.sampled_from(found), unique=True, max_size=12)) if found else []
    return text, [Mark(start, end, draw(st.integers(0, 3)), draw(st.booleans())) for start, end in sorted(kept)]


@given(marked_texts(), st.integers(0, 5), st.integers(1, 120))
def test_passages_keep_their_promises(marked: tuple[str, list[Mark]], count: int, width: int) -> None:
    text, marks = marked
    snippets = build_snippets(text, marks, count=count, width=width)
    plain = " ".join(text.split())
    longest = max((len(word) for word in text.split()), default=0)
    assert len(snippets) <= count
    assert bool(snippets) == bool(count and text.strip())
    words = {text[mark.start : mark.end] for mark in marks}
    done = 0
    for snippet in snippets:
        assert len(snippet.text) <= max(width, 20) + longest
        shown = " ".join(snippet.text.removeprefix("…").removesuffix("…").split())
        assert shown in plain
        assert not re.search(r"[\n\r\t]|  ", snippet.text)
        assert bool(snippet.highlights) == bool(marks)
        assert snippet.highlights == tuple(sorted(snippet.highlights))
        assert all(one[1] <= other[0] for one, other in itertools.pairwise(snippet.highlights))
        for start, end in snippet.highlights:
            assert 0 <= start < end <= len(snippet.text)
            word = snippet.text[start:end]
            assert word in words or any(word in whole and len(whole) > max(width, 20) - 2 for whole in words)
        place = plain.find(shown, done)
        assert place >= done
        done = place + 1


def test_an_article_of_a_thousand_words_takes_about_a_millisecond() -> None:
    sentence = "The gas field near the northern town was shut by the army of the U.S. on Feb. 7 after a long strike. "
    text = "\n\n".join(f"{number} reports. {sentence * 3}" for number in range(16))
    marks = mark(text, "gas", "army", "town")
    best = min(_time_build(text, marks) for _ in range(10))
    assert best < 0.01


def _time_build(text: str, marks: list[Mark]) -> float:
    started = time.perf_counter()
    build_snippets(text, marks, count=2)
    return time.perf_counter() - started

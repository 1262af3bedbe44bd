from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgrep.search.word_diff import (
    Op,
    ParagraphEdit,
    TextDiff,
    WordEdit,
    count_words,
    diff_texts,
    diff_words,
    share_of_common_words,
)

words = st.sampled_from(
    ["the", "ferry", "ferry's", "3", "5,000", "was", "–", "late.", "“late”", "état", "警察は", "_", "!"]
)
sentences = st.lists(words, min_size=1, max_size=12).map(" ".join)
bodies = st.one_of(st.lists(sentences, max_size=8).map("\n\n".join), st.text(max_size=60))

FOG = "The ferry to the islands was late on Monday because of fog, and nobody knew for how long."
HALL = "Forty passengers waited in the hall of the old customs house, where the town served coffee."
MONEY = "The company promised to give back the price of the tickets within ten days."
BRIDGE = "Engineers have reopened the harbour bridge after a week of repairs to three torn cables."


def body(*paragraphs: str) -> str:
    return "\n\n".join(paragraphs)


def marked(edits: tuple[WordEdit, ...]) -> str:
    """A diff as one reads it."""
    shown = []
    for edit in edits:
        if edit.op is Op.EQUAL:
            shown.append(edit.new)
        else:
            shown += [f"[-{edit.old}-]"] * bool(edit.old) + [f"{{+{edit.new}+}}"] * bool(edit.new)
    return "".join(shown)


def ops(diff: TextDiff) -> list[str]:
    return [edit.op.value for edit in diff.edits]


@given(bodies, bodies)
def test_a_diff_put_together_gives_both_texts(old: str, new: str) -> None:
    diff = diff_texts(old, new)
    for text, side in ((old, [edit.old for edit in diff.edits]), (new, [edit.new for edit in diff.edits])):
        assert " ".join(" ".join(side).split()) == " ".join(text.split())
    for edit in diff.edits:
        assert bool(edit.words) == (edit.op is Op.REPLACE)
        if edit.words:
            assert "".join(word.old for word in edit.words) == edit.old
            assert "".join(word.new for word in edit.words) == edit.new
        parts: list[ParagraphEdit | WordEdit] = [edit, *edit.words]
        for one in parts:
            assert (bool(one.old), bool(one.new)) == (one.op is not Op.INSERT, one.op is not Op.DELETE)


@given(bodies)
def test_a_text_is_the_same_as_itself_in_other_blanks_and_marks(text: str) -> None:
    other = text.replace(" ", "\u00a0 ").replace("'", "’").replace("–", "-").replace("“", '"')
    diff = diff_texts(text, other)
    assert diff.is_same
    assert (diff.added, diff.removed) == (0, 0)


@given(bodies, bodies)
def test_what_is_added_one_way_is_removed_the_other(old: str, new: str) -> None:
    there, back = diff_texts(old, new), diff_texts(new, old)
    assert there.is_same == back.is_same
    assert there.added - there.removed == back.removed - back.added


@given(bodies, bodies)
def test_the_count_of_words_is_that_of_what_is_marked(old: str, new: str) -> None:
    diff = diff_texts(old, new)
    assert count_words(new) - count_words(old) == diff.added - diff.removed


def test_one_number_that_changed_is_all_that_is_marked() -> None:
    diff = diff_texts(body(FOG, "It was closed for 3 hours.", MONEY), body(FOG, "It was closed for 5 hours.", MONEY))
    assert ops(diff) == ["equal", "replace", "equal"]
    assert marked(diff.edits[1].words) == "It was closed for [-3 -]{+5 +}hours."
    assert (diff.added, diff.removed) == (1, 1)


def test_paragraphs_come_and_go_as_wholes() -> None:
    diff = diff_texts(body(FOG, HALL, MONEY), body(BRIDGE, FOG, MONEY))
    assert ops(diff) == ["insert", "equal", "delete", "equal"]
    assert (diff.added, diff.removed) == (count_words(BRIDGE), count_words(HALL))


def test_a_changed_paragraph_is_held_against_the_one_it_was() -> None:
    new = body(BRIDGE, HALL.replace("Forty", "Fifty"), MONEY.replace("ten days", "a week"))
    diff = diff_texts(body(FOG, HALL, MONEY), new)
    assert ops(diff) == ["delete", "insert", "replace", "replace"]
    assert marked(diff.edits[2].words).startswith("[-Forty -]{+Fifty +}passengers")
    assert "within [-ten days-]{+a week+}." in marked(diff.edits[3].words)


def test_the_same_words_in_other_paragraphs_are_no_change() -> None:
    assert diff_texts(body(FOG, HALL, MONEY), f"{FOG} {HALL}\n\n{MONEY}").is_same
    diff = diff_texts(body(FOG, HALL, MONEY), f"{FOG} {HALL.replace('Forty', 'Fifty')} {MONEY}")
    assert (diff.added, diff.removed) == (1, 1)


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("Ferry late", "Ferry late again", "Ferry late {+again+}"),
        ("Ferry late again", "Ferry late", "Ferry late[-again-]"),
        ("Is it late?", "It is late.", "[-Is it -]{+It is +}late[-?-]{+.+}"),
        ("FERRY late", "Ferry late", "[-FERRY -]{+Ferry +}late"),
        ("警察は3人を逮捕した", "警察は5人を逮捕した", "警察は[-3-]{+5+}人を逮捕した"),
        ("Полиция задержала троих", "Полиция задержала пятерых", "Полиция задержала [-троих-]{+пятерых+}"),
        ("पुलिस ने तीन लोगों को पकड़ा", "पुलिस ने पाँच लोगों को पकड़ा", "पुलिस ने [-तीन -]{+पाँच +}लोगों को पकड़ा"),
        ("", "Ferry late", "{+Ferry late+}"),
        (
            "no word of the first is here",
            "a wholly other headline",
            "[-no word of the first is here-]{+a wholly other headline+}",
        ),
    ],
)
def test_titles_are_compared_word_by_word(old: str, new: str, shown: str) -> None:
    assert marked(diff_words(old, new)) == shown


def test_a_small_word_in_common_between_long_changes_is_shown_as_changed() -> None:
    shown = marked(
        diff_words("ships that left Dover the day before yesterday", "trains run by Paris the whole long night")
    )
    assert shown.count("[-") == 1


def test_punctuation_counts_but_is_no_word() -> None:
    diff = diff_texts("It was late.", "It was late!")
    assert not diff.is_same
    assert (diff.added, diff.removed) == (0, 0)


def test_one_word_changed_in_a_paragraph_of_a_megabyte_is_found() -> None:
    old = [f"word{number * number % 9973}" for number in range(100_000)]
    new = [*old[:70_000], "other", *old[70_001:]]
    diff = diff_texts(" ".join(old), " ".join(new))
    assert (diff.added, diff.removed, diff.is_coarse) == (1, 1, False)
    assert [(word.op, word.old) for word in diff.edits[0].words][1] == (Op.REPLACE, f"{old[70_000]} ")


LETTERS = random.Random(7)


def letters(number: int, mark: str) -> str:
    return mark.join(LETTERS.choices("ab", k=number))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (letters(400_000, " "), letters(400_000, " ")),
        (letters(300_000, "\n\n"), letters(300_000, "\n\n")),
        ("\n\n".join(letters(50, " ") for _ in range(9_000)), "\n\n".join(letters(50, " ") for _ in range(9_000))),
        ("é " * 300_000, "è " * 300_000),
        ("字" * 300_000, "学" * 300_000),
    ],
    ids=["one paragraph", "short paragraphs", "like paragraphs", "accents", "no blanks"],
)
def test_megabytes_built_to_be_slow_are_compared_in_time(old: str, new: str) -> None:
    started = time.process_time()
    diff = diff_texts(old, new)
    # About a second on one core of 2020; the bound leaves room for machines that are busy.
    assert time.process_time() - started < 6
    assert not diff.is_same


def test_what_is_too_long_is_compared_by_paragraphs_and_says_so() -> None:
    diff = diff_texts(body(FOG, letters(300_000, " ")), body(FOG, letters(300_000, " ")))
    assert diff.is_coarse
    assert ops(diff) == ["equal", "replace"]


def test_alike_is_the_share_of_different_words() -> None:
    assert share_of_common_words("Late late ferry", "late Ferry") == 1.0
    assert share_of_common_words("ferry late", "ferry early") == pytest.approx(1 / 3)
    assert share_of_common_words("", "") == 1.0
    assert share_of_common_words(FOG, "") == 0.0

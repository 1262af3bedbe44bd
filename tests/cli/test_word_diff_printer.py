from __future__ import annotations

from newsgrep.cli.word_diff_printer import iter_paragraphs, mark_words
from newsgrep.search.word_diff import diff_texts, diff_words


def words(old: str, new: str) -> str:
    return "".join(text for text, _ in mark_words(diff_words(old, new)))


def lines(old: str, new: str, *, full: bool = False) -> list[str]:
    return ["".join(text for text, _ in line) for line in iter_paragraphs(diff_texts(old, new).edits, full=full)]


def test_words_are_marked_as_git_marks_them_with_blanks_outside() -> None:
    assert words("closed for 3 hours", "closed for 5 hours") == "closed for [-3-]{+5+} hours"
    assert words("It is late. Nobody came.", "It is late.") == "It is late. [-Nobody came.-]"
    assert words("It is late.", "It is late. Nobody came.") == "It is late. {+Nobody came.+}"
    assert words("late", "") == "[-late-]"


def test_marks_carry_a_style_as_well() -> None:
    styles = dict(mark_words(diff_words("for 3 hours", "for 5 hours")))
    assert (styles["[-3-]"], styles["{+5+}"], styles["hours"]) == ("red", "green", "")


def test_paragraphs_that_did_not_change_are_folded() -> None:
    old = "One ferry.\n\nTwo ferries.\n\nThe toll is 12 euros.\n\nFour ferries."
    new = old.replace("12", "14") + "\n\nThere is a fifth."
    folded = ["... 2 paragraphs unchanged", "The toll is [-12-]{+14+} euros.", "... 1 paragraph unchanged"]
    assert lines(old, new) == [*folded, "{+There is a fifth.+}"]
    assert lines(old, new, full=True)[:2] == ["One ferry.", "Two ferries."]
    assert lines(new, old)[-1] == "[-There is a fifth.-]"


def test_nothing_of_an_article_acts_on_the_terminal() -> None:
    hostile = "\x1b[31mred\x1b[0m \u202etxt"
    shown = words("plain", hostile) + "".join(lines("x", f"x\n\n{hostile}\n\nx {hostile}", full=True))
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "␛[31mred" in shown

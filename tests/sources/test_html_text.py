"""Markup that is all article becomes its paragraphs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgrep.sources.cut_out import cut_between
from newsgrep.sources.html_text import read_markup


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One <b>bold</b>.</p><p>Two&nbsp;&amp; three", "One bold.\n\nTwo & three"),
        ("One<br>two<br/>three", "One\n\ntwo\n\nthree"),
        ("<style>p {}</style><script src=x>let a</script>x<!-- no -->y", "xy"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a\n\nb"),
        ("3 < 4 and <a href='x'>5 > 4</a>", "3 < 4 and 5 > 4"),
        ("a\u200b\u200c\u034f b", "a b"),
        ("<header>h</header><p>x", "h\n\nx"),
    ],
)
def test_blocks_are_paragraphs(markup: str, text: str) -> None:
    assert read_markup(markup) == text


@given(st.text(alphabet="ab[]", max_size=40))
def test_what_is_cut_is_between_the_marks(text: str) -> None:
    kept = cut_between(text, "[", "]")
    assert "]" not in kept.partition("[")[2]
    assert len(kept) <= len(text)
    assert cut_between(text, "[", "x") == text

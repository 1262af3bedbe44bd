"""Pages built to be slow: each is understood, or refused, in bounded time."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsgrep.article import Article, Content, Page
from newsgrep.errors import FileUnreadable
from newsgrep.extract import extract_article
from newsgrep.extract.bounds import MOST_HTML, MOST_LINES, MOST_TEXT, bound_html, bound_text
from newsgrep.extract.watch import MOST_BLOCKS, Watch

PARAGRAPH = (
    "The harbour board said on Tuesday that the ferry would not sail until the ice had gone. Its captain, who has "
    "sailed for thirty years, said that he had never seen the like. “We wait,” he said, “and we play chess.” "
)
STORY = "<h1>Ferry waits for the ice</h1>" + "".join(f"<p>{number}. {PARAGRAPH}</p>" for number in range(6))
MOST_SECONDS = 15.0
"""Of CPU time, on a slow machine, for the slowest of them."""


def extract(kind: Content, text: str) -> tuple[Article, list[str], float]:
    warnings: list[str] = []
    started = time.process_time()
    article = extract_article(Page(path="a/page", content=kind, text=text), "1", warn=warnings.append)
    return article, warnings, time.process_time() - started


HTML = {
    "megabytes of script": f"<html><body>{STORY}<script>{'var a = 1;' * 2_000_000}</script></body></html>",
    "a script that never ends": f"<html><body>{STORY}<script>{'x<y>z;' * 2_000_000}",
    "megabytes of style": f"<html><head><STYLE type=x>{'a{b:c}' * 1_000_000}</STYLE></head><body>{STORY}</body></html>",
    "a hundred thousand nested elements": f"<html><body>{'<div>' * 100_000}{STORY}{'</div>' * 100_000}</body></html>",
    "a hundred thousand nested inline elements": f"<html><body>{'<b>' * 100_000}{STORY}</body></html>",
    "nested tables": f"<html><body>{'<table><tr><td>' * 30_000}{STORY}</body></html>",
    "a million empty elements": f"<html><body>{STORY}{'<i>x</i>' * 1_000_000}</body></html>",
    "a tag with 200,000 attributes": f"<html><body>{STORY}<div {' '.join(f'a{n}=1' for n in range(200_000))}></body>",
    "a class name of ten megabytes": f"<html><body>{STORY}<div class='{'a-' * 5_000_000}'>x</div></body></html>",
    "a comment of ten megabytes": f"<html><body><!--{'-' * 10_000_000}-->{STORY}</body></html>",
    "ten million open brackets": f"<html><body>{STORY}{'<' * 10_000_000}",
    "a picture written into the page": f"<html><body><img src='data:image/png;base64,{'QUJD' * 1_000_000}'>{STORY}",
    "brackets without end in JSON-LD": f"<html><head><script type='application/ld+json'>{'[' * 1_000_000}</script>"
    f"</head><body>{STORY}</body></html>",
}


@pytest.mark.parametrize("html", HTML.values(), ids=list(HTML))
def test_the_article_of_a_hostile_page_is_found_in_bounded_time(html: str) -> None:
    article, _, seconds = extract(Content.HTML, html)
    assert "thirty years" in article.body
    assert seconds < MOST_SECONDS


def test_a_hundred_thousand_headings_are_answered_in_bounded_time() -> None:
    article, warnings, seconds = extract(Content.HTML, f"<html><body>{STORY}{'<h1>x y z</h1>' * 100_000}</body></html>")
    assert "thirty years" in article.body
    assert seconds < MOST_SECONDS
    assert warnings == [f"Read in part: only the first {MOST_BLOCKS:,} of 100,007 paragraphs and labels"]


TEXT = {
    "a line of 20 megabytes": PARAGRAPH * 100_000,
    "a word of 20 megabytes": "a" * 20_000_000,
    "a million short lines": "x\n" * 1_000_000,
    "a hundred thousand dates": "12 May 2004\n" * 100_000,
    "millions of digits": "1 2 3 4 " * 500_000,
    "brackets": ("[" * 400 + "\n") * 10_000,
    "quotes": "." + '"' * 2_000_000,
    "blanks": (" " * 1000 + "x") * 10_000,
    "pictures' marks that never end": "![ a " * 400_000,
    "marks of links that lead nowhere": "![a]( b " * 250_000,
    "underscores": "__a b " * 200_000,
    "stars": "**" * 2_000_000,
}


@pytest.mark.parametrize("text", TEXT.values(), ids=list(TEXT))
def test_a_hostile_text_is_answered_in_bounded_time(text: str) -> None:
    _, _, seconds = extract(Content.TEXT, f"Ferry waits for the ice\n\n{text}")
    assert seconds < MOST_SECONDS


def test_what_is_not_looked_at_is_said() -> None:
    _, warnings, _ = extract(Content.TEXT, "x\n" * (MOST_LINES + 10))
    assert warnings == [
        "Read in part: only the first 50,000 of 50,010 lines",
        "Read in part: only the first 20,000 of 50,000 paragraphs and labels",
    ]
    _, warnings, _ = extract(Content.TEXT, PARAGRAPH * (3_000_000 // len(PARAGRAPH)))
    assert warnings == ["Read in part: only the first 2 of 3 million characters"]
    watch = Watch()
    assert len(bound_html("<p>a" * 1_500_000, watch)) == MOST_HTML
    assert watch.warnings == ["Read in part: only the first 4 of 6 million characters"]


def test_an_ordinary_page_is_not_touched() -> None:
    watch = Watch()
    html = f"<html><head><script>a<b>c</script><style>x</style></head><body><!-- c -->{STORY}</body></html>"
    assert bound_html(html, watch) is html
    assert bound_text(PARAGRAPH, watch) is PARAGRAPH
    assert watch.warnings == []


def test_json_ld_of_a_large_page_stays_and_its_scripts_go() -> None:
    linked = '<script type="application/ld+json">{"headline": "Ice"}</script>'
    html = f"<SCRIPT>{'x' * 1_000_000}</Script >{linked}<!-- short --><script src='a'></script><p>İ end</p>"
    assert bound_html(html, Watch()) == f"{linked}<!-- short --><p>İ end</p>"


def test_a_text_in_quotes_is_not_taken_for_a_long_tag() -> None:
    html = f"<p don't>{PARAGRAPH * 500}</p><a href='x'>it's</a>" + "<b>y</b>" * 200_000
    assert PARAGRAPH * 500 in bound_html(html, Watch())


def test_a_page_that_takes_too_long_is_refused_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(0, 1000, 4))
    monkeypatch.setattr("time.thread_time", lambda: float(next(clock)))
    for kind, text in ((Content.HTML, STORY), (Content.TEXT, PARAGRAPH)):
        with pytest.raises(FileUnreadable, match="Took more than 10 s to understand"):
            extract_article(Page(path="a", content=kind, text=text), "1")


@settings(max_examples=20)
@given(html=st.text(alphabet="<>/= \"'!-abscriptle", max_size=300))
def test_bounds_leave_small_markup_alone_and_never_fail_on_large(html: str) -> None:
    assert bound_html(html, Watch()) is html
    filler = "<p>word word</p>" * 70_000
    assert "word word" in bound_html(filler + html, Watch())


@given(text=st.text(max_size=200))
def test_a_text_is_never_longer_than_its_bound(text: str) -> None:
    assert bound_text(text, Watch()) == text
    assert len(bound_text((text + "x ") * 10, Watch())) <= MOST_TEXT


@settings(max_examples=30)
@given(lengths=st.lists(st.integers(1, 3_000), min_size=1, max_size=8), mark=st.sampled_from(" \n\t"))
def test_no_word_of_a_long_text_is_longer_than_words_are(lengths: list[int], mark: str) -> None:
    words = ["x" * length for length in lengths]
    text = f"{'word ' * 3_000}{mark.join(words)}"
    expected = [word for word in words if len(word) < 1_000] if max(lengths) > 1_000 else words
    assert bound_text(text, Watch()).split() == ["word"] * 3_000 + expected

from __future__ import annotations

import datetime as dt

from hypothesis import given, settings
from hypothesis import strategies as st

from newsgrep.article import Article
from newsgrep.cli.browse.answers import Opened
from newsgrep.cli.browse.article_lines import ArticleLines, lay_out, match_of
from newsgrep.cli.browse.hit_list import describe_hit
from newsgrep.search.results import Hit, Snippet, Span

HOSTILE = "[red]\x1b[31mtide\x07[/red] \x9b5m\u202egnp\u200b \ud800 [@click=app.leave]x[/] \x1b]52;c;aGk=\x07 $primary"


def article(title: str, body: str, **rest: object) -> Article:
    return Article(id="0" * 16, title=title, body=body, path="a.txt", **rest)  # type: ignore[arg-type]


def lit_words(laid_out: ArticleLines) -> list[str]:
    """The lit words in order, put together where they were wrapped."""
    words: dict[int, str] = {}
    for line in laid_out.lines:
        for span in line.spans:
            at = match_of(str(span.style))
            if at is not None:
                words[at] = words.get(at, "") + line.plain[span.start : span.end]
    return [words[at] for at in sorted(words)]


def harmless(text: str) -> bool:
    return not any(
        (character < " " and character != "\n")
        or "\x7f" <= character < "\xa0"
        or character in "\u202e\u200b"
        or "\ud800" <= character <= "\udfff"
        for character in text
    )


def test_an_article_has_all_its_facts_and_an_end() -> None:
    whole = article(
        "Bridge reopens",
        "It opened.\n\nIt had been closed.",
        section=("News",),
        authors=("Ada Example", "Bo Sample"),
        source="The Post",
        url="https://post.example/bridge",
        published=dt.date(2018, 2, 20),
        lang="en",
        record="7",
        words=1234,
    )
    assert [line.plain for line in lay_out(Opened(whole, (), (), 3), 80).lines] == [
        "Bridge reopens",
        "Ada Example, Bo Sample",
        "20 Feb 2018 · News · The Post · en",
        "https://post.example/bridge",
        "a.txt#7",
        "3 versions of this article were saved: newsgrep versions",
        "",
        "It opened.",
        "",
        "It had been closed.",
        "",
        "— 1,234 words · end of the article —",
    ]


@settings(max_examples=40)
@given(
    st.lists(st.sampled_from(["tide", "harbour", "\u6d77\u6e2f", "extraordinarily-long-compound", "a"]), min_size=1),
    st.integers(1, 100),
    st.data(),
)
def test_lit_words_are_all_there_in_order_whatever_the_width(words: list[str], width: int, data: st.DataObject) -> None:
    body = ""
    places: list[Span] = []
    for word in words:
        places.append((len(body), len(body) + len(word)))
        body += word + data.draw(st.sampled_from([" ", "\n\n", ", "]))
    wanted = [place for place in places if data.draw(st.booleans())]
    laid_out = lay_out(Opened(article("Tide", body), ((0, 4),), tuple(wanted), 1), width)
    assert lit_words(laid_out) == ["Tide", *(body[start:end] for start, end in wanted)]
    assert list(laid_out.matches) == sorted(laid_out.matches)
    assert len(laid_out.matches) == len(wanted) + 1
    assert all(line.cell_len <= max(8, width) for line in laid_out.lines)


def test_hostile_text_is_shown_as_it_stands_and_harmless() -> None:
    whole = article(
        HOSTILE, f"{HOSTILE}\n\n{HOSTILE}", section=(HOSTILE,), authors=(HOSTILE,), source=HOSTILE, url=HOSTILE,
        lang=HOSTILE, record=HOSTILE,
    )  # fmt: skip
    start = HOSTILE.index("tide")
    laid_out = lay_out(Opened(whole, ((start, start + 4),), ((start, start + 4),), 1), 60)
    text = "\n".join(line.plain for line in laid_out.lines)
    assert harmless(text)
    assert lit_words(laid_out) == ["tide", "tide"]
    assert text.count("[@click=app.leave]x[/]") > 5


def test_hostile_text_of_a_hit_is_harmless_too() -> None:
    start = HOSTILE.index("tide")
    spans = ((start, start + 4),)
    hit = Hit(
        rank=1,
        score=1.0,
        article=article(HOSTILE, "", section=(HOSTILE,), source=HOSTILE),
        title_highlights=spans,
        snippets=(Snippet("body", HOSTILE, spans),),
        missing=(HOSTILE,),
    )
    described = describe_hit(hit)
    assert harmless(described.plain)
    assert [described.plain[span.start : span.end] for span in described.spans if "accent" in str(span.style)] == [
        "tide",
        "tide",
    ]


@settings(max_examples=40)
@given(st.text(max_size=300), st.integers(1, 120))
def test_any_text_can_be_laid_out(text: str, width: int) -> None:
    laid_out = lay_out(Opened(article(text, text), (), (), 1), width)
    assert harmless("\n".join(line.plain for line in laid_out.lines).replace("\u200b", ""))


def test_an_article_without_anything_still_has_a_headline_and_an_end() -> None:
    lines = [line.plain for line in lay_out(Opened(article("", ""), (), (), 1), 40).lines]
    assert lines[0] == "(no title)"
    assert lines[-1] == "— end of the article —"

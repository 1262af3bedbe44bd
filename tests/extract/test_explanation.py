from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path

import pytest

from newsgrep.article import Content, DateOrigin, Page
from newsgrep.extract import extract_article
from newsgrep.extract.explain_blocks import find_line_numbers
from newsgrep.extract.explanation import CONFIDENCE, Explanation, Reason, assess_article, explain_article

TODAY = dt.date(2026, 6, 1)
PROSE = (
    "The harbour board said on Tuesday that the ferry would not sail until the ice had gone from the sound.",
    "Its captain, who has sailed for thirty years, said that he had never seen the like of it this far south.",
    "“We wait,” he told reporters on the quay, “and we play chess, and some of us have begun to win.”",
    "The board expects the ice to break before the end of the month, when the wind usually turns to the west.",
    "Until then, letters are carried by sledge, and two nurses have walked across with medicine for the islands.",
)
LINKED = json.dumps({
    "@type": "NewsArticle",
    "headline": "Ferry waits for the ice",
    "datePublished": "2019-02-12T09:41:00+01:00",
    "author": {"@type": "Person", "name": "Edna Marsh"},
})  # fmt: skip
HTML = f"""<html lang="en"><head><title>Ferry waits for the ice - The Island Paper</title>
<meta property="og:site_name" content="The Island Paper"><link rel="canonical" href="https://island.example/news/ice">
<meta property="article:section" content="Shipping"><script type="application/ld+json">{LINKED}</script></head><body>
<nav><a href="/">Home</a> <a href="/world">World</a></nav>
<article><h1>Ferry waits for the ice</h1><p>By Edna Marsh</p><p>12 February 2019</p>
<figure><img src="a.jpg"><figcaption>The quay on Monday.</figcaption></figure>
{"".join(f"<p>{text}</p>" for text in PROSE[:3])}
<div><a href="/swans">Read more: Swans hold up regatta start</a></div>
{"".join(f"<p>{text}</p>" for text in PROSE[3:])}</article>
<h2>Comments</h2><p>My knees have never been so cold.</p>
<footer>© 2019 The Island Paper</footer></body></html>"""
TEXT = "\n".join([
    "Home", "World", "Shipping", "", "Ferry waits for the ice", "", "By Edna Marsh", "12 February 2019, 9:41", "",
    "Photo: Josiah Wenn", "", PROSE[0], "", PROSE[1], "", "Read More", "Swans Hold Up Regatta Start", "", PROSE[2], "",
    PROSE[3], "", PROSE[4], "", "Comments", "", "My knees have never been so cold.", "", "Most read", "",
    "Seal Found Asleep in Town Hall Porch", "", "© 2019 The Island Paper. All rights reserved.",
])  # fmt: skip


def explain(content: Content, text: str, path: str = "saved/ice.html") -> Explanation:
    return explain_article(Page(path=path, content=content, text=text), "1", today=TODAY)


def reasons(explanation: Explanation) -> dict[str, Reason]:
    return {one.text: one.reason for one in explanation.left_out}


def origins(explanation: Explanation) -> dict[str, str]:
    return {one.field: one.origin for one in explanation.origins}


def test_every_field_of_an_html_page_has_its_origin() -> None:
    found = explain(Content.HTML, HTML)
    assert found.article.body == "\n\n".join(PROSE)
    assert origins(found) == {
        "title": "json-ld headline",
        "published": "json-ld datePublished",
        "section": "meta article:section",
        "authors": "json-ld author",
        "source": "meta og:site_name",
        "url": "<link rel=canonical>",
        "lang": "the page's markup",
        "body": "5 of 11 blocks",
    }
    assert found.published_confidence == CONFIDENCE[DateOrigin.JSON_LD]


def test_what_an_html_page_holds_besides_its_article_has_its_reason() -> None:
    found = reasons(explain(Content.HTML, HTML))
    assert found["Home World"] is Reason.NAVIGATION
    assert found["By Edna Marsh"] is Reason.BYLINE
    assert found["12 February 2019"] is Reason.DATE
    assert found["The quay on Monday."] is Reason.CAPTION
    assert found["Read more: Swans hold up regatta start"] is Reason.TEASER
    assert found["My knees have never been so cold."] is Reason.COMMENTS
    assert found["© 2019 The Island Paper"] is Reason.FOOTER


def test_every_field_of_a_text_page_has_its_line() -> None:
    found = explain(Content.TEXT, TEXT, "saved/ice.txt")
    assert found.article.body == "\n\n".join(PROSE)
    assert origins(found) == {
        "title": "line 5",
        "published": "line 8",
        "section": "line 3",
        "authors": "line 7",
        "lang": "its words",
        "body": "lines 12 to 23: 5 of 19 paragraphs and labels",
    }


def test_what_a_text_page_holds_besides_its_article_has_its_line_and_reason() -> None:
    found = explain(Content.TEXT, TEXT, "saved/ice.txt")
    assert [(one.place, one.reason.value) for one in found.left_out] == [
        ("line 1", "navigation"),
        ("line 2", "navigation"),
        ("line 3", "navigation"),
        ("line 7", "byline"),
        ("line 8", "date"),
        ("line 10", "credit"),
        ("line 16", "teaser"),
        ("line 17", "teaser"),
        ("line 25", "comments"),
        ("line 27", "comments"),
        ("line 29", "related"),
        ("line 31", "related"),
        ("line 33", "footer"),
    ]


def test_what_a_record_says_is_from_the_record() -> None:
    page = Page(
        path="a.jsonl",
        content=Content.BODY,
        text="\n\n".join(PROSE),
        title="Ice",
        published="2019-02-12",
        lang="en",
        authors=("Edna Marsh",),
    )
    found = explain_article(page, "1", today=TODAY)
    assert origins(found) == dict.fromkeys(("title", "published", "authors", "lang", "body"), "the record")
    assert found.left_out == ()


def test_a_page_that_names_the_wrong_language_is_said_to() -> None:
    found = explain(Content.HTML, HTML.replace('lang="en"', 'lang="fr"'))
    assert found.article.lang == "en"
    assert origins(found)["lang"] == "its words (the page says 'fr')"


def test_a_date_of_the_address_and_of_the_file_s_name_counts_less() -> None:
    body = "\n\n".join(PROSE)
    by_url = Page(path="a.json", content=Content.BODY, text=body, url="https://x.example/2019/02/12/ice")
    by_name = Page(path="saved/2019-02-12-ice.txt", content=Content.BODY, text=body)
    sure, less = (explain_article(page, "1", today=TODAY).published_confidence for page in (by_url, by_name))
    assert sure is not None
    assert less is not None
    assert less < sure < CONFIDENCE[DateOrigin.META]


def test_no_date_has_no_confidence() -> None:
    found = explain(Content.BODY, "\n\n".join(PROSE), "ice.txt")
    assert found.article.published is None
    assert found.published_confidence is None
    assert "published" not in origins(found)


@pytest.mark.parametrize(("content", "text"), [(Content.HTML, HTML), (Content.TEXT, TEXT), (Content.BODY, PROSE[0])])
def test_an_article_is_the_same_whether_it_is_explained_or_not(content: Content, text: str) -> None:
    page = Page(path="saved/ice", content=content, text=text)
    article = extract_article(page, "1", today=TODAY)
    assert explain_article(page, "1", today=TODAY).article == article
    assert assess_article(page, "1", today=TODAY).article == article
    assert assess_article(page, "1", today=TODAY).origins == ()


@pytest.mark.parametrize("content", [Content.HTML, Content.TEXT, Content.BODY])
@pytest.mark.parametrize("text", ["", " ", "<", "x", "<p></p>", "Photo: x", "12 May 2004", "<nav>a</nav>"])
def test_hardly_any_page_can_be_explained_too(content: Content, text: str) -> None:
    assert explain(content, text).article.words <= 5


def test_lines_are_found_again_behind_marks_and_joins() -> None:
    raw = "* Home\n\n# Title of it\nA paragraph that is\nwrapped here.\n   News\n"
    lines = ["Home", "Title of it", "A paragraph that is wrapped here.", "News", "not there"]
    assert find_line_numbers(raw, lines) == (1, 3, 4, 6, None)


def test_every_reason_is_on_the_page_of_machine_output() -> None:
    page = (Path(__file__).parents[2] / "docs/json.md").read_text("utf-8")
    table = page.split("\n### reason\n")[1].split("\n### ")[0]
    assert re.findall(r"^\| `([^`]+)`", table, re.MULTILINE) == [reason.value for reason in Reason]


def test_every_origin_of_a_date_has_a_confidence() -> None:
    assert set(CONFIDENCE) == set(DateOrigin)
    assert all(0 < value < 1 for value in CONFIDENCE.values())

"""The keys that records use, and what becomes of their values."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgrep.article import Content, Page
from newsgrep.errors import FileUnreadable
from newsgrep.sources.json_record import Keyed, build_page
from newsgrep.sources.record_keys import RecordKeys


def page(record: dict[str, Any]) -> Page:
    return build_page({"title": "Harbour reopens", **record}, "a.json")


@pytest.mark.parametrize("key", ["title", "headline", "name", "Title", "web_title"])
def test_title_keys(key: str) -> None:
    assert build_page({key: " Harbour\n reopens "}, "a.json").title == "Harbour reopens"


@pytest.mark.parametrize(
    "key", ["text", "body", "content", "maintext", "articleBody", "article", "full_text", "contents", "plain-text"]
)
def test_body_keys(key: str) -> None:
    found = page({key: "Boats left at dawn.", "description": "A teaser."})
    assert (found.text, found.content) == ("Boats left at dawn.", Content.BODY)


@pytest.mark.parametrize("key", ["description", "summary", "abstract"])
def test_a_summary_is_the_body_only_where_there_is_no_other(key: str) -> None:
    assert page({key: "A teaser."}).text == "A teaser."
    assert page({key: "A teaser.", "body": None}).text == "A teaser."
    assert page({key: "A teaser.", "body": "The whole."}).text == "The whole."


@pytest.mark.parametrize(
    "key",
    [
        "date", "published", "publish_date", "date_publish", "datePublished", "pub_date", "published_at", "timestamp",
        "created_at", "pubDate", "publishedAt",
    ],
)  # fmt: skip
def test_date_keys(key: str) -> None:
    assert page({key: "20 Feb 2018, 16:02"}).published == "20 Feb 2018, 16:02"


@pytest.mark.parametrize(
    ("value", "published"),
    [
        (1519142520, "2018-02-20T16:02:00+00:00"),
        (1519142520000, "2018-02-20T16:02:00+00:00"),
        (1519142520000000, "2018-02-20T16:02:00+00:00"),
        (1519142520.75, "2018-02-20T16:02:00+00:00"),
        ("1519142520", "2018-02-20T16:02:00+00:00"),
        (-1000000000, "1938-04-24T22:13:20+00:00"),
        ({"$date": "2018-02-20T16:02:00Z"}, "2018-02-20T16:02:00Z"),
        ({"$date": {"$numberLong": "1519142520000"}}, "2018-02-20T16:02:00+00:00"),
        (["2018-02-20"], "2018-02-20"),
        (20180220, "20180220"),
        (0, None),
        ("0000-00-00", None),
        ("NaT", None),
        (True, None),
        (10**30, "1000000000000000000000000000000"),
        ("x" * 1000, None),
    ],
)
def test_dates_are_as_spelled_and_unix_times_are_iso_in_utc(value: object, published: str | None) -> None:
    assert page({"date": value}).published == published


def test_the_publication_date_goes_before_other_dates() -> None:
    assert page({"created_at": "2019", "date": "2018-02-21", "datePublished": "2018-02-20"}).published == "2018-02-20"
    assert page({"dateModified": "2019", "date_download": "2020"}).published is None


@pytest.mark.parametrize("key", ["section", "category", "categories", "topics", "articleSection"])
@pytest.mark.parametrize(
    ("value", "section"),
    [
        ("World", ("World",)),
        (["World", "Asia", "World"], ("World", "Asia")),
        ({"name": "World"}, ("World",)),
        ([{"name": "World"}, {"label": "Asia"}], ("World", "Asia")),
        ("Arts, Culture &amp; Style; World|Asia", ("Arts, Culture & Style", "World", "Asia")),
        (["", None], ()),
    ],
)
def test_section_keys_and_shapes(key: str, value: object, section: tuple[str, ...]) -> None:
    assert page({key: value, "tags": ["not a section"]}).section == section


@pytest.mark.parametrize("key", ["authors", "author", "byline", "by"])
@pytest.mark.parametrize(
    ("value", "authors"),
    [
        ("Ada Quill", ("Ada Quill",)),
        ("By Ada Quill", ("Ada Quill",)),
        ("Byron Quill", ("Byron Quill",)),
        (["Ada Quill", "Bo Reed"], ("Ada Quill", "Bo Reed")),
        ("Ada Quill; Bo Reed", ("Ada Quill", "Bo Reed")),
        ({"@type": "Person", "name": "Ada Quill"}, ("Ada Quill",)),
        ([{"name": "Ada Quill"}, {"first_name": "Bo", "last_name": "Reed"}], ("Ada Quill", "Bo Reed")),
        ([{"givenName": "Ada", "familyName": "Quill"}], ("Ada Quill",)),
        ({"original": "By Ada Quill"}, ("Ada Quill",)),
        ([], ()),
    ],
)
def test_author_keys_and_shapes(key: str, value: object, authors: tuple[str, ...]) -> None:
    assert page({key: value}).authors == authors


@pytest.mark.parametrize("key", ["url", "link", "canonical_url"])
@pytest.mark.parametrize("value", ["https://example.org/a?b=1&copy=2", {"@id": "https://example.org/a?b=1&copy=2"}])
def test_url_keys(key: str, value: object) -> None:
    assert page({key: value}).url == "https://example.org/a?b=1&copy=2"


@pytest.mark.parametrize("key", ["source", "publication", "publisher", "source_domain", "site", "outlet"])
@pytest.mark.parametrize("value", ["The Tidal", {"id": None, "name": "The Tidal"}, [{"name": "The Tidal"}]])
def test_source_keys(key: str, value: object) -> None:
    assert page({key: value}).source == "The Tidal"


@pytest.mark.parametrize("key", ["lang", "language", "inLanguage"])
def test_language_keys(key: str) -> None:
    assert page({key: "en-GB"}).lang == "en-GB"
    assert page({key: {"@type": "Language", "name": "English", "alternateName": "en"}}).lang == "en"


@pytest.mark.parametrize("key", ["id", "docno", "_id", "guid", "uuid"])
@pytest.mark.parametrize(
    ("value", "own_id"),
    [("a-1", "a-1"), (17, "17"), ({"$oid": "5f"}, "5f"), ({"rendered": "x"}, "x"), ("y" * 600, None), (None, None)],
)
def test_id_keys(key: str, value: object, own_id: str | None) -> None:
    page = build_page({"title": "x", key: value}, "a.json", Keyed(RecordKeys(), 4))
    assert (page.key, page.record) == ((own_id, own_id) if own_id else ("#4", "4"))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (["One.", "Two."], "One.\n\nTwo."),
        ([{"text": "One."}, {"type": "paragraph", "content": "Two."}], "One.\n\nTwo."),
        ([{"type": "image", "content": "A boat"}, {"type": "kicker", "content": "Sea"}, None, "One."], "One."),
        ({"text": "One."}, "One."),
        ({"rendered": "One &amp; two."}, "One & two."),
        ("One.\n\nTwo.", "One.\n\nTwo."),
    ],
)
def test_bodies_come_in_several_shapes(value: object, text: str) -> None:
    assert page({"body": value}).text == text


def test_markup_in_a_body_makes_it_html() -> None:
    found = page({"body": "<p>Fish &amp; chips</p>"})
    assert (found.content, found.text) == (Content.HTML, "<p>Fish &amp; chips</p>")
    assert page({"body": "if a < b and c > d"}).content is Content.BODY


def test_a_plain_text_is_taken_before_a_marked_up_one() -> None:
    assert page({"content": "<p>One.</p>", "maintext": "One."}).text == "One."


def test_a_title_loses_markup_and_references_but_not_brackets() -> None:
    assert page({"title": "<em>Q&amp;A</em> [/b] &#8216;x&#8217;"}).title == "Q&A [/b] ‘x’"


def test_a_record_of_newsgrep_is_taken_at_its_word() -> None:
    own = {"published_from": None, "words": 7, "path": "a.html", "record": None}
    text = "The <b> tag and &amp; what it is for: <p>."
    found = page({"title": "<b>Tide</b> &amp; time", "body": text, **own})
    assert (found.title, found.text, found.content) == ("<b>Tide</b> &amp; time", text, Content.BODY)
    del own["words"]
    assert page({"body": text, **own}).content is Content.HTML


def test_a_record_inside_another_is_found() -> None:
    hit = {"_id": "7", "_index": "news", "_source": {"title": "x", "body": "y", "source": "The Tidal"}}
    page = build_page(hit, "a.json", Keyed(RecordKeys(), 1))
    assert (page.key, page.text, page.source) == ("7", "y", "The Tidal")
    guardian = {"webTitle": "x", "webPublicationDate": "2018", "fields": {"body": "y", "byline": "Ada Quill"}}
    found = build_page(guardian, "a.json")
    assert (found.title, found.published, found.text, found.authors) == ("x", "2018", "y", ("Ada Quill",))


@pytest.mark.parametrize(
    "value", [None, 3, "text", [], {}, {"url": "x"}, {"title": "", "text": " "}, {"title": None, "body": []}]
)
def test_what_has_neither_title_nor_text_is_no_article(value: object) -> None:
    with pytest.raises(FileUnreadable):
        build_page(value, "a.json")


def test_nuls_and_halves_of_surrogate_pairs_do_not_get_through() -> None:
    found = page({"title": "a\0b\ud800", "text": "c\0d\udfff"})
    assert (found.title, found.text) == ("ab\ufffd", "cd\ufffd")


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["name", "text", "title", "id", "$date", "type"]), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(
    st.dictionaries(
        st.sampled_from(
            ["title", "body", "article", "_source", "date", "section", "author", "url", "_id", "id", "lang"]
        ),
        VALUES,
    )
)
def test_any_object_gives_a_page_or_fails_in_one_way(record: dict[str, Any]) -> None:
    try:
        found = build_page(record, "a.json")
    except FileUnreadable:
        return
    for text in (found.title, found.text, found.published, found.url, found.lang, *found.section, *found.authors):
        if text:
            assert text.encode().decode() == text

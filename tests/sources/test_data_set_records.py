"""Records as crawlers and data sets write them: every shape gives its title, text and the rest."""

from __future__ import annotations

import json
from typing import Any

import pytest

from newsgrep.sources.json_record import build_page, names_article
from tests.sources.reading import read_pages

RECORDS: dict[str, dict[str, Any]] = {
    "news-please": {
        "authors": ["Ada Quill"], "date_download": "2019-01-01 10:00:00", "date_modify": "2018-03-01 10:00:00",
        "date_publish": "2018-02-20", "description": "A teaser.", "filename": "https%3A%2F%2Fquay.example%2F1.json",
        "image_url": "https://quay.example/1.png", "language": "en", "localpath": None, "maintext": "Boats left.",
        "source_domain": "quay.example", "text": None, "title": "Harbour reopens", "title_page": None,
        "title_rss": None, "url": "https://quay.example/1",
    },
    "fundus": {
        "title": "Harbour reopens",
        "body": {"summary": [], "sections": [{"headline": [], "paragraphs": ["Boats left."]}]},
        "authors": ["Ada Quill"], "publishing_date": "2018-02-20", "topics": ["World"], "free_access": True,
        "html": {"requested_url": "https://quay.example/1", "content": "<html>...</html>"}, "lang": "en",
        "publisher": "quay.example", "url": "https://quay.example/1",
    },
    "newspaper4k": {
        "url": "https://quay.example/1", "read_more_link": "", "language": "en", "title": "Harbour reopens",
        "top_image": "https://quay.example/1.png", "meta_img": "", "images": [], "movies": [], "keywords": ["boats"],
        "tags": [], "authors": ["Ada Quill"], "publish_date": "2018-02-20", "summary": "",
        "meta_description": "A teaser.",
        "meta_lang": "en", "meta_site_name": "quay.example", "canonical_link": "https://quay.example/1",
        "text": "Boats left.",
    },
    "trafilatura": {
        "title": "Harbour reopens", "author": "Ada Quill", "hostname": "quay.example", "date": "2018-02-20",
        "fingerprint": "a1b2", "id": None, "license": None, "comments": "", "raw_text": "Boats left. Menu",
        "text": "Boats left.", "language": "en", "image": None, "pagetype": "article", "filedate": "2019-01-01",
        "source": "https://quay.example/1", "source-hostname": "quay.example", "excerpt": "A teaser.",
        "categories": "World", "tags": "boats",
    },
    "RealNews": {
        "title": "Harbour reopens", "text": "Boats left.", "summary": "A teaser.", "authors": ["Ada Quill"],
        "publish_date": "2018-02-20", "status": "success", "url": "https://quay.example/1",
        "warc_date": "2019-01-01T00:00:00Z",
        "domain": "quay.example", "split": "train",
    },
    "HuffPost": {
        "link": "https://quay.example/1", "headline": "Harbour reopens", "category": "WORLD",
        "short_description": "Boats left.", "authors": "Ada Quill", "date": "2018-02-20",
    },
    "GDELT": {
        "url": "https://quay.example/1", "url_mobile": "", "title": "Harbour reopens", "seendate": "2018-02-20",
        "socialimage": "", "domain": "quay.example", "language": "English", "sourcecountry": "Quay",
    },
    "JSON Feed": {
        "id": "1", "url": "https://quay.example/1", "title": "Harbour reopens", "content_text": "Boats left.",
        "date_published": "2018-02-20", "authors": [{"name": "Ada Quill",
        "url": "https://quay.example/ada"}], "tags": ["boats"],
    },
}  # fmt: skip


@pytest.mark.parametrize("kind", RECORDS)
def test_a_record_of_this_kind(kind: str) -> None:
    page = build_page(RECORDS[kind], "a.json")
    assert (page.title, page.published, page.url) == ("Harbour reopens", "2018-02-20", "https://quay.example/1")
    assert page.text == ("" if kind == "GDELT" else "Boats left.")
    if kind != "GDELT":
        assert page.authors == ("Ada Quill",)
    if kind not in ("HuffPost", "JSON Feed"):
        assert page.source == "quay.example"


def test_sections_of_fundus_keep_their_headlines() -> None:
    body = {"summary": ["A teaser."], "sections": [{"headline": ["Later"], "paragraphs": ["One.", "Two."]}]}
    assert build_page({"title": "x", "body": body}, "a").text == "A teaser.\n\nLater\n\nOne.\n\nTwo."


def test_a_json_feed_is_its_items() -> None:
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "Quay Ledger", "items": [RECORDS["JSON Feed"]]}
    (page,) = read_pages("feed.json", json.dumps(feed))
    assert (page.key, page.title, page.text) == ("1", "Harbour reopens", "Boats left.")


def test_an_address_is_no_source() -> None:
    page = build_page({"title": "x", "source": "https://quay.example/1", "url": "https://quay.example/2"}, "a")
    assert (page.source, page.url) == (None, "https://quay.example/2")


def test_names_of_articles_are_counted_by_family() -> None:
    assert names_article(["Title", "Body", "pub_date"]) == 3
    assert names_article(["title", "headline"]) == 1
    assert names_article(["date", "url"]) == 0

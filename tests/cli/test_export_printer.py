from __future__ import annotations

import csv
import dataclasses
import io
import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgrep.cli.export_printer import KEYS, build_record, iter_csv, iter_jsonl
from newsgrep.cli.formulas import disarmed_formulas
from newsgrep.cli.streams import encode_text
from tests.sources.reading import read_pages

if TYPE_CHECKING:
    from newsgrep.article import Article


def test_a_record_has_every_key_in_its_order(harbour: Article, undated: Article) -> None:
    assert tuple(build_record(harbour)) == KEYS
    assert build_record(undated) == dict.fromkeys(KEYS) | {
        "id": "0f0e0d0c0b0a",
        "title": "A bridge, undated",
        "section": [],
        "authors": [],
        "path": "saved/wire.jsonl",
        "record": "17",
        "words": 3,
        "body": "Nobody knows when.",
    }


def test_a_table_has_a_row_an_article(harbour: Article, undated: Article) -> None:
    header, first, second = csv.reader(io.StringIO("".join(iter_csv([harbour, undated]))))
    assert tuple(header) == KEYS
    assert dict(zip(header, first, strict=True)) == {
        "id": harbour.id,
        "title": harbour.title,
        "published": "2018-02-20T16:02",
        "published_from": "json-ld",
        "section": "News; Local",
        "authors": "Ada Example; Bo Sample",
        "source": "The Example Post",
        "url": "https://example.org/harbour-bridge",
        "lang": "en",
        "path": "saved/harbour.html",
        "record": "",
        "words": "14",
        "captured": "",
        "body": harbour.body,
    }
    assert second[header.index("published")] == ""
    assert "".join(iter_csv([])) == ",".join(KEYS) + "\n"


@pytest.mark.parametrize("title", ["=1+1", "+1+cmd", "-1-cmd", "@sum", "\tx", "\rx"])
def test_formulas_are_disarmed_only_on_demand(title: str, harbour: Article) -> None:
    article = dataclasses.replace(harbour, title=title)
    at = KEYS.index("title")
    plain = list(csv.reader(io.StringIO("".join(iter_csv([article])), newline="")))[1]
    with disarmed_formulas(True):
        safe = list(csv.reader(io.StringIO("".join(iter_csv([article])), newline="")))[1]
    assert (plain[at], safe[at]) == (title, f"'{title}")
    assert plain[:at] + plain[at + 1 :] == safe[:at] + safe[at + 1 :]


MARKED = st.text(alphabet="ab <>/p&;alt#6\n", max_size=20)


@given(MARKED.filter(lambda text: any(map(str.isalnum, text))), MARKED)
def test_the_reader_of_json_lines_takes_a_record_at_its_word(title: str, body: str) -> None:
    from tests.cli.conftest import HARBOUR

    article = dataclasses.replace(HARBOUR, title=" ".join(title.split()), body=body.strip())
    (page,) = read_pages("a.jsonl", encode_text("".join(iter_jsonl([article]))))
    assert (page.title, page.text) == (article.title, article.body)


def test_a_line_is_one_line_of_utf_8(harbour: Article) -> None:
    article = dataclasses.replace(harbour, body="a\u2028b\nc\x85", path="\udcff.html")
    (line,) = iter_jsonl([article])
    assert line.splitlines() == [line[:-1]]
    assert json.loads(line.encode())["path"] == "\udcff.html"

from __future__ import annotations

import datetime as dt
import json
import random
from collections.abc import Iterator

import pytest

import newsgrep
from newsgrep import Request, Sort

WORDS = ("harbour", "bridge", "toll", "port", "bridges", "US", "e-mail", "the")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[newsgrep.Archive]:
    folder = tmp_path_factory.mktemp("explaining")
    draw = random.Random(3)

    def text(longest: int) -> str:
        return " ".join(draw.choice(WORDS) for _ in range(draw.randint(1, longest)))

    for part in range(2):
        lines = [
            json.dumps(
                {"id": f"{part}-{n}", "title": text(5), "text": text(60), "date": "2017-09-04", "section": "News"}
            )
            for n in range(40)
        ]
        (folder / f"{part}.jsonl").write_text("\n".join(lines), "utf-8")
    with newsgrep.open(folder / "index", create=True) as opened:
        for part in range(2):
            opened.update([folder / f"{part}.jsonl"])
        yield opened


@pytest.mark.parametrize(
    "text",
    [
        "harbour",
        "harbour bridge",
        "harbour OR (bridge toll)",
        "harbour NOT title:toll",
        '"harbour bridge" OR port',
        '"harbour bridge"~5',
        "e-mail",
        "bridge^3 harbour",
        "(bridge harbour)^2",
        "harb* toll",
        "brigde~2",
        "harbour w/3 bridge",
        "(harbour OR port) pre/5 bridge*",
        "(harbour w/3 bridge)^2 toll",
        "=bridges caps(US)",
        "atleast2(port) toll",
        "first5(bridge) toll",
        "hlead:bridge toll",
        "harbour date:2017",
        "section:news port",
        "*",
    ],
)
def test_the_parts_of_a_score_add_up_to_it(archive: newsgrep.Archive, text: str) -> None:
    hits = archive.search(Request(text=text, explain=True, limit=30), today=dt.date(2024, 5, 17)).hits
    assert hits
    for hit in hits:
        assert hit.explanation
        assert sum(part.score for part in hit.explanation) == pytest.approx(hit.score, rel=2e-3, abs=2e-3)


def test_a_word_is_explained_by_what_is_known_of_it(archive: newsgrep.Archive) -> None:
    hit = archive.search(Request(text="body:port", explain=True)).hits[0]
    part = next(part for part in hit.explanation if part.field == "body")
    words = archive.get(hit.article.id).body.split()
    assert part.word == "port"
    assert part.frequency == words.count("port")
    assert part.idf is not None
    assert part.idf > 0
    assert part.length is not None
    assert part.length >= part.frequency


def test_nothing_is_explained_unless_asked_or_where_the_order_is_another(archive: newsgrep.Archive) -> None:
    assert archive.search(Request(text="port")).hits[0].explanation == ()
    assert archive.search(Request(text="port", explain=True, sort=Sort.NEWEST)).hits[0].explanation == ()

"""Any query finds the same on a cluster as in a folder: words, phrases, places, patterns, forms, in any nest."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator, Sequence

import pytest

from newsgrep.archive.engine import Order
from newsgrep.archive.opensearch import confirming
from newsgrep.archive.opensearch.stored import HALF
from newsgrep.archive.opensearch.translation import asks_for_texts
from newsgrep.errors import QueryTooCostly
from newsgrep.search.ranking import build_ranked
from tests.opensearch.contract import LAYOUTS, Pair, open_pair, read

pytestmark = pytest.mark.opensearch

WORDS = [
    *("harbour", "Harbour", "harbours", "wall", "walls", "bridge", "Bridges", "fire", "FIRE", "us", "US", "U.S."),
    *("e-mail", "mail", "council", "Council", "vote", "votes", "river", "storm", "stormy", "Russia's", "Zoë", "1,000"),
    *("北京市长", "北京", "Навальный", "Навального", "the", "of", "a", "in", "O'Brien", "state-of-the-art"),
]
TYPED = [word for word in WORDS if word.isalpha() and word not in {"a", "in"}]
LATIN = [word for word in TYPED if word.isascii() and len(word) > 3]
QUERIES = 1_500 if os.environ.get("NEWSGREP_NIGHTLY") else 150
TOP = 10


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory, node_urls: tuple[str, ...], cluster_url: str) -> Iterator[Pair]:
    rng = random.Random(11)
    records = [
        {
            "id": str(number),
            "title": " ".join(rng.choices(WORDS, k=rng.randint(1, 5))),
            "text": _write_text(rng),
            "published": f"{rng.randint(2001, 2020)}-03-0{rng.randint(1, 9)}",
            "author": rng.sample(["Ada Lovelace", "Lovelace Ada", "Zoë O'Neill"], rng.randint(0, 2)),
        }
        for number in range(300)
    ]
    with open_pair(
        tmp_path_factory.mktemp("queries"), cluster_url, node_urls[0], LAYOUTS["two shards"], records=records
    ) as pair:
        yield pair


def _write_text(rng: random.Random) -> str:
    """Sentences and paragraphs of any length."""
    sentences = [
        " ".join(rng.choices(WORDS, k=rng.choice([2, 4, 9]))) + rng.choice([".", ".", "?", ",", " -"])
        for _ in range(rng.choice([1, 4, 12]))
    ]
    return "".join(sentence + rng.choice([" ", " ", "\n", "\n\n"]) for sentence in sentences)


def _write_atom(rng: random.Random) -> str:
    word = rng.choice(TYPED)
    some = rng.choice(LATIN)
    return rng.choice([
        *[word] * 4,
        f'"{word} {rng.choice(TYPED)}"',
        f'"{word} {rng.choice(TYPED)} {rng.choice(TYPED)}"~3',
        f"{some[:3]}*",
        f"*{some[-3:]}",
        f"{some[0]}?{some[2:]}",
        f"{some[0]}[{some[1]}-x]{some[2:-1]}*{some[-1]}",
        f"{some}~1",
        f"={word}",
        f'="{word} {rng.choice(TYPED)}"',
        f"caps({word})",
    ])  # fmt: skip


def _write_pair(rng: random.Random) -> str:
    one, other = _write_atom(rng), _write_atom(rng)
    sign = rng.choice(
        ["w/2", "w/5", "w/9", "pre/1", "pre/4", "w/s", "w/p", "NOT w/3", "NOT pre/3", "NOT w/s", "NOT w/p"]
    )
    chain = f" {rng.choice(['w/4', 'pre/3', 'w/s'])} {_write_atom(rng)}" if rng.random() < 0.3 else ""
    alternatives = f"({other} OR {_write_atom(rng)})" if rng.random() < 0.3 else other
    return f"{one} {sign} {alternatives}{chain}"


def _write_query(rng: random.Random) -> str:
    atom, other, pair = _write_atom(rng), _write_atom(rng), _write_pair(rng)
    return rng.choice([
        atom, pair, pair, pair,
        f"{atom} {other}",
        f"{atom} OR {other}",
        f"{atom} NOT {other}",
        f"({atom} OR {other}) AND {rng.choice(TYPED)}",
        f"NOT ({pair}) AND {rng.choice(TYPED)}",
        f"title:{atom}",
        f"lead:{rng.choice(TYPED)}",
        f"author:({rng.choice(['Ada', 'Lovelace'])} {rng.choice(['pre/1', 'w/3'])} {rng.choice(['Ada', 'Lovelace'])})",
        f"first{rng.randint(1, 30)}({rng.choice([atom, pair])})",
        f"atleast{rng.randint(1, 5)}({atom})",
        f"atleast{rng.randint(1, 5)}({rng.choice(TYPED)} OR {rng.choice(TYPED)})",
        f"{atom} AND since:2010",
    ])  # fmt: skip


def _keys(engines: Pair, references: Sequence[int]) -> list[int]:
    return [int(article.id, 16) - HALF for article in engines.local.fetch(references)]


def test_any_query_finds_the_same_articles(engines: Pair) -> None:
    rng = random.Random(5)
    found = by_texts = 0
    for _ in range(QUERIES):
        text = _write_query(rng)
        query = read(text)
        local = engines.local.scan(query, None, ["key"]).columns["key"].tolist()
        remote = engines.remote.scan(query, None, ["key"]).columns["key"].tolist()
        assert sorted(remote) == sorted(local), text
        scored = engines.remote.run(build_ranked(query), None, order=None, offset=0, limit=TOP)
        assert scored.total == len(local), text
        found += bool(local)
        by_texts += asks_for_texts(query)
    # What matches nowhere says little, and so does what only texts answer.
    assert found > QUERIES / 2
    assert 0 < by_texts < QUERIES / 3


def test_articles_by_date_stand_in_the_same_order_on_every_page(engines: Pair) -> None:
    rng = random.Random(6)
    for _ in range(20):
        query = read(_write_query(rng))
        order, offset = Order(newest_first=rng.random() < 0.5), rng.choice([0, 10, 95])
        local = engines.local.run(query, None, order=order, offset=offset, limit=TOP)
        remote = engines.remote.run(query, None, order=order, offset=offset, limit=TOP)
        assert [key for key, _ in remote.documents] == _keys(engines, [each for each, _ in local.documents])


def test_the_best_articles_are_nearly_the_same(engines: Pair) -> None:
    rng = random.Random(7)
    shared: list[float] = []
    for _ in range(60):
        words = rng.sample(LATIN, rng.randint(1, 4))
        query = build_ranked(read(rng.choice([" ", " OR "]).join(words)))
        local = engines.local.run(query, None, order=None, offset=0, limit=TOP)
        remote = engines.remote.run(query, None, order=None, offset=0, limit=TOP)
        theirs = set(_keys(engines, [each for each, _ in local.documents]))
        if theirs:
            shared.append(len({key for key, _ in remote.documents} & theirs) / len(theirs))
    # Lucene keeps the length of a text in fewer steps.
    assert sum(shared) / len(shared) > 0.9


def test_a_pattern_of_more_words_than_a_cluster_takes_near_something_is_told_from_texts(
    tmp_path_factory: pytest.TempPathFactory, node_urls: tuple[str, ...], cluster_url: str
) -> None:
    records = [
        {"id": str(number), "title": "list", "text": " ".join(f"ab{number}x{each} wall" for each in range(40))}
        for number in range(40)
    ]
    folder = tmp_path_factory.mktemp("many")
    with open_pair(folder, cluster_url, node_urls[0], LAYOUTS["two shards"], records=records) as pair:
        query = read("ab* pre/1 wall")
        assert not asks_for_texts(query)
        assert pair.remote.count(query) == pair.local.count(query) == len(records)


def test_a_question_that_would_read_too_many_texts_says_so(engines: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confirming, "MOST_READ", 3)
    with pytest.raises(QueryTooCostly, match="more than 3 articles"):
        engines.remote.count(read("the NOT w/s wall"))

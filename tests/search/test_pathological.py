"""Questions that are meant badly, or pasted: answered or refused in bounded time."""

from __future__ import annotations

import datetime as dt
import json
import random
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

import newsgrep
from newsgrep import Request
from newsgrep.codec import bounds
from newsgrep.errors import NewsgrepError, QueryTooCostly
from newsgrep.search.query_text import parse_query

N_ARTICLES = 400


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[newsgrep.Archive]:
    folder = tmp_path_factory.mktemp("pathological")
    draw = random.Random(5)
    letters = "abcdefghij"
    words = ["".join(draw.choice(letters) for _ in range(draw.randint(1, 9))) for _ in range(5_000)]
    words += ["a" * 120, "ab" * 60]
    common = ["the", "of", "and"]
    lines = []
    for number in range(N_ARTICLES):
        text = " ".join(draw.choice(common if draw.random() < 0.4 else words) for _ in range(400))
        lines.append(json.dumps({"id": str(number), "title": text[:40], "text": f"{text}. {'a' * 120}"}))
    (folder / "all.jsonl").write_text("\n".join(lines), "utf-8")
    with newsgrep.open(folder / "index", create=True) as opened:
        opened.update([folder / "all.jsonl"])
        yield opened


# Bounds are ten times and more what each takes.
@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("*", 5),
        ("*a*", 5),
        ("a* b* c* d* e*", 10),
        ("?" * 200 + "a*", 5),
        ("a*" * 30 + "x", 5),
        ("*a" * 60 + "*", 5),
        ("(a*)" * 50, 10),
        ("word " * 10_000, 5),
        ("the OR " * 999 + "of", 30),
        ("(" * 1_000 + "the" + ")" * 1_000, 5),
        ("(" * 1_000 + "the", 5),
        ("NOT " * 5_000 + "the", 5),
        ("-" * 5_000 + "the", 5),
        ('"' * 1_001, 5),
        ('"' + "the " * 5_000 + '"', 20),
        ("the w/1000 " * 10 + "of", 60),
        ("the w/5 " * 998 + "of", 60),
        ("(" * 40 + "the" + " w/1000 the)" * 40, 60),
        ("a* w/1000 *b*", 20),
        ("the not w/1000 of", 20),
        ("the /s of", 30),
        ("(the /p of) /p (the /p and)", 60),
        ("atleast1000(a* OR b*)", 20),
        ("caps(" + "the " * 2_000 + ")", 20),
        ("=" * 5_000 + "the", 5),
        ("x" * 100_000, 5),
        ("x" * 100_000 + "~2", 20),
        ("abcdefghijabcdefghij~2", 10),
        ("title:" * 1_000 + "the", 5),
        ("foo:" * 1_000 + "the", 10),
        ("words:" + "9" * 10_000, 5),
        ("date:" + "9" * 10_000, 5),
        ("the^" + "9" * 1_000, 5),
        ("(" * 40 + "the OR a*" + ")^9999" * 40, 5),
        ("\N{COMBINING ACUTE ACCENT}" * 10_000, 10),
        ("[" * 10_000 + "to", 10),
        ("' " * 10_000, 10),
        (" or a" * 900, 10),
    ],
    ids=lambda value: value[:24] if isinstance(value, str) else "",
)
def test_any_question_is_answered_or_refused_in_bounded_time(
    archive: newsgrep.Archive, text: str, seconds: float
) -> None:
    started = time.process_time()
    with suppress(NewsgrepError):
        results = archive.search(Request(text=text, explain=True, limit=3), today=dt.date(2024, 5, 17))
        assert 0 <= results.total <= N_ARTICLES
    assert time.process_time() - started < seconds


def test_more_texts_than_may_be_read_are_refused_with_a_proposal(
    archive: newsgrep.Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    from newsgrep.codec.evaluator import Evaluator

    def small() -> bounds.Budget:
        return bounds.Budget(100)

    monkeypatch.setattr("newsgrep.codec.evaluator.Budget", small)
    assert Evaluator is not None
    with newsgrep.open(archive.path) as opened:
        with pytest.raises(QueryTooCostly, match="100") as caught:
            opened.search("=the")
        assert caught.value.hint
        # What other words leave over is all that is read.
        assert opened.search(f"=the {'ab' * 60}").total < 100
        assert opened.search("the").total == N_ARTICLES


def test_many_signs_are_read_in_time_that_grows_with_them() -> None:
    started = time.process_time()
    parse_query("a+ " * 300 + "'b c' " * 100, today=dt.date(2024, 5, 17))
    assert time.process_time() - started < 5

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

import newsgrep
from newsgrep.archive import problem_list
from newsgrep.archive.problem_list import (
    LISTED,
    OTHER_REASONS,
    REASONS,
    TOLD,
    FileProblems,
    RunProblems,
    join_problems,
)
from newsgrep.archive.report import Problem
from tests.sources.test_reader_damage import forget_most, measure_memory

if TYPE_CHECKING:
    from pathlib import Path

PROBLEMS = st.lists(st.tuples(st.sampled_from("abcdefgh"), st.integers(1, 9), st.booleans()), max_size=60)


def failed(problems: tuple[Problem, ...]) -> int:
    return sum(problem.count for problem in problems if problem.failed)


def test_the_first_are_told_with_their_places_and_the_others_counted_by_reason() -> None:
    problems = FileProblems("a.csv")
    told = [problems.add(("short", "long")[number % 3 == 0], f"line {number}") for number in range(1000)]
    assert [problem for problem in told if problem] == list(problems.all[:TOLD])
    assert problems.all[TOLD - 1].position == f"line {TOLD - 1}"
    assert problems.counted == (
        Problem("a.csv", "short", count=600),
        Problem("a.csv", "long", count=300),
    )


def test_failures_do_not_hide_behind_what_was_skipped() -> None:
    problems = FileProblems("a.zip")
    for number in range(3 * TOLD):
        problems.add("an image", f"{number}.png", failed=False)
    assert problems.add("not JSON", "b.json") == Problem("a.zip", "not JSON", "b.json")


def test_reasons_without_number_are_counted_as_others() -> None:
    problems = FileProblems("a.csv")
    for number in range(1000):
        problems.add(f"reason {number}")
    assert len(problems.all) == TOLD + REASONS + 1
    assert problems.all[-1] == Problem("a.csv", OTHER_REASONS, count=1000 - TOLD - REASONS)


@given(parts=st.lists(PROBLEMS, max_size=4))
def test_no_failure_is_lost_in_counting_and_joining(parts: list[list[tuple[str, int, bool]]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(problem_list, "TOLD", 8)
        patch.setattr(problem_list, "REASONS", 3)
        patch.setattr(problem_list, "LISTED", 5)
        shares = [FileProblems("a", len(parts)) for _ in parts]
        run = RunProblems()
        number = 0
        for share, part in zip(shares, parts, strict=True):
            for reason, _, is_failed in part:
                number += 1
                share.add(reason, f"line {number}", failed=is_failed)
            for problem in share.all:
                run.add(problem)
    expected = sum(is_failed for part in parts for _, _, is_failed in part)
    assert failed(join_problems(share.all for share in shares)) == failed(run.all) == expected


def test_a_fault_that_all_shares_meet_is_told_once() -> None:
    same = Problem("a.csv", "Damaged", "line 3")
    assert join_problems([(same,), (same,)]) == (same,)


def test_beyond_a_bound_a_run_keeps_one_problem_for_each_file() -> None:
    run = RunProblems()
    for number in range(LISTED):
        run.add(Problem("a.csv", "short", f"line {number}"))
    for name in ("b.csv", "c.csv"):
        run.add(Problem(name, "short", "line 1"))
        run.add(Problem(name, "short", "line 2"))
        run.add(Problem(name, "short", count=7))
    run.add(Problem("c.csv", "long", "line 9"))
    assert run.all[LISTED:] == (
        Problem("b.csv", "short", count=9),
        Problem("c.csv", OTHER_REASONS, count=10),
    )


MANY = 120_000


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A table nearly all of whose rows are broken."""
    path = tmp_path / "all.csv"
    rows = [f"r{number},Title {number},About boats." for number in range(50)]
    path.write_text("id,title,text\n" + "\n".join(rows) + "\n[" * MANY + "\nlast,Tide,It rose.\n", "utf-8")
    return path


def test_a_table_of_many_broken_rows_is_indexed_in_little_memory(broken: Path, tmp_path: Path) -> None:
    told: list[Problem] = []
    with newsgrep.open(tmp_path / "index", create=True) as archive:
        # Once for what is loaded and kept the first time.
        archive.update([broken], jobs=1)
        broken.write_text(broken.read_text("utf-8") + "[\n", "utf-8")
        forget_most()
        before = measure_memory()
        summary = archive.update([broken], jobs=1, on_problem=told.append)
        assert measure_memory(most=True) - before < 20 << 20
        assert (summary.articles, summary.failed) == (51, MANY + 1)
        assert archive.info().problems == MANY + 1
    assert tuple(told) == summary.problems
    assert len(told) == TOLD + 1
    assert told[0].position == "line 52"
    assert told[-1] == Problem(str(broken), told[0].reason, count=MANY + 1 - TOLD)
    with newsgrep.open(tmp_path / "index") as archive:
        assert archive.info().problems == MANY + 1

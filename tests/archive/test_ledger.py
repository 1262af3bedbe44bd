"""What became of files: told by workers, confirmed when their articles are written, and less what was refused."""

from __future__ import annotations

from newsgrep.archive.ledger import Ledger
from newsgrep.archive.manifest import FileRecord
from newsgrep.archive.report import Problem

REFUSED = Problem("a", "the cluster refused it", "line 3")


def record(key: str, articles: int, *problems: Problem) -> FileRecord:
    return FileRecord(key=key, path=key, size=10, mtime_ns=0, articles=articles, problems=problems)


def test_a_file_is_done_when_what_was_told_of_it_is_written() -> None:
    ledger = Ledger()
    ledger.tell(0, record("/a", 3))
    assert ledger.is_empty
    ledger.confirm(0, ["/a"])
    assert ledger.take() == [record("/a", 3)]
    assert ledger.is_empty


def test_a_file_of_which_articles_are_written_and_not_all_is_unfinished() -> None:
    ledger = Ledger()
    ledger.confirm(0, ["/a"])
    (unfinished,) = ledger.take()
    assert not unfinished.is_finished


def test_articles_that_were_refused_are_problems_of_their_file() -> None:
    ledger = Ledger()
    broken = Problem("a", "no title", "line 1")
    ledger.tell(0, record("/a", 5, broken))
    ledger.tell(0, record("/b", 2))
    ledger.confirm(0, ["/a", "/b"], [("/a", REFUSED), ("/a", Problem("a", "and others", None, True, 2))])
    first, other = ledger.take()
    assert first.articles == 2
    assert set(first.problems) >= {broken, REFUSED}
    assert sum(problem.count for problem in first.problems) == 4
    assert other == record("/b", 2)


def test_what_is_refused_before_its_file_is_read_to_the_end_is_kept_till_then() -> None:
    ledger = Ledger()
    ledger.confirm(0, ["/a"], [("/a", REFUSED)])
    ledger.take()
    ledger.tell(0, record("/a", 5))
    ledger.confirm(0, ["/a"])
    assert ledger.take() == [record("/a", 4, REFUSED)]


def test_shares_of_a_file_leave_out_what_each_was_refused() -> None:
    ledger = Ledger()
    for worker in (0, 1):
        ledger.tell(worker, record("/a", 5), shares=2)
    ledger.confirm(0, ["/a"], [("/a", REFUSED)])
    ledger.confirm(1, ["/a"])
    (done,) = ledger.take()
    assert (done.articles, done.problems) == (9, (REFUSED,))

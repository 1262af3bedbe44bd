from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import newsgrep
from newsgrep.cli.browse.desk import MOST_THREADS, Desk, Failed, Job, Ticket
from newsgrep.errors import ArticleMissing, IndexUnusable


class Told:
    """What a desk told, and a way to wait for it."""

    def __init__(self) -> None:
        self.parts: list[tuple[Ticket, object]] = []
        self._told = threading.Semaphore(0)

    def deliver(self, ticket: Ticket, part: object) -> None:
        self.parts.append((ticket, part))
        self._told.release()

    def wait(self) -> object:
        assert self._told.acquire(timeout=20)
        return self.parts[-1][1]


class Quiet(newsgrep.Archive):
    """An archive that remembers whether it was closed."""

    closed = False

    def close(self) -> None:
        self.closed = True


def make_desk(tmp_path: Path, told: Told) -> tuple[Desk, list[Quiet]]:
    opened: list[Quiet] = []

    def open_archive() -> newsgrep.Archive:
        opened.append(Quiet(tmp_path))
        return opened[-1]

    return Desk(open_archive, told.deliver), opened


def saying(*parts: object) -> Job:
    return lambda archive: iter(parts)


def test_the_parts_of_an_answer_are_told_in_order(tmp_path: Path) -> None:
    told = Told()
    desk, opened = make_desk(tmp_path, told)
    ticket = desk.ask("search", saying(1, 2))
    told.wait()
    told.wait()
    assert told.parts == [(ticket, 1), (ticket, 2)]
    desk.ask("search", saying(3))
    assert told.wait() == 3
    assert len(opened) == 1


def test_a_newer_question_overtakes_an_older_one_of_its_lane_alone(tmp_path: Path) -> None:
    told, go_on, begun = Told(), threading.Event(), threading.Semaphore(0)
    desk, opened = make_desk(tmp_path, told)

    def slow(archive: newsgrep.Archive) -> Iterator[object]:
        begun.release()
        assert go_on.wait(20)
        yield "late"
        yield "later"

    search, article = desk.ask("search", slow), desk.ask("article", slow)
    assert begun.acquire(timeout=20)
    assert begun.acquire(timeout=20)
    newer = desk.ask("search", saying("new"))
    assert told.wait() == "new"
    assert (search.overtaken, article.overtaken, newer.overtaken) == (True, False, False)
    go_on.set()
    told.wait()
    assert told.wait() == "later"
    assert [part for ticket, part in told.parts if ticket is search] == []
    assert [part for ticket, part in told.parts if ticket is article] == ["late", "later"]
    assert len(opened) == MOST_THREADS


def test_an_error_is_told_and_the_archive_is_used_again(tmp_path: Path) -> None:
    told = Told()
    desk, opened = make_desk(tmp_path, told)

    def fail(archive: newsgrep.Archive) -> Iterator[object]:
        raise ArticleMissing("no article has this id")

    def break_(archive: newsgrep.Archive) -> Iterator[object]:
        raise ZeroDivisionError

    desk.ask("search", fail)
    failed = told.wait()
    assert isinstance(failed, Failed)
    assert isinstance(failed.error, ArticleMissing)
    desk.ask("search", break_)
    failed = told.wait()
    assert isinstance(failed, Failed)
    assert "a fault of newsgrep itself" in failed.error.message
    desk.ask("search", saying("well"))
    assert told.wait() == "well"
    assert len(opened) <= 2


def test_an_index_that_was_replaced_in_between_is_asked_again(tmp_path: Path) -> None:
    told = Told()
    desk, opened = make_desk(tmp_path, told)
    tried: list[int] = []

    def answer(archive: newsgrep.Archive) -> Iterator[object]:
        tried.append(1)
        if len(tried) == 1:
            raise IndexUnusable("a segment of the index is missing")
        yield "well"

    desk.ask("search", answer)
    assert told.wait() == "well"
    assert opened[0].closed


def test_nothing_is_told_after_the_end_and_every_archive_is_closed(tmp_path: Path) -> None:
    told, go_on, begun = Told(), threading.Event(), threading.Event()
    desk, opened = make_desk(tmp_path, told)
    ended = threading.Event()

    def slow(archive: newsgrep.Archive) -> Iterator[object]:
        begun.set()
        assert go_on.wait(20)
        ended.set()
        yield "late"

    ticket = desk.ask("search", slow)
    assert begun.wait(20)
    desk.close()
    go_on.set()
    assert ended.wait(20)
    while not ticket.answered:
        ended.wait(0.01)
    assert told.parts == []
    assert [archive.closed for archive in opened] == [True]

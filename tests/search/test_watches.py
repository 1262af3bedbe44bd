from __future__ import annotations

import dataclasses
import datetime as dt
import json
import os
import shlex
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import newsgrep
from newsgrep.archive.delivered_file import Place
from newsgrep.cli.main import run
from newsgrep.errors import FilterError, OptionError, QueryError, WatchExists, WatchMissing
from newsgrep.search.request import Filters, Match
from newsgrep.search.watches import Watch, check_name, read_question, write_question

TODAY = dt.date(2024, 5, 17)
FERRY = (
    "The ferry to the islands was late on Monday because of fog. Its captain said that the harbour had been closed "
    "for most of the morning. Forty passengers waited in the hall of the old customs house, where the town served "
    "coffee. The company promised to give back the price of the tickets within ten days."
)


class Newsroom:
    """Saved articles, their index, and what its watches tell."""

    def __init__(self, folder: Path) -> None:
        self.saved = folder / "saved"
        self.saved.mkdir()
        self.archive = newsgrep.open(folder / "index", create=True)
        self.archive.update([self.saved])

    def save(self, name: str, text: str, **facts: Any) -> None:
        (self.saved / f"{name}.json").write_text(json.dumps({"title": name, "text": text} | facts))
        self.archive.update([self.saved])

    def drop(self, name: str) -> None:
        (self.saved / f"{name}.json").unlink()
        self.archive.update([self.saved])

    def add(self, watch: Watch, **options: bool) -> int:
        with self.archive.open_watches() as watches:
            return watches.add(watch, today=TODAY, **options).articles

    def tell(self, *names: str, limit: int = 0) -> dict[str, list[str]]:
        """What each watch has to tell, which is told with it."""
        with self.archive.open_watches() as watches:
            news, failures = watches.find_news(names, limit=limit, today=TODAY)
            assert not failures
            told = {each.watch.name: [hit.article.title for hit in watches.hits(each)] for each in news}
            watches.mark_told(news)
            return told


@pytest.fixture
def newsroom(tmp_path: Path) -> Newsroom:
    return Newsroom(tmp_path)


def test_what_was_there_before_the_watch_is_not_news(newsroom: Newsroom) -> None:
    newsroom.save("old", "Tides of the harbour.")
    assert newsroom.add(Watch(name="tides", text="tides")) == 1
    assert newsroom.tell() == {}
    newsroom.save("new", "Tides again.")
    newsroom.save("other", "Something else.")
    assert newsroom.tell() == {"tides": ["new"]}
    assert newsroom.tell() == {}


def test_from_the_start_everything_is_news(newsroom: Newsroom) -> None:
    newsroom.save("old", "Tides of the harbour.")
    newsroom.add(Watch(name="tides", text="tides"), from_start=True)
    assert newsroom.tell() == {"tides": ["old"]}


def test_the_newest_article_is_told_first_and_undated_ones_last(newsroom: Newsroom) -> None:
    newsroom.add(Watch(name="tides", text="tides"))
    for name, day in (("b", "2018-02-20"), ("a", "2017-01-01"), ("d", None), ("c", "2019-01-01")):
        newsroom.save(name, "Tides.", **({"date": day} if day else {}))
    assert newsroom.tell(limit=3) == {"tides": ["c", "b", "a"]}
    assert newsroom.tell(limit=3) == {"tides": ["d"]}


def test_an_article_whose_text_changed_is_not_told_again(newsroom: Newsroom) -> None:
    newsroom.add(Watch(name="tides", text="tides"))
    newsroom.save("new", "Tides.")
    assert newsroom.tell() == {"tides": ["new"]}
    newsroom.save("new", "Tides, corrected.")
    assert newsroom.tell() == {}


def test_an_article_that_comes_back_is_not_told_again(newsroom: Newsroom) -> None:
    newsroom.add(Watch(name="tides", text="tides"))
    newsroom.save("new", "Tides.")
    assert newsroom.tell() == {"tides": ["new"]}
    newsroom.drop("new")
    newsroom.save("new", "Tides.")
    assert newsroom.tell() == {}


def test_a_rebuilt_index_keeps_its_watches_and_what_they_told(newsroom: Newsroom) -> None:
    newsroom.add(Watch(name="tides", text="tides"))
    newsroom.save("one", "Tides.")
    newsroom.tell()
    newsroom.save("two", "Tides.")
    newsroom.archive.update([newsroom.saved], rebuild=True)
    assert newsroom.tell() == {"tides": ["two"]}


def test_an_index_that_was_unusable_and_is_replaced_keeps_its_watches(newsroom: Newsroom, tmp_path: Path) -> None:
    newsroom.save("one", "Tides.")
    newsroom.add(Watch(name="tides", text="tides"))
    newsroom.archive.close()
    (tmp_path / "index" / "manifest.sqlite").write_bytes(b"no ledger at all" * 100)
    newsroom.archive.update([newsroom.saved], rebuild=True)
    assert newsroom.tell() == {}
    newsroom.save("two", "Tides.")
    assert newsroom.tell() == {"tides": ["two"]}


def test_only_the_watches_that_are_named_tell(newsroom: Newsroom) -> None:
    newsroom.add(Watch(name="tides", text="tides"))
    newsroom.add(Watch(name="boats", text="boats"))
    newsroom.save("new", "Tides and boats.")
    assert newsroom.tell("boats") == {"boats": ["new"]}
    assert newsroom.tell() == {"tides": ["new"]}
    with pytest.raises(WatchMissing):
        newsroom.tell("botes")


def test_a_newer_version_of_what_was_told_is_not_news(newsroom: Newsroom) -> None:
    def capture(day: int, text: str = FERRY) -> None:
        url = "https://news.example.com/ferry"
        newsroom.save(f"day{day}", text, url=url, date_download=f"2018-03-{day:02}T10:00:00Z")

    newsroom.add(Watch(name="ferry", text="ferry"))
    newsroom.add(Watch(name="each", text="ferry", every_version=True))
    capture(10)
    assert newsroom.tell() == {"each": ["day10"], "ferry": ["day10"]}
    capture(12)
    capture(8)
    assert newsroom.tell() == {"each": ["day12", "day8"]}
    newsroom.drop("day12")
    newsroom.drop("day10")
    assert newsroom.tell() == {}, "an older version that is shown again is no news either"
    capture(20, "The ferry is for sale. " * 20)
    assert newsroom.tell() == {"each": ["day20"], "ferry": ["day20"]}, "another text at the same address is"


def test_versions_that_came_together_are_told_as_one(newsroom: Newsroom) -> None:
    newsroom.add(Watch(name="ferry", text="ferry"))
    for day in (10, 12):
        record = {"title": f"day{day}", "text": FERRY, "url": "https://news.example.com/ferry"}
        record["date_download"] = f"2018-03-{day}T10:00:00Z"
        (newsroom.saved / f"{day}.json").write_text(json.dumps(record))
    newsroom.archive.update([newsroom.saved])
    with newsroom.archive.open_watches() as watches:
        watches.find_news(today=TODAY)
    assert newsroom.tell() == {"ferry": ["day12"]}, "who looks and does not tell loses nothing"
    assert newsroom.tell() == {}


def test_dates_are_understood_on_the_day_of_the_run() -> None:
    watch = Watch(name="week", text="tides", since="yesterday", until="today")
    for day in (TODAY, TODAY + dt.timedelta(9)):
        filters = watch.build_request(day).filters
        assert (filters.since, filters.until) == (day - dt.timedelta(1), day)


def test_words_are_searched_as_typed() -> None:
    assert Watch(name="a", text="tides").build_request(TODAY).match is Match.ALL
    assert Watch(name="a", text="tides", any_word=True).build_request(TODAY).match is Match.ANY
    assert not Watch(name="a", text="tides", any_word=True).build_request(TODAY).correct


def test_a_word_that_no_article_has_is_waited_for_and_said(newsroom: Newsroom) -> None:
    newsroom.save("old", "Tides, tides, tides.")
    with newsroom.archive.open_watches() as watches:
        added = watches.add(Watch(name="t", text="tidse"), today=TODAY)
    assert [(each.typed, each.searched) for each in added.corrections] == [("tidse", "tides")]
    assert added.articles == 0
    newsroom.save("new", "A tidse.")
    assert newsroom.tell() == {"t": ["new"]}


def test_what_cannot_be_understood_is_not_added(newsroom: Newsroom) -> None:
    with pytest.raises(QueryError) as caught:
        newsroom.add(Watch(name="t", text='harbour "open'))
    assert caught.value.column == len("harbour ")
    with pytest.raises(FilterError):
        newsroom.add(Watch(name="t", text="harbour", since="2018-13"))
    assert newsroom.archive.list_watches() == ()


def test_a_name_is_taken_once(newsroom: Newsroom) -> None:
    newsroom.add(Watch(name="t", text="tides"))
    with pytest.raises(WatchExists):
        newsroom.add(Watch(name="t", text="boats"))
    newsroom.save("new", "Tides and boats.")
    newsroom.add(Watch(name="t", text="boats"), replace=True)
    assert newsroom.tell() == {}
    assert [watch.query for watch in newsroom.archive.list_watches()] == ["boats"]


def test_a_watch_that_cannot_be_asked_any_more_does_not_stop_the_others(newsroom: Newsroom, tmp_path: Path) -> None:
    words = tmp_path / "words.txt"
    words.write_text("tides, ebb\n")
    newsroom.add(Watch(name="a", text="tides", synonyms=str(words)))
    newsroom.add(Watch(name="b", text="ebb"))
    newsroom.save("new", "The ebb.")
    words.unlink()
    with newsroom.archive.open_watches() as watches:
        news, failures = watches.find_news()
        assert [each.watch.name for each in news] == ["b"]
        assert [(each.name, type(each.error)) for each in failures] == [("a", OptionError)]
    words.write_text("tides, ebb\n")
    assert newsroom.tell() == {"a": ["new"], "b": ["new"]}


def test_news_that_were_begun_and_not_finished_are_repeated_and_say_so(newsroom: Newsroom) -> None:
    newsroom.add(Watch(name="tides", text="tides"))
    newsroom.save("one", "Tides.")
    with newsroom.archive.open_watches() as watches:
        news, _ = watches.find_news()
        watches.begin(news)
    newsroom.save("two", "Tides.")
    with newsroom.archive.open_watches() as watches:
        assert watches.recover().given_up == 1
        ((each,), _) = watches.find_news()
        repeated = dict(zip([hit.article.title for hit in watches.hits(each)], each.repeated.tolist(), strict=True))
        assert repeated == {"one": True, "two": False}


@pytest.mark.parametrize("name", ["a", "deir-ezzor", "2024.news_1", "A" * 100])
def test_names_are_of_letters_digits_and_three_marks(name: str) -> None:
    assert check_name(name) == name


@pytest.mark.parametrize("name", ["", "-a", ".a", "a b", "a/b", "a\n", "é", "A" * 101])
def test_other_names_are_refused(name: str) -> None:
    with pytest.raises(OptionError):
        check_name(name)


TEXTS = st.text(max_size=9)
WATCHES = st.builds(
    Watch,
    name=st.just("a"),
    text=TEXTS,
    any_word=st.booleans(),
    every_version=st.booleans(),
    synonyms=st.none() | TEXTS.filter(bool),
    since=st.none() | TEXTS.filter(bool),
    sections=st.lists(TEXTS, max_size=3).map(tuple),
    not_sections=st.lists(TEXTS, max_size=3).map(tuple),
)


@given(WATCHES)
def test_what_a_watch_asks_comes_back_from_its_text(watch: Watch) -> None:
    assert read_question("a", write_question(watch)) == watch


def test_a_question_of_a_later_version_is_an_error() -> None:
    with pytest.raises(OptionError, match="by_ear"):
        read_question("a", '{"text": "tides", "by_ear": true}')


def test_a_watch_is_shown_as_it_may_be_typed() -> None:
    watch = Watch(name="a", text="tides OR ebb", any_word=True, since="2018", sections=("Real Estate", "News"))
    assert watch.typed == "tides OR ebb --any --since 2018 --section 'Real Estate' --section News"


def test_a_watch_keeps_every_filter_that_a_search_has() -> None:
    assert {field.name for field in dataclasses.fields(Filters)} < {field.name for field in dataclasses.fields(Watch)}


def test_what_is_shown_of_a_watch_adds_the_same_watch(newsroom: Newsroom, tmp_path: Path) -> None:
    index = str(tmp_path / "index")
    (tmp_path / "words").write_text("ebb, low tide\n")
    typed = (
        f"tides --any --variants --all-versions --synonyms {tmp_path / 'words'} --since 2018 --until yesterday"
        " --section 'Real Estate' --not-section Sport --author 'Ada Example' --source Post --lang en"
    )
    assert run(["watch", "add", "first", *shlex.split(typed), "--index", index]) == 0
    (first,) = newsroom.archive.list_watches()
    assert run(["watch", "add", "second", *shlex.split(first.query), "--index", index]) == 0
    assert {watch.query for watch in newsroom.archive.list_watches()} == {first.query}
    assert set(shlex.split(first.query)) == set(shlex.split(typed))
    assert run(["watch", "add", "third", "--undated", "--index", index]) == 0
    assert run(["watch", "add", "fourth", "ebb", "--on", "2018-02", "--index", index]) == 0
    shown = {watch.name: watch.query for watch in newsroom.archive.list_watches()}
    assert (shown["third"], shown["fourth"]) == ("--undated", "ebb --on 2018-02")


@pytest.mark.parametrize("replaced", [False, True])
def test_an_output_goes_to_no_file_but_the_one_that_a_run_names(
    newsroom: Newsroom, tmp_path: Path, replaced: bool
) -> None:
    """The index says which file a run was writing to that was cut off; and the index may be a stranger's."""
    settings = tmp_path / "settings"
    settings.write_text("the reader's own\n")
    status = settings.stat()
    place = Place(os.path.realpath(settings), replaced, status.st_dev, status.st_ino, status.st_size)
    newsroom.add(Watch(name="tides", text="tides"))
    newsroom.add(Watch(name="ships", text="ships"))
    newsroom.save("one", "Tides.")
    with newsroom.archive.open_watches() as watches:
        news, _ = watches.find_news(["tides"])
        watches.begin(news, place, b"run something\n")
    with newsroom.archive.open_watches() as watches:
        # Nor is it given up by a run of other watches, which cannot know where it was to go.
        assert watches.recover(["ships"]) == ((), 0, ())
        assert watches.recover(["ships"], path=os.fspath(tmp_path / "other")) == ((), 0, ())
        assert watches.recover(path=os.fspath(settings), replaced=not replaced).elsewhere == (place.path,)
        assert settings.read_text() == "the reader's own\n"
        ((each,), _) = watches.find_news()
        assert each.repeated.tolist() == [True]
        watches.begin([each], place, b"told\n")
    with newsroom.archive.open_watches() as watches:
        assert watches.recover(path=os.fspath(settings), replaced=replaced).completed == (place.path,)
    assert settings.read_text() == ("told\n" if replaced else "the reader's own\ntold\n")


@pytest.mark.parametrize("question", ["[", "[1]", '{"text": 1}', '{"sections": [1]}', '{"since": {}}', "[" * 100_000])
def test_a_question_that_newsgrep_has_not_written_is_an_error(question: str) -> None:
    with pytest.raises(OptionError):
        read_question("a", question)


def test_synonyms_of_a_watch_are_read_from_files_only(newsroom: Newsroom, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero")):
        with pytest.raises(OptionError, match="no such file"):
            newsroom.add(Watch(name="a", text="tides", synonyms=str(path)))

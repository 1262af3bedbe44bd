"""Archives, WARC files and mappings, from the folder to the answer."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import newsgrep
from newsgrep.archive import update as update_module
from newsgrep.archive.extraction import NoArticle, extract_files
from newsgrep.errors import ArticleMissing, OptionError
from tests.sources.archive_samples import HTML, LINES, PNG, build_response, pack_records, pack_tar, pack_zip
from tests.sources.format_samples import SAMPLES as FORMAT_SAMPLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsgrep.api import Archive
    from newsgrep.archive.report import UpdateSummary

SAMPLES = Path(__file__).parent.parent / "sources/samples"
URL = "https://a.example/"


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    (tmp_path / "saved").mkdir()
    with newsgrep.open(tmp_path / "index", create=True) as archive:
        yield archive


def index(archive: Archive, folder: Path, **options: object) -> UpdateSummary:
    return archive.update([folder / "saved"], **options)  # type: ignore[arg-type]


def addresses(archive: Archive) -> list[str]:
    hits = archive.search(newsgrep.Request(text="*", limit=10_000, every_version=True)).hits
    return [f"{hit.article.path}#{hit.article.record}" if hit.article.record else hit.article.path for hit in hits]


def test_every_article_answers_to_its_address(archive: Archive, tmp_path: Path) -> None:
    saved = tmp_path / "saved"
    for path in SAMPLES.iterdir():
        if path.suffix != ".py":
            shutil.copy(path, saved)
    (saved / "wire #2.jsonl").write_bytes(LINES)
    (saved / "ids.jsonl").write_text('{"id": "2", "title": "a"}\n{"title": "b"}\n{"id": "2", "title": "c"}\n')
    (saved / "all.zip").write_bytes(
        pack_zip([("a/b.html", HTML), ("wire#1.jsonl", LINES), ("t.tar", pack_tar([("x.jsonl", LINES)]))])
    )
    index(archive, tmp_path)
    found = addresses(archive)
    assert len(found) > 25
    assert len(set(found)) == len(found)
    for address in found:
        article = archive.get(address)
        assert address == (f"{article.path}#{article.record}" if article.record else article.path)
    assert archive.get(f"{saved}/ids.jsonl#2'").title == "b"


def test_a_folder_of_every_format_is_read_in_one_run(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(update_module, "_POOL_BYTES", 1)
    saved = tmp_path / "saved"
    for kind, (name, content) in FORMAT_SAMPLES.items():
        (saved / kind).mkdir()
        (saved / kind / name).write_bytes(content)
    shutil.copytree(SAMPLES, saved / "written by programs")
    summary = index(archive, tmp_path, jobs=3)
    hits = archive.search(newsgrep.Request(text="*", limit=10_000, every_version=True)).hits
    read = {Path(hit.article.path).relative_to(saved).as_posix() for hit in hits}
    assert {path for path in read if not path.startswith("written")} == {
        f"{kind}/{name}" for kind, (name, _) in FORMAT_SAMPLES.items()
    }
    assert {path.partition("/")[2] for path in read if path.startswith("written")} == {
        path.name for path in SAMPLES.iterdir() if path.suffix != ".py"
    }
    # The book's chapter that is not there.
    assert [problem.position for problem in summary.problems if problem.failed] == ["OEBPS/gone.xhtml"]
    assert all(hit.article.title for hit in hits)
    several = {(hit.article.id, hit.article.record, hit.article.title) for hit in hits}
    index(archive, tmp_path, jobs=1, rebuild=True)
    again = archive.search(newsgrep.Request(text="*", limit=10_000, every_version=True)).hits
    assert {(hit.article.id, hit.article.record, hit.article.title) for hit in again} == several


def test_an_address_that_leads_nowhere_is_told(archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "saved/a.zip").write_bytes(pack_zip([("a.html", HTML)]))
    index(archive, tmp_path)
    for address in ("a.zip#b.html", "a.zip#a.html#1", "#" * 300, "b.zip#a.html"):
        with pytest.raises(ArticleMissing):
            archive.get(str(tmp_path / "saved" / address))


def test_a_member_without_a_title_or_date_is_not_named_after_its_archive(archive: Archive, tmp_path: Path) -> None:
    body = b"<html><body><p></p><img src='a.png'></body></html>"
    (tmp_path / "saved/crawl-20210304.warc").write_bytes(build_response(URL + "ferry.html", body))
    (tmp_path / "saved/dump-20210304.zip").write_bytes(pack_zip([("lamps.html", body)]))
    index(archive, tmp_path)
    articles = [hit.article for hit in archive.search(newsgrep.Request(text="*")).hits]
    assert sorted(article.title for article in articles) == ["ferry", "lamps"]
    assert [article.published for article in articles] == [None, None]


def test_parts_that_hold_no_article_are_told_and_the_file_is_read(archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "saved/a.zip").write_bytes(pack_zip([("a.html", HTML), ("b.png", PNG), ("../c.txt", b"Boats.")]))
    summary = index(archive, tmp_path)
    assert (summary.articles, summary.failed) == (1, 1)
    told = {(problem.position, problem.reason, problem.failed) for problem in summary.problems}
    assert told == {("b.png", "an image", False), ("../c.txt", "A path that leads out of the archive", True)}
    again = index(archive, tmp_path)
    assert (again.files_read, again.files_unchanged) == (0, 1)


@pytest.mark.parametrize("name", ["a.warc.gz", "a.zip"])
def test_several_processes_read_one_file_as_one_does(
    archive: Archive, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(update_module, "_POOL_BYTES", 1)
    pages = [HTML.replace(b"left", b"left %d" % number) for number in range(60)]
    if name == "a.zip":
        content = pack_zip([(f"{number}.html", page) for number, page in enumerate(pages)])
    else:
        content = pack_records([build_response(f"{URL}{number % 30}", page) for number, page in enumerate(pages)])
    (tmp_path / "saved" / name).write_bytes(content)
    index(archive, tmp_path, jobs=3)
    shared = sorted(addresses(archive))
    assert len(shared) == 60
    index(archive, tmp_path, jobs=1, rebuild=True)
    assert sorted(addresses(archive)) == shared


@pytest.mark.parametrize("jobs", [1, 2])
def test_options_reach_every_process(
    archive: Archive, tmp_path: Path, jobs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(update_module, "_POOL_BYTES", 1)
    for name in ("a.dat", "b.dat"):
        (tmp_path / "saved" / name).write_text(json.dumps({"kop": f"Ferry {name}", "tekst": "Boats left."}) + "\n")
    summary = index(archive, tmp_path, jobs=jobs, source_format="json-lines", mapping={"title": "kop", "body": "tekst"})
    assert (summary.articles, summary.failed) == (2, 0)
    assert archive.get(f"{tmp_path}/saved/a.dat#1").title == "Ferry a.dat"


def test_options_that_there_are_not_change_nothing(archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "saved/a.html").write_bytes(HTML)
    for options in ({"source_format": "docx"}, {"mapping": {"kop": "x"}}):
        with pytest.raises(OptionError):
            index(archive, tmp_path, **options)
    assert not (tmp_path / "index").exists()


def test_files_read_without_an_index_take_the_same_options(tmp_path: Path) -> None:
    (tmp_path / "a.dat").write_text(json.dumps({"kop": "Ferry", "tekst": "Boats left."}))
    (extracted,) = extract_files([str(tmp_path / "a.dat")], mapping={"title": "kop", "body": "tekst"})
    assert not isinstance(extracted, NoArticle)
    assert (extracted.article.title, extracted.article.body) == ("Ferry", "Boats left.")

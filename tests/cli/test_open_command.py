"""`newsgrep open`: the right page in the browser, or a word on why there is none."""

from __future__ import annotations

import dataclasses
import webbrowser
from pathlib import Path

import pytest

from newsgrep.article import Article
from newsgrep.cli.main import run
from newsgrep.cli.open_command import choose_address
from newsgrep.errors import NothingToOpen

SAVED = Article(id="a1b2c3d4e5f6a7b8", title="Bridge", body="The bridge.", path="/nowhere/page.html", words=2)


@pytest.fixture
def page(tmp_path: Path) -> Article:
    path = tmp_path / "a page's 100%.html"
    path.write_text("<p>The bridge.</p>")
    return dataclasses.replace(SAVED, path=str(path), url="https://example.org/bridge")


def test_a_saved_page_is_opened_as_a_file(page: Article) -> None:
    assert choose_address(page, web=False) == Path(page.path).as_uri()


def test_its_address_is_opened_when_asked_for(page: Article) -> None:
    assert choose_address(page, web=True) == "https://example.org/bridge"


def test_a_record_of_a_file_has_only_its_address(page: Article) -> None:
    assert choose_address(dataclasses.replace(page, record="7"), web=False) == "https://example.org/bridge"
    with pytest.raises(NothingToOpen, match="one of several articles"):
        choose_address(dataclasses.replace(page, record="7", url=None), web=False)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "https://a b", "--flag", "x", None])
def test_only_web_addresses_are_opened(page: Article, url: str | None) -> None:
    with pytest.raises(NothingToOpen, match="no web address"):
        choose_address(dataclasses.replace(page, url=url), web=True)


def test_a_file_that_is_gone_is_said_to_be() -> None:
    with pytest.raises(NothingToOpen, match="no longer there"):
        choose_address(SAVED, web=False)


@pytest.fixture
def index(tmp_path: Path) -> Path:
    (tmp_path / "bridge.txt").write_text("Bridge reopens\n\nThe harbour bridge opened.")
    assert run(["index", str(tmp_path / "bridge.txt"), "--index", str(tmp_path / "index"), "--quiet"]) == 0
    return tmp_path / "index"


def test_the_browser_is_given_the_address(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []

    def open_page(address: str) -> bool:
        opened.append(address)
        return True

    monkeypatch.setattr(webbrowser, "open", open_page)
    path = index.parent / "bridge.txt"
    assert run(["open", str(path), "--index", str(index)]) == 0
    assert opened == [path.as_uri()]


def test_without_a_browser_the_address_is_said(
    index: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(webbrowser, "open", lambda address: False)
    path = index.parent / "bridge.txt"
    assert run(["open", str(path), "--index", str(index)]) == 2
    said = capsys.readouterr().err
    assert path.as_uri() in said
    assert "no browser was found" in said


def test_the_address_alone_can_be_printed(index: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    path = index.parent / "bridge.txt"
    assert run(["open", str(path), "--print", "--index", str(index)]) == 0
    assert capfdbinary.readouterr().out == path.as_uri().encode() + b"\n"

from __future__ import annotations

from typing import TYPE_CHECKING

from newsgrep.cli.article_meter import ArticleMeter, is_bar_wanted

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

    from newsgrep.article import Article


def ticks(step: float) -> Iterator[float]:
    now = 0.0
    while True:
        yield now
        now += step


def test_lines_come_at_most_every_few_seconds(harbour: Article, capsys: pytest.CaptureFixture[str]) -> None:
    clock = ticks(1.0)
    with ArticleMeter(20, clock=lambda: next(clock)) as meter:
        assert list(meter.iter([harbour] * 20)) == [harbour] * 20
    assert capsys.readouterr().err.splitlines() == [
        "newsgrep: 4/20 articles, 20 s left",
        "newsgrep: 9/20 articles, 12 s left",
        "newsgrep: 14/20 articles, 6 s left",
        "newsgrep: 19/20 articles, 1 s left",
    ]


def test_a_quiet_run_says_nothing(harbour: Article, capsys: pytest.CaptureFixture[str]) -> None:
    clock = ticks(10.0)
    with ArticleMeter(5, quiet=True, bar=True, clock=lambda: next(clock)) as meter:
        assert len(list(meter.iter([harbour] * 5))) == 5
    assert capsys.readouterr() == ("", "")


def test_a_bar_counts_articles_on_stderr(
    harbour: Article, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "80")
    clock = ticks(0.3)
    with ArticleMeter(8, bar=True, clock=lambda: next(clock)) as meter:
        list(meter.iter([harbour] * 8))
    out, err = capsys.readouterr()
    assert out == ""
    assert "8 articles" in err


def test_no_bar_where_stderr_is_no_terminal() -> None:
    assert not is_bar_wanted()

from __future__ import annotations

import io
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgrep.cli import streams


class Terminal(io.TextIOWrapper):
    def isatty(self) -> bool:
        return True


def terminal(monkeypatch: pytest.MonkeyPatch, encoding: str = "utf-8") -> io.BytesIO:
    written = io.BytesIO()
    monkeypatch.setattr("sys.stdout", Terminal(written, encoding=encoding))
    return written


@given(st.binary())
def test_bytes_of_file_names_come_out_as_they_went_in(name: bytes) -> None:
    assert streams.encode_text(name.decode("utf-8", "surrogateescape")) == name


@given(st.text(st.characters()))
def test_any_text_can_be_written(text: str) -> None:
    assert isinstance(streams.encode_text(text), bytes)


def test_data_is_harmless_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    written = terminal(monkeypatch)
    streams.write_data(["a\t\x1b[2J\n", "\u202e\ud800"])
    streams.write_paths(["a\x1bb\nc"], end="\0")
    assert written.getvalue().decode() == "a\t␛[2J\n\ufffda␛b c\n"


def test_a_terminal_gets_its_own_encoding(monkeypatch: pytest.MonkeyPatch) -> None:
    written = terminal(monkeypatch, "latin-1")
    streams.write_view(["é – 北"])
    assert written.getvalue() == "é ? ?".encode("latin-1")


def test_a_closed_stdout_or_stderr_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout", None)
    monkeypatch.setattr("sys.stderr", None)
    streams.write_data(["x"])
    streams.flush_stdout()
    streams.abandon_stdout()
    streams.say("x")
    assert not streams.is_terminal_output()


def test_a_reader_that_is_gone_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with open(writing, "w") as broken:
        monkeypatch.setattr("sys.stdout", broken)
        with pytest.raises(streams.ReaderGone):
            streams.write_data(["x"])
        assert streams.is_reader_gone()
        streams.abandon_stdout()
        assert not streams.is_reader_gone()
        streams.flush_stdout()


def test_a_message_is_not_worth_failing_for(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with open(writing, "wb", buffering=0) as broken, io.TextIOWrapper(broken, write_through=True) as stderr:
        monkeypatch.setattr("sys.stderr", stderr)
        streams.say("x")


def test_styles_follow_the_option_then_the_environment_then_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    monkeypatch.setattr("sys.stdout", io.StringIO())
    assert [streams.is_styled(color) for color in ("auto", "always", "never")] == [False, True, False]
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert [streams.is_styled(color) for color in ("auto", "always", "never")] == [True, True, False]
    monkeypatch.delenv("FORCE_COLOR")
    terminal(monkeypatch)
    assert [streams.is_styled(color) for color in ("auto", "always", "never")] == [True, True, True]


def test_a_dumb_terminal_gets_no_escapes(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    terminal(monkeypatch)
    monkeypatch.setenv("TERM", "dumb")
    assert streams.open_console("auto").color_system is None
    monkeypatch.setenv("TERM", "xterm")
    assert streams.open_console("auto").color_system is not None
    assert streams.open_console("never").color_system is None

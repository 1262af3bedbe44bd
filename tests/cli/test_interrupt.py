from __future__ import annotations

import itertools
import signal
import threading
from collections.abc import Callable, Iterator

import pytest

from newsgrep.cli.interrupt import SIGNALS, Interrupt, Stopped, code_of, take_signals


@pytest.fixture(autouse=True)
def _as_a_shell_starts_it() -> Iterator[None]:
    """Where the tests run in the background, a shell has switched Ctrl-C off."""
    before = {number: signal.signal(number, signal.SIG_DFL) for number in SIGNALS}
    signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def press(number: int = signal.SIGINT) -> None:
    signal.raise_signal(number)


def slowly() -> Callable[[], float]:
    """A clock by which every press is one of its own."""
    return map(float, itertools.count(1)).__next__


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_the_first_press_waits_for_a_safe_place(capfd: pytest.CaptureFixture[str], number: int, code: int) -> None:
    with Interrupt() as interrupt:
        interrupt.check()
        press(number)
        reached = True
        with pytest.raises(Stopped) as stopped:
            interrupt.check()
    assert reached
    assert code_of(stopped.value) == code
    assert capfd.readouterr().err == "newsgrep: stopping; Ctrl-C again stops at once\n"


def test_the_second_press_is_raised_where_it_comes_and_the_third_ends_it_on_the_spot() -> None:
    codes: list[int] = []
    with Interrupt(stop_at_once=codes.append, clock=slowly()):
        press()
        with pytest.raises(KeyboardInterrupt):
            press()
        assert codes == []
        press(signal.SIGTERM)
    assert codes == [143]


def test_two_signals_at_once_are_one_press() -> None:
    with Interrupt():
        press(signal.SIGTERM)
        press(signal.SIGTERM)
    take_signals()
    with pytest.raises(Stopped):
        press()
    press()
    press(signal.SIGHUP)


def test_a_signal_that_the_program_was_started_to_ignore_stays_ignored(capfd: pytest.CaptureFixture[str]) -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    take_signals()
    press(signal.SIGHUP)
    with Interrupt() as interrupt:
        press(signal.SIGHUP)
        interrupt.check()
    assert capfd.readouterr().err == ""


def test_afterwards_a_press_is_what_it_was_before() -> None:
    with Interrupt():
        pass
    with pytest.raises(KeyboardInterrupt):
        press()
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_a_thread_other_than_the_main_one_is_left_alone() -> None:
    failures: list[BaseException] = []

    def enter() -> None:
        try:
            with Interrupt() as interrupt:
                interrupt.check()
        except BaseException as error:
            failures.append(error)

    thread = threading.Thread(target=enter)
    thread.start()
    thread.join()
    assert failures == []

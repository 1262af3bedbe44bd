from __future__ import annotations

import signal
import threading

import pytest

from newsgrep.cli.interrupt import Interrupt


def press() -> None:
    signal.raise_signal(signal.SIGINT)


def test_the_first_press_waits_for_a_safe_place(capfd: pytest.CaptureFixture[str]) -> None:
    with Interrupt() as interrupt:
        interrupt.check()
        press()
        reached = True
        with pytest.raises(KeyboardInterrupt):
            interrupt.check()
    assert reached
    assert capfd.readouterr().err == "newsgrep: stopping after this file; Ctrl-C again stops at once\n"


def test_the_second_press_ends_it_on_the_spot() -> None:
    codes: list[int] = []
    with Interrupt(stop_at_once=codes.append):
        press()
        assert codes == []
        press()
    assert codes == [130]


def test_afterwards_a_press_is_what_it_was_before() -> None:
    # Where the tests run in the background, a shell has switched Ctrl-C off.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with Interrupt():
            pass
        with pytest.raises(KeyboardInterrupt):
            press()
    finally:
        signal.signal(signal.SIGINT, before)


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

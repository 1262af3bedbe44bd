"""Where an article can be opened or found again: its web address, or its file, and the browser that shows them."""

from __future__ import annotations

import subprocess
import sys
import webbrowser
from contextlib import suppress
from typing import TYPE_CHECKING

from newsgrep.cli.open_command import choose_address
from newsgrep.errors import NothingToOpen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsgrep.article import Article


def choose_opened(article: Article, *, saved: bool) -> str:
    """What to open of an article: its address on the web, or its file where it has none or that is wanted.

    Only addresses that a browser may be given (`open_command`). Raises NothingToOpen.
    """
    if not saved:
        with suppress(NothingToOpen):
            return choose_address(article, web=True)
    return choose_address(article, web=False)


def copied_place(article: Article) -> str:
    """What is copied to find an article again: its address, else its file."""
    if article.url:
        return article.url
    return f"{article.path}#{article.record}" if article.record else article.path


def iter_opening(address: str) -> Iterator[None]:
    """Open an address in a browser with a window of its own. Raises NothingToOpen where that fails.

    By a process of its own: what browsers say on the terminal would be written over the screen.
    """
    command = [sys.executable, "-m", "webbrowser", address]
    nowhere = subprocess.DEVNULL
    if subprocess.run(command, stdin=nowhere, stdout=nowhere, stderr=nowhere, check=False).returncode:  # noqa: S603
        raise NothingToOpen("the browser did not open: y copies the address")
    yield from ()


def find_browser() -> tuple[webbrowser.BaseBrowser, bool]:
    """The browser, and whether it takes the terminal for itself. Raises NothingToOpen where there is none."""
    try:
        browser = webbrowser.get()
    except webbrowser.Error:
        raise NothingToOpen("no browser is known here: y copies the address") from None
    takes_terminal = isinstance(browser, webbrowser.GenericBrowser) and not isinstance(
        browser, webbrowser.BackgroundBrowser
    )
    return browser, takes_terminal

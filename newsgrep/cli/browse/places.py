"""Where an article can be opened or found again: its web address, or its file, and the browser that shows them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING

from newsgrep.errors import NewsgrepError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsgrep.article import Article

_WEB_ADDRESS = re.compile(r"https?://[!-~]+", re.IGNORECASE)
"""What a browser is given: nothing that runs code, reads a file or could be taken for an option."""


def web_address(article: Article) -> str | None:
    """The address of an article, if it is one that a browser may be given."""
    return article.url if article.url and _WEB_ADDRESS.fullmatch(article.url) else None


def file_address(article: Article) -> str | None:
    """The address of an article's file, if the file is there."""
    path = Path(os.path.abspath(article.path))
    return path.as_uri() if path.is_file() else None


def copied_place(article: Article) -> str:
    """What is copied to find an article again: its address, else its file."""
    if article.url:
        return article.url
    return f"{article.path}#{article.record}" if article.record else article.path


def iter_opening(address: str) -> Iterator[None]:
    """Open an address in a browser with a window of its own. Raises NewsgrepError where that fails.

    By a process of its own: what browsers say on the terminal would be written over the screen.
    """
    command = [sys.executable, "-m", "webbrowser", address]
    nowhere = subprocess.DEVNULL
    if subprocess.run(command, stdin=nowhere, stdout=nowhere, stderr=nowhere, check=False).returncode:  # noqa: S603
        raise NewsgrepError("the browser did not open", hint="y copies the address")
    yield from ()


def find_browser() -> tuple[webbrowser.BaseBrowser, bool]:
    """The browser, and whether it takes the terminal for itself. Raises NewsgrepError where there is none."""
    try:
        browser = webbrowser.get()
    except webbrowser.Error:
        raise NewsgrepError("no browser is known here", hint="y copies the address") from None
    takes_terminal = isinstance(browser, webbrowser.GenericBrowser) and not isinstance(
        browser, webbrowser.BackgroundBrowser
    )
    return browser, takes_terminal

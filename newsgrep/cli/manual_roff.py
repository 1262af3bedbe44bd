"""Manual pages as man(7) has them: `newsgrep-search.1` and its like, for `man newsgrep-search`.

Written with the macros that every man program knows: .TH .SH .SS .TP .PP .nf .fi .RS .RE, and \\fB for what is typed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newsgrep.cli.headings import OPTIONS
from newsgrep.cli.manual import break_example

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from newsgrep.cli.manual import ManualPage

_SECTION = 1
_EXAMPLE_WIDTH = 70
_CODE = re.compile(r"`([^`]+)`")
_NAME = re.compile(r"-{1,2}[A-Za-z0-9][\w-]*")
# What roff or its fonts would print as something else; see groff_char(7).
_ESCAPES = {"\\": r"\(rs", "'": r"\(aq", "`": r"\(ga", "^": r"\(ha", "~": r"\(ti", "-": r"\-"}


def name_page(page: ManualPage) -> str:
    """What `man` calls a page: newsgrep-watch-run."""
    return page.name.replace(" ", "-")


def render_man_page(page: ManualPage, pages: Iterable[ManualPage], *, version: str) -> str:
    """A page in roff; `pages` are all there are, for its references."""
    related = [other for other in pages if other is not page and _are_related(page, other)]
    return "".join(f"{line}\n" for line in _iter_lines(page, related, version))


def _iter_lines(page: ManualPage, related: Iterable[ManualPage], version: str) -> Iterator[str]:
    name = name_page(page)
    yield f'.TH "{escape_roff(name.upper())}" {_SECTION} "" "newsgrep {escape_roff(version)}" "User Commands"'
    yield ".SH NAME"
    yield f"{escape_roff(name)} \\- {_render_text(page.summary)}"
    yield ".SH SYNOPSIS"
    yield f"\\fB{escape_roff(page.name)}\\fR {escape_roff(page.usage)}"
    yield ".SH DESCRIPTION"
    yield from _iter_paragraphs(page.paragraphs)
    if page.commands:
        yield ".SH COMMANDS"
        yield from _iter_tagged((f"\\fB{escape_roff(command)}\\fR", text) for command, text in page.commands)
    yield ".SH OPTIONS"
    for group in page.groups:
        if group.heading != OPTIONS:
            yield f".SS {_render_text(group.heading)}"
        yield from _iter_tagged((_render_option(option.typed), option.effect) for option in group.options)
    if page.exit_codes:
        yield ".SH EXIT STATUS"
        yield from _iter_tagged((f"\\fB{code}\\fR", meaning) for code, meaning in page.exit_codes)
    if page.examples:
        yield from (".SH EXAMPLES", ".nf")
        yield from (_guard(escape_roff(line)) for each in page.examples for line in break_example(each, _EXAMPLE_WIDTH))
        yield ".fi"
    references = [f"\\fB{escape_roff(name_page(other))}\\fR({_SECTION})" for other in related]
    if references:
        yield ".SH SEE ALSO"
        yield ",\n".join(references)


def _are_related(page: ManualPage, other: ManualPage) -> bool:
    """Whether one of them is the command right above the other."""
    return page.name.rpartition(" ")[0] == other.name or other.name.rpartition(" ")[0] == page.name


def _iter_paragraphs(paragraphs: Iterable[str]) -> Iterator[str]:
    for number, paragraph in enumerate(paragraphs):
        if number:
            yield ".PP"
        yield _guard(_render_text(paragraph))


def _iter_tagged(rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    for tag, text in rows:
        yield from (".TP", tag, _guard(_render_text(text)))


def _render_option(typed: str) -> str:
    """An option with its names in bold."""
    parts = []
    end = 0
    for name in _NAME.finditer(typed):
        parts += [escape_roff(typed[end : name.start()]), f"\\fB{escape_roff(name[0])}\\fR"]
        end = name.end()
    return "".join([*parts, escape_roff(typed[end:])])


def _render_text(text: str) -> str:
    """Running text, with what stands between backticks in bold."""
    parts = _CODE.split(text)
    return "".join(f"\\fB{escape_roff(part)}\\fR" if at % 2 else escape_roff(part) for at, part in enumerate(parts))


def escape_roff(text: str) -> str:
    """Text that roff prints as it is, and that can be copied from a page: no hyphen becomes another character."""
    return "".join(_ESCAPES.get(char, char if char.isascii() else f"\\[u{ord(char):04X}]") for char in text)


def _guard(line: str) -> str:
    """A line that roff takes for text whatever it begins with."""
    return f"\\&{line}" if line.startswith((".", "'")) else line

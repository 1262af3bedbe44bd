"""The manual as one page of Markdown, docs/cli.md: every command with its options, examples and exit codes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newsgrep.cli.manual import ManualPage

_INTRODUCTION = """\
# The command line

What `newsgrep COMMAND --help` says of every command, on one page. It is made from the commands
(`python tests/cli/test_manual_pages.py` writes it again), and so are the man pages; see
[completions and man pages](completions.md)."""

_CODE = re.compile(r"(`[^`]+`)")
_MARKUP = re.compile(r"([\\*_\[\]<>~|])")


def render_markdown(pages: Sequence[ManualPage]) -> str:
    """The page of all commands, with a list of them on top."""
    toc = "\n".join(f"- [`{page.name}`](#{_anchor(page)}): {_escape(page.summary)}" for page in pages)
    return "\n\n".join([_INTRODUCTION, toc, *(part for page in pages for part in _iter_parts(page))]) + "\n"


def _anchor(page: ManualPage) -> str:
    return page.name.replace(" ", "-")


def _iter_parts(page: ManualPage) -> Iterator[str]:
    yield f"## {page.name}"
    yield f"```\n{page.name} {page.usage}\n```"
    yield from map(_escape, page.paragraphs)
    if page.examples:
        yield "Examples:"
        yield "\n".join(["```sh", *page.examples, "```"])
    if page.commands:
        yield "Commands:"
        yield "\n".join(f"- [`{name}`](#{_anchor(page)}-{name}): {_escape(summary)}" for name, summary in page.commands)
    for group in page.groups:
        yield f"{_escape(group.heading)}:"
        yield "\n".join(f"- `{option.typed}`: {_escape(option.effect)}" for option in group.options)
    if page.exit_codes:
        yield "Exit codes:"
        yield "\n".join(f"- {code}: {_escape(meaning)}" for code, meaning in page.exit_codes)


def _escape(text: str) -> str:
    """Running text that Markdown shows as it is; what stands between backticks is code there too."""
    parts = _CODE.split(text)
    return "".join(part if at % 2 else _MARKUP.sub(r"\\\1", part) for at, part in enumerate(parts))

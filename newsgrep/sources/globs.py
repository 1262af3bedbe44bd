"""Shell patterns over relative paths: which files of a walk are wanted?

- `*` and `?` stand for characters of one name, `[abc]`, `[a-z]`, `[!a]` for one character, `**` for any folders.
- A pattern without a slash (`*.html`) is matched with the bare name of every file and folder; one with a slash inside
  (`2017/*.txt`) or in front (`/drafts`) with the path relative to the walk's argument.
- A pattern that matches a folder speaks of everything beneath it; with a slash at its end (`drafts/`) it speaks of
  folders only.
- Case is as on disk. An empty pattern matches nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_NOTHING = "(?!)"


@dataclass(frozen=True, slots=True)
class Globs:
    """A set of patterns; true when it has any."""

    names: re.Pattern[str] | None
    paths: re.Pattern[str] | None

    def __bool__(self) -> bool:
        return bool(self.names or self.paths)

    def match(self, name: str, path: str, *, folder: bool = False) -> bool:
        """Whether a file or folder is meant. `path` is relative to the argument, its separator is `/`."""
        if folder:
            name, path = name + "/", path + "/"
        return bool((self.names and self.names.fullmatch(name)) or (self.paths and self.paths.fullmatch(path)))


def parse_globs(patterns: Iterable[str]) -> Globs:
    """Compile patterns as the module describes them; any string is a pattern."""
    names: list[str] = []
    paths: list[str] = []
    for pattern in patterns:
        inner = pattern.removeprefix("./").rstrip("/")
        if inner:
            regex = _translate(inner.lstrip("/")) + ("/" if pattern.endswith("/") else "/?")
            (paths if "/" in inner else names).append(regex)
    return Globs(_compile(names), _compile(paths))


def _compile(regexes: list[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(f"(?:{regex})" for regex in regexes), re.DOTALL) if regexes else None


def _translate(pattern: str) -> str:
    parts: list[str] = []
    at = 0
    while at < len(pattern):
        char = pattern[at]
        if pattern.startswith("**/", at) and pattern[at - 1 : at] in ("", "/"):
            parts.append("(?:.*/)?")
            at += 3
            continue
        if char == "*":
            end = at
            while pattern[end : end + 1] == "*":
                end += 1
            parts.append("[^/]*" if end - at == 1 else ".*")
            at = end
            continue
        end = pattern.find("]", at + 3 if pattern[at + 1 : at + 2] == "!" else at + 2) if char == "[" else -1
        if end > 0:
            parts.append(_translate_set(pattern[at + 1 : end]))
            at = end + 1
            continue
        parts.append("[^/]" if char == "?" else re.escape(char))
        at += 1
    return "".join(parts)


def _translate_set(inner: str) -> str:
    """The inside of `[...]`, where a range that runs backwards holds no character."""
    negated = inner.startswith("!")
    inner = inner.removeprefix("!")
    items: list[str] = []
    at = 0
    while at < len(inner):
        if inner[at + 1 : at + 2] == "-" and at + 2 < len(inner):
            first, last = inner[at], inner[at + 2]
            if first <= last:
                items.append(f"{re.escape(first)}-{re.escape(last)}")
            at += 3
        else:
            items.append(re.escape(inner[at]))
            at += 1
    if not items:
        return "[^/]" if negated else _NOTHING
    return f"(?!/)[{'^' if negated else ''}{''.join(items)}]"

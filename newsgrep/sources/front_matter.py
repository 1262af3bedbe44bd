"""Front matter: the fields on top of a Markdown file, as YAML between `---` or TOML between `+++`.

Of YAML, what editors and clippers write there is read: values, quoted values, lists, and blocks of text. No anchors,
no tags: a value that is neither stays the text that it is.
"""

from __future__ import annotations

import re
import sys
from typing import Any, NamedTuple

_YAML = re.compile(r"\ufeff?---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_TOML = re.compile(r"\ufeff?\+\+\+[ \t]*\n(.*?)^\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_MAX_CHARS = 1 << 17
_PAIR = re.compile(r"([\w@][\w .@/-]{0,60}|\"[^\"\n]{1,60}\"|'[^'\n]{1,60}')\s*:(?:\s+(.*)|\s*)$")
_BLOCK = re.compile(r"[|>][+-]?\d?\s*$")
_COMMENT = re.compile(r"\s#.*$")
_WIKI_LINK = re.compile(r"\[\[(?:[^\]|]*\|)?([^\]|]*)\]\]")
_LISTED = re.compile(r"\s*(\"(?:[^\"\\]|\\.)*+\"|'(?:[^']|'')*+'|[^,]++)")
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))")
_ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\", "/": "/"}


class Fronted(NamedTuple):
    """The fields on top of a text, and the text behind them."""

    fields: dict[str, Any]
    rest: str


def split_front_matter(text: str) -> Fronted:
    """The front matter of a text and what follows; no fields where it has none, or none that can be read."""
    head = text[:_MAX_CHARS]
    if found := _YAML.match(head):
        return Fronted(_parse_yaml(found[1]), text[found.end() :])
    if found := _TOML.match(head):
        import tomllib

        try:
            fields = tomllib.loads(found[1])
        except (tomllib.TOMLDecodeError, RecursionError, ValueError):
            return Fronted({}, text[found.end() :])
        return Fronted({key: _spell(value) for key, value in fields.items()}, text[found.end() :])
    return Fronted({}, text)


def _spell(value: Any) -> Any:
    """A value of TOML without its own types of dates."""
    if isinstance(value, list):
        return [_spell(one) for one in value]
    return value if isinstance(value, str | int | float | bool | dict) else value.isoformat()


def _parse_yaml(text: str) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        found = _PAIR.match(lines[at])
        at += 1
        if not found:
            continue
        end = at
        while end < len(lines) and (not lines[end].strip() or lines[end][0] in " \t-"):
            end += 1
        inner, at = lines[at:end], end
        fields[found[1].strip("\"'")] = _parse_value((found[2] or "").strip(), inner)
    return fields


def _parse_value(value: str, inner: list[str]) -> Any:
    """A value and the lines that belong to it."""
    if _BLOCK.match(value):
        stripped = [line.strip() for line in inner]
        return ("\n" if value[0] == "|" else " ").join(stripped).strip()
    if value.startswith("[") and value.endswith("]") and not value.startswith("[["):
        return [one for part in _split_list(value[1:-1]) if (one := _parse_scalar(part))]
    if value and not value.startswith("#"):
        rest = " ".join(line.strip() for line in inner if line.strip() and not line.lstrip().startswith("- "))
        return _parse_scalar(f"{value} {rest}" if rest else value)
    items = [line.strip() for line in inner if line.strip()]
    if any(item == "-" or item.startswith("- ") for item in items):
        listed = [_parse_scalar(item[1:].strip()) for item in items if item.startswith("-")]
        # Of a list of persons, `- name: Ada Quill`.
        return [found[2] if (found := re.match(r"(name|title):\s+(.+)", one)) else one for one in listed if one]
    pairs = [found for item in items if (found := _PAIR.match(item))]
    return {found[1]: _parse_scalar(found[2] or "") for found in pairs} or None


def _split_list(text: str) -> list[str]:
    return _LISTED.findall(text)


def _parse_scalar(text: str) -> str:
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] == '"':
        # Unlinked first: an escaped bracket is none of a link's.
        return _ESCAPE.sub(_unescape, _unlink(text[1:-1]))
    if len(text) > 1 and text[0] == text[-1] == "'":
        return _unlink(text[1:-1].replace("''", "'"))
    return _unlink(_COMMENT.sub("", text).strip())


def _unescape(found: re.Match[str]) -> str:
    """The character that an escape of a YAML text in double quotes stands for; an unknown escape as it is."""
    digits = found[1] or found[2] or found[3]
    if not digits:
        return _ESCAPES.get(found[4], found[0])
    number = int(digits, 16)
    return "\ufffd" if number > sys.maxunicode or 0xD800 <= number < 0xE000 else chr(number)


def _unlink(text: str) -> str:
    return _WIKI_LINK.sub(r"\1", text) if "[[" in text else text

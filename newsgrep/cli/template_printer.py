r"""Results through a template of the user's: `--format '{date:%Y-%m-%d}\t{title}'`.

The syntax is that of Python's `str.format` with names only: no attributes, no indexing, no
conversions, so that a template can reach nothing but a hit's own facts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsgrep.article import format_published
from newsgrep.cli.table_printer import COLUMNS, MARK, row_of, single_line
from newsgrep.errors import TemplateError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from newsgrep.search.results import Hit, Results

FIELDS = (*COLUMNS[:4], "date", *COLUMNS[4:], MARK)
"""The columns of a table, the date as a date, for formats of its own, and the index where several were asked."""

_TOKENS = re.compile(r"(?P<doubled>\{\{|\}\})|\{(?P<field>[^{}]*)\}|(?P<lone>[{}])|\\(?P<escape>[tn0\\])")
_ESCAPES = {"t": "\t", "n": "\n", "0": "\0", "\\": "\\"}
_LONG_NUMBER = re.compile(r"\d{5}")


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    spec: str


@dataclass(frozen=True, slots=True)
class Template:
    """A template, checked and taken apart."""

    parts: tuple[str | _Field, ...]

    def uses(self, name: str) -> bool:
        """Whether a field stands in the template."""
        return any(isinstance(part, _Field) and part.name == name for part in self.parts)


def parse_template(text: str) -> Template:
    """Read a template. Raises TemplateError, pointing at the fault."""
    parts: list[str | _Field] = []
    end = 0
    for token in _TOKENS.finditer(text):
        parts.append(text[end : token.start()])
        end = token.end()
        if token["lone"]:
            raise _fault(f"a single {token['lone']!r}", text, token.start(), hint="Double it to print it.")
        if token["doubled"]:
            parts.append(token["doubled"][0])
        elif token["escape"]:
            parts.append(_ESCAPES[token["escape"]])
        else:
            parts.append(_parse_field(token["field"], text, token.start("field")))
    parts.append(text[end:])
    return Template(tuple(part for part in parts if part))


def iter_lines(results: Results, template: Template) -> Iterator[str]:
    """Fill in the template for each hit, a line feed after each."""
    for hit in results.hits:
        yield "".join(part if isinstance(part, str) else _fill(part, hit) for part in template.parts) + "\n"


def _parse_field(inside: str, text: str, column: int) -> _Field:
    name, _, spec = inside.partition(":")
    if name not in FIELDS:
        raise _fault(f"no field {name!r}", text, column, hint=f"Fields: {', '.join(FIELDS)}.")
    try:
        if name != "date" and _LONG_NUMBER.search(spec):
            raise ValueError("the width is too large")
        _check_spec(name, spec)
    except ValueError as error:
        raise _fault(f"{{{inside}}} cannot be filled in: {error}", text, column + len(name)) from error
    return _Field(name, spec)


def _check_spec(name: str, spec: str) -> None:
    if name in {"rank", "words"}:
        format(0, spec)
    elif name == "score":
        format(0.0, spec)
    elif name != "date":
        format("", spec)


def _fill(part: _Field, hit: Hit) -> str:
    article = hit.article
    match part.name:
        case "date":
            return single_line(_format_date(article.published, part.spec))
        case "rank":
            return format(hit.rank, part.spec)
        case "words":
            return format(article.words, part.spec)
        case "score":
            return format(round(hit.score, 6), part.spec)
    return format(single_line(row_of(hit)[part.name]), part.spec)


def _format_date(published: dt.date | None, spec: str) -> str:
    if published is None:
        return ""
    return format(published, spec) if spec else format_published(published) or ""


def _fault(what: str, text: str, column: int, hint: str | None = None) -> TemplateError:
    return TemplateError(f"--format: {what}\n  {text}\n  {' ' * column}^", hint=hint)

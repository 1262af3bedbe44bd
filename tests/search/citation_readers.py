"""Small strict readers of the citation formats, by their own rules: what another program would make of a file."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

_UNTEX = {
    r"\textbraceleft{}": "{",
    r"\textbraceright{}": "}",
    r"\textbackslash{}": "\\",
    r"\textasciitilde{}": "~",
    r"\textasciicircum{}": "^",
    r"\$": "$",
    r"\&": "&",
    r"\#": "#",
    r"\_": "_",
    r"\%": "%",
}


class Entry(NamedTuple):
    kind: str
    key: str
    fields: dict[str, str]


def read_bibtex(text: str) -> list[Entry]:
    """Entries as BibTeX's own scanner finds them: a value ends where its braces are balanced, escaped or not."""
    entries: list[Entry] = []
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        opened = re.compile(r"@([a-z]+)\{([^\s,{}\"#%'()=~\\]+),\n").match(text, at)
        assert opened, text[at : at + 60]
        at = opened.end()
        fields: dict[str, str] = {}
        while text[at] != "}":
            named = re.compile(r" *([a-z]+) *= *\{").match(text, at)
            assert named, text[at : at + 60]
            start = at = named.end()
            depth = 1
            while depth:
                depth += {"{": 1, "}": -1}.get(text[at], 0)
                at += 1
            assert named[1] not in fields
            fields[named[1]] = text[start : at - 1]
            assert text[at : at + 2] == ",\n"
            at += 2
        at += 1
        entries.append(Entry(opened[1], opened[2], fields))
    return entries


def untex(value: str) -> str:
    """What TeX prints of a value. Fails for a character that would do something else."""
    whole = "".join(
        _UNTEX.get(piece, piece)
        for piece in re.findall(r"\\text[a-z]+\{\}|\\[$&#_%]|[^\\{}$&#^_~%]|.", value, re.DOTALL)
        if piece in _UNTEX or not re.fullmatch(r"[\\$&#^_~%]", piece) or _fail(value)
    )
    return whole.removeprefix("{").removesuffix("}") if value.startswith("{") and value.endswith("}") else whole


def _fail(value: str) -> bool:
    raise AssertionError(f"TeX would read this as markup: {value!r}")


def read_ris(text: str) -> list[list[tuple[str, str]]]:
    """Records of (tag, value), `TY` first, `ER` last and left out. Fails for a line that is none."""
    records: list[list[tuple[str, str]]] = []
    assert "\n" not in text.replace("\r\n", "")
    for line in filter(None, text.split("\r\n")):
        found = re.fullmatch(r"([A-Z][A-Z0-9])  - (.*)", line)
        assert found, line
        tag, value = found[1], found[2]
        if tag == "TY":
            records.append([])
        if tag == "ER":
            assert not value
            records[-1].append((tag, value))
            continue
        assert records, line
        assert not records[-1] or records[-1][-1][0] != "ER", "a line between two records"
        records[-1].append((tag, value))
    for record in records:
        assert record[0][0] == "TY"
        assert record.pop() == ("ER", "")
    return records


_CSL_TEXTS = frozenset({"title", "container-title", "section", "language", "URL"})
_CSL_NAME = frozenset(
    {"family", "given", "dropping-particle", "non-dropping-particle", "suffix", "comma-suffix", "static-ordering",
     "literal", "parse-names"}
)  # fmt: skip


def check_csl_item(item: Any) -> None:
    """The rules of csl-data.json for the keys that are used: names, dates and texts of the right shape, no others."""
    assert isinstance(item, dict)
    assert set(item) <= _CSL_TEXTS | {"id", "type", "author", "issued", "accessed"}
    assert isinstance(item["id"], str)
    assert item["type"] == "article-newspaper"
    for key in _CSL_TEXTS & set(item):
        assert isinstance(item[key], str)
        assert item[key]
    for name in item.get("author", ()):
        assert set(name) <= _CSL_NAME
        assert all(isinstance(part, str) and part for part in name.values())
        assert ("literal" in name) != ("family" in name)
    for key in {"issued", "accessed"} & set(item):
        assert set(item[key]) == {"date-parts"}
        assert 1 <= len(item[key]["date-parts"]) <= 2
        for parts in item[key]["date-parts"]:
            assert 1 <= len(parts) <= 3
            assert all(type(part) is int for part in parts)

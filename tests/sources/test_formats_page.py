"""docs/formats.md and docs/adding-a-format.md, held against the code.

`python tests/sources/test_formats_page.py` writes the table of today into docs/formats.md.
"""

from __future__ import annotations

import re
import sys
import types
from pathlib import Path

from newsgrep.archive.readable_formats import ReadableFormat, list_compressions
from newsgrep.article import Page
from newsgrep.sources import archive_members, opened_file, unpacked, warc
from newsgrep.sources.format import Format
from newsgrep.sources.formats import FORMATS, read_opened
from newsgrep.sources.opened_file import open_file
from newsgrep.sources.outcome import BrokenRecord, Outcome
from newsgrep.sources.read_options import TARGETS

ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "docs/formats.md"
TABLE = re.compile(r"(<!-- formats: .*? -->\n)(.*?)(<!-- end of formats -->)", re.DOTALL)


def build_table() -> str:
    """The formats and compressions as a table of Markdown."""
    formats = [
        ReadableFormat(one.name, one.description, one.suffixes, one.extra.command if one.extra else None)
        for one in FORMATS
    ]
    lines = ["| name | what | usual names | needs |", "|---|---|---|---|"]
    for one in (*formats, *list_compressions()):
        names = " ".join(f"`{suffix}`" for suffix in one.suffixes)
        lines.append(f"| `{one.name}` | {one.description} | {names} | {f'`{one.needs}`' if one.needs else ''} |")
    return "\n".join(lines) + "\n"


def rewrite(page: str) -> str:
    return TABLE.sub(lambda found: found[1] + build_table() + found[3], page)


def test_the_table_is_that_of_the_registry() -> None:
    page = PAGE.read_text("utf-8")
    assert len(TABLE.findall(page)) == 1
    assert rewrite(page) == page


def test_the_page_names_the_limits_and_targets_of_the_code() -> None:
    page = " ".join(PAGE.read_text("utf-8").split())
    assert f"{unpacked.MAX_RATIO} times its size, or {unpacked.RATIO_FROM_BYTES >> 20} MiB" in page
    assert f"| {archive_members.MAX_MEMBERS:,} |" in page
    assert f"{opened_file.MAX_WHOLE_BYTES >> 30} GiB; {opened_file.MAX_PART_BYTES >> 20} MiB inside" in page
    assert f"| A page in a WARC file | {warc.MAX_PAGE_BYTES >> 20} MiB |" in page
    targets = page.partition("<!-- targets -->")[2].partition("<!-- end -->")[0]
    assert re.findall(r"`(\w+)`", targets) == list(TARGETS)


def load_example() -> tuple[Format, bytes]:
    """The format that docs/adding-a-format.md works out, and its sample."""
    text = (ROOT / "docs/adding-a-format.md").read_text("utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    (sample,) = re.findall(r"```\n(ZCZC.*?)```", text, re.DOTALL)
    module = types.ModuleType("telex")
    sys.modules["telex"] = module
    try:
        exec(compile(code, "telex", "exec"), module.__dict__)
    finally:
        del sys.modules["telex"]
    telex = module.__dict__["TELEX"]
    assert isinstance(telex, Format)
    return telex, sample.encode()


def read_example(telex: Format, path: Path) -> list[Outcome]:
    with open_file(str(path), read_opened) as file:
        assert telex.detects(file.name, file.head)
        return list(telex.read(file))


def test_the_worked_example_works(tmp_path: Path) -> None:
    telex, sample = load_example()
    (tmp_path / "a.tlx").write_bytes(sample + b"ZCZC 0019\nNNNN\n")
    ferry, lamps, bad = read_example(telex, tmp_path / "a.tlx")
    assert isinstance(ferry, Page)
    assert isinstance(lamps, Page)
    assert (ferry.key, ferry.title, ferry.published) == ("0017", "Ferry returns to aldrenport", "2021-03-04")
    assert (lamps.record, lamps.text) == ("0018", "Forty new lamps were lit.")
    assert bad == BrokenRecord("story 3", "A story without text")


if __name__ == "__main__":
    PAGE.write_text(rewrite(PAGE.read_text("utf-8")), "utf-8")

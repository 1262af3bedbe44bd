"""docs/cli.md and the man pages, held against the commands.

`python tests/cli/test_manual_pages.py` writes them as the commands are today.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgrep import __version__
from newsgrep.cli.commands import newsgrep as group
from newsgrep.cli.headings import OPTIONS
from newsgrep.cli.manual import ManualPage, iter_pages
from newsgrep.cli.manual_markdown import render_markdown
from newsgrep.cli.manual_roff import escape_roff, name_page, render_man_page

ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "docs/cli.md"
MAN = ROOT / "docs/man"
MACROS = {".TH", ".SH", ".SS", ".TP", ".PP", ".nf", ".fi"}


def list_pages() -> list[ManualPage]:
    return list(iter_pages(click.Context(group, info_name="newsgrep", **group.context_settings)))


PAGES = list_pages()


def render_files() -> dict[str, str]:
    """Each file of the manual: its place, and what it holds."""
    man = {f"docs/man/{name_page(page)}.1": render_man_page(page, PAGES, version=__version__) for page in PAGES}
    return {"docs/cli.md": render_markdown(PAGES), **man}


FILES = render_files()
ROFF = {name: text for name, text in FILES.items() if name.endswith(".1")}


@pytest.mark.parametrize("name", FILES)
def test_the_manual_is_what_the_commands_say(name: str) -> None:
    assert (ROOT / name).read_text("utf-8") == FILES[name], "python tests/cli/test_manual_pages.py writes it again"


def test_no_man_page_is_of_a_command_that_is_gone() -> None:
    assert {path.name for path in MAN.iterdir()} == {Path(name).name for name in ROFF}


def test_the_wheel_has_the_man_pages_where_man_looks_for_them() -> None:
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel["shared-data"] == {"docs/man": "share/man/man1"}


def test_the_page_on_completions_has_the_commands_of_the_help() -> None:
    (page,) = (page for page in PAGES if page.name == "newsgrep completion")
    text = (ROOT / "docs/completions.md").read_text("utf-8")
    assert page.examples
    assert all(f"`{example}`" in text for example in page.examples)
    assert set(re.findall(r"^man (\S+)$", text, re.MULTILINE)) <= {name_page(page) for page in PAGES}


def test_every_link_of_the_page_has_its_heading() -> None:
    page = FILES["docs/cli.md"]
    headings = {heading.replace(" ", "-") for heading in re.findall(r"^## (.*)$", page, re.MULTILINE)}
    links = re.findall(r"\]\(#([^)]+)\)", page)
    assert len(links) > len(PAGES)
    assert set(links) == headings


@pytest.mark.parametrize("name", ROFF)
def test_a_man_page_has_no_line_that_roff_reads_otherwise(name: str) -> None:
    lines = ROFF[name].splitlines()
    assert lines[0].startswith(".TH ")
    for line in lines:
        assert line
        assert line.isascii()
        if line.startswith((".", "'")):
            assert line.split()[0] in MACROS
        else:
            text = re.sub(r"\\(?:\(..|\[u[0-9A-F]{4,6}\]|f[BR]|[-&])", "", line)
            assert not re.search(r"[\\`^~-]", text)
        assert line.count("\\fB") == line.count("\\fR")


@given(st.text(st.characters(exclude_characters="\n\r", exclude_categories=["Cs", "Cc"])))
def test_any_text_survives_roff(text: str) -> None:
    names = {"rs": "\\", "aq": "'", "ga": "`", "ha": "^", "ti": "~"}

    def read(found: re.Match[str]) -> str:
        return names[found[1]] if found[1] else chr(int(found[2], 16)) if found[2] else "-"

    assert re.sub(r"\\(?:\((..)|\[u([0-9A-F]+)\]|-)", read, escape_roff(text)) == text


def find_checker() -> list[str] | None:
    if shutil.which("mandoc"):
        # A page has no date of its own, so that it is the same whenever it is made.
        return ["mandoc", "-Tlint", "-Wwarning"]
    return ["groff", "-man", "-ww", "-z", "-Tutf8"] if shutil.which("groff") else None


def test_man_programs_have_no_complaint() -> None:
    checker = find_checker()
    if checker is None:
        pytest.skip("neither mandoc nor groff is installed")
    ran = subprocess.run([*checker, *ROFF], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    said = (ran.stdout + ran.stderr).splitlines()
    assert [line for line in said if "missing date" not in line] == []


def test_a_man_page_reads_as_the_help_does() -> None:
    if shutil.which("groff") is None:
        pytest.skip("groff is not installed")
    ran = subprocess.run(
        ["groff", "-man", "-Tascii", "-P-cbou", "-rLL=100n", "docs/man/newsgrep-search.1"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    (page,) = (page for page in PAGES if page.name == "newsgrep search")
    shown = ran.stdout
    for example in page.examples:
        assert example in re.sub(r" \\\n\s+", " ", shown)
    for group_ in page.groups:
        assert f"   {group_.heading}\n" in shown or group_.heading == OPTIONS
        for option in group_.options:
            assert option.typed in shown
    assert all(heading in shown for heading in ("NAME", "SYNOPSIS", "EXIT STATUS", "SEE ALSO"))


if __name__ == "__main__":
    shutil.rmtree(MAN, ignore_errors=True)
    MAN.mkdir()
    for name, text in FILES.items():
        (ROOT / name).write_text(text, "utf-8")

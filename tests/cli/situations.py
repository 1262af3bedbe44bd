"""Set-ups to look at: a sound index that tests may spoil, and what a point finds in it."""

from __future__ import annotations

import json
import os
import shutil
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import click

import newsgrep
from newsgrep.cli.checkup import POINTS
from newsgrep.cli.commands import newsgrep as group
from newsgrep.cli.setup_findings import Finding, Level, Situation, examine

if TYPE_CHECKING:
    from collections.abc import Mapping


NOBODY = 65534


def build_index(folder: Path, articles: int = 3) -> Path:
    """An index of some files in a folder beside it."""
    saved = folder / "saved"
    saved.mkdir()
    for number in range(articles):
        (saved / f"{number}.txt").write_text(f"A storm, part {number}\n\nThe storm tore {number + 2} cables.\n")
    with newsgrep.open(folder / "index", create=True) as archive:
        archive.update([saved])
    return folder / "index"


def copy_index(index: Path, folder: Path) -> Path:
    """The same index elsewhere, of the same files."""
    return Path(shutil.copytree(index, folder / "index"))


def situation(index: Path | None = None, environment: Mapping[str, str] | None = None) -> Situation:
    """What is looked at, when `--index` names an index or nothing does."""
    root = click.Context(group, info_name="newsgrep", **group.context_settings)
    return Situation(root, os.fspath(index) if index else None, environment if environment is not None else {})


def look(name: str, index: Path | None = None, environment: Mapping[str, str] | None = None) -> list[Finding]:
    """What is found at one point."""
    (point,) = (point for point in POINTS if point.name == name)
    return list(examine([point], situation(index, environment), longest=30))


def look_as_nobody(name: str, index: Path) -> list[Finding]:
    """What a user finds who is neither root nor the owner; the user of the tests where that is not root."""
    if os.geteuid():
        return look(name, index)
    look(name, index)  # Imports what the other user may not read.
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        # Newer Pythons warn where there are other threads, whose locks a child could wait for: this one takes none.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if not child:
        try:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
            found = [(each.level, each.message, each.advice) for each in look(name, index)]
            os.write(writing, json.dumps(found).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        answer = json.loads(pipe.read())
    os.waitpid(child, 0)
    return [Finding(Level(level), name, message, advice) for level, message, advice in answer]


def levels(findings: list[Finding]) -> list[Level]:
    """How good or bad each is."""
    return [finding.level for finding in findings]


def told(findings: list[Finding]) -> str:
    """All that is said."""
    return "\n".join(f"{finding.level}: {finding.message} -> {finding.advice}" for finding in findings)

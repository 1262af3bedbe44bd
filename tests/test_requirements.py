"""The locked packages of development: what pyproject.toml asks for, and no audit that passes without looking."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from requirements.audit import NOT_AUDITED, SOUND, VULNERABLE, iter_lines, read_report

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
ASKED = [Requirement(line) for line in PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["dev"]]
LOCK = (ROOT / "requirements/development.txt").read_text("utf-8")


def read_pins() -> dict[str, list[tuple[Requirement, int]]]:
    """For each package its pinned versions, one for each kind of Python, with the number of their hashes."""
    pins: dict[str, list[tuple[Requirement, int]]] = {}
    for block in re.split(r"\n(?=\S)", LOCK):
        if not block.startswith("#"):
            pin = Requirement(block.split(" \\\n")[0])
            pins.setdefault(canonicalize_name(pin.name), []).append((pin, block.count("--hash=sha256:")))
    return pins


@pytest.mark.parametrize("asked", ASKED, ids=lambda asked: asked.name)
def test_what_the_project_asks_for_is_locked_in_a_version_that_will_do(asked: Requirement) -> None:
    pins = read_pins()[canonicalize_name(asked.name)]
    for pin, _ in pins:
        (version,) = [specifier.version for specifier in pin.specifier]
        assert version in asked.specifier


def test_every_locked_package_is_one_version_with_its_hashes() -> None:
    for pins in read_pins().values():
        for pin, hashes in pins:
            assert [specifier.operator for specifier in pin.specifier] == ["=="]
            assert hashes


KNOWN = {"id": "PYSEC-1", "fix_versions": ["2.0"], "aliases": [], "description": ""}


def test_a_vulnerable_package_fails_the_audit_and_is_named_with_what_mends_it() -> None:
    audit = read_report({"dependencies": [{"name": "a", "version": "1.0", "vulns": [KNOWN]}]})
    assert audit.code == VULNERABLE
    assert next(iter_lines(audit)) == "vulnerable: a 1.0: PYSEC-1, mended in 2.0"


def test_packages_that_were_not_looked_up_are_no_sound_ones() -> None:
    audit = read_report(
        {"dependencies": [{"name": "a", "skip_reason": "unknown"}, {"name": "b", "version": "1", "vulns": []}]}
    )
    assert audit.code == NOT_AUDITED
    assert next(iter_lines(audit)) == "not audited: 1 of 2 packages are unknown to the advisory service: a"


def test_an_audit_of_nothing_is_none() -> None:
    assert read_report({"dependencies": []}).code == NOT_AUDITED


def test_packages_without_a_known_vulnerability_pass() -> None:
    audit = read_report({"dependencies": [{"name": "b", "version": "1", "vulns": []}]})
    assert audit.code == SOUND
    assert list(iter_lines(audit)) == ["no known vulnerability: 1 packages"]

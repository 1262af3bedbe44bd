"""Processes under measurement: their time, and the memory of them and all their children."""

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_INTERVAL = 0.05
"""Seconds between two looks at a process's memory."""
_GLANCE = 0.002
"""Seconds between two looks at the memory of a short command."""
_DUTY = 20
"""A look that takes long is followed by so many times its own length of rest."""


@dataclass(frozen=True, slots=True)
class Memory:
    """Peaks in bytes, summed over a process and its children; 0 where the system does not tell (no /proc)."""

    peak_bytes: int
    """Proportional set size: shared pages once, pages of mapped files included."""
    anonymous_bytes: int
    """The part of it that is no file's."""


@dataclass(frozen=True, slots=True)
class Timing:
    """Wall time of a command that was run several times, its files in the system's cache."""

    best_ms: float
    median_ms: float
    peak_bytes: int
    """Largest resident set, pages of mapped files included; 0 where the system does not tell."""


class ProcessFailedError(Exception):
    """A process under measurement ended with an error; the message is the end of what it printed."""


def run_measured(command: Sequence[str], *, cwd: Path) -> Memory:
    """Run a command to its end and watch its memory. Raises ProcessFailedError."""
    with tempfile.TemporaryFile() as printed:
        process = subprocess.Popen(command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=printed, stderr=printed)
        try:
            memory = _watch(process)
        except BaseException:
            process.kill()
            process.wait()
            raise
        if process.returncode:
            printed.seek(0)
            raise ProcessFailedError(printed.read().decode(errors="replace")[-2_000:].strip())
    return memory


def time_command(command: Sequence[str], *, cwd: Path, runs: int, environment: Mapping[str, str]) -> Timing:
    """Run a command several times, and once before to warm the system's cache. Raises ProcessFailedError."""
    times: list[float] = []
    peak = 0
    for run in range(runs + 1):
        started = time.perf_counter()
        with subprocess.Popen(
            command,
            cwd=cwd,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        ) as process:
            if run == 0:
                peak = _watch_high_water(process)
            _, complaint = process.communicate()
        times.append((time.perf_counter() - started) * 1000)
        if process.returncode:
            raise ProcessFailedError(complaint.decode(errors="replace")[-2_000:].strip())
    return Timing(round(min(times[1:]), 1), round(statistics.median(times[1:]), 1), peak)


def _watch_high_water(process: subprocess.Popen[bytes]) -> int:
    """The last high-water mark that a process shows; what `wait` tells of it counts its parent's memory too."""
    peak = 0
    while process.poll() is None:
        peak = max(peak, high_water_bytes(process.pid))
        time.sleep(_GLANCE)
    return peak


def high_water_bytes(pid: int | None = None) -> int:
    """The kernel's own mark of the largest resident set of this process or another; 0 where it keeps none."""
    try:
        status = Path(f"/proc/{pid or 'self'}/status").read_text("ascii", "replace")
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM:")), 0)


def _watch(process: subprocess.Popen[bytes]) -> Memory:
    peak = anonymous = 0
    while process.poll() is None:
        started = time.perf_counter()
        sizes = [_read_size(pid) for pid in _iter_family(process.pid)]
        peak = max(peak, sum(size[0] for size in sizes))
        anonymous = max(anonymous, sum(size[1] for size in sizes))
        try:
            process.wait(max(_INTERVAL, _DUTY * (time.perf_counter() - started)))
        except subprocess.TimeoutExpired:
            continue
    return Memory(peak, anonymous)


def _iter_family(pid: int) -> Iterator[int]:
    """A process, its children, their children..."""
    yield pid
    try:
        threads = list(Path(f"/proc/{pid}/task").iterdir())
    except OSError:
        return
    for thread in threads:
        try:
            children = (thread / "children").read_text("ascii").split()
        except OSError:
            # It ended in the meantime.
            continue
        for child in children:
            yield from _iter_family(int(child))


def _read_size(pid: int) -> tuple[int, int]:
    """Proportional set size and the anonymous part of it, in bytes."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii", "replace").splitlines()
    except OSError:
        return 0, 0
    sizes = {line.split()[0]: int(line.split()[1]) * 1024 for line in lines[1:]}
    return sizes.get("Pss:", 0), sizes.get("Pss_Anon:", sizes.get("Anonymous:", 0))

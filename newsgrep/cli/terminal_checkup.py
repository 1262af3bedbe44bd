"""Does the terminal show what newsgrep prints, do the settings count, and is there room to work?"""

from __future__ import annotations

import locale
import os
import re
import shutil
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from newsgrep.cli import streams
from newsgrep.cli.setup_findings import Level, Point
from newsgrep.cli.wording import count_of, size_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsgrep.cli.setup_findings import Situation

    Found = Iterator[tuple[Level, str, str]]

FEW_FILES = 64
"""Open files with which a build may fail: each process that reads has a dozen."""
NARROW = 40
"""Columns below which results are no pleasure to read."""
OVERHEAD = 150 << 20
"""What an update takes beyond --memory at most; see `archive/budget.py`."""
EARLIEST = 1_704_067_200
"""2024-01-01 UTC, before newsgrep was: a clock that says less is wrong."""
LEAST_TEMPORARY = 64 << 20
MAN_PAGE = "newsgrep.1"
UNLIMITED = 1 << 60

_GROUP_LIMITS = (
    "/sys/fs/cgroup/memory.max",
    "/sys/fs/cgroup/memory/memory.limit_in_bytes",
)


def look_at_encoding(situation: Situation) -> Found:
    """Can every letter be shown, and every file name be written?"""
    del situation
    shown = sys.stdout.encoding if streams.is_terminal_output() else locale.getencoding()
    names = sys.getfilesystemencoding()
    if _is_utf8(shown) and _is_utf8(names):
        yield Level.SOUND, "UTF-8", ""
        return
    what = f"the locale's encoding is {shown}, that of file names {names}: other letters are shown as question marks"
    yield Level.NOTE, what, "export LC_ALL=C.UTF-8, or another locale that ends in UTF-8"


def look_at_terminal(situation: Situation) -> Found:
    """What the terminal is able to do, as it is told."""
    environment = situation.environment
    if not streams.is_terminal_output():
        yield Level.SOUND, "stdout is no terminal: output is plain, for programs", ""
        return
    term = environment.get("TERM", "")
    if not term or term in streams.DUMB:
        what = f"TERM is {term or 'not set'}: neither colour nor pager"
        yield Level.NOTE, what, "Meant for editors and screen readers; else export TERM=xterm-256color"
    width = shutil.get_terminal_size().columns
    if width < NARROW:
        yield Level.NOTE, f"the terminal is {width} columns wide", "From 40 columns on results are laid out well."
    colour = next((name for name in ("NO_COLOR", "FORCE_COLOR") if environment.get(name)), None)
    yield Level.SOUND, f"{term or 'unknown'}, {width} columns{f', {colour} is set' if colour else ''}", ""


def look_at_pager(situation: Situation) -> Found:
    """The program that shows what is longer than the screen."""
    from newsgrep.cli.pager import VARIABLES, find_pager

    command = find_pager()
    named = next((name for name in VARIABLES if name in situation.environment), None)
    if not command:
        yield Level.SOUND, f"none is wanted{f' ({named})' if named else ''}", ""
    elif path := shutil.which(command[0]):
        yield Level.SOUND, path, ""
    else:
        what = f"{command[0]}{f', which {named} names,' if named else ''} is not there: long output runs by"
        yield Level.NOTE, what, f"Install {command[0]}, or name another program in NEWSGREP_PAGER."


def look_at_browser(situation: Situation) -> Found:
    """What `newsgrep open` opens pages with."""
    named = situation.environment.get("BROWSER")
    if named:
        programs = [name.split()[0] for name in named.split(os.pathsep) if name.split()]
        if any(shutil.which(program) for program in programs):
            yield Level.SOUND, named, ""
        else:
            what = f"BROWSER names {named}, which is not there"
            yield Level.NOTE, what, "Name a program that is, or leave BROWSER out: newsgrep open takes the system's."
        return
    import webbrowser

    try:
        webbrowser.get()
    except webbrowser.Error:
        yield Level.SOUND, "none: newsgrep open --print tells what it would open", ""
    else:
        yield Level.SOUND, "the system's", ""


def look_at_manual(situation: Situation) -> Found:
    """Whether `man newsgrep` finds its page."""
    folders = [folder for folder in situation.environment.get("MANPATH", "").split(os.pathsep) if folder]
    # man looks beside every folder of programs, as manpath(1) tells.
    for folder in situation.environment.get("PATH", "").split(os.pathsep):
        folders += [os.path.join(os.path.dirname(folder), "share", "man"), os.path.join(os.path.dirname(folder), "man")]
    for folder in folders:
        if os.path.isfile(os.path.join(folder, "man1", MAN_PAGE)):
            yield Level.SOUND, f"in {folder}", ""
            return
    there = os.path.join(sys.prefix, "share", "man")
    if os.path.isfile(os.path.join(there, "man1", MAN_PAGE)):
        yield Level.NOTE, f"the man pages are in {there}, where man does not look", f"export MANPATH={there}:"
    else:
        yield Level.SOUND, "not installed; newsgrep COMMAND --help says the same", ""


def look_at_completion(situation: Situation) -> Found:
    """Whether the script of the user's shell is in a usual place."""
    shell = os.path.basename(situation.environment.get("SHELL", ""))
    home = Path(situation.environment.get("HOME") or os.path.expanduser("~"))
    data = Path(situation.environment.get("XDG_DATA_HOME") or home / ".local/share")
    settings = Path(situation.environment.get("XDG_CONFIG_HOME") or home / ".config")
    places = {
        "bash": (data / "bash-completion/completions/newsgrep", Path("/etc/bash_completion.d/newsgrep")),
        "zsh": (home / ".zfunc/_newsgrep", Path("/usr/local/share/zsh/site-functions/_newsgrep")),
        "fish": (settings / "fish/completions/newsgrep.fish",),
    }.get(shell, ())
    for place in places:
        if place.is_file():
            yield Level.SOUND, f"{shell}: {place}", ""
            return
    yield Level.SOUND, "no script in the usual places: newsgrep completion --help says how to set it up", ""


def look_at_settings(situation: Situation) -> Found:
    """What newsgrep.toml and variables say that cannot be used."""
    overview = situation.overview
    for problem in overview.problems:
        yield Level.WRONG, problem, "newsgrep config shows every setting and where it comes from."
    named = situation.environment.get("NEWSGREP_CONFIG")
    if named and not os.path.exists(named):
        yield Level.WRONG, f"NEWSGREP_CONFIG names {named}, which is not there", "Correct it, or unset it."
    for name in _find_unknown_variables(situation):
        yield Level.NOTE, f"the variable {name} is set, which nothing reads", "newsgrep config shows those that count."
    if not overview.problems:
        files = [file.path for file in overview.files if file.is_there]
        told = (
            f"{count_of(len(overview.settings), 'setting')} {', '.join(files)}".strip() if overview.settings else "none"
        )
        yield Level.SOUND, told, ""


def _find_unknown_variables(situation: Situation) -> list[str]:
    from newsgrep.cli import config
    from newsgrep.cli.config_command import SECRETS, VARIABLES, iter_commands

    known = {name for name in (*VARIABLES, *SECRETS) if name.startswith(config.PREFIX)}
    for path, ctx in iter_commands(situation.root):
        known |= {config.name_variable(path, key) for key in config.options_of(ctx.command)}
    return sorted(name for name in situation.environment if name.startswith(config.PREFIX) and name not in known)


def look_at_open_files(situation: Situation) -> Found:
    """How many files a process may have open."""
    del situation
    try:
        import resource
    except ImportError:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if 0 <= soft < FEW_FILES:
        advice = f"ulimit -n {hard if 0 < hard < 4096 else 4096}"
        yield Level.WRONG, f"a process may have {soft} files open, too few for an update", advice
    else:
        yield Level.SOUND, f"{soft:,} may be open" if soft >= 0 else "any number may be open", ""


def look_at_temporary_folder(situation: Situation) -> Found:
    """Where `newsgrep extract -` keeps what it is given; nothing is written to find out."""
    named = [name for name in ("TMPDIR", "TEMP", "TMP") if situation.environment.get(name)]
    for name in named:
        folder = situation.environment[name]
        if not os.path.isdir(folder) or not os.access(folder, os.W_OK | os.X_OK):
            yield Level.WRONG, f"{name} names {folder}, which cannot be written", f"Correct it, or unset {name}."
            return
    folder = situation.environment[named[0]] if named else "/tmp"  # noqa: S108  # nothing is made there
    if not os.path.isdir(folder):
        return
    free = shutil.disk_usage(folder).free
    if not os.access(folder, os.W_OK | os.X_OK):
        yield Level.NOTE, f"{folder} cannot be written", "Name a folder of your own in TMPDIR."
    elif free < LEAST_TEMPORARY:
        yield Level.NOTE, f"{folder} has {size_of(free)} left", "Make room, or name another folder in TMPDIR."
    else:
        yield Level.SOUND, f"{folder}, {size_of(free)} free", ""


def look_at_memory(situation: Situation) -> Found:
    """Whether an update has the memory that it may take."""
    from newsgrep.archive.budget import DEFAULT_MEMORY
    from newsgrep.cli.index_command import parse_size

    wanted = DEFAULT_MEMORY
    for setting, is_used in situation.overview.settings:
        if setting.name == "index.memory" and is_used:
            wanted = parse_size(str(setting.value))
    available = read_available_memory()
    told = f"an update takes up to {size_of(wanted + OVERHEAD)} (--memory)"
    if available is None:
        yield Level.SOUND, told, ""
    elif available < wanted + OVERHEAD:
        megabytes = max(64, (available - OVERHEAD) >> 20)
        yield (
            Level.NOTE,
            f"{told}, of which {size_of(available)} are there now",
            f"newsgrep index --memory {megabytes}M",
        )
    else:
        yield Level.SOUND, f"{told}; {size_of(available)} are there", ""


def read_available_memory() -> int | None:
    """Bytes that this process may still take: by the system, its group and its own limit. None where none tells."""
    bounds = []
    try:
        told = re.search(r"^MemAvailable:\s*(\d+) kB", Path("/proc/meminfo").read_text(), re.MULTILINE)
    except OSError:
        told = None
    if told:
        bounds.append(int(told[1]) * 1024)
    for name in _GROUP_LIMITS:
        try:
            bounds.append(int(Path(name).read_text()))
        except (OSError, ValueError):  # `max`, or no such group
            continue
    try:
        import resource

        bounds.append(resource.getrlimit(resource.RLIMIT_AS)[0])
    except ImportError:
        pass
    return min((bound for bound in bounds if 0 < bound < UNLIMITED), default=None)


def look_at_clock(situation: Situation) -> Found:
    """Relative dates and the order of updates go by it."""
    import datetime as dt

    now = time.time()
    today = f"{dt.datetime.fromtimestamp(now, dt.UTC):%Y-%m-%d %H:%M} UTC"
    updated = situation.sources.updated if situation.sources else None
    ahead = 0.0
    if updated:
        ahead = dt.datetime.fromisoformat(updated).timestamp() - now
    if now < EARLIEST:
        yield Level.WRONG, f"the clock says {today}, which is long past", "Set the clock of this machine."
    elif ahead > 300:
        what = f"the clock says {today}, and the index was updated after that, at {updated}"
        yield Level.WRONG, what, "One clock is wrong: this machine's, or that of the one which updated the index."
    else:
        yield Level.SOUND, today, ""


def _is_utf8(encoding: str) -> bool:
    return encoding.lower().replace("-", "").replace("_", "") in ("utf8", "utf8sig", "cp65001")


TERMINAL, SETTINGS, MACHINE = "Terminal", "Settings", "Machine"
POINTS = (
    Point("encoding", TERMINAL, look_at_encoding),
    Point("terminal", TERMINAL, look_at_terminal),
    Point("pager", TERMINAL, look_at_pager),
    Point("browser", TERMINAL, look_at_browser),
    Point("man pages", TERMINAL, look_at_manual),
    Point("completion", TERMINAL, look_at_completion),
    Point("settings", SETTINGS, look_at_settings),
    Point("open files", MACHINE, look_at_open_files),
    Point("temporary files", MACHINE, look_at_temporary_folder),
    Point("memory", MACHINE, look_at_memory),
    Point("clock", MACHINE, look_at_clock),
)

"""Is newsgrep installed as it should be? Python, the packages it stands on, optional parts, and the program itself."""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util
import os
import platform
import re
import sys
from typing import TYPE_CHECKING, NamedTuple

from newsgrep.cli.setup_findings import Level, Point
from newsgrep.cli.wording import size_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsgrep.cli.setup_findings import Situation

    Found = Iterator[tuple[Level, str, str]]

PACKAGE = "newsgrep"
COMPILED = {
    "numpy": "numpy",
    "pystemmer": "Stemmer",
    "selectolax": "selectolax.lexbor",
    "backports-zstd": "backports.zstd",
    "python": "sqlite3",
}
"""The module by which the compiled part of a package is imported."""
EXTRAS = {
    "brotli": ("brotli", "pages in WARC files that a server compressed with Brotli"),
    "pdf": ("pypdf", "the text of PDF files"),
    "parquet": ("pyarrow", "exports as Parquet files"),
    "follow": ("watchfiles", "newsgrep index --watch"),
    "opensearch": ("opensearch-py", "an index on a cluster of OpenSearch"),
    "plot": ("matplotlib", "timelines as pictures"),
    "browse": ("textual", "newsgrep browse"),
}
"""Optional parts: the package that each brings, and what it gives."""
IMPORTED_AS = {"opensearch-py": "opensearchpy"}
"""Packages of optional parts whose module is called otherwise."""
ADDRESSES = 256 << 20
"""Bytes of address space without which NumPy's library does not start."""
WHOOSH_PACKAGES = ("whoosh3", "whoosh", "whoosh-reloaded")
"""All of them are imported as `whoosh`; newsgrep stands on the first."""

_REQUIREMENT = re.compile(r"([\w.-]+)[^>;]*>=\s*([\d.]+)\s*(?:;\s*(.*))?")
_EXTRA = re.compile(r"extra\s*==\s*['\"]([\w-]+)['\"]")
_BELOW = re.compile(r"python_version\s*<\s*['\"]([\d.]+)['\"]")


class Requirement(NamedTuple):
    """A package that is wanted in a version or a later one."""

    package: str
    at_least: str
    extra: str | None
    """The optional part that wants it."""


def parse_requirement(text: str) -> Requirement | None:
    """One line of a package's metadata; None where it is not for this Python, or is spelt as newsgrep spells none."""
    found = _REQUIREMENT.fullmatch(text.strip())
    if found is None:
        return None
    marker = found[3] or ""
    if (below := _BELOW.search(marker)) and sys.version_info[:2] >= parse_version(below[1])[:2]:
        return None
    extra = _EXTRA.search(marker)
    return Requirement(found[1].lower(), found[2], extra[1] if extra else None)


def parse_version(text: str) -> tuple[int, ...]:
    """The numbers that a version begins with."""
    return tuple(int(number) for number in re.findall(r"\d+", text.partition("+")[0])[:4])


def find_version(package: str) -> str | None:
    """The version of an installed package."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def can_import(module: str) -> bool:
    """Whether there is a module of this name; nothing is imported to find out."""
    try:
        return importlib.util.find_spec(module) is not None
    except (ImportError, ValueError):
        return False


def look_at_python(situation: Situation) -> Found:
    """Its version against the one that newsgrep wants, and its kind."""
    del situation
    wanted = "3.11"
    if find_version(PACKAGE):
        wanted = (importlib.metadata.metadata(PACKAGE)["Requires-Python"] or wanted).removeprefix(">=")
    told = f"{platform.python_implementation()} {platform.python_version()} on {platform.system()}"
    if sys.version_info[:2] < parse_version(wanted)[:2]:
        yield Level.WRONG, f"{told}; newsgrep wants Python {wanted} or later", f"Install it with Python {wanted}."
    elif platform.python_implementation() != "CPython":
        yield Level.NOTE, f"{told}: newsgrep is tested with CPython only", ""
    else:
        yield Level.SOUND, told, ""


def look_at_package(situation: Situation) -> Found:
    """Whether what runs is what is installed."""
    del situation
    from newsgrep import __version__

    installed = find_version(PACKAGE)
    here = os.path.dirname(os.path.dirname(os.path.abspath(sys.modules[PACKAGE].__file__ or "")))
    if installed is None:
        what = f"newsgrep {__version__} runs from {here} without being installed: its requirements are not known"
        yield Level.NOTE, what, "Install it: pip install newsgrep"
    elif installed != __version__:
        what = f"newsgrep {__version__} runs from {here}, while version {installed} is installed"
        yield Level.NOTE, what, "Leave PYTHONPATH out, or install what you run."
    else:
        yield Level.SOUND, f"newsgrep {__version__} in {here}", ""


def look_at_packages(situation: Situation) -> Found:
    """What newsgrep cannot do without, against the bounds of its own metadata."""
    del situation
    told = []
    for text in _requirements():
        wanted = parse_requirement(text)
        if wanted is None or wanted.extra is not None:
            continue
        install = f"pip install '{wanted.package}>={wanted.at_least}'"
        version = find_version(wanted.package)
        if version is None and wanted.package == WHOOSH_PACKAGES[0] and (old := find_version("whoosh")):
            what = f"whoosh {old} stands in for {wanted.package}, which is maintained: it works, but starts slower"
            yield Level.NOTE, what, f"pip uninstall whoosh && {install}"
        elif version is None:
            yield Level.WRONG, f"{wanted.package} is not installed", install
        elif parse_version(version) < parse_version(wanted.at_least):
            yield Level.WRONG, f"{wanted.package} {version} is older than {wanted.at_least}", install
        else:
            told.append(f"{wanted.package} {version}")
    if told:
        yield Level.SOUND, ", ".join(told), ""


def look_at_whoosh(situation: Situation) -> Found:
    """Several packages are imported by one name: which one is it?"""
    del situation
    there = {name: version for name in WHOOSH_PACKAGES if (version := find_version(name))}
    spec = importlib.util.find_spec("whoosh")
    place = spec.origin if spec and spec.origin else "nowhere"
    if len(there) < 2:
        yield Level.SOUND, f"whoosh is {', '.join(there) or 'of no package'}, in {place}", ""
        return
    from whoosh import __version__

    imported = ".".join(map(str, __version__))
    is_ours = "whoosh3" in there and parse_version(imported)[:2] == parse_version(there["whoosh3"])[:2]
    packages = " and ".join(f"{name} {version}" for name, version in there.items())
    others = " ".join(name for name in there if name != "whoosh3")
    yield (
        Level.NOTE if is_ours else Level.WRONG,
        f"{packages} are installed into one folder `whoosh`; version {imported} is imported, from {place}",
        f"pip uninstall {others} && pip install --force-reinstall whoosh3",
    )


def look_at_compiled(situation: Situation) -> Found:
    """Parts that were compiled for another Python or machine cannot be imported."""
    del situation
    if (room := _limit_of_addresses()) < ADDRESSES:
        what = f"not tried: with {size_of(room)} of address space (ulimit -v) NumPy ends the process or waits for ever"
        yield Level.WRONG, what, f"ulimit -v unlimited, or {ADDRESSES >> 10} at least"
        return
    told = []
    for package, module in COMPILED.items():
        if package != "python" and find_version(package) is None:
            continue
        try:
            importlib.import_module(module)
        except Exception as error:  # a broken extension raises what it will
            advice = (
                f"pip install --force-reinstall {package}" if package != "python" else "Install Python with SQLite."
            )
            yield Level.WRONG, f"{module} cannot be imported: {type(error).__name__}: {error}", advice
        else:
            told.append(module)
    if told:
        yield Level.SOUND, f"imported: {', '.join(told)}", ""


def _limit_of_addresses() -> int:
    try:
        import resource
    except ImportError:
        return ADDRESSES
    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    return limit if limit >= 0 else ADDRESSES


def look_at_extras(situation: Situation) -> Found:
    """Optional parts: what is there, what each gives, and whether it is lacked."""

    bounds = {
        each.package: each.at_least for text in _requirements() if (each := parse_requirement(text)) and each.extra
    }
    lacking = situation.sources.lacking if situation.sources else frozenset()
    for name, (package, gives) in EXTRAS.items():
        module = IMPORTED_AS.get(package, package)
        install = f'pip install "newsgrep[{name}]"'
        version = find_version(package)
        if not can_import(module):
            if module in lacking:
                yield Level.NOTE, f"{name} is not installed, and files of this index need it: {gives}", install
            else:
                yield Level.SOUND, f"{name} is not installed, which would give {gives}: {install}", ""
        elif version and package in bounds and parse_version(version) < parse_version(bounds[package]):
            yield Level.WRONG, f"{package} {version} is older than {bounds[package]}", f"{install} --upgrade"
        elif module in lacking:
            what = f"{name} is installed by now, and files of this index were read without it"
            yield Level.NOTE, what, "Read them: newsgrep index DIR"
        else:
            yield Level.SOUND, f"{name} is installed{f' ({package} {version})' if version else ''}: {gives}", ""


def look_at_bytecode(situation: Situation) -> Found:
    """Without bytecode on the disk each start compiles newsgrep anew."""
    del situation
    source = sys.modules[PACKAGE].__file__ or ""
    try:
        cached = importlib.util.cache_from_source(source)
    except (NotImplementedError, ValueError):
        return
    folder = os.path.dirname(cached)
    place = folder if os.path.isdir(folder) else os.path.dirname(folder)
    if os.path.isfile(cached):
        yield Level.SOUND, f"bytecode is kept in {folder}", ""
    elif sys.dont_write_bytecode or not os.access(place, os.W_OK):
        why = "PYTHONDONTWRITEBYTECODE is set" if sys.dont_write_bytecode else f"{place} cannot be written"
        what = f"no bytecode is kept ({why}): every start takes longer"
        yield Level.NOTE, what, f"{sys.executable} -m compileall -q {os.path.dirname(source)}"


def look_at_program(situation: Situation) -> Found:
    """Several programs of one name: which one runs?"""
    found: dict[str, str] = {}
    for folder in situation.environment.get("PATH", "").split(os.pathsep):
        path = os.path.join(folder, PACKAGE)
        if folder and os.path.isfile(path) and os.access(path, os.X_OK):
            found.setdefault(os.path.realpath(path), path)
    paths = list(found.values())
    if len(paths) > 1:
        what = f"newsgrep is {len(paths)} times on PATH: {paths[0]} goes before {', '.join(paths[1:])}"
        yield Level.NOTE, what, "Uninstall those that you do not mean to use, or put the right folder first."
    else:
        yield Level.SOUND, f"on PATH: {paths[0]}" if paths else "not on PATH: run as python -m newsgrep", ""


def _requirements() -> list[str]:
    return importlib.metadata.requires(PACKAGE) or [] if find_version(PACKAGE) else []


GROUP = "Installation"
POINTS = (
    Point("python", GROUP, look_at_python),
    Point("newsgrep", GROUP, look_at_package),
    Point("packages", GROUP, look_at_packages),
    Point("whoosh", GROUP, look_at_whoosh),
    Point("compiled parts", GROUP, look_at_compiled),
    Point("optional parts", GROUP, look_at_extras),
    Point("bytecode", GROUP, look_at_bytecode),
    Point("program", GROUP, look_at_program),
)

"""What `make dist` has made, held against the source, installed where nothing else is, and run from somewhere else.

`python requirements/check_dist.py` takes the wheel and the sdist out of `dist/`. The wheel holds the package and the
man pages and nothing more; the sdist holds what is under version control, and builds the same wheel; the metadata say
what pyproject.toml says. Then the wheel is installed as a tool by itself, once with the newest versions of what it
needs and once with the oldest that pyproject.toml allows; both must index and find the sample articles, and understand
them alike.
"""

from __future__ import annotations

import email
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import zipfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
DIST = ROOT / "dist"
NOT_IN_SDIST = (".ci/",)
"""What only the repository needs."""


class Wrong(Exception):
    """What was made is not what should have been."""


@dataclass(frozen=True)
class Made:
    """What was built."""

    wheel: Path
    sdist: Path
    project: dict[str, object]
    """The table of that name in pyproject.toml."""


def main() -> int:
    """Check everything; says what is wrong, or what was tried."""
    try:
        with tempfile.TemporaryDirectory(prefix="newsgrep-dist-") as name:
            for told in check(find_made(), Path(name)):
                print(told)
    except Wrong as wrong:
        print(f"wrong: {wrong}")
        return 1
    return 0


def find_made() -> Made:
    """The files in `dist/` of the version that pyproject.toml names."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    stem = f"{project['name']}-{project['version']}"
    made = Made(DIST / f"{stem}-py3-none-any.whl", DIST / f"{stem}.tar.gz", project)
    for path in (made.wheel, made.sdist):
        if not path.exists():
            raise Wrong(f"there is no {path.relative_to(ROOT)}: make dist")
    return made


def check(made: Made, folder: Path) -> list[str]:
    """All that can be wrong, in the order of what it costs to know. Raises Wrong."""
    tracked = run("git", "ls-files", cwd=ROOT).splitlines()
    in_wheel = read_wheel(made.wheel)
    check_files(in_wheel, tracked)
    check_metadata(in_wheel, made)
    check_sdist(made.sdist, tracked)
    # `make dist` builds the wheel out of the sdist; this one is built out of the tree.
    uv("build", "--quiet", "--wheel", "--out-dir", str(folder / "again"), str(ROOT))
    if read_wheel(folder / "again" / made.wheel.name) != in_wheel:
        raise Wrong("the sdist and the tree make different wheels")
    oldest = folder / "oldest.txt"
    only = ("--only-binary", ":all:")
    resolution = ("--resolution", "lowest-direct", "--python-version", version_of_python())
    uv("pip", "compile", "--quiet", *only, *resolution, "--output-file", str(oldest), str(ROOT / "pyproject.toml"))
    newest = try_tool(made, folder / "newest")
    if try_tool(made, folder / "old", "--constraints", str(oldest)) != newest:
        raise Wrong("articles are understood otherwise with the oldest versions of what newsgrep needs")
    pins = re.findall(r"^([\w.-]+==\S+)", oldest.read_text("utf-8"), re.M)
    return [f"{made.wheel.name}: {len(in_wheel)} files, as they should be", f"it also runs with {', '.join(pins)}"]


def read_wheel(path: Path) -> dict[str, bytes]:
    """Each file of a wheel."""
    with zipfile.ZipFile(path) as wheel:
        return {name: wheel.read(name) for name in wheel.namelist()}


def check_files(in_wheel: dict[str, bytes], tracked: list[str]) -> None:
    """The package, the man pages, and what describes them. Raises Wrong."""
    names = {re.sub(r"^newsgrep-[^/]*\.(dist-info|data)/", r"\1/", name) for name in in_wheel}
    wanted = {f"dist-info/{name}" for name in ("METADATA", "WHEEL", "RECORD", "entry_points.txt")}
    wanted |= {name for name in tracked if name.startswith("newsgrep/")}
    manual = [name for name in tracked if name.startswith("docs/man/")]
    wanted |= {f"data/data/share/man/man1/{Path(name).name}" for name in manual}
    if odd := sorted(names ^ wanted):
        raise Wrong(f"in the wheel and not in the source, or the other way round: {', '.join(odd)}")
    if "newsgrep/py.typed" not in names or not manual:
        raise Wrong("the wheel is without py.typed or without man pages")


def check_metadata(in_wheel: dict[str, bytes], made: Made) -> None:
    """What an index of packages shows. Raises Wrong."""
    (content,) = [content for name, content in in_wheel.items() if name.endswith(".dist-info/METADATA")]
    metadata = email.message_from_bytes(content)
    project = made.project
    said = {
        "Name": project["name"],
        "Version": project["version"],
        "Summary": project["description"],
        "Requires-Python": project["requires-python"],
        "Description-Content-Type": "text/markdown",
    }
    for key, value in said.items():
        if metadata[key] != value:
            raise Wrong(f"{key} of the wheel is {metadata[key]!r}, not {value!r}")
    described = metadata.get_payload(decode=True)
    if described != (ROOT / "README.md").read_bytes():
        raise Wrong("the description of the wheel is not README.md")
    extras = project["optional-dependencies"]
    assert isinstance(extras, dict)
    if set(metadata.get_all("Provides-Extra", [])) != set(extras):
        raise Wrong("the wheel has other extras than pyproject.toml")
    if metadata.get_all("Classifier", []) != project["classifiers"]:
        raise Wrong("the wheel has other classifiers than pyproject.toml")


def check_sdist(path: Path, tracked: list[str]) -> None:
    """All that is under version control, and nothing else. Raises Wrong."""
    with tarfile.open(path) as sdist:
        names = {member.name.partition("/")[2] for member in sdist.getmembers() if member.isfile()}
    wanted = {name for name in tracked if not name.startswith(NOT_IN_SDIST)} | {"PKG-INFO"}
    if odd := sorted(names ^ wanted):
        raise Wrong(f"in the sdist and not in the source, or the other way round: {', '.join(odd)}")


def try_tool(made: Made, folder: Path, *options: str) -> list[str]:
    """Install the wheel as a tool and use it; returns what it understood of the sample articles. Raises Wrong."""
    places = {"UV_TOOL_DIR": str(folder / "tools"), "UV_TOOL_BIN_DIR": str(folder / "bin")}
    uv("tool", "install", "--quiet", "--python", sys.executable, *options, str(made.wheel), env=places)
    home = folder / "home"
    home.mkdir()
    articles = str(ROOT / "examples/articles")

    def newsgrep(*arguments: str) -> str:
        environment = {"PATH": f"{folder / 'bin'}:{os.defpath}", "HOME": str(home), "LANG": "C"}
        return run("newsgrep", *arguments, cwd=home, env=environment)

    if newsgrep("--version") != f"newsgrep {made.project['version']}\n":
        raise Wrong("newsgrep --version tells another version")
    newsgrep("index", articles)
    found = json.loads(newsgrep("search", "harbour bridge", "--json", "--limit", "3"))
    first = found["hits"][0]
    if first["title"] not in newsgrep("show", first["id"]):
        raise Wrong("newsgrep show shows another article than search found")
    python = folder / "tools/newsgrep/bin/python"
    run(str(python), "-W", "error", "-m", "newsgrep", "search", "har*bour", "--color", "always", cwd=home)
    if not list((folder / "tools/newsgrep").glob("share/man/man1/newsgrep-*.1")):
        raise Wrong("the man pages were not installed")
    return sorted(newsgrep("extract", articles, "--jsonl").splitlines())


def uv(*arguments: str, env: dict[str, str] | None = None) -> str:
    """Run uv, which stands beside this Python. Raises Wrong."""
    return run(str(Path(sys.executable).parent / "uv"), *arguments, env={**os.environ, **(env or {})})


def run(*command: str, cwd: Path | None = None, env: dict[str, str] | None = None) -> str:
    """What a command prints. Raises Wrong where it fails."""
    path = (env or os.environ).get("PATH")
    program = shutil.which(command[0], path=path) or command[0]
    done = subprocess.run([program, *command[1:]], cwd=cwd, env=env, capture_output=True, encoding="utf-8", check=False)
    if done.returncode:
        raise Wrong(f"{' '.join(command)} ends with {done.returncode}:\n{done.stderr}")
    return done.stdout


def version_of_python() -> str:
    """That of this interpreter, as in 3.11."""
    return f"{sys.version_info[0]}.{sys.version_info[1]}"


if __name__ == "__main__":
    sys.exit(main())

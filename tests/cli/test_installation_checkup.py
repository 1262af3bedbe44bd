"""How newsgrep is installed: each fault of an installation is made, in folders beside the real one, and told."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsgrep.archive.file_reading import FileReading
from newsgrep.archive.manifest import FileRecord, Manifest
from newsgrep.cli.installation_checkup import EXTRAS, find_version, parse_requirement, parse_version
from newsgrep.cli.setup_findings import Level
from newsgrep.codec.toc import latest_generation
from tests.cli.situations import build_index, levels, look, told

SOUND, NOTE, WRONG = Level.SOUND, Level.NOTE, Level.WRONG
ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of packages that goes before the real one."""
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def install(site: Path, name: str, version: str, *lines: str) -> None:
    folder = site / f"{name}-{version}.dist-info"
    folder.mkdir()
    text = "\n".join(["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}", *lines])
    (folder / "METADATA").write_text(text + "\n")


@pytest.mark.parametrize("name", ["python", "packages", "whoosh", "compiled parts"])
def test_this_installation_is_sound(name: str) -> None:
    if name == "packages" and find_version("whoosh3") is None:
        pytest.skip("another Whoosh stands in for whoosh3 here")
    assert levels(look(name)) == [SOUND]


def test_an_older_python_than_newsgrep_wants_is_wrong(site: Path) -> None:
    install(site, "newsgrep", "0.1.0", "Requires-Python: >=3.99")
    assert "newsgrep wants Python 3.99 or later" in told(look("python"))


def test_another_python_than_cpython_is_worth_knowing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.python_implementation", lambda: "PyPy")
    assert levels(look("python")) == [NOTE]


def test_another_version_than_is_installed_is_worth_knowing(site: Path) -> None:
    install(site, "newsgrep", "9.9")
    found = look("newsgrep")
    assert levels(found) == [NOTE]
    assert "while version 9.9 is installed" in found[0].message


def test_running_without_being_installed_is_worth_knowing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsgrep.cli.installation_checkup.find_version", lambda package: None)
    assert "without being installed" in told(look("newsgrep"))
    assert look("packages") == []


def test_packages_that_are_missing_or_old_are_wrong(site: Path) -> None:
    install(
        site,
        "newsgrep",
        "0.1.0",
        "Requires-Dist: no-such-package>=1.2",
        "Requires-Dist: rich>=13.7",
        "Requires-Dist: click>=8.1",
        "Requires-Dist: no-such-extra>=3; extra == 'pdf'",
        "Requires-Dist: no-such-backport>=1; python_version < '3.2'",
    )
    install(site, "rich", "12.9")
    found = look("packages")
    assert levels(found) == [WRONG, WRONG, SOUND]
    assert (found[0].message, found[0].advice) == (
        "no-such-package is not installed",
        "pip install 'no-such-package>=1.2'",
    )
    assert found[1].message == "rich 12.9 is older than 13.7"
    assert found[2].message.startswith("click ")


needs_whoosh3 = pytest.mark.skipif(find_version("whoosh3") is None, reason="another Whoosh stands in for it here")


def test_the_whoosh_of_2016_will_do_and_is_worth_knowing(monkeypatch: pytest.MonkeyPatch) -> None:
    def find(package: str) -> str | None:
        return {"whoosh": "2.7.4", "whoosh3": None}.get(package, find_version(package))

    monkeypatch.setattr("newsgrep.cli.installation_checkup.find_version", find)
    found = look("packages")
    assert levels(found)[0] == NOTE
    assert "whoosh 2.7.4 stands in for whoosh3" in found[0].message


@needs_whoosh3
def test_two_packages_of_one_name_are_told_with_the_one_that_is_imported(site: Path) -> None:
    install(site, "whoosh", "2.7.4")
    found = look("whoosh")
    assert levels(found) == [NOTE]
    assert "whoosh 2.7.4 are installed into one folder" in found[0].message
    assert found[0].advice.startswith("pip uninstall whoosh &&")


@needs_whoosh3
def test_where_the_other_one_is_imported_it_is_wrong(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(site, "whoosh", "2.7.4")
    monkeypatch.setattr("whoosh.__version__", (2, 7, 4))
    found = look("whoosh")
    assert levels(found) == [WRONG]
    assert "version 2.7.4 is imported" in found[0].message


def test_a_compiled_part_that_cannot_be_imported_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "Stemmer.py").write_text("raise ImportError('wrong ELF class: ELFCLASS32')\n")
    environment = {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}", "NEWSGREP_INDEX": ""}
    command = [sys.executable, "-m", "newsgrep", "doctor", "--json"]
    ran = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, timeout=60, check=False)
    assert (ran.returncode, ran.stderr) == (2, b"")
    wrong = [each for each in json.loads(ran.stdout)["findings"] if each["level"] == "wrong"]
    assert [each["point"] for each in wrong] == ["compiled parts"]
    assert wrong[0]["message"] == "Stemmer cannot be imported: ImportError: wrong ELF class: ELFCLASS32"
    assert wrong[0]["advice"] == "pip install --force-reinstall pystemmer"


def test_with_too_few_addresses_numpy_is_not_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("resource.getrlimit", lambda which: (120_000 << 10, -1))
    found = look("compiled parts")
    assert levels(found) == [WRONG]
    assert "not tried: with 122.9 MB of address space" in found[0].message


def test_every_optional_part_is_known() -> None:
    assert set(EXTRAS) >= set(PROJECT["optional-dependencies"]) - {"all"}
    for name, (package, _) in EXTRAS.items():
        wanted = PROJECT["optional-dependencies"].get(name, [package])
        assert wanted[0].partition(">")[0] == package


def test_an_optional_part_is_there_whatever_its_module_is_called(site: Path) -> None:
    install(site, "opensearch_py", "2.8.0")
    (site / "opensearchpy").mkdir()
    (site / "opensearchpy/__init__.py").touch()
    assert any("opensearch is installed (opensearch-py 2.8.0)" in each.message for each in look("optional parts"))


def test_an_optional_part_that_is_old_is_wrong(site: Path) -> None:
    install(site, "newsgrep", "0.1.0", "Requires-Dist: pypdf>=5; extra == 'pdf'")
    install(site, "pypdf", "4.2")
    (site / "pypdf").mkdir()
    (site / "pypdf/__init__.py").touch()
    (found,) = (each for each in look("optional parts") if each.level is not SOUND)
    assert (found.level, found.message) == (WRONG, "pypdf 4.2 is older than 5")


@pytest.mark.parametrize("is_there", [False, True])
def test_an_optional_part_that_files_of_the_index_need_is_worth_knowing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_there: bool
) -> None:
    index = build_index(tmp_path)
    generation = latest_generation(index)
    reading = FileReading(formats=frozenset({"pdf"}), lacking=frozenset({"pypdf"}))
    with Manifest(index, generation) as manifest:
        manifest.write(generation, [FileRecord(key="/a.pdf", path="a.pdf", size=1, mtime_ns=0, reading=reading)], {})
    monkeypatch.setattr("newsgrep.cli.installation_checkup.can_import", lambda module: is_there)
    (found,) = (each for each in look("optional parts", index) if each.level is not SOUND)
    assert found.level is NOTE
    assert found.advice == ("Read them: newsgrep index DIR" if is_there else 'pip install "newsgrep[pdf]"')


def test_bytecode_that_is_not_kept_is_worth_knowing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    found = look("bytecode")
    assert levels(found) == [NOTE]
    assert "PYTHONDONTWRITEBYTECODE" in found[0].message
    assert "-m compileall" in found[0].advice


def test_bytecode_in_a_folder_that_cannot_be_written_is_worth_knowing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr("os.access", lambda path, mode: False)
    assert "cannot be written" in told(look("bytecode"))


def test_a_program_that_is_found_twice_is_worth_knowing(tmp_path: Path) -> None:
    for name in ("a", "b", "link"):
        (tmp_path / name).mkdir()
    for name in ("a", "b"):
        (tmp_path / name / "newsgrep").write_text("#!/bin/sh\n")
        (tmp_path / name / "newsgrep").chmod(0o755)
    (tmp_path / "link/newsgrep").symlink_to(tmp_path / "a/newsgrep")
    folders = [str(tmp_path / name) for name in ("a", "link", "b")]
    assert levels(look("program", environment={"PATH": os.pathsep.join(folders[:2])})) == [SOUND]
    found = look("program", environment={"PATH": os.pathsep.join(folders)})
    assert levels(found) == [NOTE]
    assert found[0].message.startswith(f"newsgrep is 2 times on PATH: {folders[0]}/newsgrep goes before {folders[2]}/")


def test_every_requirement_of_the_project_is_understood() -> None:
    wanted = [*PROJECT["dependencies"], *(each for part in PROJECT["optional-dependencies"].values() for each in part)]
    for text in wanted:
        if not text.startswith("newsgrep["):
            assert parse_requirement(text) or "python_version <" in text


def test_requirements_of_other_pythons_are_left_out() -> None:
    assert parse_requirement("a>=1; python_version < '3.2'") is None
    assert parse_requirement("A.b-c[x]>=1.2; extra == 'd'") == ("a.b-c", "1.2", "d")
    assert parse_requirement("a==1") is None


@settings(max_examples=50)
@given(st.text())
def test_any_text_can_be_asked_for_a_requirement_and_a_version(text: str) -> None:
    parse_requirement(text)
    assert all(number >= 0 for number in parse_version(text))

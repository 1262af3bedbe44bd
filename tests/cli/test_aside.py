from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

from newsgrep.cli.aside import open_aside

LEFT = ".newsgrep-0123456789ab.part"
WRITE = """
import sys, time
from pathlib import Path
from newsgrep.cli.aside import open_aside
with open_aside(Path(sys.argv[1])) as aside:
    (aside / "half").write_text("half")
    print(aside.name, flush=True)
    sys.stdin.read()
"""


def test_a_directory_that_nobody_else_may_enter_goes_with_the_block(tmp_path: Path) -> None:
    with open_aside(tmp_path) as aside:
        (aside / "file").write_text("half")
        assert stat.S_IMODE(aside.stat().st_mode) == 0o700
        assert aside.parent == tmp_path
    assert os.listdir(tmp_path) == []


def test_what_a_killed_run_left_goes_with_the_next_and_what_is_being_written_stays(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WRITE, os.fspath(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        name = process.stdout.readline().strip()
        with open_aside(tmp_path):
            pass
        assert os.listdir(tmp_path / name) == ["half"]
        process.kill()
        process.wait()
        assert os.listdir(tmp_path) == [name]
        with open_aside(tmp_path):
            assert not (tmp_path / name).exists()
    assert os.listdir(tmp_path) == []


def test_nothing_else_is_removed(tmp_path: Path) -> None:
    (tmp_path / LEFT).write_text("a file of somebody")
    (tmp_path / ".newsgrep-notes.part").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "precious").touch()
    (tmp_path / ".newsgrep-ba9876543210.part").symlink_to("elsewhere")
    before = sorted(os.listdir(tmp_path))
    with open_aside(tmp_path):
        pass
    assert sorted(os.listdir(tmp_path)) == before
    assert os.listdir(tmp_path / "elsewhere") == ["precious"]

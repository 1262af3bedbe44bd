"""The README's commands, run as a reader would run them.

Every line that begins with `$ ` in a `console` block is run in a fresh folder that holds the examples; what it prints
must be what the README shows. Times, sizes and the folder's own name may differ.

`python tests/test_readme.py` writes the output of today into the README.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)

VOLATILE = (
    (re.compile(r"\b[\d.]+ (ms|s|min)\b"), "N ms"),
    (re.compile(r'"took_ms": [\d.]+'), '"took_ms": N'),
    (re.compile(r"\b[\d.]+ (kB|MB)\b"), "N kB"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00"), "NOW"),
    (re.compile(r"\b(?:[0-9a-f]{16}|[0-9a-f]{8})\b"), "ID"),
)


def normalize(text: str) -> str:
    for pattern, stand_in in VOLATILE:
        text = pattern.sub(stand_in, text)
    return text


def split_block(block: str) -> list[str]:
    """The commands of a block: each `$ ` line, with the lines that continue it."""
    return [command.replace("\\\n", "") for command in re.findall(r"^\$ ((?:.*\\\n)*.*)$", block, re.MULTILINE)]


def run_commands(commands: list[str], folder: Path) -> str:
    """Run commands one after another in a folder; the transcript, as a terminal without colour would show it."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("NEWSGREP", "FORCE_COLOR"))},
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "LC_ALL": "C.UTF-8",
    }
    transcript = []
    for command in commands:
        result = subprocess.run(
            ["sh", "-c", command],
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )
        transcript.append(f"$ {command}\n{result.stdout.replace(str(folder), '~/newsgrep')}")
    return "".join(transcript)


def rewrite(text: str) -> str:
    """The README with every block's output as the commands print it now."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        shutil.copytree(ROOT / "examples", folder / "examples")
        return BLOCK.sub(lambda block: f"```console\n{run_commands(split_block(block[1]), folder)}```", text)


def test_the_commands_print_what_the_readme_shows() -> None:
    text = README.read_text("utf-8")
    assert len([command for block in BLOCK.findall(text) for command in split_block(block)]) >= 5
    assert normalize(rewrite(text)) == normalize(text)


def test_the_set_up_commands_are_make_targets() -> None:
    targets = set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z0-9-]+)", README.read_text("utf-8"))) <= targets


if __name__ == "__main__":
    README.write_text(rewrite(README.read_text("utf-8")), "utf-8")

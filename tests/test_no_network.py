"""newsgrep reads files: no command opens a connection or looks a name up."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from newsgrep.cli.commands import COMMANDS
from tests.sources.format_samples import SAMPLES

GUARDED = """
import sys

def guard(event, arguments):
    if event.startswith("socket.") and event != "socket.gethostname":
        print("the network:", event, arguments, file=sys.stderr)
        import os
        os._exit(99)

sys.addaudithook(guard)
from newsgrep.cli.main import run
sys.exit(run(sys.argv[1:]))
"""


def run_guarded(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    ran = subprocess.run([sys.executable, "-c", GUARDED, *arguments], capture_output=True, timeout=120, check=False)
    assert ran.returncode != 99, ran.stderr.decode()
    assert b"a fault of newsgrep itself" not in ran.stderr, ran.stderr.decode()
    return ran


def test_the_guard_sees_the_network() -> None:
    code = GUARDED.split("from newsgrep")[0] + "import socket; socket.create_connection(('127.0.0.1', 9))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60, check=False)
    assert ran.returncode == 99


def test_no_format_is_read_from_anywhere_but_its_file(tmp_path: Path) -> None:
    saved = tmp_path / "saved"
    for kind, (name, content) in SAMPLES.items():
        (saved / kind).mkdir(parents=True)
        (saved / kind / name).write_bytes(content)
    # A page that asks for what is elsewhere, in the ways in which pages and documents do.
    (saved / "asking.html").write_text(
        '<!DOCTYPE html PUBLIC "-//X" "http://127.0.0.1:9/x.dtd"><link rel=stylesheet href="http://127.0.0.1:9/a.css">'
        '<script src="http://127.0.0.1:9/a.js"></script><img src="http://127.0.0.1:9/a.png"><h1>Harbour</h1><p>Text.</p>'
    )
    (saved / "asking.xml").write_text(
        '<?xml version="1.0"?><!DOCTYPE nitf SYSTEM "http://127.0.0.1:9/nitf.dtd">'
        "<nitf><body><body.head><hedline><hl1>Harbour</hl1></hedline></body.head><body.content><p>Text.</p>"
        "</body.content></body></nitf>"
    )
    ran = run_guarded("index", str(saved), "--index", str(tmp_path / "index"), "--jobs", "1")
    assert b" added" in ran.stderr


def test_no_command_needs_the_network(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("A storm\n\nThe storm tore three cables of the harbour bridge.\n")
    index = str(tmp_path / "index")
    assert run_guarded("index", str(tmp_path / "a.txt"), "--index", index).returncode == 0
    arguments = {"show": ["a.txt"], "search": ["storm", "--json"], "extract": [str(tmp_path / "a.txt")]}
    for command in COMMANDS:
        if command != "index":
            run_guarded(
                command, *arguments.get(command, []), *([] if command in ("extract", "formats") else ["--index", index])
            )

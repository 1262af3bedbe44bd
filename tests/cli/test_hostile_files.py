"""A folder with everything that a disk can hold: it is indexed in bounded time, and costs no good file its article.

Each file that gives no article is named, exactly in JSON and harmlessly for eyes.
`NEWSGREP_NIGHTLY=1` makes the lines, the nesting and the bombs as large as they get.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from newsgrep.cli.main import run
from tests.sources.archive_samples import build_response, pack_records, pack_tar, pack_zip, pack_zstd

if TYPE_CHECKING:
    from collections.abc import Callable

    Ran = tuple[int, str, str]
    Indexed = tuple[Path, list[bytes], list[bytes], Any, str]

NIGHTLY = bool(os.environ.get("NEWSGREP_NIGHTLY"))
LINE = (256 << 20) if NIGHTLY else (1 << 20)
"""Characters of the longest lines."""
DEEP = 1_000_000 if NIGHTLY else 30_000
BOMB = 512 if NIGHTLY else 80
"""MiB that each bomb unpacks to; 64 may be what anything unpacks to."""
MOST_SECONDS = 900 if NIGHTLY else 60
MOST_MEMORY = (8 << 30) if NIGHTLY else (700 << 20)
"""Bytes: three times what reading one page of the largest size takes."""

GOOD = (
    b"<html><head><title>Harbour %s</title></head><body><p>The lighthouse keeper of %s left the island today, after "
    b"forty years of service, and the harbour said goodbye to her with a concert.</p></body></html>"
)
NAMES = (
    b"new\nline", b"tab\there", b"\x1b[31mred\x1b]0;owned\x07", b"bad-\xff-\xc3", b"sur-\xed\xa0\x80", b"-rf",
    b"--help", b"[red]b[]", "\u202ertl".encode(), "zero\u200bwidth".encode(), b"c1-\xc2\x9b31m", b"#a#b", b"a%20b?",
    b" blank ", b"=cmd", b"quote\"'`$(id)", b"cr\rlf", "nfc-\u00e9".encode(), "nfd-e\u0301".encode(), b"x" * 250,
)  # fmt: skip


def spin(piece: bytes) -> bytes:
    """A gzip bomb of `BOMB` MiB."""
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb") as file:
        for _ in range(BOMB):
            file.write(piece * ((1 << 20) // len(piece)))
    return packed.getvalue()


def nest(content: bytes, times: int) -> bytes:
    """An archive in an archive in an archive."""
    for number in range(times):
        content = pack_zip([(f"{number}.zip" if number else "a.html", content)])
    return content


def entities(kind: str) -> bytes:
    lines = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 12))
    return f"<?xml version='1.0'?><!DOCTYPE {kind} [<!ENTITY l0 'ha'>{lines}]>".encode()


def build_files() -> dict[str, bytes]:
    """Name and content of each hostile file, all of which are named in the end; the good ones are laid beside them."""
    outside = b"<?xml version='1.0'?><!DOCTYPE rss [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>"
    word = b"word " * (LINE // 5)
    filling = b"bomb " * ((BOMB << 20) // 5)
    return {
        "noise.html": os.urandom(100_000),
        "noise.warc.gz": b"\x1f\x8b\x08\0" + os.urandom(100_000),
        "line.txt": word * 3,
        "line.html": b"<html><body><p>" + word * 5,
        "deep.json": b"[" * DEEP,
        "deep.xml": b"<rss><channel><item><description>" + b"<p>" * DEEP,
        "laughs.xml": entities("rss") + b"<rss><channel><item><title>&l11;</title></item></channel></rss>",
        "nitf.xml": entities("nitf") + b"<nitf><body><body.content><p>&l11;</p></body.content></body></nitf>",
        "newsml.xml": entities("newsItem")
        + b"<newsItem xmlns='http://iptc.org/std/nar/2006-10-01/'><contentSet>&l11;</contentSet></newsItem>",
        "tei.xml": entities("TEI") + b"<TEI xmlns='http://www.tei-c.org/ns/1.0'><text><body>&l11;</body></text></TEI>",
        "outside.xml": outside + b"<rss><channel><item><title>&e;</title></item></channel></rss>",
        "bomb.txt.gz": spin(b"bomb "),
        "bomb.json.gz": spin(b"["),
        "bomb.txt.zst": pack_zstd(filling),
        "bomb.zip": pack_zip([("a.html", GOOD % (b"zip", b"zip")), ("b.txt", filling)]),
        "bomb.warc.gz": pack_records([build_response("https://a.example/", filling)]),
        "bomb.wacz": pack_zip([("archive/a.warc", b"WARC/1.0\r\n\r\n" + filling), ("datapackage.json", b"{}")]),
        "nested.zip": nest(GOOD, 9),
        "outside.tar": pack_tar([("../../evil.html", GOOD), ("/etc/evil.html", GOOD)]),
        "long.warc": b"WARC/1.0\r\nContent-Length: 99999999999999999\r\n\r\n" + GOOD,
    }


def lay(folder: bytes) -> tuple[list[bytes], list[bytes]]:
    """Lay good and hostile files; returns the paths of both."""
    good = [os.path.join(folder, name + b".txt"[: 255 - len(name)]) for name in NAMES]
    for number, path in enumerate(good):
        Path(os.fsdecode(path)).write_bytes(GOOD % (b"%d" % number, b"%d" % number))
    bad = []
    for name, content in build_files().items():
        bad.append(os.path.join(folder, name.encode()))
        Path(os.fsdecode(bad[-1])).write_bytes(content)
    for hole in (b"hole.txt", b"hole.jsonl"):
        bad.append(os.path.join(folder, hole))
        Path(os.fsdecode(bad[-1])).touch()
        os.truncate(bad[-1], 1 << 43)
    for link, leads_to in ((b"self.html", b"self.html"), (b"gone-\x1b[31m\n.html", b"nowhere")):
        bad.append(os.path.join(folder, link))
        os.symlink(leads_to, bad[-1])
    os.symlink(b"/dev/zero", os.path.join(folder, b"zero.txt"))
    os.symlink(folder, os.path.join(folder, b"loop"))
    os.link(good[0], os.path.join(folder, b"hard.txt"))
    os.mkfifo(os.path.join(folder, b"fifo.txt"))
    return [*good, os.path.join(folder, b"hard.txt"), os.path.join(folder, b"bomb.zip")], bad


# A small process between: what a process took counts from when it was a copy of its parent.
MEASURED = """
import resource, subprocess, sys
code = subprocess.run([sys.executable, "-m", "newsgrep", *sys.argv[1:]]).returncode
took = resource.getrusage(resource.RUSAGE_CHILDREN)
open("usage", "w").write(f"{took.ru_utime + took.ru_stime} {took.ru_maxrss}")
sys.exit(code)
"""


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Indexed:
    """The index of such a folder, its good and its bad files, and what the command told of it."""
    folder = tmp_path_factory.mktemp("files")
    (folder / "saved").mkdir()
    good, bad = lay(os.fsencode(folder / "saved"))
    for number, ns in enumerate((-(10**18), 253_402_300_799 * 10**9, 10**18 + 1)):
        os.utime(good[number], ns=(ns, ns))
    with socket.socket(socket.AF_UNIX) as server:
        descriptor = os.open(folder / "saved", os.O_RDONLY)
        server.bind(f"/proc/self/fd/{descriptor}/socket.txt" if os.path.isdir("/proc/self/fd") else "\0none")
        os.close(descriptor)
        ran = subprocess.run(
            [sys.executable, "-c", MEASURED, "index", "saved", "--index", "index", "--json", "-v", "-j", "1"],
            cwd=folder,
            capture_output=True,
            timeout=MOST_SECONDS * 4,
            check=False,
        )
    assert ran.returncode == 2, ran.stderr.decode()
    seconds, kibibytes = map(float, (folder / "usage").read_text().split())
    assert seconds < MOST_SECONDS
    assert kibibytes * 1024 < MOST_MEMORY
    return folder, good, bad, json.loads(ran.stdout), ran.stderr.decode()


def test_each_bad_file_is_named_exactly_and_the_rest_is_indexed(
    indexed: Indexed,
) -> None:
    folder, good, bad, summary, _ = indexed
    named = {os.fsencode(folder / problem["path"]) for problem in summary["problems"] if problem["failed"]}
    skipped = {os.fsencode(folder / problem["path"]) for problem in summary["problems"]}
    assert set(bad) <= skipped
    assert not named & (set(good) - set(bad))
    assert skipped <= set(bad)
    assert summary["articles"] >= len(good)


def test_warnings_are_one_harmless_line_each(indexed: Indexed) -> None:
    *_, summary, err = indexed
    told = [line for line in err.splitlines() if ": warning: " in line or ": skipped: " in line]
    assert len(told) == len(summary["problems"])
    assert all(character.isprintable() or character == "\n" for character in err)
    assert any("gone-␛[31m .html" in line for line in told)


def test_no_bomb_is_told_again_and_again(indexed: Indexed) -> None:
    *_, summary, _ = indexed
    for name in ("saved/bomb.wacz", "saved/bomb.warc.gz", "saved/bomb.zip", "saved/bomb.json.gz"):
        told = [problem for problem in summary["problems"] if problem["path"] == name and problem["failed"]]
        assert 0 < sum(problem["count"] for problem in told) < 5, told


def test_names_come_out_as_the_bytes_that_open_the_files(
    indexed: Indexed,
    capfdbinary: pytest.CaptureFixture[bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder, good, *_ = indexed
    monkeypatch.chdir(folder)
    assert run(["search", "lighthouse", "--paths", "-0", "--limit", "100", "--index", "index"]) == 0
    paths = capfdbinary.readouterr().out.removesuffix(b"\0").split(b"\0")
    assert {os.path.join(os.fsencode(folder), path) for path in paths} == set(good)
    assert run(["search", "lighthouse", "--limit", "100", "--json", "--index", "index"]) == 0
    hits = json.loads(capfdbinary.readouterr().out.decode("utf-8"))["hits"]
    assert {os.fsencode(hit["path"]) for hit in hits} == set(paths)
    for hit in hits:
        name = f"{hit['path']}#{hit['record']}" if hit["record"] else hit["path"]
        assert run(["show", "--json", "--index", "index", "--", name]) == 0
        assert json.loads(capfdbinary.readouterr().out)["article"]["id"] == hit["id"]


def test_a_second_run_reads_nothing_that_did_not_change(
    indexed: Indexed,
    capfdbinary: pytest.CaptureFixture[bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder, good, *_ = indexed
    monkeypatch.chdir(folder)
    started = time.process_time()
    run(["index", "saved", "--index", "index", "--dry-run", "--json"])
    summary = json.loads(capfdbinary.readouterr().out)
    assert summary["files_unchanged"] >= len(good)
    assert summary["files_gone"] == 0
    assert time.process_time() - started < 5


def test_files_and_folders_without_permission_are_named_and_tried_again(newsgrep: Callable[..., Ran]) -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as name:  # one that others than root may enter
        folder = Path(name)
        folder.chmod(0o755)
        for path in ("saved/open.html", "saved/shut.html", "saved/closed/a.html"):
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(GOOD % ((path.encode(),) * 2))
        saved, index = str(folder / "saved"), str(folder / "index")
        assert newsgrep("index", saved, "--index", index)[0] == 0
        (folder / "saved/open.html").write_bytes(GOOD % (b"another", b"day"))
        (folder / "saved/shut.html").write_bytes(GOOD % (b"another", b"night"))
        (folder / "saved/shut.html").chmod(0)
        (folder / "saved/closed").chmod(0)
        subprocess.run(["chown", "-R", "65534", index], check=os.geteuid() == 0, capture_output=True)
        root = os.geteuid()
        if root == 0:
            os.seteuid(65534)
        try:
            code, out, err = newsgrep("index", saved, "--index", index, "--json", "-j", "1")
        finally:
            os.seteuid(root)
        problems = {problem["path"]: problem["reason"] for problem in json.loads(out)["problems"]}
        assert problems == dict.fromkeys((f"{saved}/shut.html", f"{saved}/closed"), "Permission denied")
        assert (code, json.loads(out)["articles"], json.loads(out)["files_gone"]) == (2, 3, 0), err
        (folder / "saved/shut.html").chmod(0o644)
        (folder / "saved/closed").chmod(0o755)
        assert newsgrep("index", saved, "--index", index)[0] == 0
        assert newsgrep("search", "night", "--count", "--index", index)[1] == "1\n"


def test_a_file_that_goes_or_becomes_a_fifo_between_walk_and_reading_costs_itself_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, newsgrep: Callable[..., Ran]
) -> None:
    saved = tmp_path / "saved"
    saved.mkdir()
    for name in ("a", "b-gone", "c-fifo", "d-cut", "e"):
        (saved / f"{name}.html").write_bytes(GOOD % ((name.encode(),) * 2))
    real = os.open
    is_done = False

    def change(path: str, flags: int, *rest: int) -> int:
        nonlocal is_done
        if not is_done and str(path).endswith("a.html"):
            is_done = True
            (saved / "b-gone.html").unlink()
            (saved / "c-fifo.html").unlink()
            os.mkfifo(saved / "c-fifo.html")
            os.truncate(saved / "d-cut.html", 0)
        return real(path, flags, *rest)

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", change)
        code, out, _ = newsgrep("index", str(saved), "--index", str(tmp_path / "index"), "--json", "-j", "1")
    summary = json.loads(out)
    told = {Path(problem["path"]).name: problem["reason"] for problem in summary["problems"]}
    assert told == {
        "b-gone.html": "No such file or directory",
        "c-fifo.html": "Not a regular file",
        "d-cut.html": "empty",
    }
    assert (code, summary["articles"]) == (2, 2)
    code, out, _ = newsgrep("index", str(saved), "--index", str(tmp_path / "index"), "--json")
    assert (code, json.loads(out)["articles"], json.loads(out)["files_gone"]) == (0, 2, 1)

"""Damaged and hostile files of every single-file format: outcomes or FileUnreadable, in bounded time and memory.

`NEWSGREP_FUZZ_SECONDS=600 pytest tests/sources/test_reader_damage.py` goes on for so long.
"""

from __future__ import annotations

import contextlib
import os
import random
import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsgrep.article import Page
from newsgrep.errors import FileUnreadable
from newsgrep.sources.formats import detect_format, list_formats, read_file
from newsgrep.sources.outcome import BrokenRecord, Outcome, Skipped
from newsgrep.sources.read_options import ReadOptions
from tests.sources.damage import damage
from tests.sources.format_samples import SAMPLES

FORMAT_OF = {
    "rss": "feed",
    "rdf": "feed",
    "atom": "feed",
    "newsml-g2": "newsml",
    "newsml-1": "newsml",
    "rcv1": "newsml",
}
SHORT, LONG = 1 << 20, 32 << 20
"""The largest files, in bytes."""
BUDGET = float(os.environ.get("NEWSGREP_FUZZ_SECONDS", "0"))
ROUNDS = 60
SLOWEST = 10.0
"""Seconds of CPU time that one small file may take."""
SLOWEST_RECORD = 20e-6
"""Seconds more for each record: a file of megabytes can be millions of them."""
KEPT = 20_000
"""Outcomes of one file that a test holds at once; a reader holds none."""
MOST_MEMORY = 100 << 20
MOST_MEMORY_BYTE = 12
"""Bytes that it may take, and for each of its own: a character takes up to four in memory, and changing a text another
four, while the file is still there."""
_STATUS = Path("/proc/self/status")


def measure_memory(*, most: bool = False) -> int:
    """Bytes of this process, or the most that they were since `forget_most`; 0 where the system does not tell."""
    found = (
        re.search(r"VmHWM:\s+(\d+)" if most else r"VmRSS:\s+(\d+)", _STATUS.read_text()) if _STATUS.exists() else None
    )
    return int(found[1]) << 10 if found else 0


def forget_most() -> None:
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def read(path: Path, kind: str, content: bytes, told: str = "") -> list[Outcome]:
    """Read a content, checking all that it gives; returns the first outcomes."""
    path.write_bytes(content)
    kept: list[Outcome] = []
    keys: set[str] = set()
    number = 0
    forget_most()
    memory = measure_memory()
    started = time.process_time()
    with contextlib.suppress(FileUnreadable):
        for number, one in enumerate(read_file(str(path), options=ReadOptions(format=FORMAT_OF.get(kind, kind))), 1):
            check(one, told)
            if number <= KEPT:
                kept.append(one)
                assert not (isinstance(one, Page) and one.key in keys), told
                keys |= {one.key} if isinstance(one, Page) else set()
    assert time.process_time() - started < SLOWEST + number * SLOWEST_RECORD, told
    assert measure_memory(most=True) - memory < MOST_MEMORY + len(content) * MOST_MEMORY_BYTE, told
    return kept


def check(one: Outcome, told: str) -> None:
    assert isinstance(one, Page | BrokenRecord | Skipped)
    if isinstance(one, Page):
        one.text.encode()
        (one.title or "").encode()
        assert one.record is None or one.key, told
    else:
        assert len(one.reason) < 1000, told


@pytest.mark.parametrize("kind", SAMPLES)
def test_a_sample_is_detected_and_read(tmp_path: Path, kind: str) -> None:
    name, content = SAMPLES[kind]
    chosen = detect_format(name, content[:65536])
    assert not isinstance(chosen, Skipped)
    assert chosen.name == FORMAT_OF.get(kind, kind)
    assert chosen in list_formats()
    pages = read(tmp_path / name, kind, content)
    assert any(isinstance(one, Page) and one.text for one in pages)


@pytest.mark.parametrize("kind", SAMPLES)
def test_damage_ends_in_outcomes_or_one_kind_of_error(tmp_path: Path, kind: str) -> None:
    name, content = SAMPLES[kind]
    seed = int.from_bytes(os.urandom(4), "big") if BUDGET else 7
    rng = random.Random(f"{kind} {seed}")
    others = tuple(other for _, other in SAMPLES.values())
    rounds, spent = 0, 0.0
    while rounds < ROUNDS or spent < BUDGET / len(SAMPLES):
        rounds += 1
        data = damage(content, rng, others)
        if len(data) > (LONG if BUDGET else SHORT):
            # A test is to take a second, and what a file takes that is read at once grows with it, as the limits say;
            # what is enlarged here is among the hostile contents below.
            continue
        started = time.process_time()
        read(tmp_path / name, kind, data, f"{kind}, seed {seed}, round {rounds}")
        spent += time.process_time() - started


@settings(max_examples=25)
@given(kind=st.sampled_from(sorted(SAMPLES)), content=st.binary(max_size=400), at=st.integers(0, 2000))
def test_arbitrary_bytes_inside_a_sample_never_crash(
    tmp_path_factory: pytest.TempPathFactory, kind: str, content: bytes, at: int
) -> None:
    name, sample = SAMPLES[kind]
    read(tmp_path_factory.mktemp("damage") / name, kind, sample[:at] + content + sample[at:])


HOSTILE = {
    "feed": [
        b"<rss><channel>" + b"<item><title>" * 50_000,
        b"<rss><channel><item><title>" + b"&amp;" * 200_000,
        b"<rss><channel>" + b"<item a='" * 50_000,
        b"<rss><channel><item>" + b"<a" * 500_000,
        b"<rss" + b" a='b'" * 100_000,
        b"<rss><channel>" + b"<item></b>\n" * 20_000,
        b"<rss><channel><item><title>x</title></item>" + b"<![CDATA[" * 100_000,
        b"<rss><channel><item><description>" + b"<![CDATA[<a b" * 50_000,
    ],
    "trec": [b"<DOC><DOCNO>" * 50_000, b"<DOC><TEXT>" + b"<a " * 300_000, b"<DOC>" + b"<!--" * 200_000 + b"</DOC>",
             b"<DOC><TEXT>" + b"<P\n" * 200_000 + b"</DOC>", b"<DOC" + b" a" * 300_000,
             b"<DOC><TEXT>" + b"\n " * 300_000 + b"x</DOC>"],
    "reuters": [b"<REUTERS NEWID=1><TOPICS>" + b"<D>" * 100_000 + b"</REUTERS>",
                b"<REUTERS NEWID=1><TEXT>a" + b" " * 1_000_000 + b"a</TEXT></REUTERS>"],
    "pdf": [b"%PDF-1.4\n%%EOF\n" + b"\n\\" * 2_000_000, b"%PDF-1.4\n" + b"\n\\" * 2_000_000],
    "mbox": [b"From a\nA: b\n\n" * 50_000, b"From " * 200_000, b"From a\nA: b\n\n" + b">" * 500_000,
    b"From a\n" + b"A" * 500_000,
             b"From a\nFrom: " + b"<" * 300_000 + b"\nSubject: x\n\n"],
    "email": [
        b"".join(b"Content-Type: multipart/mixed; boundary=%d\n\n--%d\n" % (at, at) for at in range(3000)),
        b"From: a\nContent-Type: multipart/mixed; boundary=a\n\n" + b"--a\n\nx\n" * 100_000,
        b"From: a\nSubject: " + b"=?utf-8?q?" * 100_000,
        b"From: a\nContent-Type: a/b" + b"; a" * 100_000 + b"\n\nx",
        b"From: a\n" + b" \t" * 200_000,
        b"a:\n" * 200_000,
        b"From: a\nSubject: x\n\n" + b" \n" * 300_000,
        b"From: a\nContent-Type: text/html\n\n" + b"<td" * 300_000,
        b"From: a\nContent-Transfer-Encoding: base64\n\n" + b"=" * 8_000_000,
    ],
    "markdown": [
        b"[" * 200_000, b"![" * 100_000, b"[a](" * 100_000, b"*a " * 100_000, b"**" * 100_000, b"`" * 200_000,
        b"<a " * 100_000, b"<!--" * 100_000, b"---\na: [" + b"\"" * 100_000, b"---\n" + b"a:\n  - b\n" * 20_000,
        b"%%" * 100_000,
        b"> " * 100_000, b"---\na: " + b" #" * 50_000 + b"\n---\n", b"+++\na = " + b"[" * 20_000 + b"\n+++\n",
        b"[[" * 100_000,
        b"---\n" * 50_000, b"| - " * 100_000, b"# " + b"#" * 100_000 + b"x", b"# " + b" " * 100_000 + b"x",
        b"- " * 100_000, b"-" * 2_000_000, b"> " * 1_000_000, b"|-" * 1_000_000,
        b" " * 200_000 + b"*\n", b"- " + b"-" * 100_000 + b" " * 100_000 + b"x\n",
    ],
    "table": [b'id,title,content\nq1,Harbour,"' + b"\n" * 2_000_000, b"title,text,date\n" + b"[\n" * 500_000,
              b"title,text\n" + b'"a\n' * 100_000, b"title,text\n" + b'a,"' * 100_001, b"," * 500_000,
    b"title" + b",a" * 100_000 + b"\n",
              b"title,text\n" + b'"' * 100_001, b'title,text\na,"b\n' + b"c,d\n" * 100_000],
    "singlefile": [b"<!--Page saved with SingleFile" + b" url: " * 100_000,
    b"<!--Page saved with SingleFile" + b"data:" * 100_000],
    "tei": [b"<TEI><text><body>" + b"<div type='article'>" * 190 + b"x" * 1_000_000],
    "nitf": [b"<nitf><body><body.content>" + b"<p>x</p>" * 100_000 + b"</body.content></body></nitf>"],
    "json": [b'{"a":1}\n' + b"{\n" * 500_000, b'{"a":1}\n' + b'{"a\n' * 200_000,
             b'{"a":1}\n' + b'{"' + b"a\n{" * 200_000],
    "json-lines": [b'{"a":1}\n' + b"{\n" * 500_000],
    "mhtml": [b"From: <Saved by Blink>\n" * 50_000],
}  # fmt: skip


@pytest.mark.parametrize(("kind", "content"), [(kind, one) for kind in HOSTILE for one in HOSTILE[kind]])
def test_hostile_repetition_takes_bounded_time(tmp_path: Path, kind: str, content: bytes) -> None:
    read(tmp_path / "a", kind, content)
    started = time.process_time()
    detect_format("a", content[:65536])
    assert time.process_time() - started < 1

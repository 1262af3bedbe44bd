"""Damaged and hostile files of every single-file format: outcomes or FileUnreadable, in bounded time."""

from __future__ import annotations

import contextlib
import random
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsgrep.article import Page
from newsgrep.errors import FileUnreadable
from newsgrep.sources.formats import detect_format, list_formats, read_file
from newsgrep.sources.outcome import BrokenRecord, Outcome, Skipped
from newsgrep.sources.read_options import ReadOptions
from tests.sources.format_samples import SAMPLES

if TYPE_CHECKING:
    from pathlib import Path

FORMAT_OF = {
    "rss": "feed",
    "rdf": "feed",
    "atom": "feed",
    "newsml-g2": "newsml",
    "newsml-1": "newsml",
    "rcv1": "newsml",
}
TELLING = (
    b"<", b">", b"&", b'"', b"\n", b"\r", b"\0", b"<![CDATA[", b"<!--", b"]]>", b"&#0;", b"<!DOCTYPE a [", b"\n\n",
    b"From a 1:02\nA: b\n", b"</DOC>", b"<DOC>", b"<item>", b"</item>", b"--", b"\xff", b"\xc3", b"=?utf-8?b?",
    b"---\n",
    b"[[", b"](", b"**", b"\\", b",", b"endobj", b"stream", b"9999999999", b"PK\x01\x02",
)  # fmt: skip
SLOWEST = 10.0
"""Seconds of CPU time that one small file may take."""


def read(path: Path, kind: str, content: bytes) -> list[Outcome]:
    path.write_bytes(content)
    outcomes: list[Outcome] = []
    started = time.process_time()
    with contextlib.suppress(FileUnreadable):
        outcomes.extend(read_file(str(path), options=ReadOptions(format=FORMAT_OF.get(kind, kind))))
    assert time.process_time() - started < SLOWEST
    for one in outcomes:
        assert isinstance(one, Page | BrokenRecord | Skipped)
        if isinstance(one, Page):
            one.text.encode()
            (one.title or "").encode()
            assert one.record is None or one.key
    keys = [one.key for one in outcomes if isinstance(one, Page)]
    assert len(set(keys)) == len(keys)
    return outcomes


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
    rng = random.Random(kind)
    for _ in range(60):
        data = bytearray(content)
        for _ in range(rng.randint(1, 6)):
            at = rng.randrange(len(data) + 1)
            length = rng.choice((1, 2, 8, 50, 400))
            match rng.randrange(6):
                case 0:
                    data[at : at + length] = rng.randbytes(length)
                case 1:
                    del data[at : at + length]
                case 2:
                    data[at:at] = data[at : at + length] * rng.choice((1, 3, 100))
                case 3:
                    del data[at:]
                case _:
                    data[at:at] = rng.choice(TELLING) * rng.choice((1, 1, 2, 50))
        read(tmp_path / name, kind, bytes(data))


@settings(max_examples=25, deadline=None)
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
    "reuters": [b"<REUTERS NEWID=1><TOPICS>" + b"<D>" * 100_000 + b"</REUTERS>"],
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
    ],
    "markdown": [
        b"[" * 200_000, b"![" * 100_000, b"[a](" * 100_000, b"*a " * 100_000, b"**" * 100_000, b"`" * 200_000,
        b"<a " * 100_000, b"<!--" * 100_000, b"---\na: [" + b"\"" * 100_000, b"---\n" + b"a:\n  - b\n" * 20_000,
        b"%%" * 100_000,
        b"> " * 100_000, b"---\na: " + b" #" * 50_000 + b"\n---\n", b"+++\na = " + b"[" * 20_000 + b"\n+++\n",
        b"[[" * 100_000,
        b"---\n" * 50_000, b"| - " * 100_000, b"# " + b"#" * 100_000 + b"x", b"# " + b" " * 100_000 + b"x",
        b"- " * 100_000,
    ],
    "table": [b"title,text\n" + b'"a\n' * 100_000, b"title,text\n" + b'a,"' * 100_001, b"," * 500_000,
    b"title" + b",a" * 100_000 + b"\n",
              b"title,text\n" + b'"' * 100_001, b'title,text\na,"b\n' + b"c,d\n" * 100_000],
    "singlefile": [b"<!--Page saved with SingleFile" + b" url: " * 100_000,
    b"<!--Page saved with SingleFile" + b"data:" * 100_000],
    "tei": [b"<TEI><text><body>" + b"<div type='article'>" * 190 + b"x" * 1_000_000],
    "nitf": [b"<nitf><body><body.content>" + b"<p>x</p>" * 100_000 + b"</body.content></body></nitf>"],
    "mhtml": [b"From: <Saved by Blink>\n" * 50_000],
}  # fmt: skip


@pytest.mark.parametrize(("kind", "content"), [(kind, one) for kind in HOSTILE for one in HOSTILE[kind]])
def test_hostile_repetition_takes_bounded_time(tmp_path: Path, kind: str, content: bytes) -> None:
    read(tmp_path / "a", kind, content)
    started = time.process_time()
    detect_format("a", content[:65536])
    assert time.process_time() - started < 1

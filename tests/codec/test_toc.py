from __future__ import annotations

import os
import pickle
import struct
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from whoosh.fields import ID, NUMERIC, STORED, TEXT, Schema
from whoosh.index import TOC, create_in, open_dir

from newsgrep.codec.durable_storage import DurableStorage
from newsgrep.codec.pickled import ArraySegment, StemmedWords
from newsgrep.codec.toc import TocDamaged, latest_generation, parse_toc, read_toc, toc_path
from newsgrep.codec.whoosh_codec import ArrayCodec
from tests.sources.test_reader_damage import forget_most, measure_memory


def make_index(folder: Path) -> None:
    schema = Schema(
        id=ID(unique=True, stored=True),
        body=TEXT(analyzer=StemmedWords(), phrase=True),
        words=NUMERIC(int, bits=32, signed=True, sortable=True),
        path=STORED(),
    )
    index = create_in(folder, schema)
    for text in ("first storm", "second storm"):
        writer = index.writer(codec=ArrayCodec())
        for number in range(3):
            writer.add_document(id=f"{text}{number}", body=text, words=number)
        writer.commit(merge=False)
    writer = index.writer(codec=ArrayCodec())
    writer.delete_document(1)
    writer.delete_document(5)
    writer.commit(merge=False)


def make_toc(schema: bytes, segments: bytes) -> bytes:
    """A table of contents as Whoosh writes it, around pickles of one's own."""
    length = bytearray()
    rest = len(schema)
    while rest > 127:
        length.append(rest & 127 | 128)
        rest >>= 7
    length.append(rest)
    head = bytes((4, 8, 4)) + struct.pack(">2i", -12345, -111) + bytes((3, 0, 0))
    return head + bytes(length) + schema + struct.pack(">2i", 1, 0) + segments


class Bomb:
    """Runs a command where a pickle of it is read as Python reads pickles."""

    def __init__(self, command: str) -> None:
        self.command = command

    def __reduce__(self) -> tuple[object, ...]:
        return os.system, (self.command,)


def test_a_commit_reads_as_whoosh_reads_it(tmp_path: Path) -> None:
    make_index(tmp_path)
    toc, theirs = read_toc(tmp_path), open_dir(tmp_path)._read_toc()
    assert toc.generation == theirs.generation == latest_generation(tmp_path)
    assert [(each.name, each.n_documents, set(each.deleted)) for each in toc.segments] == [
        (each.segment_id(), each.doc_count_all(), set(each.deleted_docs())) for each in theirs.segments
    ]
    assert [set(each.deleted) for each in toc.segments] == [{1}, {2}]
    assert set(toc.schema) == set(theirs.schema.names())
    for name, field in theirs.schema.items():
        mine = toc.schema[name]
        assert mine.scorable == bool(field.scorable)
        assert (mine.format is None) == (not field.format)
        for what in ("frequency", "positions"):
            assert mine.format is None or mine.format.supports(what) == field.format.supports(what)
    words = theirs.schema["words"]
    assert [toc.schema["words"].to_sortable(n) for n in (-7, 0, 7)] == [
        int.from_bytes(words.to_bytes(n)[1:], "big") for n in (-7, 0, 7)
    ]
    assert toc.schema["body"].to_bytes("café") == theirs.schema["body"].to_bytes("café")


def test_an_empty_directory_has_no_commit(tmp_path: Path) -> None:
    assert latest_generation(tmp_path) == -1
    with pytest.raises(FileNotFoundError):
        read_toc(tmp_path)


@pytest.mark.parametrize("place", ["schema", "segments"])
def test_reading_runs_no_code_of_the_file(tmp_path: Path, place: str) -> None:
    mark = tmp_path / "ran"
    bomb, harmless = pickle.dumps(Bomb(f"touch {mark}"), 2), pickle.dumps([], 2)
    data = make_toc(bomb, harmless) if place == "schema" else make_toc(pickle.dumps(Schema(), 2), bomb)
    toc_path(tmp_path, 1).write_bytes(data)
    with pytest.raises(TocDamaged, match=rf"{tmp_path}.* names (os|posix|nt).system"):
        read_toc(tmp_path)
    assert not mark.exists()


@pytest.mark.parametrize("name", ["whoosh.index.create_in", "whoosh.fields.sys", "newsgrep.codec.pickled.fold_label"])
def test_nothing_is_read_that_no_index_names(name: str) -> None:
    module, _, attribute = name.rpartition(".")
    with pytest.raises(TocDamaged, match="which no index of newsgrep does"):
        parse_toc(make_toc(f"c{module}\n{attribute}\n.".encode(), b""))


def test_a_segment_is_no_way_out_of_the_directory(tmp_path: Path) -> None:
    make_index(tmp_path)
    path = toc_path(tmp_path, latest_generation(tmp_path))
    data = path.read_bytes()
    place = data.index(b"MAIN", data.rindex(b"ArraySegment"))
    path.write_bytes(data[:place] + b"../a" + data[place + 4 :])
    with pytest.raises(TocDamaged, match="no name of a file"):
        read_toc(tmp_path)


@given(data=st.data())
def test_damage_is_an_error_and_no_crash(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    folder = tmp_path_factory.getbasetemp() / "toc"
    if not folder.exists():
        folder.mkdir()
        make_index(folder)
    whole = toc_path(folder, latest_generation(folder)).read_bytes()
    cut = data.draw(st.integers(0, len(whole) - 1))
    with pytest.raises(TocDamaged):
        parse_toc(whole[:cut])
    changed = bytearray(whole)
    changed[data.draw(st.integers(0, len(whole) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        parse_toc(bytes(changed))
    except TocDamaged:
        return


def sealed(tmp_path: Path) -> bytes:
    """A table of contents as newsgrep publishes it."""
    make_index(tmp_path)
    storage = DurableStorage(str(tmp_path))
    index = open_dir(tmp_path)
    TOC(index.schema, index._segments(), latest_generation(tmp_path) + 1).write(storage, "MAIN")
    return toc_path(tmp_path, latest_generation(tmp_path)).read_bytes()


def test_whoosh_reads_a_sealed_table_of_contents(tmp_path: Path) -> None:
    data = sealed(tmp_path)
    assert parse_toc(data).segments == read_toc(tmp_path).segments
    assert open_dir(tmp_path).doc_count() == 4


def test_any_byte_that_is_altered_is_found(tmp_path: Path) -> None:
    data = sealed(tmp_path)
    for at in range(len(data)):
        for mask in (1, 0x80, 0xFF):
            altered = bytearray(data)
            altered[at] ^= mask
            with pytest.raises(TocDamaged):
                parse_toc(bytes(altered))


def test_a_file_that_is_cut_is_found_or_holds_all(tmp_path: Path) -> None:
    data = sealed(tmp_path)
    whole = parse_toc(data).segments
    for length in range(len(data)):
        try:
            assert parse_toc(data[:length]).segments == whole
        except TocDamaged:
            continue
        # All that is missing is the seal.
        assert length == len(data) - 12


BOMBS = {
    "a place in the memory of the unpickler": b"\x80\x02K\x01r\xff\xff\xff\x7f.",
    "the same as text": b"(I1\np99999999999\n.",
    "a terabyte of bytes": b"\x80\x05\x96" + struct.pack("<Q", 1 << 40) + b"x.",
    "a terabyte of text": b"\x80\x04\x8d" + struct.pack("<Q", 1 << 40) + b"x.",
    "a frame of a petabyte": b"\x80\x04\x95" + struct.pack("<Q", 1 << 50) + b"N.",
    "a number of gigabytes": b"\x80\x02\x8b\xff\xff\xff\x7fabc.",
    "an instance": b"(ios\nsystem\n.",
    "an object": b"(cos\nsystem\no.",
    "an extension": b"\x82\x01.",
    "a name from the stack": b"\x80\x04\x8c\x02os\x8c\x06system\x93.",
    "a call of what is known": b"\x80\x02c__builtin__\nint\nX\x02\0\0\x0099\x85R.",
    "a persistent id": b"Pos.system\n.",
    "lists of lists, doubled": b"\x80\x02]q\0" + b"".join(b"](h%ch%ceq%c" % (n, n, n + 1) for n in range(60)) + b".",
    "numbers that collide": b"\x80\x02}("
    + b"".join(b"\x8a\x0c" + (n * ((1 << 61) - 1)).to_bytes(12, "little") + b"N" for n in range(30_000))
    + b"u.",
    "lists within lists": b"\x80\x02" + b"]" * 200_000 + b"a" * 199_999 + b".",
}


@pytest.mark.parametrize("place", ["schema", "segments"])
@pytest.mark.parametrize("name", BOMBS)
def test_no_pickle_takes_more_than_its_size(name: str, place: str) -> None:
    empty = pickle.dumps([], 2)
    data = make_toc(BOMBS[name], empty) if place == "schema" else make_toc(pickle.dumps(Schema(), 2), BOMBS[name])
    started = time.process_time()
    forget_most()
    memory = measure_memory()
    with pytest.raises(TocDamaged):
        parse_toc(data)
    assert time.process_time() - started < 3
    assert measure_memory(most=True) - memory < 128 << 20


def make_segments(*states: dict[str, object]) -> bytes:
    """A table of contents with such segments."""
    segments = [ArraySegment("MAIN") for _ in states]
    for segment, state in zip(segments, states, strict=True):
        segment.__dict__["told"] = state
    ArraySegment.__getstate__, kept = lambda self: vars(self)["told"], ArraySegment.__getstate__  # type: ignore[method-assign]
    try:
        pickled = pickle.dumps(segments, 4)
    finally:
        ArraySegment.__getstate__ = kept  # type: ignore[method-assign]
    return make_toc(pickle.dumps(Schema(id=ID()), 2), pickled)


GOOD: dict[str, object] = {"indexname": "MAIN", "segid": "a", "documents": 3, "deleted": struct.pack("<I", 2)}
SHARED = bytes(4000)


def test_a_segment_is_what_newsgrep_writes_of_it() -> None:
    (entry,) = parse_toc(make_segments(GOOD)).segments
    assert (entry.name, entry.n_documents, entry.deleted) == ("MAIN_a", 3, frozenset({2}))


@pytest.mark.parametrize(
    "states",
    [
        [GOOD, GOOD],
        [GOOD | {"segid": "../a"}],
        [GOOD | {"segid": "/etc/passwd"}],
        [GOOD | {"indexname": "manifest"}],
        [GOOD | {"segid": 7}],
        [GOOD | {"documents": -1}],
        [GOOD | {"documents": 1 << 40}],
        [GOOD | {"documents": "3"}],
        [GOOD | {"deleted": struct.pack("<I", 3)}],
        [GOOD | {"deleted": "ab"}],
        [GOOD | {"hidden": b"abc"}],
        [GOOD | {"segid": f"a{number}", "deleted": SHARED} for number in range(50)],
    ],
)
def test_a_segment_that_newsgrep_cannot_have_written_is_refused(states: list[dict[str, object]]) -> None:
    with pytest.raises(TocDamaged):
        parse_toc(make_segments(*states))


def test_a_table_of_contents_is_that_of_the_commit_it_is_named_for(tmp_path: Path) -> None:
    make_index(tmp_path)
    latest = latest_generation(tmp_path)
    toc_path(tmp_path, latest).rename(toc_path(tmp_path, latest + 5))
    with pytest.raises(TocDamaged, match=f"commit {latest}"):
        read_toc(tmp_path)

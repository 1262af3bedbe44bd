from __future__ import annotations

import os
import pickle
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from whoosh.fields import ID, NUMERIC, STORED, TEXT, Schema
from whoosh.index import TOC, create_in, open_dir

from newsgrep.codec.durable_storage import DurableStorage
from newsgrep.codec.pickled import StemmedWords
from newsgrep.codec.toc import TocDamaged, latest_generation, parse_toc, read_toc, toc_path
from newsgrep.codec.whoosh_codec import ArrayCodec


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

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsgrep.codec.doc_store import SAMPLED_DOCUMENTS, DocStore, DocStoreWriter, decode_stored, encode_stored
from newsgrep.codec.segment_file import SegmentDamaged, SegmentFile, SegmentFileWriter
from tests.sources.test_reader_damage import forget_most, measure_memory

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.binary() | st.dates() | st.datetimes(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


def write(folder: Path, documents: list[dict[str, Any]]) -> DocStore:
    writer = DocStoreWriter(folder)
    for values in documents:
        writer.add(encode_stored(values))
    path = folder / f"{len(list(folder.iterdir()))}.seg"
    with SegmentFileWriter(path) as segment:
        writer.finish(segment)
    return DocStore(SegmentFile(path))


@given(st.dictionaries(st.text(), VALUES, max_size=4))
def test_values_come_back_as_they_were_stored(values: dict[str, Any]) -> None:
    assert decode_stored(encode_stored(values)) == values


def test_a_lone_surrogate_survives() -> None:
    assert decode_stored(encode_stored({"path": "caf\udce9\n"})) == {"path": "caf\udce9\n"}


def test_a_value_of_an_unknown_kind_is_refused() -> None:
    with pytest.raises(TypeError, match="object"):
        encode_stored({"a": object()})


@settings(max_examples=20)
@given(st.integers(1, 3 * SAMPLED_DOCUMENTS))
def test_any_document_is_found(tmp_path_factory: pytest.TempPathFactory, count: int) -> None:
    documents = [{"title": f"Title {number}", "body": "Words that come again. " * 9} for number in range(count)]
    store = write(tmp_path_factory.mktemp("store"), documents)
    for docnum in {0, count // 3, count // 2, count - 1}:
        assert store.values(docnum) == documents[docnum]


def test_blocks_move_to_another_store_with_their_dictionaries(tmp_path: Path) -> None:
    parts = [[{"body": f"{name} number {number} " * 20} for number in range(600)] for name in ("alder", "birch")]
    stores = [write(tmp_path, part) for part in parts]
    writer = DocStoreWriter(tmp_path)
    for store in stores:
        for number, (first, packed, dictionary) in enumerate(store.iter_blocks()):
            writer.add_block(packed, store.block_end(number, 600) - first, dictionary)
    with SegmentFileWriter(tmp_path / "joined.seg") as segment:
        writer.finish(segment)
    joined = DocStore(SegmentFile(tmp_path / "joined.seg"))
    assert [joined.values(docnum) for docnum in range(1_200)] == [*parts[0], *parts[1]]


@pytest.mark.parametrize("claimed", [True, False])
def test_a_block_that_unpacks_to_gigabytes_is_damaged(tmp_path: Path, claimed: bool) -> None:
    """Ten megabytes of one letter take a few hundred bytes; a frame need not say how much it holds."""
    packer = zstd.ZstdCompressor()
    if claimed:
        packer.set_pledged_input_size(200 << 20)
    packed = b"".join(packer.compress(b"a" * (10 << 20)) for _ in range(20)) + packer.flush()
    writer = DocStoreWriter(tmp_path)
    writer.add_block(packed, 1, b"")
    with SegmentFileWriter(tmp_path / "a.seg") as segment:
        writer.finish(segment)
    forget_most()
    memory = measure_memory()
    with pytest.raises(SegmentDamaged, match=r"a\.seg.*block 0"):
        DocStore(SegmentFile(tmp_path / "a.seg")).values(0)
    assert measure_memory(most=True) - memory < 250 << 20

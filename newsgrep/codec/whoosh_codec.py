"""The Whoosh codec: how Whoosh writes and reads segments in newsgrep's format.

`whoosh.index.open_dir()` finds it through the segments in the table of contents; `index.writer(codec=ArrayCodec())`
makes Whoosh's own writer use it. It is the slow way, complete and exact: the bulk builder writes the same format
faster, the evaluator answers the same queries faster.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn
from weakref import WeakValueDictionary

from whoosh.codec.base import Codec
from whoosh.filedb.filestore import FileStorage

from newsgrep.codec.pickled import ArraySegment
from newsgrep.codec.segment import SegmentData
from newsgrep.codec.segment_file import SUFFIX
from newsgrep.codec.whoosh_reader import ArrayPerDocumentReader, ArrayTermsReader
from newsgrep.codec.whoosh_writer import DOCUMENTS_SUFFIX, ArrayFieldWriter, ArrayPerDocumentWriter

if TYPE_CHECKING:
    from whoosh.filedb.filestore import Storage

_open_segments: WeakValueDictionary[Path, SegmentData] = WeakValueDictionary()
"""Segments that some reader holds, so that a segment's several readers map its file once."""


class ArrayCodec(Codec):  # type: ignore[misc]  # Whoosh is untyped
    """Segments whose postings are arrays, one file each, in an index that is a directory."""

    def new_segment(self, storage: Storage, indexname: str) -> ArraySegment:
        """A name for a segment to come. Raises TypeError for an index that is not a directory."""
        _folder(storage)
        return ArraySegment(indexname)

    def per_document_writer(self, storage: Storage, segment: ArraySegment) -> ArrayPerDocumentWriter:
        """The writer of what is kept per document."""
        return ArrayPerDocumentWriter(_folder(storage), segment)

    def field_writer(self, storage: Storage, segment: ArraySegment) -> ArrayFieldWriter:
        """The writer of terms and postings."""
        return ArrayFieldWriter(_folder(storage), segment)

    def per_document_reader(self, storage: Storage, segment: ArraySegment) -> ArrayPerDocumentReader:
        """The reader of what is kept per document. Raises SegmentDamaged or FileNotFoundError."""
        return ArrayPerDocumentReader(open_segment(_folder(storage), segment), segment)

    def terms_reader(self, storage: Storage, segment: ArraySegment) -> ArrayTermsReader:
        """The reader of terms and postings. Raises SegmentDamaged or FileNotFoundError."""
        return ArrayTermsReader(open_segment(_folder(storage), segment))

    def postings_writer(self, dbfile: object, byteids: bool = False) -> NoReturn:
        """Nothing: a term's postings are no file of their own. Whoosh asks for this within its own codecs only."""
        raise NotImplementedError("postings are written by the field writer")

    def postings_reader(
        self,
        dbfile: object,
        terminfo: object,
        format_: object,
        term: object = None,
        scorer: object = None,
    ) -> NoReturn:
        """Nothing, as `postings_writer`; `terms_reader().matcher()` gives postings."""
        raise NotImplementedError("postings are read by the terms reader")

    def column_filename(self, segment: object, fieldname: object) -> NoReturn:
        """Nothing: `whoosh.sorting.add_sortable` asks for this, to add to segments that are written."""
        raise NotImplementedError("a written segment takes no new column; make the field sortable and index anew")


def open_segment(folder: Path, segment: ArraySegment) -> SegmentData:
    """Open a segment's file, or take it from whoever has it open. Raises SegmentDamaged or FileNotFoundError."""
    path = folder / segment.make_filename(SUFFIX)
    data = _open_segments.get(path)
    if data is None:
        documents = folder / segment.make_filename(DOCUMENTS_SUFFIX)
        if documents.exists() and not path.exists():
            return SegmentData(documents)
        data = _open_segments[path] = SegmentData(path)
    return data


def _folder(storage: Storage) -> Path:
    if not isinstance(storage, FileStorage):
        raise TypeError(f"ArrayCodec maps files of a directory; there is none behind {type(storage).__name__}")
    return Path(os.path.abspath(storage.folder))

"""Articles of one process as segments in an index directory."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from newsgrep.archive.events import Written
from newsgrep.archive.schema import article_fields, build_schema, file_key
from newsgrep.archive.writing import IndexNotWritten
from newsgrep.codec.builder import SegmentBuilder
from newsgrep.codec.pickled import ArraySegment
from newsgrep.codec.segment_file import SUFFIX
from newsgrep.codec.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from newsgrep.archive.events import Event
    from newsgrep.article import Article
    from newsgrep.sources.walk import FoundFile


class SegmentSink:
    """See `Sink`; a parcel is a segment, which no commit names yet."""

    def __init__(self, folder: Path, index_name: str, memory: int) -> None:
        """`memory` is in bytes, for the documents of an unfinished segment."""
        self._folder = folder
        self._index_name = index_name
        self._memory = memory
        self._schema = build_schema()
        self._vocabulary = Vocabulary(stemmed=True)
        self._builder: SegmentBuilder | None = None
        self._touched: dict[str, None] = {}
        self._keyed = ("", "")

    @property
    def articles(self) -> int:
        """How many were added since the last `flush`."""
        return self._builder.n_documents if self._builder is not None else 0

    @property
    def is_full(self) -> bool:
        """Whether the segment is to be written."""
        return self._builder is not None and self._builder.memory >= self._memory

    def add(self, file: FoundFile, article: Article) -> tuple[()]:
        """Take an article of a file. Raises IndexNotWritten."""
        with self._writing():
            if self._builder is None:
                self._builder = SegmentBuilder(self._schema, self._folder, self._vocabulary)
            self._builder.add(article_fields(article, self._file_key(file)))
        self._touched[file.key] = None
        return ()

    def flush(self) -> Iterator[Event]:
        """Write the segment that is being built. Raises IndexNotWritten."""
        builder, self._builder = self._builder, None
        touched, self._touched = tuple(self._touched), {}
        if self._vocabulary.memory > self._memory // 3:
            # Kept on, it would leave the next segment no room.
            self._vocabulary = Vocabulary(stemmed=True)
        if builder is None:
            yield Written(None, ())
            return
        segment = ArraySegment(self._index_name)
        with self._writing():
            builder.write(self._folder / segment.make_filename(SUFFIX))
        segment.set_doc_count(builder.n_documents)
        yield Written(segment, touched)

    def close(self) -> None:
        """Let go of an unfinished segment."""
        if self._builder is not None:
            self._builder.close()
            self._builder = None

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise IndexNotWritten(error, self._folder) from error

    def _file_key(self, file: FoundFile) -> str:
        if self._keyed[0] != file.key:
            self._keyed = (file.key, file_key(file.key))
        return self._keyed[1]

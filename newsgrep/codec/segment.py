"""One segment opened for reading: terms, lengths, columns, stored values of its documents."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from newsgrep.codec.plain_scoring import read_length
from newsgrep.codec.segment_file import SegmentFile
from newsgrep.codec.small_terms import SmallTerms

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from newsgrep.codec.doc_store import DocStore
    from newsgrep.codec.terms import FieldTerms


_DTYPES = frozenset({"|i1", "|u1", *(f"<{kind}{width}" for kind in "iu" for width in (2, 4, 8)), "<f4", "<f8"})


class SegmentData:
    """The contents of a segment file, read as they are asked for. Knows nothing of deletions.

    What gives arrays imports NumPy when it is called: an answer of a few postings comes sooner without.

    Facts of the file: `documents`; `fields`: name to `{"length_total", "length_coded", "length_min", "length_max"}` of
    every indexed field; `columns`: name to `{"dtype", "default"}` of numeric columns, in Whoosh's sortable
    representation, or to `{"whoosh": true}` of columns in Whoosh's own format. Lengths are in words. `length_total` is
    what Whoosh is told; `length_coded` is the total of the lengths that the documents' one-byte codes stand for, of
    which it is known what a document adds when it is deleted; the least and the greatest are such codes. Segments
    without `length_coded` are older: there the true total stands in for it until a merge.
    """

    def __init__(self, path: Path) -> None:
        """Open a segment file. Raises SegmentDamaged or FileNotFoundError."""
        self.file = SegmentFile(path)
        facts = self.file.facts
        _check_facts(self.file)
        self.n_documents: int = facts["documents"]
        self.field_facts: dict[str, dict[str, int]] = facts["fields"]
        self.column_facts: dict[str, dict[str, Any]] = facts["columns"]
        self._terms: dict[str, FieldTerms] = {}
        self._small_terms: dict[str, SmallTerms] = {}

    def terms(self, field: str) -> FieldTerms | None:
        """The term dictionary of a field; None for a field that no document has."""
        if f"terms/{field}/ends" not in self.file:
            return None
        if field not in self._terms:
            from newsgrep.codec.terms import FieldTerms

            self._terms[field] = FieldTerms(self.file, field)
        return self._terms[field]

    def small_terms(self, field: str) -> SmallTerms | None:
        """The same without NumPy, for a few terms with a few postings."""
        if f"terms/{field}/ends" not in self.file:
            return None
        if field not in self._small_terms:
            self._small_terms[field] = SmallTerms(self.file, field)
        return self._small_terms[field]

    def lengths(self, field: str) -> NDArray[np.uint8] | None:
        """(n_documents,): the length of a field in each document, in Whoosh's one-byte code; None if not kept."""
        import numpy as np

        name = f"lengths/{field}"
        return np.frombuffer(self._per_document(name, 1), np.uint8) if name in self.file else None

    def _per_document(self, name: str, width: int) -> memoryview:
        """A section that has so many bytes for each document. Raises SegmentDamaged where it has more or fewer."""
        if self.file.length(name) != width * self.n_documents:
            raise self.file.damaged(f"section {name} is not one of {self.n_documents} documents")
        return self.file.read(name)

    def column(self, name: str) -> NDArray[Any] | None:
        """(n_documents,): a numeric column, in Whoosh's sortable representation; None if there is none."""
        facts = self.column_facts.get(name)
        if facts is None or "dtype" not in facts:
            return None
        import numpy as np

        dtype = facts["dtype"]
        return np.frombuffer(self._per_document(f"column/{name}", int(dtype[-1])), dtype)

    def find_equal(self, name: str, value: int) -> list[int]:
        """The documents that have a value in an unsigned 64-bit column, rising; without NumPy."""
        if self.column_facts.get(name, {}).get("dtype") != "<u8":
            return []
        values, wanted = bytes(self.file.read(f"column/{name}")), value.to_bytes(8, "little")
        found = []
        at = values.find(wanted)
        while at >= 0:
            if at % 8 == 0:
                found.append(at // 8)
            at = values.find(wanted, (at // 8 + 1) * 8)
        return found

    def signatures(self, field: str) -> NDArray[np.uint16] | None:
        """(n_documents, SLOTS): signatures of a field's words (`signatures`), zeros for none; None if not kept."""
        name = f"signatures/{field}"
        if name not in self.file or not self.n_documents:
            return None
        import numpy as np

        from newsgrep.codec.signatures import SLOTS

        return np.frombuffer(self._per_document(name, 2 * SLOTS), "<u2").reshape(self.n_documents, SLOTS)

    @property
    def signed_fields(self) -> list[str]:
        """The fields whose documents have signatures."""
        return [name.partition("/")[2] for name in self.file.names if name.startswith("signatures/")]

    @property
    def is_plain(self) -> bool:
        """Whether there is nothing but what the bulk builder makes: no payload, vector or Whoosh's own column."""
        return not any("whoosh" in facts for facts in self.column_facts.values()) and not any(
            name.startswith("vectors/") or (name.startswith("terms/") and name.endswith(("/weights", "/values")))
            for name in self.file.names
        )

    @cached_property
    def store(self) -> DocStore:
        """The stored values."""
        from newsgrep.codec.doc_store import DocStore

        return DocStore(self.file)

    def close(self) -> None:
        """Let the file go."""
        self.file.close()


def _check_facts(file: SegmentFile) -> None:
    """Raises SegmentDamaged for facts that no writer of segments gives."""
    documents, fields, columns = (file.facts.get(name) for name in ("documents", "fields", "columns"))
    # Arrays are made by this number, so that it may not be larger than what the file can hold.
    if type(documents) is not int or not 0 <= documents <= file.size:
        raise file.damaged("it cannot have so many documents as it says")
    if not isinstance(fields, dict) or not isinstance(columns, dict):
        raise file.damaged("it says nothing of its fields")
    for facts in (*fields.values(), *columns.values()):
        if not isinstance(facts, dict):
            raise file.damaged("what it says of a field or column is damaged")
    for facts in fields.values():
        if not all(type(value) is int and 0 <= value < 1 << 62 for value in facts.values()):
            raise file.damaged("what it says of a field is damaged")
    for facts in columns.values():
        default = facts.get("default", 0)
        if "dtype" in facts and (facts["dtype"] not in _DTYPES or type(default) not in (int, float)):
            raise file.damaged("what it says of a column is damaged")


class Part(NamedTuple):
    """One segment of an index."""

    data: SegmentData
    deleted: Collection[int] | NDArray[np.integer[Any]]
    """Deleted documents, by their numbers within the segment."""
    base: int
    """The number that the segment's first document has in the index."""

    @property
    def n_live(self) -> int:
        """How many documents are not deleted."""
        return self.data.n_documents - len(self.deleted)

    def live_length(self, field: str) -> int:
        """How many words a field has in all documents that are not deleted, by the one-byte codes of their lengths."""
        facts = self.data.field_facts.get(field, {})
        total = facts.get("length_coded", facts.get("length_total", 0))
        name = f"lengths/{field}"
        if not len(self.deleted) or name not in self.data.file:
            return total
        codes = self.data.file.read(name)
        counts = Counter(codes[docnum] for docnum in self.deleted)
        return total - sum(count * read_length(code) for code, count in counts.items())

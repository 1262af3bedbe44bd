"""An article as a document of a cluster; `stored` reads it back."""

from __future__ import annotations

import base64
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from newsgrep.archive.opensearch.stored import HALF, document_key
from newsgrep.archive.opensearch.tokens import Remembered, build_bag, build_plain_stream, read_text
from newsgrep.archive.schema import TITLE_WEIGHT, article_fields
from newsgrep.codec.labels import fold_label
from newsgrep.codec.signatures import SLOTS, build_signatures, term_hashes
from newsgrep.codec.skeletons import LONGEST, skeleton_of
from newsgrep.codec.words import split_chunk

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray

    from newsgrep.article import Article

SIGNATURE_TYPE = np.dtype("<u2")
_LEAST_CONSONANTS = 2
_FROM_URL = str.maketrans("-_", "+/")
_STORED = (
    "id", "title", "body", "section", "author", "source", "url", "lang", "words",
    "printed", "saved", "path", "record", "published_from",
)  # fmt: skip
"""What is kept of an article: that of `schema.read_article`."""
_LABELS = ("section", "source", "lang", "byline")


def build_document(article: Article, file: str, run: int, *, hidden: bool = False) -> dict[str, Any]:
    """The document of an article; its id is that of the article.

    file: the key of its file (`schema.file_key`); run: the number of the run that writes it; hidden: whether it is an
    older version of another article.
    """
    fields = article_fields(article, file)
    title, body = read_text(article.title), read_text(article.body)
    document: dict[str, Any] = {
        "article": {name: fields[name] for name in _STORED if name in fields},
        "id": article.id,
        "file": file,
        "run": run,
        "key": document_key(article.id),
        "words": article.words,
        # Said as often as it weighs.
        "ranked": [build_bag(article.title)] * int(TITLE_WEIGHT),
        "title": title.stream,
        "body": body.stream,
        "author": [build_plain_stream(name) for name in article.authors],
        "names": list_names({*title.chunks, *body.chunks}),
    }
    if article.url:
        document["url"] = build_plain_stream(article.url)
    for name in _LABELS:
        if labels := [label for line in fields.get(name, "").split("\n") if (label := fold_label(line))]:
            document[name] = labels
    for name in ("published", "captured", "undated"):
        if name in fields:
            document[name] = fields[name]
    if fields["url_key"]:
        document["url_key"] = fields["url_key"] - HALF
    signature = sign(body.chunks)
    if signature.any():
        document["signature"] = base64.b64encode(signature.astype(SIGNATURE_TYPE).tobytes()).decode("ascii")
    if hidden:
        document["hidden"] = True
    return document


def sign(chunks: Sequence[str]) -> NDArray[np.uint16]:
    """(SLOTS,): the near-duplicate signature of a text by its chunks; zeros for a short one."""
    hashes = np.fromiter(chain.from_iterable(_HASHES.map(chunks)), np.uint64)
    row: NDArray[np.uint16] = build_signatures(hashes, np.array([0, len(hashes)], np.int64))[0]
    return row


def _read_hashes(chunk: str) -> tuple[int, ...]:
    """The hash of each word of a chunk."""
    return tuple(term_hashes([word.term.encode("utf-8", "surrogatepass") for word in split_chunk(chunk)[0]]).tolist())


def read_signature(text: str) -> NDArray[np.uint16]:
    """(SLOTS,): a signature as a document holds it or a column gives it. Raises ValueError for anything else."""
    row: NDArray[np.uint16] = parse_signatures([text])[0]
    return row


def parse_signatures(texts: Sequence[str]) -> NDArray[np.uint16]:
    """(n, SLOTS): several of them. Raises ValueError for anything else."""
    size = SLOTS * SIGNATURE_TYPE.itemsize
    # Columns come in the alphabet for addresses, without what fills up the end.
    spelled = [text.translate(_FROM_URL).rstrip("=") for text in texts]
    rows = [base64.b64decode(text + "=" * (-len(text) % 4), validate=True) for text in spelled]
    if any(len(row) != size for row in rows):
        raise ValueError("what it stores is no signature")
    return np.frombuffer(b"".join(rows), SIGNATURE_TYPE).astype(np.uint16).reshape(-1, SLOTS)


def list_names(chunks: Collection[str]) -> list[str]:
    """The words of a text that may be names, with their consonants: `KTB|gaddafi`."""
    return sorted(set(chain.from_iterable(_NAMES.map(chunks))))


def _read_names(chunk: str) -> tuple[str, ...]:
    found = []
    for word in split_chunk(chunk)[0]:
        # Scripts without capitals have no word that is surely none.
        if not chunk[word.start].islower():
            skeleton = skeleton_of(word.term)
            if _LEAST_CONSONANTS <= len(skeleton) <= LONGEST:
                found.append(f"{skeleton}|{word.term}")
    return tuple(found)


_HASHES, _NAMES = Remembered(_read_hashes), Remembered(_read_names)

"""What a document of a cluster keeps of an article, read back; and the numbers of articles there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from newsgrep.archive.schema import read_article

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newsgrep.article import Article

HALF = 1 << 63
"""What is taken off numbers of 64 bits, so that they stand in a signed column in their order."""


def document_key(article_id: str) -> int:
    """The number of an article by its id: signed, in the order of ids."""
    return int(article_id, 16) - HALF


def article_id(key: int) -> str:
    """The id that `document_key` made a number of."""
    return f"{key + HALF:016x}"


def read_document(source: Mapping[str, Any]) -> Article:
    """The article behind the `_source` of a document. Raises ValueError for values that are none of an article."""
    stored = source.get("article")
    if not isinstance(stored, dict) or not {"id", "path", "words"} <= stored.keys():
        raise ValueError("what it stores is no article")
    return read_article(stored)


def stored_values(source: Mapping[str, Any]) -> Mapping[str, Any]:
    """The values of a document as tests of texts take them (`plain_query.Confirmed`)."""
    stored = source.get("article")
    return stored if isinstance(stored, dict) else {}

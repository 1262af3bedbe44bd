"""Compare and set: of two who write, one is told that it came too late."""

from __future__ import annotations

from newsgrep.archive.opensearch.documents_by_id import read_document_by_id, swap_document
from tests.archive.opensearch.kept_documents import KeptDocuments


def test_of_two_who_write_one_comes_too_late() -> None:
    kept = KeptDocuments()
    assert read_document_by_id(kept.cluster, "i", "d") is None
    first = swap_document(kept.cluster, "i", "d", {"by": 1}, None, is_alias=False)
    assert first is not None
    assert swap_document(kept.cluster, "i", "d", {"by": 2}, None, is_alias=False) is None
    second = swap_document(kept.cluster, "i", "d", {"by": 2}, first, is_alias=False)
    assert second == read_document_by_id(kept.cluster, "i", "d")
    assert swap_document(kept.cluster, "i", "d", {"by": 1}, first, is_alias=False) is None


def test_an_answer_that_was_lost_does_not_make_a_success_a_failure() -> None:
    kept = KeptDocuments()
    kept.lost_answers = 1
    first = swap_document(kept.cluster, "i", "d", {"by": 1}, None, is_alias=False)
    assert first is not None
    kept.lost_answers = 1
    assert swap_document(kept.cluster, "i", "d", {"by": 2}, first, is_alias=False) is not None
    assert kept.documents["/i/_doc/d"] == ({"by": 2}, 1)

"""Large files that several processes read together: the shares are the whole, each record once."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from newsgrep.article import Page
from newsgrep.errors import FileUnreadable
from newsgrep.sources.formats import can_share, read_file
from newsgrep.sources.outcome import BrokenRecord, Outcome, Skipped
from newsgrep.sources.read_options import ReadOptions
from newsgrep.sources.share import WHOLE, Share
from tests.sources.damage import damage
from tests.sources.large_files import LARGE_FILES

if TYPE_CHECKING:
    from collections.abc import Callable


def read(path: Path, kind: str, share: Share = WHOLE) -> list[Outcome]:
    return list(read_file(str(path), share, ReadOptions(kind)))


@pytest.mark.parametrize("kind", LARGE_FILES)
def test_each_record_is_in_one_share(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "large"
    path.write_bytes(LARGE_FILES[kind](2_000))
    whole = read(path, kind)
    assert can_share(str(path), ReadOptions(kind))
    assert sum(isinstance(one, Page) for one in whole) > 1_900
    assert any(isinstance(one, BrokenRecord) for one in whole)
    shares = [read(path, kind, Share(number, 3)) for number in range(3)]
    assert all(sum(isinstance(one, Page) for one in share) > 400 for share in shares)
    assert Counter(one for share in shares for one in share) == Counter(whole)
    order = {one: at for at, one in enumerate(whole)}
    assert all([order[one] for one in share] == sorted(order[one] for one in share) for share in shares)


@pytest.mark.parametrize("kind", LARGE_FILES)
def test_each_record_of_a_damaged_file_is_in_one_share(tmp_path: Path, kind: str) -> None:
    def outcomes(share: Share) -> list[tuple[str, str | None]]:
        try:
            return [fingerprint(one) for one in read(path, kind, share) if not isinstance(one, Skipped)]
        except FileUnreadable:
            return []

    path = tmp_path / "large"
    content = LARGE_FILES[kind](1_100)
    for seed in range(12):
        path.write_bytes(damage(content, random.Random(f"{kind} {seed}")))
        together = [one for number in range(2) for one in outcomes(Share(number, 2))]
        assert Counter(together) == Counter(outcomes(WHOLE)), seed


def fingerprint(one: Outcome) -> tuple[str, str | None]:
    """What is left of an outcome when the key is taken off, of which records of one id are given others."""
    return (one.title or "", one.text) if isinstance(one, Page) else (one.position or "", one.reason)


@pytest.mark.parametrize("kind", LARGE_FILES)
def test_a_file_without_records_is_skipped_by_every_share(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "large"
    path.write_bytes(b"\n" * 5_000)
    assert [type(one) for number in range(2) for one in read(path, kind, Share(number, 2))] == [Skipped, Skipped]


def test_names_are_divided_among_shares() -> None:
    names = [b"https://quay.example/%d" % number for number in range(100)]
    has: list[Callable[[bytes], bool]] = [Share(number, 4).has_name for number in range(4)]
    assert all(sum(one(name) for one in has) == 1 for name in names)

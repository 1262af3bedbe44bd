"""How articles are shared out over a cluster: what is wished, what is kept, what only a rebuild can change."""

from __future__ import annotations

from typing import Any

import pytest

from newsgrep.archive.opensearch.layout import NEW, Layout, parse_layout
from newsgrep.errors import OptionError


def test_what_is_not_wished_stays_as_it_was() -> None:
    before = Layout(shards=3, replicas=2, by_year=True)
    assert Layout().over(before) == before
    assert Layout(replicas=0).over(before) == Layout(shards=3, replicas=0, by_year=True)
    assert Layout(by_year=False).over(before).by_year is False


def test_copies_can_change_where_articles_stay() -> None:
    assert not Layout(replicas=2).moves_articles(NEW)
    assert not Layout(shards=1, by_year=False).moves_articles(NEW)
    assert Layout(shards=2).moves_articles(NEW)
    assert Layout(by_year=True).moves_articles(NEW)


@pytest.mark.parametrize("layout", [NEW, Layout(shards=5, replicas=0, by_year=True)])
def test_a_layout_is_read_as_it_is_spelt(layout: Layout) -> None:
    assert parse_layout(layout.spell()) == layout


@pytest.mark.parametrize("kept", [None, {}, [], {"shards": "1"}, {"shards": 1, "replicas": 1}])
def test_other_values_are_no_layout(kept: Any) -> None:
    with pytest.raises(ValueError, match="layout"):
        parse_layout(kept)


@pytest.mark.parametrize("layout", [Layout(shards=0), Layout(shards=2_000), Layout(replicas=-1), Layout(replicas=101)])
def test_numbers_that_no_index_can_have_are_refused(layout: Layout) -> None:
    with pytest.raises(OptionError, match="an index has from"):
        layout.check()

from __future__ import annotations

import datetime as dt

import click
import pytest

from newsgrep.cli.options import choose_output, parse_dates
from newsgrep.errors import FilterError

TODAY = dt.date(2018, 3, 1)


def test_since_takes_the_first_day_and_until_the_last() -> None:
    assert parse_dates("2018-02", "2018-02", None, today=TODAY) == (dt.date(2018, 2, 1), dt.date(2018, 2, 28))
    assert parse_dates(None, "2017", None, today=TODAY) == (None, dt.date(2017, 12, 31))
    assert parse_dates(None, None, "yesterday", today=TODAY) == (dt.date(2018, 2, 28), dt.date(2018, 2, 28))
    assert parse_dates(None, None, None, today=TODAY) == (None, None)


def test_a_date_that_is_none_is_pointed_at_behind_its_option() -> None:
    with pytest.raises(FilterError) as caught:
        parse_dates(None, "2018-13-01", None, today=TODAY)
    assert caught.value.text == "--until 2018-13-01"
    assert caught.value.column >= len("--until ")


def test_a_period_that_ends_before_it_starts_is_an_error() -> None:
    with pytest.raises(FilterError) as caught:
        parse_dates("2018-02-20", "2018-02-19", None, today=TODAY)
    assert caught.value.text[caught.value.column :] == "2018-02-19"


def test_on_goes_with_no_other_date() -> None:
    with pytest.raises(click.UsageError):
        parse_dates("2018", None, "2018", today=TODAY)


def test_outputs_exclude_each_other() -> None:
    assert choose_output({"json": True, "csv": False}, template=None, null=False, color="auto").format == "json"
    assert choose_output({}, template=None, null=False, color="auto").format == "text"
    with pytest.raises(click.UsageError, match="--json and --csv"):
        choose_output({"json": True, "csv": True}, template=None, null=False, color="auto")
    with pytest.raises(click.UsageError, match="--json and --format"):
        choose_output({"json": True}, template="{id}", null=False, color="auto")


def test_a_nul_goes_with_paths_only() -> None:
    assert choose_output({"paths": True}, template=None, null=True, color="auto").null
    with pytest.raises(click.UsageError):
        choose_output({"json": True}, template=None, null=True, color="auto")

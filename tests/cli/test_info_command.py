from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    Newsgrep = Callable[..., tuple[int, str, str]]

pytestmark = pytest.mark.usefixtures("archive")


def test_facts_are_one_a_line(newsgrep: Newsgrep) -> None:
    code, out, err = newsgrep("info")
    assert (code, err) == (0, "")
    facts = dict(line.split(maxsplit=1) for line in out.splitlines() if not line.startswith("Not"))
    assert facts["Articles"] == "2"
    assert facts["Published"] == "2018-02-20T16:02 to 2018-02-20T16:02"
    assert facts["Size"] == "12.3 kB"
    assert "12.3 kB" in newsgrep("info", "--color", "always")[1]


def test_facts_are_given_as_json(newsgrep: Newsgrep) -> None:
    assert json.loads(newsgrep("info", "--json")[1])["index_bytes"] == 12_345

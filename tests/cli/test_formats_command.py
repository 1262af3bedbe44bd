from __future__ import annotations

import json
from typing import TYPE_CHECKING

from newsgrep.sources import format as format_module
from newsgrep.sources.formats import FORMATS

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    Newsgrep = Callable[..., tuple[int, str, str]]


def test_every_format_is_listed_in_the_order_of_trying(newsgrep: Newsgrep) -> None:
    code, out, err = newsgrep("formats")
    assert (code, err) == (0, "")
    names = [line.split()[0] for line in out.splitlines() if not line.startswith(" ")]
    assert names == [*(one.name for one in FORMATS), "gzip", "bzip2", "xz", "zstd", "brotli"]


def test_what_is_not_installed_is_told_with_its_command(newsgrep: Newsgrep, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(format_module.Extra, "is_installed", lambda _: False)
    assert 'not installed: pip install "newsgrep[brotli]"' in newsgrep("formats")[1]
    document = json.loads(newsgrep("formats", "--json")[1])
    assert document["schema"] == 1
    missing = [one["name"] for one in document["formats"] + document["compressions"] if not one["installed"]]
    assert "brotli" in missing
    assert "json" not in missing


def test_json_describes_each_format(newsgrep: Newsgrep) -> None:
    formats = {one["name"]: one for one in json.loads(newsgrep("formats", "--json")[1])["formats"]}
    assert formats["zip"] == {
        "name": "zip",
        "description": "a ZIP archive of files",
        "suffixes": [".zip"],
        "needs": None,
        "installed": True,
    }

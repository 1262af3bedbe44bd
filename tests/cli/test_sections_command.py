from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from newsgrep.api import Archive
    from newsgrep.article import Article

    Newsgrep = Callable[..., tuple[int, str, str]]


def test_labels_are_listed_with_their_counts(archive: Archive, newsgrep: Newsgrep) -> None:
    assert newsgrep("sections") == (0, "1  Local\n1  News\n", "")
    document = json.loads(newsgrep("sections", "--json")[1])
    assert document == {
        "schema": 1,
        "sections": [{"label": "Local", "articles": 1}, {"label": "News", "articles": 1}],
    }
    assert "News" in newsgrep("sections", "--color", "always")[1]


def test_no_sections_is_exit_code_1(install: Callable[..., Archive], newsgrep: Newsgrep, undated: Article) -> None:
    install(undated)
    code, out, err = newsgrep("sections")
    assert (code, out) == (1, "")
    assert "no article" in err
    code, out, _ = newsgrep("sections", "--json")
    assert (code, json.loads(out)["sections"]) == (1, [])

"""docs/several-indexes.md, run as a reader would: what is printed must be what the page shows.

`python -m tests.test_several_indexes_page` writes today's output into the page.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.test_cookbook import Recipe, run_recipe
from tests.test_readme import normalize

PAGE = Path(__file__).parent.parent / "docs" / "several-indexes.md"


def test_the_page_shows_what_is_printed(tmp_path: Path) -> None:
    page = PAGE.read_text("utf-8")
    assert normalize(run_recipe(Recipe("", page), tmp_path)) == normalize(page)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        PAGE.write_text(run_recipe(Recipe("", PAGE.read_text("utf-8")), Path(name).resolve()), "utf-8")

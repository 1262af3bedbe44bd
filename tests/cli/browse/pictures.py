"""The pictures in docs/browse.md, of the sample articles: `python tests/cli/browse/pictures.py` draws them anew."""

from __future__ import annotations

import os
import re
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[3]
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))

import newsgrep  # noqa: E402
from tests.cli.browse.driving import driving, run  # noqa: E402

FOLDER = ROOT / "docs/pictures"


class Picture(NamedTuple):
    """What is done before a picture is taken."""

    name: str
    size: tuple[int, int]
    query: str
    keys: tuple[str, ...]
    total: int


PICTURES = (
    Picture("browse-wide", (150, 40), "harbour bridge", ("n", "n", "n"), 17),
    Picture("browse-light", (150, 32), "bridge", ("L", "f", "j", "j", "enter"), 2),
    Picture("browse-narrow", (64, 30), "storm bridge", (), 8),
)


def draw(picture: Picture, index: Path) -> str:
    """A picture as SVG, the same whenever it is drawn."""
    drawn: list[str] = []

    async def drive() -> None:
        async with driving(index, picture.query, picture.size) as driver:
            await driver.until(lambda: driver.screen.article_pane.opened)
            await driver.press(*picture.keys)
            await driver.until_hits(picture.total)
            await driver.settle()
            driver.screen.tell("")
            await driver.pilot.pause(0.1)
            drawn.append(driver.app.export_screenshot(title="newsgrep browse"))

    run(drive())
    # Textual numbers its classes by what is in the picture and when it is drawn.
    return re.sub(r"terminal-\d+", "terminal", drawn[0])


def read_words(svg: str) -> str:
    """The text of a picture."""
    return " ".join(re.sub(r"<style.*?</style>|<[^>]*>|&#160;", " ", svg, flags=re.DOTALL).split())


def main() -> None:
    """Draw all pictures."""
    # Paths are shown as they were given to the index.
    os.chdir(ROOT)
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        with newsgrep.open(Path(folder) / "index", create=True) as archive:
            archive.update([Path("examples/articles")])
        for picture in PICTURES:
            (FOLDER / f"{picture.name}.svg").write_text(draw(picture, Path(folder) / "index"), "utf-8")


if __name__ == "__main__":
    main()

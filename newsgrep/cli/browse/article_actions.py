"""What is done with an article: its citation or its place copied, the article opened in the browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.screen import Screen

from newsgrep.cli.browse.answers import iter_cited
from newsgrep.cli.browse.dialogs import StyleDialog
from newsgrep.cli.browse.places import choose_opened, copied_place, find_browser, iter_opening
from newsgrep.cli.safe_text import clean_block, clean_line
from newsgrep.errors import NewsgrepError

if TYPE_CHECKING:
    from newsgrep.article import Article
    from newsgrep.cli.browse.desk import Desk


class ArticleActions(Screen[None]):
    """The part of the screen that knows what can be done with the article under the cursor."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.citation_style = "text"

    def tell(self, text: str, *, stays: bool = False) -> None:
        """Say something for a while, or until something else is said."""
        raise NotImplementedError

    def current_article(self) -> Article | None:
        """The article under the cursor, without its body."""
        raise NotImplementedError

    def action_choose_style(self) -> None:
        """Choose the style of citations, and copy one."""

        def take(style: str | None) -> None:
            if style is not None:
                self.citation_style = style
                self.action_copy_citation()

        self.app.push_screen(StyleDialog(self.citation_style), take)

    def action_copy_citation(self) -> None:
        """Copy the citation of the article under the cursor."""
        if article := self._chosen():
            name, style = article.id, self.citation_style
            self.desk.ask("cite", lambda archive: iter_cited(archive, name, style))

    def action_copy_place(self) -> None:
        """Copy where the article is."""
        if article := self._chosen():
            self.copy(clean_line(copied_place(article)))

    def action_open_place(self) -> None:
        """Open the article's address, or its file."""
        if article := self._chosen():
            self._open(article, saved=False)

    def action_open_file(self) -> None:
        """Open the article's file."""
        if article := self._chosen():
            self._open(article, saved=True)

    def copy(self, text: str) -> None:
        """Copy a text, harmless wherever it is pasted, through the terminal (OSC 52)."""
        harmless = clean_block(text.replace("\r\n", "\n"))
        self.app.copy_to_clipboard(harmless)
        self.tell(f"copied: {harmless}")

    def _chosen(self) -> Article | None:
        article = self.current_article()
        if article is None:
            self.tell("no article is chosen")
        return article

    def _open(self, article: Article, *, saved: bool) -> None:
        try:
            address = choose_opened(article, saved=saved)
            browser, takes_terminal = find_browser()
        except NewsgrepError as error:
            self.tell(error.message)
            return
        if takes_terminal:
            with self.app.suspend():
                browser.open(address)
        else:
            self.desk.ask("open", lambda _: iter_opening(address))
        self.tell(f"opened: {address}")

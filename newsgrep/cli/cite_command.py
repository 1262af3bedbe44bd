"""`newsgrep cite`: articles as citations, for a text or a bibliography."""

from __future__ import annotations

import click

from newsgrep.cli import streams
from newsgrep.cli.command import command
from newsgrep.cli.exit_codes import FAILED, FOUND, NOTHING_FOUND
from newsgrep.cli.offers import complete_article
from newsgrep.cli.options import Place, index_option

STYLES = ("text", "markdown", "bibtex", "ris", "csl-json")


@command("cite", short_help="Cite articles: as text, Markdown, BibTeX, RIS or CSL-JSON.")
@click.argument("article_ids", nargs=-1, metavar="NUMBER|ID|PATH...", shell_complete=complete_article)
@click.option("--style", type=click.Choice(STYLES), help="Default: text.")
@click.option("--json", "as_json", is_flag=True, help="The same as --style csl-json.")
@index_option
def cite_command(article_ids: tuple[str, ...], style: str | None, as_json: bool, index: Place) -> int:
    """Print the citations of articles, in the order in which they are named, each article once.

    Articles are named as `newsgrep show` takes them; - reads names from stdin, one a line. What an article does not
    say is left out: an undated one is "n.d.", and no day of access is made up. One that is not in the
    index is named on stderr, and the others are cited.

    Exit code: 0 cited, 1 nothing to cite, 2 an article was not found, or another error.

    \b
    Examples:
      newsgrep cite 1 3
      newsgrep cite 3f9a2c
      newsgrep cite 3f9a2c 71bb04 --style bibtex >> harbour.bib
      newsgrep search harbour --format '{id}' --limit 0 | newsgrep cite - --style ris > harbour.ris
    """
    if as_json and style not in (None, "csl-json"):
        raise click.UsageError(f"--json is --style csl-json: it does not go with --style {style}.")
    if not article_ids:
        raise click.UsageError("Nothing to cite. Name articles by id or path, or - to read them from stdin.")
    from newsgrep.cli.last_search import read_names
    from newsgrep.cli.named_articles import Finder, iter_names
    from newsgrep.opening import open_archive
    from newsgrep.search.citations import Style, iter_citations

    named = read_names(article_ids, index)
    with open_archive(named.index) as archive:
        found = Finder(archive)
        chosen = Style("csl-json" if as_json else style or "text")
        streams.write_data(iter_citations(found.iter(iter_names(named.names)), chosen))
    if found.missing:
        return FAILED
    return FOUND if found.ids else NOTHING_FOUND

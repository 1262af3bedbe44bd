"""The versions of an article, and articles that changed: for eyes, as JSON and as CSV; see docs/versions.md."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from newsgrep.article import format_published
from newsgrep.cli import streams
from newsgrep.cli.json_printer import mark_record
from newsgrep.cli.plain_printer import UNTITLED, mark_of, place_of
from newsgrep.cli.safe_text import clean_line
from newsgrep.cli.styles import NOTE, PLACE, QUIET, TITLE
from newsgrep.cli.table_printer import columns_of
from newsgrep.cli.word_diff_printer import Line, iter_paragraphs, mark_words
from newsgrep.cli.wording import count_of, date_of
from newsgrep.search.version_history import Kind

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator

    from newsgrep.article import Article
    from newsgrep.search.changed_articles import ChangedArticle, ChangedArticles
    from newsgrep.search.version_history import Change, Version, VersionHistory

HISTORY_COLUMNS = (
    "number",
    "captured",
    "published",
    "title",
    "words",
    "kind",
    "words_added",
    "words_removed",
    "headline_changed",
    "date_changed",
    "summary",
    "shown",
    "id",
    "url",
    "path",
    "record",
)
CHANGED_COLUMNS = (
    "id",
    "title",
    "published",
    "versions",
    "changes",
    "first_captured",
    "last_captured",
    "words_added",
    "words_removed",
    "headline_changed",
    "date_changed",
    "summary",
    "url",
    "path",
    "record",
)


def render_history(history: VersionHistory, color: str, *, diff: bool | None, full: bool) -> Iterator[str]:
    """Write each version, then what changed; without `diff` said either way, only of two versions."""
    yield from _render(_iter_history(history, list(_iter_diffs(history, diff, diff is None)), full=full), color)


def render_changed(changed: ChangedArticles, color: str) -> Iterator[str]:
    """Write a few lines for each article that changed."""
    yield from _render(_iter_changed(changed), color)


def render_count(article: Article, versions: int, color: str) -> Iterator[str]:
    """Write below an article how often it was saved."""
    yield from _render([[], [(f"saved {versions:,} times: newsgrep versions {article.id}", QUIET)]], color)


def render_history_json(history: VersionHistory, *, diff: bool | None) -> str:
    """Write versions and diffs as one document; every step's diff unless told otherwise."""
    from newsgrep.cli.json_printer import SCHEMA, render_document

    return render_document(
        {
            "schema": SCHEMA,
            "name": history.name,
            "url": history.url,
            "total": history.total,
            "versions": [_version(version) for version in history.versions],
            "diffs": [_diff(change) for change in _iter_diffs(history, diff is not False, False)],
            "notes": list(history.notes),
        }
    )


def render_changed_json(changed: ChangedArticles) -> str:
    """Write the articles that changed as one document."""
    from newsgrep.cli.json_printer import SCHEMA, render_document

    return render_document(
        {
            "schema": SCHEMA,
            "query": changed.query,
            "articles": [_changed(article) for article in changed.articles],
            "has_more": changed.has_more,
            "notes": list(changed.notes),
            "expansions": [dataclasses.asdict(expansion) for expansion in changed.expansions],
        }
    )


def iter_history_csv(history: VersionHistory) -> Iterator[str]:
    """Write a header and a row for each version."""
    columns = columns_of(HISTORY_COLUMNS, (version.article for version in history.versions))
    return _iter_csv(columns, map(_version, history.versions))


def iter_changed_csv(changed: ChangedArticles) -> Iterator[str]:
    """Write a header and a row for each article."""
    columns = columns_of(CHANGED_COLUMNS, (each.article for each in changed.articles))
    return _iter_csv(columns, map(_changed, changed.articles))


def _iter_csv(columns: tuple[str, ...], records: Iterable[dict[str, Any]]) -> Iterator[str]:
    from newsgrep.cli.table_printer import iter_csv_rows

    def cell(value: object) -> str:
        return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)

    rows = (record | (record["change"] or {}) for record in records)
    return iter_csv_rows(columns, ([cell(row.get(name)) for name in columns] for row in rows))


def _iter_diffs(history: VersionHistory, diff: bool | None, only_of_two: bool) -> Iterator[Change]:
    """What is shown of the changes."""
    if history.compared:
        yield history.compared
    elif diff or (only_of_two and history.total == 2):
        yield from (
            version.change
            for version in history.versions
            if version.change and version.change.kind is not Kind.UNCHANGED
        )


def _version(version: Version) -> dict[str, Any]:
    article = version.article
    return {
        "number": version.number,
        "captured": format_published(article.captured),
        "published": format_published(article.published),
        "title": article.title,
        "words": article.words,
        "shown": version.is_shown,
        "id": article.id,
        "url": article.url,
        "path": article.path,
        "record": article.record,
        "change": _change(version.change) if version.change else None,
        **mark_record(article),
    }


def _changed(changed: ChangedArticle) -> dict[str, Any]:
    article = changed.article
    return {
        "id": article.id,
        "title": article.title,
        "published": format_published(article.published),
        "url": article.url,
        "path": article.path,
        "record": article.record,
        "versions": changed.versions,
        "changes": changed.changes,
        "first_captured": format_published(changed.first_captured),
        "last_captured": format_published(changed.last_captured),
        "change": _change(changed.change),
        **mark_record(article),
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "kind": change.kind.value,
        "headline_changed": change.is_headline_changed,
        "date_changed": change.is_date_changed,
        "words_added": change.body.added,
        "words_removed": change.body.removed,
        "coarse": change.body.is_coarse,
        "numbers": [{"old": old, "new": new} for old, new in change.numbers],
        "notices": list(change.notices),
        "summary": change.message,
    }


def _diff(change: Change) -> dict[str, Any]:
    return {
        "from": change.old,
        "to": change.new,
        "change": _change(change),
        "title": [dataclasses.asdict(edit) for edit in change.headline],
        "body": [dataclasses.asdict(edit) for edit in change.body.edits],
    }


def _iter_history(history: VersionHistory, diffs: list[Change], *, full: bool) -> Iterator[Line]:
    if history.url:
        yield [(clean_line(history.url), PLACE)]
    if history.total == 1:
        yield [("one version: nothing to compare it with", QUIET)]
    else:
        newest = f", the newest {len(history.versions):,}" if len(history.versions) < history.total else ""
        yield [(f"{history.total:,} versions{newest}, oldest first", QUIET)]
    width = len(str(history.total))
    for version in history.versions:
        yield []
        yield from _iter_version(version, width)
    for change in diffs:
        yield []
        yield [(f"From {change.old} to {change.new}: ", TITLE), (clean_line(change.message), NOTE)]
        if change.is_headline_changed:
            yield []
            yield mark_words(change.headline)
        for line in iter_paragraphs(change.body.edits, full=full):
            yield []
            yield line
    if not diffs and any(version.change and version.change.kind is Kind.CHANGED for version in history.versions):
        yield []
        yield [("--diff shows the changes of each step, --from N --to M those between any two", QUIET)]


def _iter_version(version: Version, width: int) -> Iterator[Line]:
    article, indent = version.article, " " * (width + 2)
    saved = f"saved {_moment(article.captured)}" if article.captured else "no time of capture"
    facts = [saved, _published(article), count_of(article.words, "word"), *_marks(article)]
    yield [(f"{version.number:>{width}}  ", QUIET), (clean_line(article.title) or UNTITLED, TITLE)]
    yield [(indent + " · ".join(facts), QUIET)]
    yield [(indent, ""), (place_of(article), PLACE)]
    if version.change:
        style = QUIET if version.change.kind is Kind.UNCHANGED else NOTE
        yield [(indent, ""), (clean_line(version.change.message), style)]


def _iter_changed(changed: ChangedArticles) -> Iterator[Line]:
    for each in changed.articles:
        article = each.article
        facts = [
            count_of(each.versions, "version"),
            f"first saved {_moment(each.first_captured)}",
            f"last {_moment(each.last_captured)}",
            _published(article),
            *_marks(article),
        ]
        message = each.change.message
        if each.change.kind is Kind.UNCHANGED:
            message = f"changed {count_of(each.changes, 'time')}, and back to what it was"
        yield [(clean_line(article.title) or UNTITLED, TITLE)]
        yield [("  " + " · ".join(facts), QUIET)]
        yield [("  ", ""), (clean_line(message), NOTE)]
        yield [("  newsgrep versions ", QUIET), (article.id, PLACE)]
        yield []
    found = count_of(len(changed.articles), "changed article")
    yield [(f"the {found} saved last; --limit shows more" if changed.has_more else found, QUIET)]


def _moment(captured: dt.datetime | None) -> str:
    return f"{date_of(captured)} UTC" if captured else "at a time not known"


def _marks(article: Article) -> list[str]:
    return [clean_line(mark)] if (mark := mark_of(article)) else []


def _published(article: Article) -> str:
    return f"published {date_of(article.published)}" if article.published else "undated"


def _render(lines: Iterable[Line], color: str) -> Iterator[str]:
    """Lines as text: styled and wrapped to the width of a terminal, or plain."""
    if not streams.is_styled(color):
        for line in lines:
            yield "".join(text for text, _ in line) + "\n"
        return
    from rich.padding import Padding
    from rich.text import Text

    console = streams.open_console(color)
    for line in lines:
        # What may be copied, an address or a path, is not folded.
        is_whole = any(style == PLACE for _, style in line)
        text = Text.assemble(*line)
        indent = len(text.plain) - len(text.plain.lstrip(" "))
        with console.capture() as capture:
            if indent and not is_whole:
                console.print(Padding(text[indent:], (0, 0, 0, indent)))
            else:
                console.print(text, soft_wrap=is_whole)
        yield capture.get()

"""Results, articles and facts as JSON; every key is described in docs/json.md.

A change of meaning of any key, or the loss of one, is a new `SCHEMA`.
"""

from __future__ import annotations

import dataclasses
import json
import re
from typing import TYPE_CHECKING, Any

from newsgrep.article import format_published

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from newsgrep.archive.extraction import Extracted
    from newsgrep.archive.readable_formats import ReadableFormat
    from newsgrep.archive.report import UpdateSummary
    from newsgrep.article import Article
    from newsgrep.search.overview import IndexInfo, SectionCount
    from newsgrep.search.results import Copies, Hit, Results

SCHEMA = 1

_Record = dict[str, Any]

# JSON may hold all of these as they are, but not every reader of it does well with them: half of a surrogate pair
# is no UTF-8 (it stands for a byte of a file name), and controls would act on a terminal that shows the output.
_ESCAPED = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def render_results(results: Results) -> str:
    """Write one page of results as one document."""
    return render_document(
        {
            "schema": SCHEMA,
            "query": results.query,
            "total": results.total,
            "stories": results.stories,
            "took_ms": round(results.took_ms, 3),
            "hits": [_hit(hit) for hit in results.hits],
            **reading_record(results),
            "closest": [_hit(hit) for hit in results.closest],
        }
    )


def reading_record(results: Results) -> _Record:
    """How a question was read, by key: the same in every document that answers one."""
    return {
        "notes": list(results.notes),
        "expansions": [dataclasses.asdict(expansion) for expansion in results.expansions],
        "hints": [dataclasses.asdict(hint) for hint in results.hints],
        "corrections": [dataclasses.asdict(correction) for correction in results.corrections],
    }


def iter_hit_lines(results: Results) -> Iterator[str]:
    """Write one hit a line (JSON Lines)."""
    for hit in results.hits:
        yield render_document(_hit(hit))


def render_article(article: Article, *, versions: int = 1) -> str:
    """Write a whole article as one document; `versions` is how many were saved from its address."""
    facts = article_record(article) | {"body": article.body}
    return render_document({"schema": SCHEMA, "article": facts, "versions": versions})


def render_sections(sections: Sequence[SectionCount]) -> str:
    """Write section labels and counts as one document."""
    counts = [{"label": section.label, "articles": section.articles} for section in sections]
    return render_document({"schema": SCHEMA, "sections": counts})


def render_info(info: IndexInfo) -> str:
    """Write the facts about an index as one document."""
    return render_document({"schema": SCHEMA, **dataclasses.asdict(info)})


def render_formats(formats: Sequence[ReadableFormat], compressions: Sequence[ReadableFormat]) -> str:
    """What can be read as one document."""
    return render_document(
        {
            "schema": SCHEMA,
            "formats": [dataclasses.asdict(one) for one in formats],
            "compressions": [dataclasses.asdict(one) for one in compressions],
        }
    )


def render_summary(summary: UpdateSummary) -> str:
    """Write the outcome of an update as one document."""
    return render_document(
        {
            "schema": SCHEMA,
            "index": summary.index,
            "articles": summary.articles,
            "added": summary.added,
            "removed": summary.removed,
            "files": summary.files,
            "files_read": summary.files_read,
            "files_unchanged": summary.files_unchanged,
            "files_gone": summary.files_gone,
            "failed": summary.failed,
            "problems": [
                {
                    "path": problem.path,
                    "position": problem.position,
                    "reason": problem.reason,
                    "failed": problem.failed,
                    "count": problem.count,
                }
                for problem in summary.problems
            ],
            "bytes_read": summary.bytes_read,
            "index_bytes": summary.index_bytes,
            "seconds": round(summary.seconds, 3),
            "dry_run": summary.dry_run,
        }
    )


def render_extracted(extracted: Extracted, *, explain: bool = False) -> str:
    """Write an article as understood, or why there is none, as one line (JSON Lines)."""
    from newsgrep.archive.extraction import NoArticle

    if isinstance(extracted, NoArticle):
        return render_document(
            {
                "path": extracted.path,
                "position": extracted.position,
                "error": extracted.error,
                "count": extracted.count,
            }
        )
    record = article_record(extracted.article) | {
        "published_confidence": extracted.published_confidence,
        "body": extracted.article.body,
        "warnings": list(extracted.warnings),
    }
    if explain:
        record["origins"] = {one.field: one.origin for one in extracted.origins}
        record["left_out"] = [
            {"place": one.place, "reason": one.reason.value, "text": one.text} for one in extracted.left_out
        ]
    return render_document(record)


def _hit(hit: Hit) -> _Record:
    article = hit.article
    return {
        "rank": hit.rank,
        "score": round(hit.score, 6),
        "id": article.id,
        "title": article.title,
        "published": format_published(article.published),
        "section": list(article.section),
        "authors": list(article.authors),
        "source": article.source,
        "url": article.url,
        "lang": article.lang,
        "path": article.path,
        "record": article.record,
        "words": article.words,
        "captured": format_published(article.captured),
        "snippets": [
            {"field": snippet.field, "text": snippet.text, "highlights": [list(span) for span in snippet.highlights]}
            for snippet in hit.snippets
        ],
        "explanation": [
            dataclasses.asdict(part) | {"score": round(part.score, 6), "weight": round(part.weight, 6)}
            for part in hit.explanation
        ],
        "missing": list(hit.missing),
        "copies": copies_record(hit.copies) if hit.copies else None,
        **mark_record(article),
    }


def copies_record(copies: Copies) -> _Record:
    """A story as JSON has it: what else there is of it, and who had it first."""
    return {
        "number": len(copies.ids),
        "ids": list(copies.ids),
        "sources": list(copies.sources),
        "first": {
            "id": copies.first.id,
            "source": copies.first.source,
            "published": format_published(copies.first.published),
            **mark_record(copies.first),
        },
        "last": format_published(copies.last),
    }


def article_record(article: Article) -> _Record:
    """What is known of an article, by key; all but its text."""
    return {
        "id": article.id,
        "title": article.title,
        "published": format_published(article.published),
        "published_from": article.published_from.value if article.published_from else None,
        "section": list(article.section),
        "authors": list(article.authors),
        "source": article.source,
        "url": article.url,
        "lang": article.lang,
        "path": article.path,
        "record": article.record,
        "words": article.words,
        "captured": format_published(article.captured),
        **mark_record(article),
    }


def mark_record(article: Article) -> _Record:
    """Which of several indexes an article is in; nothing where one was asked."""
    return {} if article.index is None else {"index": article.index}


def render_document(record: Mapping[str, Any]) -> str:
    """Write any record as one line of JSON that every reader and every terminal takes."""
    text = json.dumps(record, ensure_ascii=False, allow_nan=False)
    return _ESCAPED.sub(lambda match: f"\\u{ord(match[0]):04x}", text) + "\n"

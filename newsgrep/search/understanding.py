"""What of a request is searched: its query as read, without phrases that only ask, its misspelt words corrected."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from newsgrep.codec.plain_query import Every
from newsgrep.codec.words import iter_words
from newsgrep.search.query_text import parse_query
from newsgrep.search.request import Match
from newsgrep.search.request_phrases import find_request_phrase
from newsgrep.search.terms import TEXT_FIELDS

if TYPE_CHECKING:
    import datetime as dt

    from newsgrep.archive.engine import Engine
    from newsgrep.codec.plain_query import PlainQuery
    from newsgrep.search.parsed_query import Parsed
    from newsgrep.search.request import Request
    from newsgrep.search.results import Correction, Expansion, Span
    from newsgrep.search.widening import Widener


class Understood(NamedTuple):
    """A request's query, as it is searched."""

    parsed: Parsed | None
    """None where every article is asked for."""
    text: str
    """What was typed, with what was left out and corrected."""
    notes: tuple[str, ...] = ()
    corrections: tuple[Correction, ...] = ()
    expansions: tuple[Expansion, ...] = ()
    """What words also find."""

    @property
    def query(self) -> PlainQuery:
        """What is asked of the engine."""
        return self.parsed.asked if self.parsed else Every()


def understand(engine: Engine, request: Request, *, today: dt.date) -> Understood:
    """Read a request's query. Raises QueryError or FilterError."""
    any_word = request.match is Match.ANY
    text = request.text
    widener = _make_widener(engine, request)
    parsed = parse_query(text, today=today, any_word=any_word, widener=widener)
    notes: list[str] = []
    if parsed is None:
        return Understood(None, text)
    if any_word and (begin := find_request_phrase(text)):
        notes.append(f'not searched for, since it only asks: "{text[:begin].strip()}" (--all searches for it too)')
        text = text[begin:]
        widener = _make_widener(engine, request)
        parsed = parse_query(text, today=today, any_word=True, widener=widener) or parsed
    corrections: tuple[Correction, ...] = ()
    # A word that its variants stand for is no typing error.
    widened = {each.word for each in widener.expansions if each.found} if widener else set()
    spans = tuple((start, end) for start, end in parsed.spans if text[start:end] not in widened)
    if request.correct and request.match is not Match.ALL and _has_unknown(engine, text, spans):
        from newsgrep.search.corrections import apply_corrections, describe_corrections, find_corrections

        if found := find_corrections(engine, text, spans):
            corrections = describe_corrections(text, found)
            text = apply_corrections(text, found)
            widener = _make_widener(engine, request)
            parsed = parse_query(text, today=today, any_word=any_word, widener=widener) or parsed
            notes.append(_say_corrected(corrections))
    notes += parsed.notes
    if widener is None:
        return Understood(parsed, text, tuple(notes), corrections)
    notes += widener.notes
    expansions = tuple(widener.expansions)
    if request.variants and not any(expansion.kind == "variant" for expansion in expansions):
        notes.append("no word of the query is a name with other spellings in the archive")
    return Understood(parsed, text, tuple(notes), corrections, expansions)


def _make_widener(engine: Engine, request: Request) -> Widener | None:
    """What knows the variants and synonyms that a request asks for; None where it asks for none."""
    if not request.is_widened:
        return None
    from newsgrep.search.widening import Widener

    return Widener(engine, variants=request.variants, synonyms=request.synonyms)


def _has_unknown(engine: Engine, text: str, spans: tuple[Span, ...]) -> bool:
    """Whether any plain word of a query may be misspelt: most queries have none, and need not know more."""
    terms = {word.term for start, end in spans for word in iter_words(text[start:end])}
    return bool(terms) and len(engine.known([name for name, _ in TEXT_FIELDS], list(terms))) < len(terms)


def _say_corrected(corrections: tuple[Correction, ...]) -> str:
    said = ", ".join(f'"{each.searched}" instead of "{each.typed}"' for each in corrections)
    return f"searched for {said} (--no-correct searches as typed)"

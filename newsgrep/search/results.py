"""What a search answers: results, hits, snippets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt

    from newsgrep.article import Article

Span = tuple[int, int]
"""Where something stands in a text: first character, one past the last."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """A passage of one field, and where the query's words stand in it."""

    field: str
    """`title` or `body`."""
    text: str
    highlights: tuple[Span, ...]
    """In order, not overlapping, offsets into `text`."""


@dataclass(frozen=True, slots=True)
class ScorePart:
    """What one word of the query adds to a hit's score."""

    field: str
    """Where the word stands; empty for what is of no one field."""
    word: str
    """The word as the index has it: its stem, or the pattern; or what else counts."""
    score: float
    frequency: int | None = None
    """How often the word stands in the field."""
    idf: float | None = None
    """How rare it is in the archive."""
    length: int | None = None
    """Words of the field, as precise as the index keeps it."""
    weight: float = 1.0
    """What the field and the query weigh it with."""


@dataclass(frozen=True, slots=True)
class Hint:
    """Why nothing was found, and what may help."""

    message: str
    word: str | None = None
    """A word that no article has."""
    proposals: tuple[str, ...] = ()
    """Words of the archive that are spelt nearly like it, the likeliest first."""
    filter: str | None = None
    """The option that leaves nothing over."""
    articles: int | None = None
    """How many there are without it."""


@dataclass(frozen=True, slots=True)
class Correction:
    """A misspelt word, and what was searched in its place."""

    typed: str
    searched: str


@dataclass(frozen=True, slots=True)
class Way:
    """Another way to say a word of the query."""

    text: str
    articles: int
    """How many have it, whatever else is asked."""


@dataclass(frozen=True, slots=True)
class Expansion:
    """What a word or phrase of the query also finds."""

    word: str
    """As typed."""
    kind: str
    """`variant` for spellings of a name that are in the archive, `synonym` for the user's own list."""
    found: tuple[Way, ...]

    @property
    def message(self) -> str:
        """What is added, to be read."""
        if not self.found:
            return f"{self.word} has no variants in the archive"
        return f"{self.kind}s of {self.word}: {', '.join(f'{way.text} ({way.articles:,})' for way in self.found)}"


@dataclass(frozen=True, slots=True)
class Copies:
    """The story of a hit: the articles found that are copies of one text, edited or cut."""

    ids: tuple[str, ...]
    """The other articles: the earliest first, undated ones last."""
    sources: tuple[str, ...]
    """Publications of all articles, each once, in the order in which they had it; of many articles the first."""
    first: Article
    """The earliest article, perhaps the hit itself, without its body."""
    last: dt.date | None
    """When the latest was published."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One article found. `article.body` is empty: a hit shows snippets, `get` gives the whole article."""

    rank: int
    """1-based, over all pages of results."""
    score: float
    article: Article
    title_highlights: tuple[Span, ...]
    """Where the query's words stand in the title."""
    snippets: tuple[Snippet, ...]
    explanation: tuple[ScorePart, ...] = ()
    """What its score is made of, where that was asked for."""
    missing: tuple[str, ...] = ()
    """Words of the query that the article lacks, where it need not have all."""
    copies: Copies | None = None
    """The story that it stands for, where that was asked for."""


@dataclass(frozen=True, slots=True)
class Results:
    """One page of an answer, with the exact total."""

    query: str
    """The query as understood."""
    total: int
    took_ms: float
    hits: tuple[Hit, ...]
    notes: tuple[str, ...] = ()
    """What of the query may not have been meant as it was read."""
    hints: tuple[Hint, ...] = ()
    """Why nothing was found, if nothing was."""
    corrections: tuple[Correction, ...] = ()
    """What was searched in place of words that no article has."""
    closest: tuple[Hit, ...] = ()
    """Where no article has all words: the best of those that have some."""
    words: int = 0
    """How many words those were."""
    expansions: tuple[Expansion, ...] = ()
    """What words of the query also find: variants and synonyms."""
    stories: int | None = None
    """How many stories the articles are, where that was asked for; pages are pages of stories then."""

"""Words as people spell them: for a stem or a pair of stems, the commonest form in some articles."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from newsgrep.archive.engine import Order
from newsgrep.codec import plain_query as plain
from newsgrep.codec.words import iter_words
from newsgrep.search.terms import TEXT_FIELDS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from newsgrep.archive.engine import Engine
    from newsgrep.article import Article

Stems = tuple[str, ...]
"""One stem, or the two of a pair."""

_SAMPLE = 120
"""Articles that are looked through for all stems."""
_ENOUGH = 3
"""Forms of a stem after which it is not looked for on its own."""
_LOOKED_AT = 50
_READ = 5
"""Articles with a stem that are looked at, and of those in the set, how many are read."""


def find_spellings(engine: Engine, wanted: Collection[Stems], references: Sequence[int]) -> dict[Stems, str]:
    """The commonest form of each stem in a sample of some articles; the stem itself where no text says it.

    `references` rise. A stem that the sample hardly has is looked for where the index says that it stands.
    """
    step = max(1, len(references) // _SAMPLE)
    forms = count_forms(engine.fetch(references[::step][:_SAMPLE]), wanted)
    for stems in wanted:
        if forms[stems].total() < _ENOUGH:
            forms[stems] += count_forms(_find_articles(engine, stems, references), [stems])[stems]
    return {stems: choose_form(forms[stems]) or " ".join(stems) for stems in wanted}


def _find_articles(engine: Engine, stems: Stems, references: Sequence[int]) -> list[Article]:
    if len(stems) == 1:
        query = plain.Or([plain.Term(name, stems[0]) for name, _ in TEXT_FIELDS])
    else:
        query = plain.Or([plain.Phrase(name, stems) for name, _ in TEXT_FIELDS])
    found = engine.run(query, None, order=Order(newest_first=True), offset=0, limit=_LOOKED_AT)
    inside = [reference for reference, _ in found.documents if _holds(references, reference)]
    return engine.fetch(inside[:_READ] or [reference for reference, _ in found.documents[:_READ]])


def _holds(references: Sequence[int], reference: int) -> bool:
    from bisect import bisect_left

    at = bisect_left(references, reference)
    return at < len(references) and references[at] == reference


def count_forms(articles: Iterable[Article], wanted: Collection[Stems]) -> defaultdict[Stems, Counter[str]]:
    """The forms in which stems, and pairs of them, stand in articles."""
    asked = set(wanted)
    forms: defaultdict[Stems, Counter[str]] = defaultdict(Counter)
    has_pairs = any(len(stems) == 2 for stems in asked)
    for article in articles:
        for text in (article.title, article.body):
            before = None
            for word in iter_words(text):
                if (word.term,) in asked:
                    forms[(word.term,)][text[word.start : word.end]] += 1
                if not has_pairs or word.whole:
                    continue
                if before and (pair := (before.term, word.term)) in asked:
                    form = f"{text[before.start : before.end]} {text[word.start : word.end]}"
                    forms[pair][form] += 1
                before = word
    return forms


def choose_form(forms: Counter[str]) -> str:
    """The commonest form, in whatever capitals; of those, the commonest again. Empty where there is none.

    >>> choose_form(Counter({"attack": 2, "Attack": 2, "attacks": 3}))
    'attack'
    """
    folded: Counter[str] = Counter()
    for form, count in forms.items():
        folded[form.casefold()] += count
    best = min(folded, key=lambda form: (-folded[form], form), default="")
    # Of equally common ones the one without capitals, which no sentence began with.
    ways = [form for form in forms if form.casefold() == best]
    return min(ways, key=lambda form: (-forms[form], form.swapcase()), default="")

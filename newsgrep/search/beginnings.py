"""What may be meant by the beginning of a label or of an id: what a shell offers when Tab is pressed.

Answered from the dictionaries of the index alone, without NumPy, since a shell waits for it. Where there is too much to
choose from nothing is offered rather than a part of it: a shell types on what all that is offered has in common.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from newsgrep.codec.labels import fold_label
from newsgrep.search.label_spellings import labels_of

if TYPE_CHECKING:
    from newsgrep.archive.engine import Engine

MOST_OFFERED = 1000
"""Labels that a list for eyes may have."""
_MOST_READ = 100
"""Articles that are read for how they spell their labels, or for their titles; more would be waited for."""

FIELDS = {"section": "section", "source": "source", "author": "byline", "lang": "lang"}
"""What a label may be of, and its field in the index."""


class Offer(NamedTuple):
    """One way to go on."""

    value: str
    articles: int
    """How many have it, about: older versions and articles that are gone may be counted too."""
    note: str
    """What helps to choose: the title of an article; empty for a label."""


def offer_labels(engine: Engine, what: str, typed: str) -> list[Offer]:
    """The labels that begin as typed, in any case, most articles first; `what` is one of FIELDS.

    Spelt as an article that carries each spells it; where there are many, folded as the index has them.
    """
    field = FIELDS[what]
    found = engine.terms_from(field, fold_label(typed), MOST_OFFERED)
    spelt = {term.text: term.text for term in found}
    if len(found) <= _MOST_READ:
        for term, article in zip(found, engine.fetch([term.reference for term in found]), strict=True):
            matching = [label for label in labels_of(article, field) if fold_label(label) == term.text]
            spelt[term.text] = matching[0] if matching else term.text
    offers = [Offer(spelt[term.text], term.documents, "") for term in found]
    return sorted(offers, key=lambda offer: (-offer.articles, offer.value))


def offer_ids(engine: Engine, typed: str) -> list[Offer]:
    """The ids that begin as typed, with the titles of their articles."""
    found = engine.terms_from("id", typed, _MOST_READ)
    articles = engine.fetch([term.reference for term in found])
    return [Offer(article.id, 1, article.title) for article in articles]

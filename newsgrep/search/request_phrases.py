"""Phrases that ask instead of saying what is asked about: `find articles that discuss`, `what is known about`.

Where a question is typed as it would be put to a librarian, its first words are in no article, or in all of them. They
are left out only where any word of a query will do, and it is said.
"""

from __future__ import annotations

import functools
import re

LEAST_ASKING = 3
"""Words of a phrase that begins with a verb: `search for` may be what an article is about."""

_THINGS = (
    "(?:documents?|articles?|stories|reports?|texts?|items?|news|information|coverage|discussions?|anything|everything)"
)
_SAYING = (
    "(?:discuss(?:es|ing)?|describ(?:es?|ing)|mention(?:s|ing)?|report(?:s|ing)?|contain(?:s|ing)?|concern(?:s|ing)?"
    "|deal(?:s|ing)?|cover(?:s|ing)?|identify(?:ing)?|provid(?:es?|ing)|giv(?:es?|ing)|regarding|relat(?:es?|ed|ing))"
)
_ABOUT = "(?:about|on|of|for|with|to)"
_ASKING = (
    # find (me all) documents (that discuss)
    "(?:please )?(?:(?:can|could) you |i (?:want|need|would like) to )?"
    "(?:find|show|give|get|list|search|look|tell|identify|retrieve)(?: (?:for|me|us|up|out))*"
    rf"(?: (?:all|any|some|more|the|recent|relevant))*(?: {_THINGS})?"
    rf"(?: (?:(?:that|which) )?(?:(?:will|must|may|should) )?{_SAYING})?"
    rf"(?: {_ABOUT})?(?: (?:any |the )?(?:information|details|news) {_ABOUT})?",
    # what has been published about
    "what (?:has|have|had|was|were|is|are) (?:been |being )?"
    "(?:published|written|reported|said|known|printed|the news|the latest)"
    "(?: (?:about|on|of|regarding|concerning))?",
    "what (?:do|did|does) (?:we|you|they|the papers|newspapers) (?:know|write|say|report) (?:about|on|of)",
    # Deutsch
    "(?:bitte )?(?:finde|zeige?|suche|nenne)(?: (?:mir|uns|alle|artikel|berichte|meldungen|texte|nach|über|zu|zum))+",
    "was (?:wurde|ist) (?:über|zu|zum|zur)",
    # français
    "(?:cherche[rz]?|trouve[rz]?|montre[rz]?)(?:[ -](?:moi|nous|tous|les|des|articles?|textes?|sur|de))+",
    # español
    "(?:buscar?|encuentra|encontrar|muestra|mostrar)(?:me)?(?: (?:todos|los|las|artículos|noticias|textos|sobre|de))+",
    # русский
    "(?:найди|найти|покажи|показать)(?: (?:мне|все|статьи|новости|материалы|публикации|о|об|про))+",
    "что (?:писали|известно|сообщали) (?:о|об|про)",
)
_NAMING = (
    # (any) reports on, articles that discuss
    rf"(?:(?:the|any|all|recent|relevant) )*{_THINGS} "
    rf"(?:(?:(?:that|which) )?(?:(?:will|must|should) )?{_SAYING}(?: {_ABOUT})?|about)",
    "(?:(?:the|any|all|recent|relevant) )*(?:documents?|articles?|stories|reports?|information|coverage) on",
    "(?:artikel|berichte|meldungen) (?:über|zu|zum|zur)",
    "(?:articles?|textes?) (?:sur|concernant|à propos de)",
    "(?:artículos|noticias|textos) (?:sobre|acerca de)",
    "(?:статьи|новости|материалы|публикации) (?:о|об|про)",
)


@functools.cache
def _phrase() -> re.Pattern[str]:
    """The expression for all of them, compiled when first wanted."""
    return re.compile(rf"\s*(?:{'|'.join(_ASKING)}|(?P<naming>{'|'.join(_NAMING)}))(?=\s+\w)", re.IGNORECASE)


def find_request_phrase(text: str) -> int:
    """Where a query's text goes on behind a phrase that only asks; 0 where there is none to leave out.

    A text in capitals may be a headline.
    """
    match = _phrase().match(text)
    if match is None or match[0].isupper():
        return 0
    return match.end() + 1 if match["naming"] or len(match[0].split()) >= LEAST_ASKING else 0

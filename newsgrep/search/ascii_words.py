"""A text as words of ASCII letters and digits, for names that every system takes: of files, of keys."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile("[a-z0-9]+")
_APOSTROPHES = re.compile("['’]")
_WHOLE = str.maketrans({"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
"""Letters that are no letter with a mark."""


def ascii_words(text: str) -> list[str]:
    """The words of a text in small letters, without accents; of other scripts nothing is left.

    >>> ascii_words("Crème brûlée: l’œuvre de 2018")
    ['creme', 'brulee', 'loeuvre', 'de', '2018']
    """
    folded = _APOSTROPHES.sub("", text.casefold().translate(_WHOLE))
    if not folded.isascii():
        folded = "".join(one for one in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(one))
    return _WORD.findall(folded.casefold())

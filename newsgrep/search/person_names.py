"""Names of authors taken apart: which word of a byline is the family name, where that can be told?

What cannot be told is left whole: agencies and desks, single words, names of languages in which the family name comes
first or is of two words. A bibliography that has the whole name is right; one with the wrong half of it is not.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_PARTICLE_WORDS = """
    af al auf av aus ben bin da dal de del della der des di do dos du el ibn la las le lo los op 't ten ter tot un van
    vom von y zu zum zur d' dell' 'n
"""
_PARTICLES = frozenset(_PARTICLE_WORDS.split())
"""What opens a family name in small letters: van Dam, de la Cruz, al Masri."""
_SUFFIX = re.compile(r"(?:jr|sr|ii|iii|iv)\.?$", re.IGNORECASE)
_ROMAN = re.compile(r"(?:II|III|IV)$")
_OTHER_ORDER = frozenset({"hu", "is", "ja", "ko", "vi", "zh"})
"""Languages whose names open with the family name, or have none."""
_TWO_FAMILY_NAMES = frozenset({"ca", "es", "eu", "gl", "pt"})
"""Languages in which the last two words may be the family name."""
_COLLECTIVE_WORDS = """
    abc administration administrator admin afp agence agencia agencies agency agentur agenzia ap apa associated
    association authors bbc blog board bot bureau cbs centre center channel club cnn collective college columnist
    committee company contributor contributors correspondent correspondents council courier daily department desk
    digital dispatch dpa echo editor editorial editors efe express external foundation france-presse gazette group guest
    herald institute international interfax journal journalist journalists magazine mail media ministry monitor nbc
    network news newspaper newsroom npr observer office online organisation organization pa partner photo podcast post
    presse press producer pti publishing radio redaccion redacción redactie redaction redaktion redazione redação
    report reporter reporters review reuters ria rfi rédaction science service services show special sport sports staff
    standard star studio sun team tass telegraph television times tribune tv union university upi video weather web
    weekly wire wires workshop world writer writers xinhua zeitung редакция тасс риа
"""
_COLLECTIVE = frozenset(_COLLECTIVE_WORDS.split())
"""Words of which one is enough to tell that a name is that of an agency, a desk or a paper."""
_INITIALS = re.compile(r"(?:[^\W\d_]\.)+-?(?:[^\W\d_]\.)*$|[A-Z]$")
_NAME_WORD = re.compile(r"[^\W\d_][^\W\d_.'’\-]*(?:['’\-.][^\W\d_]*)*\.?$")
_NO_SPACES = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")
"""Scripts that write names without blanks, or with the family name first."""
_MOST_WORDS = 5


class PersonName(NamedTuple):
    """The name of a person in its parts."""

    family: str
    """With its particles: "van Dam"."""
    given: str
    suffix: str = ""
    """"Jr." and the like."""


def split_name(name: str, lang: str | None = None) -> PersonName | None:
    """The parts of a person's name as a byline has it, given name first; None where they cannot be told.

    `lang` is the language of the article (BCP 47), which says how its names are built.

    >>> split_name("Ada van Dam")
    PersonName(family='van Dam', given='Ada', suffix='')
    >>> split_name("Associated Press") is None
    True
    """
    words = name.split()
    language = (lang or "").split("-")[0]
    suffix = ""
    if len(words) > 2 and (_ROMAN.match(words[-1]) or _SUFFIX.match(words[-1])):
        suffix = words.pop()
    if not 2 <= len(words) <= _MOST_WORDS or language in _OTHER_ORDER or _NO_SPACES.search(name):
        return None
    if words[0].casefold() in {"the", "by"} or not all(map(_NAME_WORD.match, words)):
        return None
    if any(word.casefold().strip(".") in _COLLECTIVE for word in words):
        return None
    first = len(words) - 1
    while first > 1 and words[first - 1] in _PARTICLES:
        first -= 1
    given, family = words[:first], words[first:]
    if _INITIALS.match(family[-1]) or given[0] in _PARTICLES or not family[-1][:1].isalpha():
        return None
    if any(word[0].islower() and word not in _PARTICLES for word in given):
        return None
    # One word before it and one that is no initial between: the middle name may be the first family name.
    whole = [word for word in given if not _INITIALS.match(word)]
    if language in _TWO_FAMILY_NAMES and len(whole) > 1:
        return None
    return PersonName(" ".join(family), " ".join(given), suffix)

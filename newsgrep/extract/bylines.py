"""Bylines: tells a line that names authors, and takes the names out of it."""

from __future__ import annotations

import re
from functools import lru_cache

from newsgrep.extract import cue_words
from newsgrep.extract.clean_text import CJK
from newsgrep.extract.cues import fold

_SPLIT = re.compile(
    r"\s*(?:[,;|/•·&、，]|\s[-–—]\s|\b(?:and|und|et|y|e|en|och|og|ja|oraz|și|és|ve|и|та|і|και|with|mit|avec|con|"
    r"com|met)\b(?=\s))\s*",
    re.IGNORECASE,
)
_PARENS = re.compile(r"\s*[(（\[][^)）\]]*[)）\]]?")
_ADDRESS = re.compile(r"\S+@\S+|https?://\S+|www\.\S+|(?<!\w)@\w+")
_PARTICLE_WORDS = """
    de da del della di do dos das van von den der zu zur vom ter te la le el al bin ibn ben of the und y e af av
    d' du des dan op 't
"""
_PARTICLE = frozenset(_PARTICLE_WORDS.split())
_ROLE = re.compile(
    r"\b(?:editor|reporter|correspondent|writer|staff|journalist|columnist|contributor|producer|chief|head of|"
    r"director|professor|"
    r"redakteur\w*|redaktion\w*|korrespondent\w*|reporter\w*|autor\w*|volontär\w*|leiter\w*|chef\w*|"
    r"journaliste?|rédact\w*|envoyé\w*|"
    r"redactor\w*|corresponsal|periodista|giornalista|inviat[oa]|redattor\w*|correspondente|repórter|jornalista|"
    r"redacteur|verslaggever|"
    r"journalist|redaktør|reporter|redaktör|toimittaja|dziennikarz|redaktor\w*|корреспондент|редактор|журналист|"
    r"muhabir\w*|editör\w*|"
    r"profile|author|authors|more|view|see|follow|updated|published|min|uhr|news desk|view all)\b",
    re.IGNORECASE,
)
_CJK_NAME = re.compile(rf"[{CJK}]{{2,4}}(?:[\s　・][{CJK}]{{1,4}})?$")
_TRAILING = re.compile(
    r"\s+(?:in|aus|from|at|for|para|für|pour|reports|berichtet|à|published|updated|veröffentlicht|publié)\b.*$|\s+\d.*$|"
    r"[\s,.:;|•·\-–—/]+$",
    re.IGNORECASE,
)
_NO_NAME = re.compile(r"[?!:;\"“”„«»|/#>…]")
_LETTER = re.compile(r"[^\W\d_]")
_AGO = re.compile(r"\s+(?:\d+|an?|vor|il y a|hace|há|for)\s+\S.*$|\s*\d.*$", re.IGNORECASE)
_PARTS = re.compile(r"\s*[|•·/]\s*|\s[-–—]\s|\s*,\s+")
_MOST = 8
_LONGEST_NAME = 60


def split_authors(text: str, *, roles: bool = False) -> tuple[str, ...]:
    """The names in a byline or an author field ("By Ann Lee and J. Roe, Moscow correspondent"), without what is none.

    With `roles`, what sounds like a post ("News desk") is kept as a name: a field says that it is one.
    """
    text = _PARENS.sub("", _ADDRESS.sub(" ", text)).strip()
    folded = fold(text)
    opened = cue_words.BYLINE.match(folded)
    if opened and len(folded) == len(text):
        text = text[opened.end() :]
    names: list[str] = []
    for part in _SPLIT.split(text):
        name = clean_name(part)
        if not name or name in names or not _LETTER.search(name):
            continue
        if roles or not _ROLE.search(name):
            names.append(name)
    return tuple(names[:_MOST])


def clean_name(text: str) -> str:
    """A name without what pages print around it."""
    return re.sub(r"\s+", " ", _ADDRESS.sub(" ", text)).strip(" \t,.:;|•·-–—/*\u00a0")


def read_byline(line: str) -> tuple[str, ...]:
    """The names of a line that opens as a byline ("By ...", "Von ...", "記者 ..."); empty if it is none."""
    folded = fold(line)
    opened = cue_words.BYLINE.match(folded) if len(line) <= 200 else None
    if not opened or len(folded) != len(line):
        return ()
    rest = _TRAILING.sub("", line[opened.end() :])
    names = split_authors(rest)
    return tuple(name for name in names if is_name(name))


def is_name(text: str) -> bool:
    """Whether a text looks like a person's or an agency's name: capitalised words, no sentence."""
    if not text or len(text) > _LONGEST_NAME or any(map(str.isdigit, text)):
        return False
    if not text.isascii() and _CJK_NAME.match(text):
        return True
    words = text.split()
    if not 1 <= len(words) <= 6 or text[-1] == ".":
        return False
    small = [word for word in words if not word[0].isupper()]
    if len(small) == len(words) or not all(word.casefold() in _PARTICLE for word in small):
        return False
    return not _NO_NAME.search(text)


def names_beside(text: str, common: frozenset[str]) -> tuple[str, ...]:
    """The names in a line that has them beside a date, a post or a length ("Ann Lee | 5 hours ago").

    `common` are the words that the page writes small somewhere: no name has one of them.
    """
    names = []
    for part in _PARTS.split(_PARENS.sub("", text)):
        for one in _SPLIT.split(part):
            clean = _AGO.sub("", one).strip(" ,.:;*")
            if role := _ROLE.search(clean):
                # "Ann Lee Political Correspondent": the post may be of two words, the name is of two or three.
                clean = " ".join([word for word in clean[: role.start()].split() if word.casefold() not in common][:3])
            if is_person_line(clean) and not any(word.casefold() in common for word in clean.split()):
                names.append(clean)
    return tuple(dict.fromkeys(names))[:_MOST]


@lru_cache(maxsize=8192)
def is_person_line(text: str) -> bool:
    """Whether a whole line is, by its form alone, the name of a person: two to four capitalised words.

    Remembered, since labels of two words stand on every page.
    """
    words = text.split()
    return (
        2 <= len(words) <= 4 and len(words[-1]) > 1 and not text.isupper() and is_name(text) and not _ROLE.search(text)
    )

"""How near two spellings of a name sound: Arabic, Cyrillic and Latin ones, each as a list of sounds.

Names of other scripts reach a newspaper by many roads: Gaddafi, Qaddafi, Kadhafi and Khadafy are one name, as are
Zelensky, Zelenskyy and Зеленський. A word is written in Latin letters, cut into sounds, and two words are compared
sound by sound: what transliterations exchange (q for g, dh for d, ou for u) costs little, other differences much.

Sources of the tables: ISO 9 and the BGN/PCGN romanisations of Russian and Ukrainian for Cyrillic, BGN/PCGN and ALA-LC
for Arabic, and for what stands beside each other in newspapers the French (ou, dj, tch), German (sch, tsch, j, w) and
English customs. The costs are our own, set on groups of names and held against others, as
`tests/search/test_name_groups.py` shows.
"""

from __future__ import annotations

import functools
import itertools
import math
import re
from typing import TYPE_CHECKING

from newsgrep.codec.skeletons import skeleton_of
from newsgrep.codec.words import stem

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_SKELETONS = 24
"""Skeletons that one word is looked for with."""


def _read_pairs(table: str) -> dict[str, str]:
    return dict(pair.split("=") for pair in table.split())


_CYRILLIC = dict(
    zip("абвгґдежзийклмнопрстуфъыьэіўјљњ", [*"abvggdežziyklmnoprstuf", "", "y", "", *"eiuyln"], strict=True)
)
_CYRILLIC |= _read_pairs("ъ= ь= х=kh ц=ts ч=č ш=š щ=šč ю=yu я=ya ї=yi є=ye ђ=dj ћ=č џ=dj ѕ=z")
_ARABIC = dict(zip("ابتثجحخدذرزسشصضطظغفقكلمنهوي", "abtθjhχdδrzsšsdtzγfqklmnhwy", strict=True))
_ARABIC |= _read_pairs("آ=a أ=a إ=i ؤ=u ئ=i ء= ع= پ=p چ=č ژ=ž گ=g")
_LETTERS = str.maketrans({**_CYRILLIC, **_ARABIC})
_AS_ARABIC = str.maketrans("pv", "bf")
"""Arabic writes these sounds with the letters of others."""
_HAS_ARABIC = re.compile("[\u0620-\u06ff]")
_HAS_CYRILLIC = re.compile("[\u0400-\u052f]")

_SOUND = re.compile(
    "(?P<consonant>schtsch|shtch|chtch|shch|šč|tsch|tch|sch|dzh|dsch|dž|sh|zh|ch|kh|gh|dh|th|ph|ck|cz|ts|tz|dj|dz|ks"
    "|[qg]u(?=[ie])|[bcdfghjklmnpqrstvxzčšžθδγχ]|w(?=[aeiouy])|(?<=[ei])w)|(?P<vowel>[aeiouy]+(?:(?<=[aou])w(?![aeiouy]))?|w)"
)
_SPELT = _read_pairs(
    "schtsch=šč shtch=šč chtch=šč shch=šč tsch=č tch=č sch=š dzh=j dsch=j dž=j dj=j sh=š zh=ž kh=χ gh=γ "
    "dh=δ th=θ ph=f ck=k tz=ts qu=k gu=g x=ks cz=č"
)
"""Spellings that are one sound."""

_CLOSE = {
    0.1: "g=q k=q k=c q=c γ=g χ=h v=w d=δ t=θ č=ch š=ch š=sch χ=ch k=ch ž=j s=c ts=c ts=s č=c ch=c z=s δ=z",
    0.2: "g=k k=χ q=χ g=χ γ=q γ=χ f=v š=č šč=š šč=č ž=š j=g ž=z θ=s č=j č=ts g=h γ=h j=h d=dz dz=z z=ts ks=s",
    0.3: "γ=k t=d s=š δ=θ s=ž",
    0.5: "k=h q=h k=č g=ž d=z m=n f=p t=ts b=p b=v",
}
_FAR = 1.2
_COSTS = {
    frozenset(pair.split("=")): cost for cost, pairs in sorted(_CLOSE.items(), reverse=True) for pair in pairs.split()
}
_MISSING = {"h": 0.2, "j": 0.3, "γ": 0.6, "χ": 0.6, "v": 0.5, "n": 0.9, "t": 0.9}
"""What it costs that a consonant is not there; others cost `_FAR`."""

_VOWELS = _read_pairs(
    "ou=u oo=u ee=i ie=i yy=i iy=i ii=i y=i uu=u aa=a yw=yu you=yu yow=yu ey=ei ay=ei ai=ei iyi=i ow=au "
    "aw=au w=u ue=u oy=oi ij=i yi=i ae=e io=yo ia=ya iya=ya iyya=ya iu=yu wa=ua wi=ui we=ue wu=u oua=ua "
    "oui=ui uwa=ua eu=eu ye=e"
)
"""Spellings of vowels between consonants that are one."""
_VOWEL_CLOSE = {
    0.12: "e=i a=e o=u ei=e ei=i au=o au=u ya=a yu=u yo=o ui=i ua=a oi=o yo=e oe=o oe=oye ei=eiye",
    0.3: "a=o a=u e=o a=i e=u ei=a e=ya au=a i=yo eu=u ya=i",
}
_VOWEL_COSTS = {
    frozenset(pair.split("=")): cost
    for cost, pairs in sorted(_VOWEL_CLOSE.items(), reverse=True)
    for pair in pairs.split()
}
_VOWEL_FAR = 0.45
_VOWEL_MISSING = 0.3
_LAST_VOWEL_MISSING = 0.2
_ENDING_MISSING = 0.6
_FIRST_VOWEL_MISSING = 0.5

# How a sound may stand in the skeletons of other spellings, the likeliest first.
_CLASSES = {
    sound: tuple(classes.split("/"))
    for sound, classes in _read_pairs(
        "v=B/ w=/B h=/K χ=K//T č=T/K ch=T/K g=K//T γ=K/ j=T//K ks=KT/T q=K/T c=T/K š=T ž=T/ šč=T θ=T δ=T ts=T"
    ).items()
}

_INITIALS = (
    "kqgcxhjкгґхخغقكگحه",
    "dtzsjcxyдтзсцжчшщђџјتثجدذزژسشصضطظچ",
    "bpfvwбпфвبفپو",
    "lлљل",
    "rрر",
    "mмم",
    "nнњن",
    "aeiouyjаеиоуыэюяєіїйјاآأإعوي",
)
"""Letters that names which sound alike at their beginning begin with; what is folded away is left out."""


@functools.lru_cache(maxsize=1 << 14)
def split_sounds(word: str) -> tuple[str, ...]:
    """The sounds of a folded word: consonants, and the vowels between them as one; empty for another script.

    >>> split_sounds("qaddafi"), split_sounds("зеленск")
    (('q', 'a', 'd', 'a', 'f', 'i'), ('z', 'e', 'l', 'e', 'n', 's', 'k'))
    """
    latin = word if word.isascii() else word.translate(_LETTERS)
    sounds: list[str] = []
    end = 0
    for match in _SOUND.finditer(latin):
        if match.start() != end:
            return ()
        end = match.end()
        spelt = match[0]
        if match["vowel"]:
            if spelt == "ow" and end == len(latin) and sounds:
                # Gorbatschow.
                sounds += ["o", "v"]
                continue
            if spelt[0] == "y" and len(spelt) > 1 and not sounds and spelt[1:] in ("e", "i"):
                spelt = spelt[1:]
            sounds.append(_VOWELS.get(spelt, spelt))
            continue
        spelt = _SPELT.get(spelt, spelt)
        if spelt == "c" and latin[end : end + 1] not in ("e", "i", "y") and end < len(latin):
            spelt = "k"
        if not sounds or sounds[-1] != spelt:
            sounds.append(spelt)
    if end != len(latin):
        return ()
    if len(sounds) > 2 and sounds[-1] == "h" and is_vowel(sounds[-2]):
        sounds.pop()
    return tuple(sounds)


def is_vowel(sound: str) -> bool:
    """Whether a sound of `split_sounds` is one of vowels."""
    return sound[0] in "aeiouy"


def count_consonants(sounds: tuple[str, ...]) -> int:
    """How many of some sounds are consonants."""
    return sum(not is_vowel(sound) for sound in sounds)


def find_skeletons(word: str) -> tuple[tuple[str, ...], str]:
    """The skeletons (`codec.skeletons`) that spellings of a folded word may have, and the letters to begin with."""
    sounds = split_sounds(word)
    if not sounds:
        return (), ""
    choices: list[tuple[str, ...]] = []
    for at, sound in enumerate(sounds):
        if is_vowel(sound):
            glides = (at == 0 and word[0] in "yj") or len(sound) > 1
            choices.append((" ", " T ") if glides else (" ",))
        else:
            choices.append(_CLASSES.get(sound) or (skeleton_of(sound),))
    ranked = sorted(
        itertools.islice(itertools.product(*(list(enumerate(each)) for each in choices)), 4096),
        key=lambda chosen: sum(rank for rank, _ in chosen),
    )
    own = [skeleton_of(word)]
    for chosen in ranked[:MOST_SKELETONS]:
        skeleton = "".join(name for _, name in chosen)
        own.append("".join(name for name, _ in itertools.groupby(skeleton)).replace(" ", ""))
    own += [f"L{each}" for each in own if each[:1] != "L"]
    kept = tuple(dict.fromkeys(each for each in own if each))
    first = sounds[0]
    begins = {word[0], *("a" if is_vowel(first) else "")}
    initials = {letter for letters in _INITIALS if begins & set(letters) for letter in letters}
    if word[0] == "c" or first == "ch":
        initials |= set(_INITIALS[0] + _INITIALS[1])
    if is_vowel(first) and word[0] not in "yj":
        initials = set(_INITIALS[-1])
    initials |= {word[0], "ا"}
    return kept, "".join(sorted(initials))


def measure_difference(one: str, other: str, most: float = math.inf) -> float:
    """How differently two folded words sound: 0 for the same sounds, about 1 for each one that is another.

    What is more than `most` may come out as infinite.

    In Arabic script short vowels are not written, and a Cyrillic stem lacks its ending: neither counts.
    """
    one, other = _ARTICLE.sub("", one), _ARTICLE.sub("", other)
    arabic = bool(_HAS_ARABIC.search(one)), bool(_HAS_ARABIC.search(other))
    if arabic[0] != arabic[1]:
        one, other = one.translate(_AS_ARABIC), other.translate(_AS_ARABIC)
    cut = bool(_HAS_CYRILLIC.search(one)) != bool(_HAS_CYRILLIC.search(other))
    return min(
        _align(split_sounds(left), split_sounds(right), arabic, most, cut=cut) + penalty
        for left, right, penalty in _iter_readings(one, other)
    )


def _iter_readings(one: str, other: str) -> Iterator[tuple[str, str, float]]:
    """Two words as they may be meant: the j of a Latin one as in English, or as a y."""
    yield one, other, 0.0
    if "j" in one:
        yield one.replace("j", "y"), other, 0.05
    if "j" in other:
        yield one, other.replace("j", "y"), 0.05


def _align(
    left: tuple[str, ...], right: tuple[str, ...], arabic: tuple[bool, bool], most: float, *, cut: bool
) -> float:
    """The least that it costs to make one list of sounds of another."""
    if not left or not right:
        return math.inf
    lost_right = [_missing(each, at, len(right), bare=arabic[0] > arabic[1], cut=cut) for at, each in enumerate(right)]
    row = [0.0, *itertools.accumulate(lost_right)]
    for i, sound in enumerate(left):
        lost = _missing(sound, i, len(left), bare=arabic[1] > arabic[0], cut=cut)
        above, row = row, [row[0] + lost]
        for j, opposite in enumerate(right):
            row.append(min(above[j] + _exchange(sound, opposite), above[j + 1] + lost, row[j] + lost_right[j]))
        if min(row) > most:
            return math.inf
    return row[-1]


def _missing(sound: str, at: int, length: int, *, bare: bool, cut: bool) -> float:
    if not is_vowel(sound):
        return _MISSING.get(sound, _FAR)
    if bare:
        return 0.02
    if at == length - 1:
        # Kuwait, Kuwaiti: an ending that makes another word.
        return 0.05 if cut else _LAST_VOWEL_MISSING if sound in ("a", "e") else _ENDING_MISSING
    return _FIRST_VOWEL_MISSING if at == 0 else _VOWEL_MISSING


_ENDING = re.compile("(?:[aeiu]d|[aei](?:c|ch|ck|tch|tsch|ts|cz)|(?:[eo]|yo|io|ie|ye)(?:v|w|ff?)|[aeiou]|s)$")
_ARTICLE = re.compile("^ال(?=..)")


def find_forms(word: str) -> tuple[str, ...]:
    """A folded word, and what a stemmer may have left of spellings of it: endings that look like grammar are lost.

    >>> find_forms("muhammad"), find_forms("medvedev")
    (('muhammad', 'muhamm'), ('medvedev', 'medved'))
    """
    cut = _ENDING.sub("", word)
    plain = _ARTICLE.sub("", word)
    return tuple(dict.fromkeys([word, stem(word), cut if count_consonants(split_sounds(cut)) > 1 else word, plain]))


@functools.lru_cache(maxsize=4096)
def _exchange(one: str, other: str) -> float:
    if one == other:
        return 0.0
    vowels = is_vowel(one) + is_vowel(other)
    if vowels == 2:
        return _VOWEL_COSTS.get(frozenset((one, other)), _VOWEL_FAR)
    if vowels == 1:
        glide, consonant = (one, other) if is_vowel(one) else (other, one)
        if consonant in ("w", "v"):
            return 0.3 if glide[0] == "u" else 0.5
        return 2 * _FAR
    return _COSTS.get(frozenset((one, other)), _FAR)

"""Text older than Unicode: which of the regional encodings are these bytes in?

Every profile is one language in one encoding. A high byte speaks for a profile by how common its letter is in that
language and against it when the language has no such letter; the language that explains the bytes best wins.
Latin-script languages have lone high bytes between ASCII letters, all other scripts have runs of them.
"""

from __future__ import annotations

import re
from functools import cache

_LATIN = {
    "fr": "éèàêçâîôûùïëœ",
    "de": "üäöß",
    "es": "óíáéñúü¿¡",
    "pt": "ãçáéíóêõâúôà",
    "it": "àèùòéì",
    "sv fi": "äöåé",
    "da no": "øåæé",
    "nl": "ëéïèö",
    "is": "ðíáóþöúéýæ",
    "ca": "àóéèíçòúïü·",
    "sq": "ëç",
    "pl": "łóążęśćńź",
    "cs": "íáěéřčžýšůúťďňó",
    "sk": "áíčéžýšúľťôňóďäŕĺ",
    "hu": "áéöőóüíúű",
    "sr hr sl": "čšžćđ",
    "ro": "ăîâşţ",
    "tr": "ıişüğçöİ",
    "lt": "ėšįųžąūčę",
    "lv": "āīšēņūļžčķģ",
    "et": "äõüöšž",
}
_SCRIPTS = {
    "ru": "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфёъ",
    "uk": "оанивітрелскдмпуязбгчьйїхцжєюшщфґ",
    "bg": "аоеинтрсвлдкпмзуягбчъщхцшжйюфь",
    "sr": "аиоенртсјвкдумлпзгбшчцљжњхћђфџ",
    "el": "αοιετνσςρηπκμλυγδίάωόχέθφήβύξώζψ",
    "he": "יוהלאמרתבשנםדחכפעקגטצןזסךףץ",
    "ar": "اليمنرتوبدعفهسكقحجةصشخطضأىءثزذغئظإآؤ",
}
# The first of two that read the same bytes alike gives its name: the common encoding of each region.
_CHARSETS = {
    "cp1252": ("fr", "de", "es", "pt", "it", "sv fi", "da no", "nl", "is", "ca", "sq"),
    "cp1250": ("pl", "cs", "sk", "hu", "sr hr sl", "ro"),
    "iso8859-2": ("pl", "cs", "sk", "hu", "sr hr sl", "ro"),
    "cp1254": ("tr",),
    "cp1257": ("lt", "lv", "et"),
    "cp1251": ("ru", "uk", "bg", "sr"),
    "koi8-r": ("ru",),
    "koi8-u": ("uk",),
    "cp866": ("ru",),
    "iso8859-5": ("ru", "sr"),
    "cp1253": ("el",),
    "cp1255": ("he",),
    "cp1256": ("ar",),
}
_PUNCTUATION = "“”‘’–—…«»„£"
_RARE_PUNCTUATION = "\xa0°§€·•№©"

_PRIOR = 0.15
"""By how much another encoding must explain the bytes better than Windows-1252, which is by far the commonest."""

_SAMPLE_BYTES = 1 << 16
_HIGH_BYTES = re.compile(rb"[\x80-\xff]")
_BESIDE_LETTERS = re.compile(rb"(?<=[A-Za-z])[\x80-\xff]|[\x80-\xff](?=[A-Za-z])")
_IN_RUN = re.compile(rb"(?<=[\x80-\xff])[\x80-\xff]")

# Letters that make up a quarter to a half of any news text in the language.
_SIMPLIFIED = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产面而方后多定行学法所民得经"
    "十三之进着等部度家电力里如高自二理小现实加量都两体制机当使点从业本去性好应开合还因由其前外天政四日那社事平全表间与关各重新"
)
_TRADITIONAL = frozenset(
    "的一是不在人有我他這個上們來到時大地為子中你說生國年著就那和要她出也得後自以會家可下而過天去能對小多然於心學之都好看起發當"
    "沒成只如事把還用第樣道想作種開美從無情面最但現前些所同日手又行意動方期頭經長回位分因很給名法間知世兩次使者被高已其進此與"
)
_HANGUL = frozenset(
    "이다의는에을가고지은한로하서사도를기어대자인일시스정해나리들부과있적그전장것상제아여으보성수주구동라"
)


def guess_charset(data: bytes) -> str:
    """Name the encoding that explains bytes which are not UTF-8; `cp1252` when nothing speaks for another."""
    sample = _sample(data)
    high = len(_HIGH_BYTES.findall(sample))
    if not high:
        return "cp1252"
    in_runs = len(_IN_RUN.findall(sample)) / high
    alone = len(_BESIDE_LETTERS.findall(sample)) / high
    east_asian = _guess_east_asian(sample) if in_runs > 0.4 else None
    return east_asian or _guess_single_byte(sample, high, in_runs=in_runs, alone=alone)


def _sample(data: bytes) -> bytes:
    """The first lines that say something: those with high bytes, up to a bound."""
    if len(data) <= _SAMPLE_BYTES:
        return data
    lines: list[bytes] = []
    size = 0
    for line in data.splitlines(keepends=True):
        if not line.isascii():
            lines.append(line)
            size += len(line)
            if size > _SAMPLE_BYTES:
                break
    return b"".join(lines)[: 4 * _SAMPLE_BYTES]


def _guess_single_byte(sample: bytes, high: int, *, in_runs: float, alone: float) -> str:
    counts = [(code, count) for code in range(0x80, 0x100) if (count := sample.count(code))]
    best, best_score = "cp1252", 0.0
    for charset, languages in _CHARSETS.items():
        for language in languages:
            weights = _build_weights(charset, language)
            score = sum(count * weights[code - 0x80] for code, count in counts) / high
            score -= 2 * (in_runs if language in _LATIN else alone + max(0.0, 0.5 - in_runs))
            score += _PRIOR if charset == "cp1252" else 0.0
            if score > best_score + 1e-9:
                best, best_score = charset, score
    return best


@cache
def _build_weights(charset: str, language: str) -> tuple[float, ...]:
    """How much each high byte speaks for a language in an encoding: 1 its commonest letters, below 0 strange ones."""
    is_latin = language in _LATIN
    letters = _LATIN[language] if is_latin else _SCRIPTS[language]
    weights = []
    for code in range(0x80, 0x100):
        char = bytes((code,)).decode(charset, "replace")
        rank = letters.find(char)
        if rank < 0 and char != char.lower():
            rank = letters.find(char.lower())
            share = 0.3 if is_latin else 0.6
        else:
            share = 1.0
        if rank >= 0:
            weights.append(share * (1 - (0.3 if is_latin else 0.9) * rank / len(letters)))
        elif char in _PUNCTUATION:
            weights.append(0.4)
        elif char in _RARE_PUNCTUATION:
            weights.append(0.1)
        else:
            weights.append(-1.0)
    return tuple(weights)


def _guess_east_asian(sample: bytes) -> str | None:
    best, best_score = None, 0.0
    for charset, measure in (
        ("cp932", _score_japanese),
        ("euc_jp", _score_japanese),
        ("gb18030", lambda chars: sum(char in _SIMPLIFIED for char in chars) * 2),
        ("big5hkscs", lambda chars: sum(char in _TRADITIONAL for char in chars) * 2),
        ("cp949", lambda chars: sum(char in _HANGUL for char in chars) * 2),
    ):
        text = _decode_pairs(sample, charset)
        if text is None:
            continue
        chars = [char for char in text if char > "\x7f"]
        score = measure(chars) / len(chars) if chars else 0.0
        if score > max(best_score, 0.3):
            best, best_score = charset, score
    return best


def _score_japanese(chars: list[str]) -> float:
    # Halfwidth katakana are single bytes, which any Western text turns into.
    return sum("ぁ" <= char <= "ヿ" for char in chars) * 2 - sum("\uff61" <= char <= "\uff9f" for char in chars) * 4


def _decode_pairs(sample: bytes, charset: str) -> str | None:
    """Decode with at most one fault in a hundred bytes that are not ASCII, besides the cut end; else None."""
    text = sample.decode(charset, "replace")
    high = len(_HIGH_BYTES.findall(sample))
    return text if text.rstrip("\ufffd").count("\ufffd") * 100 <= high else None

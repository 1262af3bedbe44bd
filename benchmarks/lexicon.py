"""The words and the grammar that generated articles are made of."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random


def _words(text: str) -> list[str]:
    return text.split()


NOUNS = _words("""
government minister council report plan deal talk vote law court judge police officer crisis border budget market
company bank price worker union strike contract project bridge road station airport harbour ship train truck engine
school student teacher hospital doctor patient vaccine river storm flood farm farmer crop field forest island village
city town mayor resident family house tower square street camp shelter aid convoy soldier general leader party campaign
candidate election ballot poll result debate speech statement document letter account record figure number rate tax
loan fund investor analyst trader export tariff supplier factory plant pipeline barrel grain signal network system
device user software website video photograph camera book film song concert museum theatre stage actor singer writer
match goal season team player coach league club title record stadium referee medal final race runner champion
research study expert professor laboratory planet rocket satellite telescope cell gene virus symptom treatment drug
""")

SECTIONS: dict[str, list[str]] = {
    "world": _words("envoy treaty ceasefire embassy refugee rebel checkpoint sanction summit delegation militia"),
    "politics": _words("senator cabinet amendment coalition deputy lawmaker referendum mandate caucus motion reform"),
    "business": _words("dividend merger shareholder bond yield revenue takeover retailer creditor asset"),
    "local": _words("allotment ward bypass bus pavement neighbour shop tenant planner carnival ferry lamp"),
    "sport": _words("striker defender wicket sprint relay transfer penalty tournament fixture captain rider"),
    "culture": _words("novel poet gallery festival sculptor exhibition orchestra premiere curator painting album"),
    "technology": _words("chip algorithm battery sensor browser robot developer server password startup drone"),
    "health": _words("nurse surgeon infection clinic diet outbreak trial dose ward disorder tumour allergy"),
    "science": _words("fossil particle comet experiment genome glacier orbit isotope reactor theorem neuron crater"),
    "environment": _words("emission wetland reservoir drought wildfire turbine coral pollutant habitat landfill reef"),
    "opinion": _words("argument reader columnist principle instinct voter excuse lesson habit critic promise myth"),
    "education": _words("pupil exam curriculum lecture campus tuition degree grant classroom syllabus dean apprentice"),
}
"""The sections, the fullest first, and the nouns of each."""

ADJECTIVES = _words("""
new national former public local senior foreign military financial economic political early final major central
northern southern eastern western rural urban annual special official private federal joint strong weak heavy light
sudden quiet bitter fresh rare common narrow broad deep steep modest record unusual likely unlikely urgent secret legal
illegal digital medical technical industrial agricultural coastal temporary permanent independent regional global
long-term short-term high-level so-called well-known old-fashioned
""")

VERBS = _words("""
approve reject open close announce delay review accept support oppose demand report reveal confirm question attack
defend launch visit reach repair replace remove reduce increase protect examine collect inspect abandon restore extend
release record welcome condemn discuss consider expect promise threaten guarantee monitor finance suspend resume
""")

PLACES = _words("""
London Paris Berlin Madrid Rome Lisbon Dublin Oslo Helsinki Warsaw Prague Vienna Athens Cairo Tunis Nairobi Lagos Accra
Dakar Pretoria Ankara Baghdad Tehran Riyadh Karachi Delhi Mumbai Dhaka Bangkok Hanoi Manila Jakarta Beijing Shanghai
Seoul Tokyo Osaka Sydney Auckland Lima Bogota Quito Santiago Havana Toronto Montreal Chicago Boston Denver Houston
""")

MONTHS = _words("January February March April May June July August September October November December")
WEEKDAYS = _words("Monday Tuesday Wednesday Thursday Friday Saturday Sunday")

FIRST_NAMES = _words("""
Ada Amira Anders Anita Bruno Carla Cem Clara Dalia David Elif Emil Erika Farid Felix Grace Hana Henrik Ines Ivan Jana
Jonas Kamal Karin Leila Leon Lucia Malik Marco Maria Mei Milan Nadia Nils Olga Omar Paula Pavel Priya Rafael Rosa Samir
Sara Tariq Thea Tomas Vera Victor Yusuf Zoe
""")
ORGANISATIONS = _words("Group Bank Energy Holdings Institute Partners Foundation Systems Airways Foods")

OPENINGS = (
    "", "", "", "", "", "On {day}, ", "In {place}, ", "Last {month}, ", "After the {noun} of {number}, ",
    "Despite the {adjective} {noun}, ", "According to {name}, ", "By {day}, ", "Since {number}, ", "At the {noun}, ",
)  # fmt: skip
SUBJECTS = (
    "{name}", "{name}", "{name}", "the {noun}", "the {adjective} {noun}", "the {noun} {noun}", "{number} {noun}s",
    "the {noun} of {place}", "{name}’s {noun}", "officials in {place}", "a spokeswoman for {name}", "most {noun}s",
    "the {noun}s of the {adjective} {noun}", "{place}'s {adjective} {noun}",
)  # fmt: skip
PREDICATES = (
    "{verb:past} the {noun}", "{verb:past} the {adjective} {noun}", "has {verb:past} {number} {noun}s",
    "said the {noun} would {verb} the {noun} {noun}", "is {verb:ing} the {noun} of {name}",
    "had {verb:past} {name}", "would not {verb} the {adjective} {noun}", "told {name} to {verb} the {noun}",
    "was {verb:past} by {name} and {name}", "said that {number} of {number} {noun}s were {adjective}",
    "{verb:past} the {noun} and the {noun}", "could {verb} {number} per cent of the {noun}s",
    "spoke of a {noun} that no {noun} had {verb:past}", "{verb:past} {name} over the {noun} in {place}",
)  # fmt: skip
TAILS = (
    "", "", "", "", " in {place}", " on {day}", " last {month}", " for {number} years", " with the {noun} of {name}",
    ", {name} said", ", which {verb:past} the {noun}", " before the {noun} of {month} {number}",
    " because of the {adjective} {noun}", ", up from {number} in {number}", " while {verb:ing} the {noun}",
    " at the {adjective} {noun} {noun}", ", but the {noun} {verb:past} it", " — a {adjective} {noun}",
)  # fmt: skip
JOINTS = (", and ", ", but ", ", while ", ", after ", " because ", ", although ", ", since ", "; ")
QUOTATIONS = ("{clause}.", "{clause}.", "{clause}.", "{clause}.", "“{clause},” said {name}.", "“{clause}.”")
TITLES = (
    "{place} {noun} {verb:past} as {noun} {verb:past} the {adjective} {noun}",
    "{name}: the {adjective} {noun} of {place}", "{adjective:capital} {noun}s {verb} the {noun} {noun}",
    "{name} to {verb} {noun} after {noun} {noun}", "{number} {noun}s {verb:past} in {place}",
    "Why the {noun} {verb:past} the {adjective} {noun}", "{name} and {name} {verb} {noun} {noun}",
)  # fmt: skip

_SLOT = re.compile(r"\{([a-z:]+)\}")
_ONSETS = _words("b bl br c ch cl d dr f fl g gl gr h k kl l m n p pl pr qu r s sh sk st t th tr v w y z")
_VOWELS = _words("a e i o u a e i o u ai ea ia io ou")
_CODAS = ["", "", "", "l", "m", "n", "r", "s", "t", "ck", "ld", "nd", "ng", "nt", "rd", "rn", "sk", "st", "th"]
_ENDS = _words("d g l ll m n nd nt p r rr s ss st t tt v x")
_SUFFIXES = ["", "", "ment", "ness", "tion", "er", "or", "ist", "ism", "ity", "ance", "al", "graph", "craft"]
SYLLABLES = ["".join(parts) for parts in itertools.product(_ONSETS, _VOWELS, _CODAS)]


@dataclass(frozen=True, slots=True)
class Template:
    """A sentence or title with slots."""

    text: str
    """For the % operator: one `%s` a slot."""
    slots: tuple[str, ...]
    """What each slot takes: `noun`, `verb:past`..."""


def compile_template(text: str) -> Template:
    """Read `{slot}` notation; the first letter is made a capital one."""
    text = text.replace("%", "%%")
    if not text.startswith(("{", "“{")):
        first = 1 if text.startswith("“") else 0
        text = text[:first] + text[first].upper() + text[first + 1 :]
    return Template(_SLOT.sub("%s", text), tuple(_SLOT.findall(text)))


def build_paragraphs(rng: random.Random, count: int) -> list[Template]:
    """Paragraphs of one to three sentences; each chooses its opening, subjects, predicates, tails and quotation."""

    def choose(parts: tuple[str, ...]) -> str:
        return rng.choices(parts, [(place + 1) ** -0.8 for place in range(len(parts))])[0]

    def draw_clause() -> str:
        return f"{choose(SUBJECTS)} {choose(PREDICATES)}{choose(TAILS)}"

    def draw_sentence() -> Template:
        clause = choose(OPENINGS) + draw_clause()
        if rng.random() < 0.5:
            clause += choose(JOINTS) + draw_clause()
        return compile_template(choose(QUOTATIONS).replace("{clause}", clause[0].upper() + clause[1:]))

    def draw_paragraph() -> Template:
        sentences = [draw_sentence() for _ in range(rng.choice((1, 1, 2, 2, 3)))]
        slots = tuple(slot for sentence in sentences for slot in sentence.slots)
        return Template(" ".join(sentence.text for sentence in sentences), slots)

    return [draw_paragraph() for _ in range(count)]


def compose_words(rng: random.Random, count: int) -> list[str]:
    """Words of no language that read like English ones: the long tail of a vocabulary."""
    words: dict[str, None] = {}
    while len(words) < count:
        words[rng.choice(SYLLABLES) + rng.choice(_VOWELS) + rng.choice(_ENDS) + rng.choice(_SUFFIXES)] = None
    return list(words)


def inflect(verb: str, form: str) -> str:
    """The `past` or `ing` form of a regular verb, or the verb itself."""
    if form == "past":
        return verb + ("d" if verb.endswith("e") else "ed")
    if form == "ing":
        return verb.removesuffix("e") + "ing"
    return verb


def compose_numbers(rng: random.Random, count: int) -> list[str]:
    """Numbers as news prints them: small ones, years, thousands, decimals."""

    def draw() -> str:
        kind = rng.random()
        if kind < 0.45:
            return str(rng.randint(2, 99))
        if kind < 0.6:
            return str(rng.randint(1985, 2023))
        if kind < 0.75:
            return str(rng.randint(100, 999))
        if kind < 0.88:
            return f"{rng.randint(1, 99)}.{rng.randint(0, 9)}"
        return f"{int(10 ** rng.uniform(3, 6)):,}"

    return [draw() for _ in range(count)]

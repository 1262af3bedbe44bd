"""Countries and their adjectives: where any word will do, an article on Japan answers a question on Japanese trade."""

from __future__ import annotations

import functools

_GROUPS = """
afghanistan afghan
albania albanian
algeria algerian
angola angolan
argentina argentine argentinian
armenia armenian
australia australian
austria austrian
azerbaijan azerbaijani azeri
bahrain bahraini
bangladesh bangladeshi
belarus belarusian
belgium belgian
bolivia bolivian
bosnia bosnian
brazil brazilian
britain british briton uk
bulgaria bulgarian
cambodia cambodian
cameroon cameroonian
canada canadian
chad chadian
chile chilean
china chinese
colombia colombian
congo congolese
croatia croatian croat
cuba cuban
cyprus cypriot
czechia czech
denmark danish dane
ecuador ecuadorian ecuadorean
egypt egyptian
eritrea eritrean
estonia estonian
ethiopia ethiopian
europe european
finland finnish finn
france french
gabon gabonese
germany german
ghana ghanaian
greece greek
guatemala guatemalan
haiti haitian
honduras honduran
hungary hungarian
iceland icelandic icelander
india indian
indonesia indonesian
iran iranian
iraq iraqi
ireland irish
israel israeli
italy italian
jamaica jamaican
japan japanese
jordan jordanian
kazakhstan kazakh
kenya kenyan
korea korean
kosovo kosovar
kuwait kuwaiti
laos laotian
latvia latvian
lebanon lebanese
liberia liberian
libya libyan
lithuania lithuanian
malawi malawian
malaysia malaysian
mali malian
malta maltese
mexico mexican
moldova moldovan
mongolia mongolian
morocco moroccan
mozambique mozambican
myanmar burma burmese
namibia namibian
nepal nepalese nepali
netherlands dutch holland
nicaragua nicaraguan
nigeria nigerian
norway norwegian
oman omani
pakistan pakistani
palestine palestinian
panama panamanian
paraguay paraguayan
peru peruvian
philippines philippine filipino
poland polish
portugal portuguese
qatar qatari
romania romanian
russia russian
rwanda rwandan
senegal senegalese
serbia serbian serb
singapore singaporean
slovakia slovak
slovenia slovenian slovene
somalia somali
spain spanish spaniard
sudan sudanese
sweden swedish swede
switzerland swiss
syria syrian
taiwan taiwanese
tajikistan tajik
tanzania tanzanian
thailand thai
tunisia tunisian
turkey turkish
turkmenistan turkmen
uganda ugandan
ukraine ukrainian
uruguay uruguayan
us american america
ussr soviet
uzbekistan uzbek
venezuela venezuelan
vietnam vietnamese
yemen yemeni
yugoslavia yugoslav
zaire zairean
zambia zambian
zimbabwe zimbabwean
"""


@functools.cache
def _read_groups() -> dict[str, tuple[tuple[str, str], ...]]:
    """Stem to the stems of its group, each with its word; the first word of each stem."""
    from newsgrep.codec.words import stem

    groups = {}
    for line in _GROUPS.strip().splitlines():
        of_stem: dict[str, str] = {}
        for word in line.split():
            of_stem.setdefault(stem(word), word)
        groups.update(dict.fromkeys(of_stem, tuple(of_stem.items())))
    return groups


def find_nation(term: str) -> tuple[tuple[str, str], ...]:
    """The country or adjective of a stem: stems and words of all of them; empty for any other word."""
    return _read_groups().get(term, ())

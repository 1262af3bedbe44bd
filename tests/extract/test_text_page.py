"""Pages of our own writing, as several dumpers would save them."""

from __future__ import annotations

import datetime as dt
import textwrap

import pytest

from newsgrep.article import DateOrigin
from newsgrep.extract.text_page import extract_text_page

TODAY = dt.date(2026, 6, 1)
TITLE = "Ferry Company Cuts Winter Service to Outer Islands"
PARAGRAPHS = (
    "The company that runs the ferries to the outer islands said on Monday that it would halve the number of winter "
    "crossings, a decision that islanders called a betrayal of promises made only last spring.",
    "“We were told that the boats would sail every day, whatever the weather,” said Marta Quill, who keeps the only "
    "grocery on the smallest of the islands and depends on the Tuesday boat for fresh milk and bread.",
    "The company blamed the price of fuel, which has risen by a third since the contract was signed, and a shortage of "
    "deckhands. It said that the cuts were temporary and would be looked at again in March.",
    "Members of the county council, which pays a quarter of the costs, said they had learned of the plan from the "
    "radio. The council will meet on Thursday to discuss whether the contract allows it.",
    "A similar cut was made nine winters ago and lasted for three years, according to the harbour master, who has kept "
    "a record of every sailing since he took the post.",
)


def page(paragraphs: tuple[str, ...] = PARAGRAPHS) -> str:
    body = "\n\n".join(paragraphs[:2])
    rest = "\n\n".join(paragraphs[2:])
    return (
        "News Business Opinion Weather Sport\nRegions\nFeb. 12 2019 - 09:41\n\n"
        f"{TITLE}\n\nJoan Bell / Wirepix (CC BY 2.0)\n\n{body}\n\n"
        "Read More\nIsland School Reopens After Storm Damage Repaired\n\n"
        f"{rest}\n\n"
        "Island School Reopens After Storm Damage Repaired\nRegions\nFeb. 2 2019\n"
        "Island School Reopens After Storm Damage Repaired\n"
        "Lighthouse Keeper Retires After Forty Years\nRegions\nFeb. 1 2019\n"
        "Lighthouse Keeper Retires After Forty Years\n\n"
        "Latest news\n\nMayor Opens New Library Wing\nCity\nFeb. 12 2019\nMayor Opens New Library Wing\n\n"
        "Most read\n\nCity\n\nDog Rides Tram Alone for a Week\n\nThe city in your inbox"
    )


def test_a_saved_page_gives_its_article_and_nothing_else() -> None:
    found = extract_text_page(page(), today=TODAY)
    assert found.title == TITLE
    assert found.paragraphs == PARAGRAPHS
    assert found.published == dt.datetime(2019, 2, 12, 9, 41)
    assert found.published_from is DateOrigin.TEXT
    assert found.section == ("Regions",)


def wrapped(text: str, indent: str = "   ") -> str:
    return "\n".join(
        textwrap.fill(line, 72, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False) if line else ""
        for line in text.split("\n")
    )


def test_hard_wrapped_lines_are_joined_again() -> None:
    found = extract_text_page(wrapped(page()), today=TODAY)
    assert found.paragraphs == PARAGRAPHS
    assert found.title == TITLE


MENU = ("Front", "Politics", "Economy", "Sport", "Culture", "Science", "Travel", "Food", "Letters", "Puzzles", "Help")
FOOTER = ("About us", "Contact", "Privacy policy", "Terms of use", "Advertise", "Cookie settings")


def article_block() -> str:
    body = "\n\n".join(PARAGRAPHS)
    return f"Islands\n\n{TITLE}\n\nBy Edna Marsh\n\n12 February 2019, 9:41 am\n\n{body}\n\n3 Comments\n\nSign in\n"


@pytest.mark.parametrize("bullet", ["* ", "     * ", "  • ", "      □ ", "+ ", "- "])
def test_menus_of_any_dumper_are_left_out(bullet: str) -> None:
    menu = "\n".join(bullet + label for label in MENU)
    footer = "\n".join(bullet + label for label in FOOTER)
    found = extract_text_page(f"{menu}\n\n{article_block()}\n{footer}\n", today=TODAY)
    assert found.title == TITLE
    assert found.paragraphs == PARAGRAPHS
    assert found.authors == ("Edna Marsh",)
    assert found.published == dt.datetime(2019, 2, 12, 9, 41)


def test_markdown_links_and_headings_are_read_as_text() -> None:
    menu = "\n".join(f"  * [{label}](https://paper.example/{label.lower()})" for label in MENU)
    first = PARAGRAPHS[0].replace("outer islands", "[outer islands](https://paper.example/islands)")
    linked = (first, *PARAGRAPHS[1:])
    text = f"{menu}\n\n# {TITLE}\n\nBy **Edna Marsh**\n\n12 February 2019\n\n" + "\n\n".join(linked)
    found = extract_text_page(text, today=TODAY)
    assert found.title == TITLE
    assert found.paragraphs == PARAGRAPHS
    assert found.authors == ("Edna Marsh",)


def test_sentences_cut_at_links_are_glued() -> None:
    cut = PARAGRAPHS[0].replace(" on Monday that ", "\non Monday\nthat ").replace(", a decision", "\n, a decision")
    cut_too = PARAGRAPHS[3].replace(", which pays", "\n, which pays").replace(" from the radio.", "\nfrom the radio\n.")
    lines = [
        *MENU,
        TITLE,
        "Edna Marsh",
        "12 February 2019",
        cut,
        PARAGRAPHS[1],
        PARAGRAPHS[2],
        cut_too,
        PARAGRAPHS[4],
        *FOOTER,
    ]
    found = extract_text_page("\n".join(lines), today=TODAY)
    assert found.paragraphs == PARAGRAPHS


def test_the_update_is_not_the_publication() -> None:
    block = article_block().replace(
        "12 February 2019, 9:41 am", "Updated: 14 February 2019\n\nPublished: 12 February 2019"
    )
    found = extract_text_page("\n".join(MENU) + "\n\n" + block, today=TODAY)
    assert found.published == dt.date(2019, 2, 12)


def test_a_date_in_the_running_text_is_not_the_publication() -> None:
    body = PARAGRAPHS[0].replace("on Monday", "on 3 January 2017")
    text = "\n".join(MENU) + f"\n\n{TITLE}\n\nBy Edna Marsh\n\n{body}\n\n" + "\n\n".join(PARAGRAPHS[1:])
    assert extract_text_page(text, today=TODAY).published is None


GERMAN = (
    "Die Reederei, die die äußeren Inseln anfährt, will im Winter nur noch halb so oft fahren. Das teilte das "
    "Unternehmen am Montag mit, nachdem es noch im Frühjahr tägliche Überfahrten versprochen hatte.",
    "„Uns wurde gesagt, dass die Schiffe bei jedem Wetter fahren“, sagte die Besitzerin des einzigen Ladens auf der "
    "kleinsten Insel. Sie ist auf das Schiff am Dienstag angewiesen, das frische Milch bringt.",
    "Das Unternehmen begründete den Schritt mit dem Preis des Treibstoffs, der seit dem Abschluss des Vertrags um ein "
    "Drittel gestiegen ist. Im März soll die Entscheidung überprüft werden.",
)


def test_a_german_page_is_understood() -> None:
    menu = "Startseite\nPolitik\nWirtschaft\nSport\nKultur\nWissen\nReise\nAnmelden\nAbonnieren"
    text = (
        f"{menu}\n\nInseln\n\nReederei streicht Überfahrten im Winter\n\nVon Edna Marsch\n\n"
        f"12. Februar 2019, 9:41 Uhr\n\n{GERMAN[0]}\n\n{GERMAN[1]}\n\nLesen Sie auch\n\n"
        f"Inselschule öffnet nach dem Sturm wieder\n\n{GERMAN[2]}\n\nMehr zum Thema\n\n"
        "Leuchtturmwärter geht in den Ruhestand\n\nImpressum\nDatenschutz"
    )
    found = extract_text_page(text, today=TODAY)
    assert found.title == "Reederei streicht Überfahrten im Winter"
    assert found.paragraphs == GERMAN
    assert found.authors == ("Edna Marsch",)
    assert found.published == dt.datetime(2019, 2, 12, 9, 41)


RUSSIAN = (
    "Компания, которая возит пассажиров на дальние острова, в понедельник объявила, что зимой число рейсов сократится "
    "вдвое. Жители островов назвали это решение нарушением обещаний, данных весной.",
    "«Нам говорили, что корабли будут ходить каждый день», — сказала хозяйка единственного магазина на самом маленьком "
    "острове. Она зависит от рейса по вторникам, который привозит хлеб и молоко.",
    "В компании объяснили сокращение ценой топлива, которая с момента подписания договора выросла на треть, и "
    "нехваткой матросов. В марте решение обещают пересмотреть.",
)


def test_a_russian_page_is_understood() -> None:
    text = (
        "Главная\nПолитика\nЭкономика\nСпорт\nКультура\n\nЗимой паромов на острова станет вдвое меньше\n\n"
        "12 февраля 2019, 09:41\n\n"
        + "\n\n".join(RUSSIAN)
        + "\n\nЧитайте также\n\nШкола на острове открылась после бури\n\nПодписаться на рассылку"
    )
    found = extract_text_page(text, today=TODAY)
    assert found.title == "Зимой паромов на острова станет вдвое меньше"
    assert found.paragraphs == RUSSIAN
    assert found.published == dt.datetime(2019, 2, 12, 9, 41)


@pytest.mark.parametrize(
    "text", ["", "\n \n", "•\n•\n---", "Home", "\n".join(MENU * 20), "x" * 100_000, "]" * 50_000 + "[" * 50_000]
)
def test_a_page_without_an_article_is_no_error(text: str) -> None:
    found = extract_text_page(text, today=TODAY)
    assert found.published is None
    assert len(found.paragraphs) <= 1


@pytest.mark.parametrize("unit", ["word ", "a", "(", "12.", "[1]", "[x](", "**", "字", "Read more: "])
def test_a_megabyte_on_one_line_is_read_in_one_pass(unit: str) -> None:
    text = unit * (1_000_000 // len(unit))
    assert extract_text_page(text, today=TODAY).published is None


def test_a_kicker_is_part_of_the_title_where_the_page_says_both_in_one_line() -> None:
    text = page().replace(f"\n\n{TITLE}\n\n", f"\n\nOuter Islands:\n{TITLE}\n\n")
    assert extract_text_page(text, today=TODAY).title == TITLE
    named = f"Outer Islands: {TITLE} | The Wharf Gazette\n\n{text}"
    assert extract_text_page(named, today=TODAY).title == f"Outer Islands: {TITLE}"


def test_what_a_picture_and_its_caption_say_twice_is_left_out() -> None:
    picture = "A ferry leaves the harbour of the smallest island before the storm of last winter."
    caption = f"{picture} It was the last boat for nine days."
    text = page().replace(PARAGRAPHS[3], f"{picture}\n\n{caption}\n\n{PARAGRAPHS[3]}")
    assert extract_text_page(text, today=TODAY).paragraphs == PARAGRAPHS


def test_an_author_who_stands_there_twice_is_one() -> None:
    text = f"Regions\n\n{TITLE}\n\nFeb. 12 2019\n\nBy\n\nJoan Bell\n\nJoan Bell\n\nCy Marsh\n\n" + "\n\n".join(
        PARAGRAPHS
    )
    assert extract_text_page(text, name="ferry", today=TODAY).authors == ("Joan Bell", "Cy Marsh")

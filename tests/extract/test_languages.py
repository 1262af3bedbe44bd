from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgrep.extract.languages import choose_lang, detect, detect_lang

SAMPLES = {
    "en": "The council said on Tuesday that the bridge would stay closed for another week, because the engineers have "
    "not yet found out why it shook in the wind.",
    "de": "Die Brücke bleibt noch eine Woche gesperrt, teilte der Rat am Dienstag mit, weil die Ingenieure noch nicht "
    "wissen, warum sie sich im Wind bewegt hat.",
    "fr": "Le pont restera fermé pendant une semaine de plus, a annoncé mardi le conseil, car les ingénieurs ne savent "
    "pas encore pourquoi il a bougé dans le vent.",
    "es": "El puente seguirá cerrado una semana más, dijo el martes el ayuntamiento, porque los ingenieros todavía no "
    "saben por qué se movió con el viento, y es lo que más preocupa a los vecinos.",
    "it": "Il ponte resterà chiuso per un'altra settimana, ha detto martedì il consiglio, perché gli ingegneri non "
    "sanno ancora per quale motivo si è mosso con il vento della notte.",
    "pt": "A ponte vai continuar fechada por mais uma semana, disse na terça-feira a câmara, porque os engenheiros "
    "ainda não sabem por que ela se mexeu com o vento, e isso não agrada a ninguém.",
    "nl": "De brug blijft nog een week dicht, zei de gemeente dinsdag, omdat de ingenieurs nog niet weten waarom hij "
    "in de wind heeft bewogen.",
    "sv": "Bron är stängd i ytterligare en vecka, säger kommunen på tisdagen, eftersom ingenjörerna inte vet varför "
    "den rörde sig i vinden och om det kan hända igen.",
    "da": "Broen er lukket i endnu en uge, siger kommunen tirsdag, fordi ingeniørerne ikke ved, hvorfor den har "
    "bevæget sig i blæsten, og hvad der skal gøres ved det, efter at nogle biler blev standset.",
    "no": "Broen er stengt i enda en uke, sier kommunen tirsdag, fordi ingeniørene ikke vet hvorfor den har beveget "
    "seg i vinden, og hva som må gjøres med det etter at noen biler ble stanset.",
    "fi": "Silta on suljettu vielä viikon, sanoo kaupunki, koska insinöörit eivät tiedä, miksi se liikkui tuulessa, ja "
    "se on ollut kiinni jo kauan, mutta nyt myös kävelijät joutuvat kiertämään.",
    "pl": "Most będzie zamknięty jeszcze przez tydzień, poinformowała we wtorek rada, bo inżynierowie nie wiedzą, "
    "dlaczego się poruszył na wietrze i czy jest to dla ludzi groźne.",
    "cs": "Most bude uzavřen ještě týden, řekla v úterý rada, protože inženýři nevědí, proč se ve větru pohnul a "
    "jestli je to pro lidi nebezpečné, který díl je nejslabší a co bude dál.",
    "sk": "Most bude zatvorený ešte týždeň, povedala v utorok rada, pretože inžinieri nevedia, prečo sa vo vetre pohol "
    "a či je to pre ľudí nebezpečné, ktorý diel je najslabší a čo bude ďalej.",
    "hu": "A híd még egy hétig zárva lesz, közölte kedden a tanács, mert a mérnökök nem tudják, hogy miért mozdult "
    "meg a szélben, és az sem biztos, hogy csak ez volt az ok.",
    "ro": "Podul va fi închis încă o săptămână, a anunțat marți consiliul, pentru că inginerii nu știu de ce s-a "
    "mișcat în vânt și dacă este periculos pentru oameni.",
    "hr": "Most će biti zatvoren još tjedan dana, rekao je u utorak gradonačelnik, jer inženjeri ne znaju zašto se "
    "pomaknuo na vjetru i je li to opasno za ljude koji su svaki dan na njemu.",
    "tr": "Köprü bir hafta daha kapalı olacak, çünkü mühendisler rüzgârda neden sallandığını henüz bilmiyor ve bu "
    "durum için yeni bir rapor gerekiyor, diye açıkladı belediye salı günü.",
    "vi": "Cây cầu sẽ đóng cửa thêm một tuần nữa, hội đồng cho biết hôm thứ ba, vì các kỹ sư không biết tại sao nó đã "
    "rung trong gió và điều đó có nguy hiểm cho người dân hay không.",
    "id": "Jembatan itu akan ditutup selama satu minggu lagi, kata dewan pada hari Selasa, karena para insinyur belum "
    "tahu mengapa jembatan tersebut bergerak dan apakah bisa berbahaya untuk warga.",
    "ru": "Мост будет закрыт ещё неделю, сообщил во вторник совет, потому что инженеры не знают, почему он качался на "
    "ветру и не опасно ли это для людей.",
    "uk": "Міст буде закритий ще тиждень, повідомила у вівторок рада, бо інженери не знають, чому він хитався на вітрі "
    "і чи не є це небезпечним для людей.",
    "bg": "Мостът ще бъде затворен още една седмица, съобщи във вторник съветът, защото инженерите не знаят защо се е "
    "движил от вятъра и дали това не е опасно за хората.",
    "sr": "Мост ће бити затворен још недељу дана, рекао је у уторак председник, јер инжењери не знају зашто се померио "
    "на ветру и да ли је то опасно за људе који су на њему.",
    "el": "Η γέφυρα θα μείνει κλειστή για μία ακόμη εβδομάδα, ανακοίνωσε την Τρίτη το συμβούλιο.",
    "ar": "قال المجلس يوم الثلاثاء إن الجسر سيبقى مغلقا أسبوعا آخر لأن المهندسين لا يعرفون بعد ما الذي حدث في الليل.",
    "fa": "شورا روز سه‌شنبه گفت که پل یک هفته دیگر بسته است و مهندسان هنوز نمی‌دانند که چرا این پل در باد تکان خورد.",
    "he": "הגשר יישאר סגור עוד שבוע, הודיעה המועצה ביום שלישי, משום שהמהנדסים אינם יודעים מדוע רעד ברוח.",
    "hi": "परिषद ने मंगलवार को कहा कि पुल एक और हफ्ते के लिए बंद रहेगा क्योंकि इंजीनियर नहीं जानते कि यह हवा में क्यों हिला।",
    "zh": "市议会周二表示，大桥将继续关闭一周，因为工程师还不知道它为什么在风中摇晃，居民们对此表示不满。",
    "ja": "市議会は火曜日、橋をさらに一週間閉鎖すると発表した。風で揺れた原因がまだ分かっていないためだという。",
    "ko": "시의회는 화요일 다리를 일주일 더 폐쇄한다고 밝혔다. 기술자들이 흔들린 이유를 아직 모르기 때문이다.",
}


@pytest.mark.parametrize(("lang", "text"), SAMPLES.items(), ids=list(SAMPLES))
def test_a_sentence_of_the_press_is_told(lang: str, text: str) -> None:
    assert detect_lang(text) == lang


@pytest.mark.parametrize(
    "text", ["", "Aldrenport", "1 2 3 4 5 6 7 8 9", "!!! ??? ...", "Bly, Reed, Marsh, Quill, Areby, Wenn, Tillery"]
)
def test_what_does_not_tell_is_said_to_be_nothing(text: str) -> None:
    assert detect_lang(text) is None


def test_a_table_of_figures_is_no_language() -> None:
    assert detect_lang("Shr 12 cts 14 cts\nNet 807,000 918,000\nRevs 12.6 mln 15.8 mln\n" * 5) is None


def test_foreign_names_in_a_text_change_nothing() -> None:
    names = " Harbour Courier, New York Times, University of Aldrenport, Bank of Brandsay."
    assert detect_lang(SAMPLES["ru"] + names) == "ru"
    assert detect_lang(SAMPLES["ja"] + names) == "ja"


def test_the_page_is_believed_where_the_text_agrees_or_is_silent() -> None:
    assert choose_lang("pt-br", SAMPLES["pt"]) == "pt-br"
    assert choose_lang("nb", SAMPLES["no"]) == "nb"
    assert choose_lang("sv", "Aldrenport") == "sv"
    assert choose_lang(None, "Aldrenport") is None
    assert choose_lang(None, SAMPLES["nl"]) == "nl"


@pytest.mark.parametrize("lang", ["ru", "de", "fr", "ja", "zh", "el", "hu", "vi"])
def test_a_template_s_english_gives_way_to_a_text_that_plainly_is_not(lang: str) -> None:
    assert choose_lang("en", 5 * (SAMPLES[lang] + "\n\n")) == lang


def test_a_language_that_cannot_be_told_is_believed() -> None:
    assert choose_lang("lb", SAMPLES["de"]) == "lb"


def test_the_language_of_a_long_text_is_told_from_its_beginning() -> None:
    text = SAMPLES["fi"] * 20 + SAMPLES["en"] * 1000
    assert detect_lang(text) == "fi"


def test_telling_costs_less_than_a_fifth_of_a_millisecond() -> None:
    texts = [text * 10 for text in SAMPLES.values()]
    for text in texts:
        choose_lang("en", text)
    started = time.process_time()
    for _ in range(20):
        for text in texts:
            choose_lang(None, text)
    assert (time.process_time() - started) / (20 * len(texts)) < 0.000_2


@given(text=st.text())
def test_any_text_is_told_or_not_without_failing(text: str) -> None:
    found = detect(text)
    assert found is None or (found.lang.islower() and 2 <= len(found.lang) <= 3)


@given(lang=st.sampled_from(sorted(SAMPLES)))
def test_capitals_change_nothing(lang: str) -> None:
    if lang != "tr":
        shouted = unicodedata.normalize("NFC", SAMPLES[lang].upper())
        assert detect_lang(shouted) == lang

"""The words of dates: month names, weekdays, halves of the day and time zones, in the languages of the press.

Keys are case-folded and without a final full stop.
"""

from __future__ import annotations

_MONTHS = {
    "en": "january february march april may june july august september october november december",
    "en-short": "jan feb mar apr may jun jul aug sep oct nov dec",
    "de": "januar februar märz april mai juni juli august september oktober november dezember",
    "de-short": "jan feb mär apr mai jun jul aug sep okt nov dez",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "fr-short": "janv févr mars avr mai juin juil août sept oct nov déc",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "es-short": "ene feb mar abr may jun jul ago set oct nov dic",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "pt-short": "jan fev mar abr mai jun jul ago set out nov dez",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "it-short": "gen feb mar apr mag giu lug ago set ott nov dic",
    "ca": "gener febrer març abril maig juny juliol agost setembre octubre novembre desembre",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "nl-short": "jan feb mrt apr mei jun jul aug sep okt nov dec",
    "pl": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    "pl-nominative": "styczeń luty marzec kwiecień maj czerwiec lipiec sierpień wrzesień październik listopad grudzień",
    "pl-short": "sty lut mar kwi maj cze lip sie wrz paź lis gru",
    "cs": "ledna února března dubna května června července srpna září října listopadu prosince",
    "cs-nominative": "leden únor březen duben květen červen červenec srpen září říjen listopad prosinec",
    "sk": "januára februára marca apríla mája júna júla augusta septembra októbra novembra decembra",
    "sl": "januarja februarja marca aprila maja junija julija avgusta septembra oktobra novembra decembra",
    "hr": "siječnja veljače ožujka travnja svibnja lipnja srpnja kolovoza rujna listopada studenoga prosinca",
    "sr": "januar februar mart april maj jun jul avgust septembar oktobar novembar decembar",
    "sv": "januari februari mars april maj juni juli augusti september oktober november december",
    "no": "januar februar mars april mai juni juli august september oktober november desember",
    "da": "januar februar marts april maj juni juli august september oktober november december",
    "fi": "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta"
    " marraskuuta joulukuuta",
    "fi-nominative": "tammikuu helmikuu maaliskuu huhtikuu toukokuu kesäkuu heinäkuu elokuu syyskuu lokakuu"
    " marraskuu joulukuu",
    "et": "jaanuar veebruar märts aprill mai juuni juuli august september oktoober november detsember",
    "lv": "janvāris februāris marts aprīlis maijs jūnijs jūlijs augusts septembris oktobris novembris decembris",
    "lt": "sausio vasario kovo balandžio gegužės birželio liepos rugpjūčio rugsėjo spalio lapkričio gruodžio",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "ru-nominative": "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь",
    "ru-short": "янв фев мар апр май июн июл авг сен окт ноя дек",
    "uk": "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
    "be": "студзеня лютага сакавіка красавіка мая чэрвеня ліпеня жніўня верасня кастрычніка лістапада снежня",
    "bg": "януари февруари март април май юни юли август септември октомври ноември декември",
    "sr-cyrillic": "јануар фебруар март април мај јун јул август септембар октобар новембар децембар",
    "tr": "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",
    "tr-short": "oca şub mar nis may haz tem ağu eyl eki kas ara",
    "el": "ιανουαρίου φεβρουαρίου μαρτίου απριλίου μαΐου ιουνίου ιουλίου αυγούστου σεπτεμβρίου οκτωβρίου"
    " νοεμβρίου δεκεμβρίου",
    "el-nominative": "ιανουάριος φεβρουάριος μάρτιος απρίλιος μάιος ιούνιος ιούλιος αύγουστος σεπτέμβριος"
    " οκτώβριος νοέμβριος δεκέμβριος",
    "el-short": "ιαν φεβ μαρ απρ μαϊ ιουν ιουλ αυγ σεπ οκτ νοε δεκ",
    "ro": "ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie",
    "hu": "január február március április május június július augusztus szeptember október november december",
    "hu-short": "jan febr márc ápr máj jún júl aug szept okt nov dec",
    "is": "janúar febrúar mars apríl maí júní júlí ágúst september október nóvember desember",
    "ar": "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
    "ar-maghreb": "جانفي فيفري مارس أفريل ماي جوان جويلية أوت سبتمبر أكتوبر نوفمبر ديسمبر",
    "ar-levant": "كانون_الثاني شباط آذار نيسان أيار حزيران تموز آب أيلول تشرين_الأول تشرين_الثاني كانون_الأول",
    "fa": "ژانویه فوریه مارس آوریل مه ژوئن ژوئیه اوت سپتامبر اکتبر نوامبر دسامبر",
    "he": "בינואר בפברואר במרץ באפריל במאי ביוני ביולי באוגוסט בספטמבר באוקטובר בנובמבר בדצמבר",
    "hi": "जनवरी फ़रवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर अक्टूबर नवंबर दिसंबर",
    "id": "januari februari maret april mei juni juli agustus september oktober november desember",
    "id-short": "jan feb mar apr mei jun jul agu sep okt nov des",
    "sw": "januari februari machi aprili mei juni julai agosti septemba oktoba novemba desemba",
}

_EXTRA_MONTHS = {
    "sept": 9,
    "jänner": 1,
    "jän": 1,
    "feber": 2,
    "febr": 2,
    "mrz": 3,
    "maerz": 3,
    "fevr": 2,
    "fevrier": 2,
    "aout": 8,
    "setiembre": 9,
    "marco": 3,
    "февр": 2,
    "сент": 9,
    "нояб": 11,
    "απριλιος": 4,
    "μαίου": 5,
    "فبرایر": 2,
    "ابريل": 4,
    "إبريل": 4,
    "اغسطس": 8,
    "اكتوبر": 10,
    "تشرين_الاول": 10,
    "كانون_الاول": 12,
    "ايار": 5,
    "ايلول": 9,
    "studenog": 11,
}


def _month_table() -> dict[str, int]:
    table: dict[str, int] = {}
    for names in _MONTHS.values():
        for number, name in enumerate(names.split(), start=1):
            # The same word for two months (Croatian and Polish "listopada") is no clue: the first language listed wins.
            table.setdefault(name.casefold(), number)
    table.update({name.casefold(): number for name, number in _EXTRA_MONTHS.items()})
    return table


MONTHS: dict[str, int] = _month_table()
"""Month number by name or abbreviation; a blank inside a name is written `_`."""

AFTER_NOON = frozenset({"pm", "p.m", "μμ", "μ.μ", "م", "مساء", "مساءً", "午後", "下午", "晚上", "오후", "ch"})
BEFORE_NOON = frozenset({"am", "a.m", "πμ", "π.μ", "ص", "صباحا", "صباحًا", "午前", "上午", "早上", "凌晨", "오전", "sa"})

ZONES: dict[str, int] = {
    "z": 0,
    "utc": 0,
    "gmt": 0,
    "wet": 0,
    "bst": 60,
    "west": 60,
    "cet": 60,
    "mez": 60,
    "wat": 60,
    "cest": 120,
    "mesz": 120,
    "eet": 120,
    "sast": 120,
    "cat": 120,
    "eest": 180,
    "msk": 180,
    "мск": 180,
    "trt": 180,
    "eat": 180,
    "gst": 240,
    "pkt": 300,
    "ist": 330,
    "npt": 345,
    "ict": 420,
    "wib": 420,
    "hkt": 480,
    "sgt": 480,
    "myt": 480,
    "awst": 480,
    "pht": 480,
    "jst": 540,
    "kst": 540,
    "acst": 570,
    "aest": 600,
    "aedt": 660,
    "nzst": 720,
    "nzdt": 780,
    "brt": -180,
    "art": -180,
    "ast": -240,
    "adt": -180,
    "est": -300,
    "edt": -240,
    "cst": -360,
    "cdt": -300,
    "mst": -420,
    "mdt": -360,
    "pst": -480,
    "pdt": -420,
    "hst": -600,
}
"""Minutes east of UTC by the names printed beside times; "ET" and the like, which change in summer, are none."""

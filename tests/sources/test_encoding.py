"""Encodings: what a file's bytes say."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgrep.sources.encoding import decode_text, find_declared_charset, is_binary

SENTENCES = {
    "french": ("cp1252", "Le maire a annoncé hier que le pont serait achevé à l’été, malgré les réserves d’élus."),
    "german": ("cp1252", "Die Bürger müssen warten, weil die Brücke über den Fluss für drei Wochen gesperrt wird."),
    "spanish": ("cp1252", "El alcalde anunció ayer que el próximo año comenzará la construcción del puente."),
    "portuguese": ("cp1252", "A prefeitura anunciou que a construção não começará em março por falta de previsão."),
    "italian": ("cp1252", "Il ponte sarà pronto perché la città ne ha bisogno: più di così non si può fare."),
    "danish": ("cp1252", "Borgmesteren sagde i går, at broen først åbner næste år, og at trafikken må omlægges."),
    "swedish": ("cp1252", "Kommunen meddelade i går att bron öppnas först nästa år på grund av förseningar."),
    "english": ("cp1252", "The mayor said the bridge won’t open – “not this year” – and has cost £5m."),
    "one pound sign": ("cp1252", "A fine of £50 was paid."),
    "one accent": ("cp1252", "A new café opened."),
    "latin-1 controls": ("latin-1", "A na\u00efve \u0081 caf\u00e9 \u0090 text"),
    "polish": (
        "cp1250",
        "Burmistrz ogłosił, że nowy most zostanie otwarty w październiku, choć część osób się skarży.",
    ),
    "polish iso": (
        "iso8859-2",
        "Burmistrz ogłosił, że nowy most zostanie otwarty w październiku, choć część osób się skarży.",
    ),
    "czech": ("cp1250", "Vláda včera schválila rozpočet na příští rok a ministr řekl, že školy dostanou více peněz."),
    "hungarian": ("cp1250", "A városi tanács tegnap döntött arról, hogy az új híd építése jövőre kezdődik."),
    "turkish": ("cp1254", "Belediye başkanı dün yaptığı açıklamada köprünün gelecek yıl açılacağını söyledi."),
    "russian": ("cp1251", "Вчера мэр города заявил, что новый мост откроют осенью."),
    "russian koi8": ("koi8-r", "Вчера мэр города заявил, что новый мост откроют осенью."),
    "russian dos": ("cp866", "Вчера мэр города заявил, что новый мост откроют осенью."),
    "ukrainian": ("cp1251", "Учора міський голова заявив, що новий міст відкриють восени, а рух відновлять."),
    "greek": ("cp1253", "Ο δήμαρχος ανακοίνωσε χθες ότι η νέα γέφυρα θα ανοίξει το φθινόπωρο."),
    "japanese": ("cp932", "市長は昨日、新しい橋が来年の秋に開通すると発表した。"),
    "japanese unix": ("euc_jp", "市長は昨日、新しい橋が来年の秋に開通すると発表した。"),
    "chinese": ("gb18030", "市长昨天宣布，新的大桥将在明年秋天通车，交通将会改善。"),
    "chinese traditional": ("big5", "市長昨天宣布，新的大橋將在明年秋天通車，交通將會改善。"),
    "korean": ("euc_kr", "시장은 어제 새 다리가 내년 가을에 개통된다고 발표했다."),
}
WORDS = {
    "russian": "вчера мэр города заявил что новый мост откроют осенью а ремонт старого начнется после выборов",
    "french": "le maire a annoncé hier que l’été serait consacré à la rénovation du théâtre où les élèves jouèrent",
    "german": "die Bürger müssen auf die Brücke über den Fluss wohl länger warten als für dieses Jahr zunächst gehofft",
}


def pick_words(language: str) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(WORDS[language].split()), min_size=8, unique=True)


@pytest.mark.parametrize("name", SENTENCES)
def test_one_sentence_is_enough_to_tell_the_encoding(name: str) -> None:
    encoding, text = SENTENCES[name]
    assert decode_text(text.encode(encoding)).text == text


@given(pick_words("russian"), st.sampled_from(["cp1251", "koi8-r"]))
def test_russian_words_in_any_order_come_back(words: list[str], encoding: str) -> None:
    text = " ".join(words)
    assert decode_text(text.encode(encoding)) == (text, encoding)


@given(pick_words("french") | pick_words("german"))
def test_western_words_in_any_order_come_back(words: list[str]) -> None:
    text = " ".join(words)
    assert decode_text(text.encode("cp1252")).text == text


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0\ufeff")))
def test_any_text_in_utf8_comes_back(text: str) -> None:
    # A text of control characters can begin like a byte order mark only with U+FEFF, which is left out.
    assert decode_text(text.encode()).text == text


@given(
    st.text(st.characters(codec="utf-8", exclude_characters="\0")),
    st.sampled_from(
        [
            (codecs.BOM_UTF8, "utf-8"),
            (codecs.BOM_UTF16_LE, "utf-16-le"),
            (codecs.BOM_UTF16_BE, "utf-16-be"),
            (codecs.BOM_UTF32_LE, "utf-32-le"),
            (codecs.BOM_UTF32_BE, "utf-32-be"),
        ]
    ),
)
def test_a_byte_order_mark_is_believed_and_dropped(text: str, marked: tuple[bytes, str]) -> None:
    mark, encoding = marked
    assert decode_text(mark + text.encode(encoding)) == (text, encoding)


@given(st.binary(max_size=400))
def test_any_bytes_decode_to_something_that_can_be_written(data: bytes) -> None:
    text = decode_text(data).text
    assert "\0" not in text
    assert text.encode("utf-8").decode("utf-8") == text


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("text", ["A plain English line.\n", "Вчера мэр города заявил.\nИ добавил: \u201cда\u201d.\n"])
def test_wide_encodings_are_told_without_a_mark(encoding: str, text: str) -> None:
    assert decode_text(text.encode(encoding)) == (text, encoding)


def test_a_few_bad_bytes_do_not_make_utf8_another_encoding() -> None:
    text = "Le maire a été réélu à l’unanimité. "
    data = text.encode() * 3 + b"caf\xe9 \x92" + text.encode()
    assert decode_text(data) == (text * 3 + "caf\ufffd \ufffd" + text, "utf-8")


def test_stray_nuls_are_dropped() -> None:
    assert decode_text(b"Sea\0 fog over the har\0bour").text == "Sea fog over the harbour"


@pytest.mark.parametrize(
    ("head", "label"),
    [
        (b'<html><head><meta charset="koi8-r">', "koi8-r"),
        (b"<meta http-equiv=Content-Type content='text/html; charset=windows-1251'>", "windows-1251"),
        (b'<?xml version="1.0" encoding="ISO-8859-2"?><html>', "ISO-8859-2"),
        (b"<p>charset=koi8-r</p>", None),
    ],
)
def test_a_page_declares_its_charset(head: bytes, label: str | None) -> None:
    assert find_declared_charset(head) == label


@pytest.mark.parametrize(
    ("data", "declared", "text"),
    [
        (b"\xc1\xc2", "koi8-r", "аб"),
        (b"caf\xe9 \x93x\x94", "iso-8859-1", "café “x”"),
        ("Łódź".encode("iso8859-2"), "iso-8859-2", "Łódź"),
        ("été".encode(), "iso-8859-1", "été"),
        ("Вчера мэр заявил о мосте".encode("cp1251"), "iso-8859-1", "Вчера мэр заявил о мосте"),
        ("会議".encode("iso2022_jp"), "iso-2022-jp", "会議"),
        (b"caf\xe9", "rot13", "café"),
        (b"caf\xe9", "no such thing", "café"),
        (b"+AGE-", "utf-7", "+AGE-"),
    ],
)
def test_a_declared_charset_is_believed_unless_the_bytes_deny_it(data: bytes, declared: str, text: str) -> None:
    assert decode_text(data, declared).text == text


@pytest.mark.parametrize(
    "head", [b"\x89PNG\r\n\x1a\n", b"%PDF-1.7\n", b"PK\x03\x04", bytes(range(256)) * 4, b"MZ" + bytes(100)]
)
def test_binaries_are_told(head: bytes) -> None:
    assert is_binary(head)


@pytest.mark.parametrize("name", SENTENCES)
def test_text_in_any_encoding_is_not_binary(name: str) -> None:
    encoding, text = SENTENCES[name]
    for head in (text.encode(encoding), text.encode("utf-16"), b"\0" + text.encode()):
        assert not is_binary(head)
    if name.startswith(("english", "russian")):
        assert not is_binary(text.encode("utf-16-le"))

"""Writes the files beside this one with the programs that people use: wget, warcio, zip, tar, bzip2, xz, zstd, feedgen,
EbookLib, fpdf2, pandas and Python's own writer of mailboxes.

`python tests/sources/samples/make_samples.py` needs these, and the packages brotli and backports.zstd; the tests need
only what it wrote. The pages are our own.
"""

from __future__ import annotations

import datetime as dt
import email.message
import gzip
import http.server
import io
import mailbox
import shutil
import subprocess
import tempfile
import threading
import zipfile
from pathlib import Path

import brotli
import pandas
from backports import zstd
from ebooklib import epub
from feedgen.feed import FeedGenerator
from fpdf import FPDF
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

FOLDER = Path(__file__).parent
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta property="article:published_time" content="{date}"></head>
<body><article><h1>{title}</h1><p>{text}</p></article></body></html>
"""
FERRY = PAGE.format(
    title="Ferry returns",
    date="2021-03-04T09:00:00Z",
    text="The ferry came back to Aldrenport on Thursday, with a new engine and the old bell.",
)
LATE = FERRY.replace("Ferry returns", "Ferry returns late").replace("on Thursday", "on Friday, a day late")
LAMPS = PAGE.format(
    title="Lamps on the quay",
    date="2021-03-05T10:30:00Z",
    text="Forty new lamps were lit along the quay; the fishermen can now see the weather they complain of.",
)
INDEX = """<html><head><title>The Gazette</title></head><body><a href="ferry.html">Ferry</a>
<a href="lamps.html">Lamps</a><a href="gone.html">Gone</a><img src="bell.png"></body></html>
"""
URL = "https://isk-gazette.example/"


class Server(http.server.BaseHTTPRequestHandler):
    """Answers as servers do: one page as it is, one in chunks, one compressed."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        name = self.path.lstrip("/") or "index.html"
        pages = {"index.html": INDEX, "ferry.html": FERRY, "lamps.html": LAMPS}
        if name == "bell.png":
            self._answer(b"\x89PNG\r\n\x1a\n" + bytes(20), "image/png")
        elif name not in pages:
            self.send_error(404)
        elif name == "lamps.html":
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            body = pages[name].encode()
            for at in range(0, len(body), 100):
                piece = body[at : at + 100]
                self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))
            self.wfile.write(b"0\r\n\r\n")
        else:
            self._answer(pages[name].encode(), "text/html; charset=utf-8")

    def _answer(self, body: bytes, content_type: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def crawl_with_wget() -> None:
    """Record a small site with wget, compressed and not."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/"
    for name, arguments in (("wget", ["-r", address]), ("wget", ["--no-warc-compression", f"{address}ferry.html"])):
        with tempfile.TemporaryDirectory() as folder:
            # wget notes its arguments: names without folders.
            subprocess.run(
                ["wget", "-q", f"--warc-file={name}", "--warc-tempdir=.", *arguments], cwd=folder, check=False
            )
            for path in Path(folder).glob(f"{name}.warc*"):
                shutil.copy(path, FOLDER)
    server.shutdown()


def write_with_warcio() -> None:
    """Records as warcio writes them: chunks, codings, a revisit, and a page that changed."""
    packed = io.BytesIO()
    writer = WARCWriter(packed, gzip=True)
    day = dt.datetime(2021, 3, 4, 12, tzinfo=dt.UTC)

    def add(name: str, body: bytes, headers: list[tuple[str, str]], kind: str = "response") -> None:
        nonlocal day
        day += dt.timedelta(days=1)
        record = writer.create_warc_record(
            URL + name,
            kind,
            payload=io.BytesIO(body),
            http_headers=StatusAndHeaders("200 OK", [("Content-Type", "text/html"), *headers], protocol="HTTP/1.1"),
            warc_headers_dict={"WARC-Date": day.strftime("%Y-%m-%dT%H:%M:%SZ")},
        )
        writer.write_record(record)

    add("ferry.html", gzip.compress(FERRY.encode()), [("Content-Encoding", "gzip")])
    add("lamps.html", brotli.compress(LAMPS.encode()), [("Content-Encoding", "br")])
    add("ferry.html", FERRY.encode(), [])
    add("ferry.html", zstd.compress(LATE.encode()), [("Content-Encoding", "zstd")])
    writer.write_record(
        writer.create_revisit_record(URL + "lamps.html", "sha1:AAAA", URL + "lamps.html", "2021-03-06T12:00:00Z")
    )
    (FOLDER / "warcio.warc.gz").write_bytes(packed.getvalue())
    with zipfile.ZipFile(FOLDER / "crawl.wacz", "w") as archive:
        archive.writestr("archive/data.warc.gz", packed.getvalue())
        archive.writestr("pages/pages.jsonl", f'{{"format": "json-pages-1.0"}}\n{{"url": "{URL}", "title": "Boats"}}\n')
        archive.writestr("datapackage.json", '{"profile": "data-package", "wacz_version": "1.1.1"}')


def pack_pages() -> None:
    """The same pages in archives."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "2021").mkdir()
        (folder / "2021/ferry.html").write_text(FERRY)
        (folder / "2021/lamps.html").write_text(LAMPS)
        for dialect in ("gnu", "pax"):
            path = FOLDER / f"{dialect}.tar.gz"
            subprocess.run(["tar", f"--format={dialect}", "-czf", path, "2021"], cwd=folder, check=True)
        (folder / "inner").mkdir()
        shutil.copy(FOLDER / "gnu.tar.gz", folder / "inner/pages.tar.gz")
        (FOLDER / "pages.zip").unlink(missing_ok=True)
        subprocess.run(["zip", "-q", "-X", "-r", FOLDER / "pages.zip", "2021", "inner"], cwd=folder, check=True)
        for program, suffix in (("bzip2", "bz2"), ("xz", "xz"), ("zstd", "zst")):
            with (FOLDER / f"ferry.html.{suffix}").open("wb") as file:
                subprocess.run([program, "-c", "2021/ferry.html"], cwd=folder, stdout=file, check=True)


ARTICLES = (
    ("Ferry returns", "The ferry came back to Aldrenport on Thursday, with a new engine & the old bell."),
    ("Lamps on the quay", "Forty new lamps were lit along the quay; the café “Bell” stays dark."),
)


def write_feeds() -> None:
    """The articles as feedgen writes RSS and Atom, with the whole text in HTML."""
    feed = FeedGenerator()
    feed.load_extension("dc")
    feed.id(URL)
    feed.title("Isk Gazette")
    feed.link(href=URL)
    feed.description("News of the quay")
    feed.language("en")
    for number, (title, text) in enumerate(ARTICLES, 1):
        entry = feed.add_entry(order="append")
        entry.id(f"{URL}{number}")
        entry.title(title)
        entry.link(href=f"{URL}{number}")
        entry.author(name="Ada Quill", email="ada@isk-gazette.example")
        entry.category(term="Coast")
        entry.published(dt.datetime(2021, 3, 3 + number, 9, tzinfo=dt.UTC))
        entry.updated(dt.datetime(2021, 4, 1, tzinfo=dt.UTC))
        entry.summary("A teaser.")
        entry.content(f"<p>{text.replace('&', '&amp;')}</p><p>More on {number} pages.</p>", type="html")
    feed.rss_file(FOLDER / "feed.rss", pretty=True)
    feed.atom_file(FOLDER / "feed.atom", pretty=True)


def write_book() -> None:
    """The articles as chapters of a book of EbookLib."""
    book = epub.EpubBook()
    book.set_identifier("isk-gazette-2021-03-04")
    book.set_title("Isk Gazette, 4 March")
    book.set_language("en")
    book.add_metadata("DC", "date", "2021-03-04")
    chapters = []
    for number, (title, text) in enumerate(ARTICLES, 1):
        chapter = epub.EpubHtml(title=title, file_name=f"{number}.xhtml", lang="en")
        chapter.content = f"<h1>{title}</h1>" + f"<p>{text.replace('&', '&amp;')}</p>" * 4
        book.add_item(chapter)
        chapters.append(chapter)
    book.toc = chapters
    book.add_item(epub.EpubNcx())
    book.add_item(epub.EpubNav())
    book.spine = ["nav", *chapters]
    epub.write_epub(FOLDER / "weekly.epub", book)


def write_pdf() -> None:
    """The articles as pages of a PDF file by fpdf2."""
    pdf = FPDF()
    pdf.set_title("Isk Gazette, 4 March")
    pdf.set_font("Helvetica", size=12)
    for title, text in ARTICLES:
        pdf.add_page()
        pdf.cell(text=title, new_x="LMARGIN", new_y="NEXT")
        pdf.multi_cell(0, text=text.replace("“", '"').replace("”", '"'))
    pdf.output(FOLDER / "page.pdf")


def write_mail() -> None:
    """The articles as newsletters, in a mailbox."""
    path = FOLDER / "inbox.mbox"
    path.unlink(missing_ok=True)
    box = mailbox.mbox(path)
    for number, (title, text) in enumerate(ARTICLES, 1):
        message = email.message.EmailMessage()
        message["From"] = "Isk Gazette <news@isk-gazette.example>"
        message["Subject"] = title
        message["Date"] = f"Thu, {3 + number} Mar 2021 09:00:00 +0000"
        message["Message-ID"] = f"<{number}@isk-gazette.example>"
        message["List-Id"] = "<daily.isk-gazette.example>"
        message.set_content(f"{text}\n\nFrom here on, more.\n")
        message.add_alternative(f"<p>{text.replace('&', '&amp;')}</p><p>From here on, more.</p>", subtype="html")
        stored = mailbox.mboxMessage(message)
        stored.set_from("news@isk-gazette.example Thu Mar  4 09:00:00 2021")
        box.add(stored)
    box.close()


def write_tables() -> None:
    """The articles as pandas writes a frame: a table with the index as its first column, and records a line."""
    frame = pandas.DataFrame(
        {
            "title": [title for title, _ in ARTICLES],
            "text": [f'{text}\n\nMore on page "{number}".' for number, (_, text) in enumerate(ARTICLES, 2)],
            "published": pandas.to_datetime(["2021-03-04T09:00:00", "2021-03-05T10:30:00"]),
            "section": ["Coast", None],
            "url": [f"{URL}{number}" for number in (1, 2)],
        }
    )
    frame.to_csv(FOLDER / "pandas.csv")
    frame.to_json(FOLDER / "pandas.jsonl", orient="records", lines=True, date_format="epoch")
    frame.to_json(FOLDER / "pandas.json.gz", orient="records", date_format="iso", indent=2)


if __name__ == "__main__":
    crawl_with_wget()
    write_with_warcio()
    pack_pages()
    write_feeds()
    write_book()
    write_pdf()
    write_mail()
    write_tables()

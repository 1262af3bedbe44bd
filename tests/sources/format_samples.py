"""A small valid file of each single-file format, our own writing; Python's writers make what they can."""

from __future__ import annotations

import email.message
import io
import mailbox
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

CSV = (
    b"id,title,content,author,published,category,url\r\n"
    b'q1,Harbour reopens,"Boats left at dawn.\r\nThe ""Gull"" led, others followed.",Ada Quill,2018-02-20,World,'
    b"https://quay.example/1\r\n"
    b"q2,Ferry late,It was the fog.,Bo Reed,2018-02-21,Coast,https://quay.example/2\r\n"
)

RSS = b"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:c="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>Quay Ledger</title><link>https://quay.example/</link><language>en</language>
<item><title>Harbour &amp;amp; coast <![CDATA[<b>reopen</b> & rest]]></title><link>https://quay.example/1</link>
<guid isPermaLink="false">q1</guid><pubDate>Tue, 20 Feb 2018 16:02:00 GMT</pubDate><dc:creator>Ada Quill</dc:creator>
<category>World</category><description>A teaser.</description>
<c:encoded><![CDATA[<p>Boats left at dawn.</p><p>Others followed &mdash; later.</p>]]></c:encoded></item>
<item><title>Ferry late</title><guid>https://quay.example/2</guid>
<description>It was the fog &eacute;.</description></item>
</channel></rss>
"""

RDF = b"""<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://quay.example/"><title>Quay Ledger</title>
</channel><item rdf:about="https://quay.example/1"><title>Harbour reopens</title><link>https://quay.example/1</link>
<description>Boats left.</description><dc:date>2018-02-20T16:02:00Z</dc:date><dc:subject>World</dc:subject>
</item></rdf:RDF>
"""

ATOM = b"""<?xml version="1.0"?><a:feed xmlns:a="http://www.w3.org/2005/Atom" xml:lang="en">
<a:title>Quay Ledger</a:title>
<a:entry><a:id>tag:quay.example,2018:1</a:id><a:title type="html">Harbour &lt;i&gt;reopens&lt;/i&gt;</a:title>
<a:link rel="self" href="https://quay.example/1.atom"/><a:link href="https://quay.example/1"/>
<a:published>2018-02-20T16:02:00Z</a:published><a:updated>2019-01-01T00:00:00Z</a:updated>
<a:author><a:name>Ada Quill</a:name><a:email>ada@quay.example</a:email></a:author><a:category term="w" label="World"/>
<a:content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Boats <em>left</em> at dawn &amp; noon.</p></div>
</a:content></a:entry></a:feed>
"""

NITF = b"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE nitf SYSTEM "http://www.nitf.org/IPTC/NITF/3.3/specification/dtd/nitf-3-3.dtd">
<nitf><head><title>Harbour</title><meta name="online_sections" content="World; Coast"/>
<docdata><doc-id id-string="77"/><doc.copyright holder="The Quay"/></docdata>
<pubdata date.publication="19870101T000000" ex-ref="http://quay.example/77" name="The Quay Ledger"/></head>
<body><body.head><hedline><hl1>Harbour reopens</hl1><hl2>After the storm</hl2></hedline>
<byline class="print_byline">By Ada Quill</byline><byline class="normalized_byline">Quill, Ada</byline></body.head>
<body.content><block class="lead_paragraph"><p>Boats left.</p></block>
<block class="full_text"><p>LEAD: Boats left.</p><p>Boats left.</p><p>Others <em>followed</em>.</p>
<media><media-caption>A boat</media-caption></media></block></body.content></body></nitf>
"""

NEWSML_G2 = b"""<?xml version="1.0"?><newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><header/><itemSet>
<newsItem guid="urn:quay:1" xml:lang="en"><itemMeta><provider literal="Quay Wire"/>
<versionCreated>2018-02-21T09:00:00Z</versionCreated><firstCreated>2018-02-20T16:02:00Z</firstCreated></itemMeta>
<contentMeta><by>Bo Reed</by><headline>Harbour reopens</headline><subject qcode="q:1"><name>Ports</name></subject>
</contentMeta><contentSet><inlineXML contenttype="application/xhtml+xml"><html xmlns="http://www.w3.org/1999/xhtml">
<head><title>Not this</title></head><body><p>Boats left.</p><p>Others &amp; more.</p></body></html></inlineXML>
</contentSet></newsItem><newsItem guid="urn:quay:2"><itemMeta/><contentMeta/><contentSet><inlineXML>
<nitf><head/><body><body.head><hedline><hl1>Ferry late</hl1></hedline></body.head><body.content><p>Fog.</p>
</body.content></body></nitf></inlineXML></contentSet></newsItem></itemSet></newsMessage>
"""

NEWSML_1 = b"""<?xml version="1.0"?><NewsML><NewsItem><Identification><NewsIdentifier>
<ProviderId>quay.example</ProviderId>
<DateId>20010203</DateId><NewsItemId>n1</NewsItemId></NewsIdentifier></Identification><NewsManagement>
<FirstCreated>20010203T101112Z</FirstCreated></NewsManagement><NewsComponent><NewsLines>
<HeadLine>Le port rouvre</HeadLine>
<ByLine>Ada Quill</ByLine></NewsLines><DescriptiveMetadata><Language FormalName="fr"/></DescriptiveMetadata>
<ContentItem><DataContent><p>Les bateaux partent.</p><p>Enfin.</p></DataContent></ContentItem>
</NewsComponent></NewsItem></NewsML>
"""

RCV1 = b"""<?xml version="1.0" encoding="iso-8859-1" ?>
<newsitem itemid="2286" id="root" date="1996-08-20" xml:lang="en"><title>QUAY: Harbour reopens.</title>
<headline>Harbour reopens.</headline><byline>Ada Quill</byline><dateline>QUAY 1996-08-20</dateline>
<text><p>Boats left the caf\xe9.</p><p>Others followed.</p></text><metadata>
<dc element="dc.publisher" value="Quay Holdings"/><dc element="dc.date.published" value="1996-08-20"/>
</metadata></newsitem>
"""

TEI = b"""<?xml version="1.0"?><TEI xmlns="http://www.tei-c.org/ns/1.0" xml:lang="en"><teiHeader><fileDesc><titleStmt>
<title>Quay Ledger, 4 March</title></titleStmt><sourceDesc><bibl><date when="1890-03-04"/></bibl>
</sourceDesc></fileDesc>
</teiHeader><text><body><div type="article" xml:id="a1"><head>Fire at the quay</head><byline>By <docAuthor>Ada Quill
</docAuthor></byline><p>It burnt<note>Twice.</note> all night.</p></div><div type="article"><head>Ferry late</head>
<p>Fog.</p></div></body></text></TEI>
"""

TREC = b"""<DOC>
<DOCNO> AP880212-0001 </DOCNO>
<FILEID>AP-NR-02-12-88 2344EST</FILEID>
<HEAD>Harbour & Coast AT&amp;T Reopens</HEAD>
<HEAD>Eds: an old head</HEAD>
<BYLINE>By ADA QUILL</BYLINE>
<TEXT>
   Boats left at dawn, 3 < 4 of them,
on the tide.
   Others followed.
</TEXT>
</DOC>
<DOC>
<DOCNO>FT911-1</DOCNO>
<DATE>910514
</DATE>
<HEADLINE>
FT  14 MAY 91 / Ferry late
</HEADLINE>
<TEXT>
It was the fog.
</TEXT>
<PUB>The Financial Times
</PUB>
</DOC>
<DOC>
<DOCNO> LA010189-0001 </DOCNO>
<DATE><P>January 1, 1989, Sunday, Home Edition </P></DATE>
<SECTION><P>Coast; Part 2; Page 1; Metro Desk </P></SECTION>
<HEADLINE><P>TIDE HIGH </P></HEADLINE>
<TEXT><P>It rose. </P><P>It fell. </P></TEXT>
</DOC>
"""

REUTERS = b"""<!DOCTYPE lewis SYSTEM "lewis.dtd">
<REUTERS TOPICS="YES" LEWISSPLIT="TRAIN" CGISPLIT="TRAINING-SET" OLDID="5544" NEWID="1">
<DATE>26-FEB-1987 15:01:01.79</DATE>
<TOPICS><D>ship</D><D>grain</D></TOPICS>
<PLACES><D>usa</D></PLACES>
<UNKNOWN>
&#5;&#5;&#5;C T
&#22;&#22;&#1;f0704&#31;reute</UNKNOWN>
<TEXT>&#2;
<TITLE>QUAY &lt;QQ> REOPENS</TITLE>
<DATELINE>    QUAY, Feb 26 - </DATELINE><BODY>Boats left at dawn
on the tide.
    Others followed.
 Reuter
&#3;</BODY></TEXT>
</REUTERS>
<REUTERS TOPICS="NO" NEWID="2">
<DATE> 1-MAR-1987 09:00:00.00</DATE>
<TEXT TYPE="UNPROC">&#2;
Fog at the ferry \x01today
REUTER
&#3;</TEXT>
</REUTERS>
"""

MARKDOWN = b"""---
title: "Harbour: reopens"
source: https://quay.example/1
author:
  - "[[Ada Quill]]"
published: 2018-02-20
created: 2024-01-01
tags: [clippings, "boats, small"]
description: >-
  A folded
  teaser
---
# Harbour: reopens

Boats **left** [at *dawn*](https://quay.example/(dawn)) ![a boat](boat.png)with `care`[^1], see [[Tides|the tide]].
On a wrapped_up line.

## Later

- one boat
- two boats
> a quote

[^1]: A footnote.
"""

MHTML = b"""From: <Saved by Blink>\r
Snapshot-Content-Location: https://quay.example/1\r
Subject: Harbour reopens - Quay Ledger\r
Date: Wed, 1 Jan 2025 10:00:00 -0000\r
MIME-Version: 1.0\r
Content-Type: multipart/related;\r
\ttype="text/html";\r
\tboundary="----Edge--1----"\r
\r
\r
------Edge--1----\r
Content-Type: text/html\r
Content-Transfer-Encoding: quoted-printable\r
Content-Location: https://quay.example/1\r
\r
<!DOCTYPE html><html><head><title>Harbour reopens</title></head><body><p>Boats left the caf=C3=A9 =\r
at dawn.</p></body></html>\r
------Edge--1----\r
Content-Type: image/png\r
Content-Transfer-Encoding: base64\r
\r
iVBORw0KGgo=\r
------Edge--1------\r
"""

SINGLE_FILE = (
    b"<!DOCTYPE html> <html lang=en><!--\n Page saved with SingleFile \n url: https://quay.example/1?a=b \n"
    b" saved date: Wed Jan 01 2025 10:00:00 GMT+0000\n--><meta charset=utf-8><title>Harbour reopens</title>"
    b"<style>@font-face{src:url(data:font/woff2;base64," + b"d09G" * 500 + b")}</style>"
    b'<img src="data:image/png;base64,' + b"iVBO" * 500 + b'="><p>Boats left at dawn.</p></html>'
)

JSON_LINES = b"""{"id": "q1", "title": "Harbour reopens", "text": "Boats left.\\n\\nOthers too.", "authors": ["Ada"]}
{"headline": "Ferry \\u00e9 late", "body": {"sections": [{"headline": ["Fog"], "paragraphs": ["It was the fog."]}]}}
{"title": "Tide", "publish_date": "2018-02-20T16:02:00Z", "maintext": "It rose.", "tags": ["coast", {"name": "sea"}]}
{"title": "Lamps", "html": "<html><body><p>Forty lamps.</p></body></html>", "url": "https://quay.example/4", "n": 1.5e3}
"""

HTML = b"""<!DOCTYPE html>
<html lang="en"><head><meta charset="iso-8859-1"><title>Harbour reopens</title><base href="https://quay.example/">
<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Harbour reopens"}</script></head>
<body><nav><a href="/">Home</a></nav><h1>Harbour reopens</h1><p>Boats left the caf\xe9 at dawn.</p></body></html>
"""

TEXT = b"""Quay Ledger

HARBOUR REOPENS
20 February 2018

Boats left at dawn. The caf\xe9 was closed.

Others followed.
"""


def build_mail(subject: str = "Häfen öffnen wieder", *, bulk: bool = True, html: bool = True) -> bytes:
    """A message with a text, an HTML part and an attachment."""
    message = email.message.EmailMessage()
    message["From"] = "Mörgen Ledger <news@ledger.example>"
    message["Subject"] = subject
    message["Date"] = "Tue, 20 Feb 2018 16:02:00 +0100"
    message["Message-ID"] = f"<{len(subject)}@ledger.example>"
    if bulk:
        message["List-Id"] = "<daily.ledger.example>"
    message.set_content("Boats left at dawn.\n\nFrom here they followed.\n-- \nLedger, Quay Street\n")
    if html:
        message.add_alternative("<p>Schöne Häfen.</p>", subtype="html", charset="iso-8859-1")
    message.add_attachment(b"\0" * 50, maintype="image", subtype="png", filename="a.png")
    return message.as_bytes()


def build_mbox(count: int = 3) -> bytes:
    """A mailbox as the standard library writes it."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "box")
        box = mailbox.mbox(path)
        for number in range(count):
            box.add(build_mail("s" * (number + 1), bulk=False, html=False))
        box.close()
        return path.read_bytes()


def build_epub() -> bytes:
    """A book of two chapters, a cover, and a chapter that is not there."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
        archive.writestr(
            "META-INF/container.xml",
            '<container><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>',
        )
        names = ("cover.xhtml", "one%20a.xhtml", "two.xhtml", "gone.xhtml")
        items = "".join(
            f'<item id="i{at}" href="{name}" media-type="application/xhtml+xml"/>' for at, name in enumerate(names)
        )
        spine = "".join(f'<itemref idref="i{at}"/>' for at in range(len(names)))
        archive.writestr(
            "OEBPS/book.opf",
            "<package><metadata><dc:title>Quay Weekly</dc:title><dc:date>2018-02-20</dc:date>"
            f"<dc:language>en</dc:language></metadata><manifest>{items}</manifest><spine>{spine}</spine></package>",
        )
        archive.writestr("OEBPS/cover.xhtml", "<html><body><h1>Quay Weekly</h1></body></html>")
        for name, title in (("one a", "Harbour &amp; coast"), ("two", "Ferry late")):
            text = "<p>Boats left at dawn on the tide.</p>" * 12
            archive.writestr(f"OEBPS/{name}.xhtml", f"<html><body><h2>{title}</h2>{text}</body></html>")
    return content.getvalue()


def build_pdf(pages: list[list[str]], title: str = "Harbour reopens") -> bytes:
    """A PDF file with these lines on its pages, written by hand."""
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"", b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]
    objects.append(f"<</Title({title})/CreationDate(D:20250101)>>".encode())
    kids = []
    for lines in pages:
        shown = "".join(f"({line}) Tj 0 -14 Td " for line in lines)
        stream = f"BT /F1 12 Tf 72 700 Td {shown}ET".encode()
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream))
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</Font<</F1 3 0 R>>>>/Contents %d 0 R>>"
            % len(objects)
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(kids), b" ".join(kids))
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer<</Size %d/Root 1 0 R/Info 4 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


SAMPLES: dict[str, tuple[str, bytes]] = {
    "table": ("a.csv", CSV),
    "rss": ("a.xml", RSS),
    "rdf": ("a.rdf", RDF),
    "atom": ("feed", ATOM),
    "nitf": ("a.xml", NITF),
    "newsml-g2": ("a.xml", NEWSML_G2),
    "newsml-1": ("a.xml", NEWSML_1),
    "rcv1": ("a.xml", RCV1),
    "tei": ("a.xml", TEI),
    "trec": ("ap880212", TREC),
    "reuters": ("reut2-000.sgm", REUTERS),
    "markdown": ("a.md", MARKDOWN),
    "mhtml": ("a.mhtml", MHTML),
    "singlefile": ("a.html", SINGLE_FILE),
    "email": ("1519142520.M1P2.host", build_mail()),
    "mbox": ("inbox", build_mbox()),
    "epub": ("a.epub", build_epub()),
    "pdf": ("a.pdf", build_pdf([["Harbour reopens", "Boats left at dawn."], ["Others fol-", "lowed."]])),
    "json-lines": ("a.jsonl", JSON_LINES),
    "json": ("a.json", b"[" + b",\n".join(JSON_LINES.splitlines()) + b"]"),
    "html": ("a.html", HTML),
    "text": ("a.txt", TEXT),
}
"""By the format, or its kind: a name and a content."""

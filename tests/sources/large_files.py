"""Files of many records, a few of them broken, in each format that several processes read together."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

from tests.sources.format_samples import build_mail

if TYPE_CHECKING:
    from collections.abc import Callable


def _is_bad(number: int) -> bool:
    return number % 397 == 5


def build_table(count: int) -> bytes:
    """Rows with delimiters, quotes and line ends inside quotes; some have too few fields, some no id."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["id", "title", "content"])
    for number in range(count):
        if _is_bad(number):
            out.write(f"r{number},short\n\n")
        else:
            text = f'Boats "left",\nthen {number} of them.\n\n"Gulls",'
            writer.writerow([f"r{number}" if number % 3 else "", f"Title, {number}", text])
    return out.getvalue().encode()


def build_mailbox(count: int) -> bytes:
    """Messages whose text says "From " at the start of a line; some have neither subject nor text."""
    out = io.BytesIO()
    for number in range(count):
        out.write(b"From news@ledger.example Tue Feb 20 16:02:00 2018\n")
        if _is_bad(number):
            out.write(b"X-Nothing: 1\n\n\n")
        else:
            mail = build_mail(f"Number {number}", html=False).replace(b"@ledger", b"%d@ledger" % number)
            out.write(mail.replace(b"\nFrom here", b"\n>From here") + b"\n\n")
    return out.getvalue()


def build_trec(count: int) -> bytes:
    """Documents of a TREC collection; some have no end."""
    return b"".join(
        b"<DOC>\n<DOCNO> AP880212-%d </DOCNO>\n<HEAD>Title %d</HEAD>\n<TEXT>\nBoats left.\n</TEXT>\n%b"
        % (number, number, b"" if _is_bad(number) else b"</DOC>\n")
        for number in range(count)
    )


def build_reuters(count: int) -> bytes:
    """Articles of the Reuters collection; some are empty."""
    return b"<!DOCTYPE lewis>\n" + b"".join(
        b'<REUTERS TOPICS="YES" NEWID="%d">\n<TEXT>%b</TEXT>\n</REUTERS>\n'
        % (number, b"" if _is_bad(number) else b"<TITLE>Title %d</TITLE><BODY>Boats left.\n&#3;</BODY>" % number)
        for number in range(count)
    )


def build_json_lines(count: int) -> bytes:
    """Objects of which some have no id, and some are cut short."""
    lines = []
    for number in range(count):
        record = {"id": f"r{number}"} if number % 3 else {}
        line = json.dumps({**record, "title": f"Title {number}", "text": "Boats left."})
        lines.append(line[:20] if _is_bad(number) else line)
    return "\n".join(lines).encode()


LARGE_FILES: dict[str, Callable[[int], bytes]] = {
    "table": build_table,
    "mbox": build_mailbox,
    "trec": build_trec,
    "reuters": build_reuters,
    "json-lines": build_json_lines,
}
"""By format: a function from the number of records to the content."""

"""The reader of saved mail: newsletters and alerts, one message in a file, as `.eml` or in a Maildir.

The HTML part is the article, else the text; attachments are left alone. Format: RFC 5322.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newsgrep.article import Content, Page
from newsgrep.sources.format import Format
from newsgrep.sources.html_text import read_markup
from newsgrep.sources.mime_message import MimePart, iter_leaves, parse_message
from newsgrep.sources.outcome import Outcome, Skipped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsgrep.sources.opened_file import OpenedFile

_NAMES = (".eml", ".emlx")
_HEADERS = re.compile(
    rb"(?:(?:\xef\xbb\xbf)?\d{1,12}[ \t]*\r?\n)?((?:[!-9;-~]{1,80}:[^\n]{0,8000}\n(?:[ \t][^\n]{0,8000}\n)*+){2,200})"
)
_SENDER = re.compile(rb"^From:", re.IGNORECASE | re.MULTILINE)
_TRAVELLED = re.compile(
    rb"^(?:Message-ID|Received|Return-Path|Delivered-To|MIME-Version|X-Mailer|List-Id):", re.IGNORECASE | re.MULTILINE
)
_WRITTEN = re.compile(rb"^Date:.*^Subject:|^Subject:.*^Date:", re.IGNORECASE | re.MULTILINE | re.DOTALL)
_APPLE_LENGTH = re.compile(rb"\d{1,12}[ \t]*\r?\n")
_APPLE_LIST = b'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE plist'
_BULK = ("list-id", "list-unsubscribe", "list-post", "x-campaign", "x-mailgun-sid", "feedback-id")
_SIGNATURE = re.compile(r"\n-- \n.*\Z", re.DOTALL)
_ADDRESS = re.compile(r"\s*\"?([^<\"]*?)\"?\s*<([^<>]{1,320})>")
_LONGEST_ID = 512


def is_email(name: str, head: bytes) -> bool:
    """Whether bytes begin a message: a block of headers, among them a sender and some that mail has."""
    found = _HEADERS.match(head[:16384])
    if not found or not _SENDER.search(found[1]):
        return False
    return name.endswith(_NAMES) or bool(_TRAVELLED.search(found[1])) or bool(_WRITTEN.search(found[1]))


def read_email(file: OpenedFile) -> Iterator[Outcome]:
    """One page for the message. Raises FileUnreadable."""
    data = file.read_whole()
    if found := _APPLE_LENGTH.match(data[:32]):
        # Apple Mail: the length on a line of its own, and a property list behind the message.
        data = data[found.end() :]
        end = data.rfind(_APPLE_LIST)
        data = data[:end] if end > 0 else data
    page = build_mail_page(parse_message(data), file.path)
    yield page or Skipped("a message without text")


def build_mail_page(message: MimePart, path: str) -> Page | None:
    """The page of a message, without a key; None when it has neither a subject nor a text."""
    title = message.read_header("subject")
    html, text = _find_bodies(message)
    if not (title or html or text):
        return None
    name, address = _split_sender(message.read_header("from"))
    is_bulk = any(header in message.headers for header in _BULK) or message.headers.get("precedence") in (
        "bulk",
        "list",
    )
    archived = message.read_header("archived-at").strip("<> ")
    return Page(
        path=path,
        content=Content.BODY,
        text=html or text,
        title=title or None,
        published=message.read_header("date")[:100] or None,
        # A newsletter's sender is the paper, a letter's the person.
        authors=(name,) if name and not is_bulk else (),
        source=(name if is_bulk and name else address.rpartition("@")[2]) or None,
        url=archived if archived.startswith(("http://", "https://")) else None,
        lang=message.read_header("content-language").split(",")[0].strip() or None,
    )


def find_message_id(message: MimePart) -> str | None:
    """The message's own id without its brackets."""
    own_id = message.read_header("message-id").strip("<> ")
    return own_id if 0 < len(own_id) <= _LONGEST_ID else None


def _find_bodies(message: MimePart) -> tuple[str, str]:
    """The first HTML part that says something, and the text parts."""
    html = ""
    texts: list[str] = []
    for part in iter_leaves(message):
        if part.is_attachment:
            continue
        if part.kind in ("text/html", "application/xhtml+xml"):
            html = html or read_markup(part.read_text())
        elif part.kind == "text/plain":
            texts.append(_read_plain(part))
    return html, "\n\n".join(text for text in texts if text)


def _read_plain(part: MimePart) -> str:
    text = _SIGNATURE.sub("", part.read_text())
    if (part.get_parameter("format") or "").lower() == "flowed":
        # A line that ends with a blank goes on in the next (RFC 3676).
        text = re.sub(r" \n(?=[^\n>])", " ", text)
    return text.strip()


def _split_sender(sender: str) -> tuple[str, str]:
    """The name and the address of a sender."""
    found = _ADDRESS.match(sender)
    if found:
        return " ".join(found[1].strip(" '").split()), found[2].strip()
    return ("", sender.strip()) if "@" in sender else (sender.strip(), "")


EMAIL = Format("email", "a saved mail, as .eml or in a Maildir", is_email, read_email, suffixes=(".eml", ".emlx"))

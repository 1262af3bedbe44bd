"""What watches tell as a mail: one message (RFC 5322) that `sendmail -t` takes, or one more message of an mbox file.

`From` is left to the mail system, which knows the account that it is sent from, as with the mail of cron.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from email import policy
from email.generator import BytesGenerator
from email.message import EmailMessage
from email.utils import format_datetime
from typing import TYPE_CHECKING

from newsgrep.cli.wording import count_of
from newsgrep.errors import OptionError

if TYPE_CHECKING:
    from collections.abc import Sequence

# An address as mail systems take it: a name of this machine, or one of another behind the @.
_MAILBOX = r"[\w.!#$%&'*+/=?^`{|}~-]+(?:@[\w-]+(?:\.[\w-]+)*)?"
_ADDRESS = re.compile(rf"{_MAILBOX}|[^<>@,;:\"]*<{_MAILBOX}>")
_POLICY = policy.default.clone(linesep="\n", cte_type="7bit")


def build_message(
    body: str, *, articles: int, watches: Sequence[str], recipients: Sequence[str], now: dt.datetime
) -> EmailMessage:
    """A message whose text is `body`. Raises OptionError for a recipient that cannot be one."""
    message = EmailMessage(_POLICY)
    message["Date"] = format_datetime(now.astimezone())
    if recipients:
        message["To"] = ", ".join(map(_checked, recipients))
    message["Subject"] = f"newsgrep: {count_of(articles, 'new article')} ({', '.join(watches)})"
    # Nobody's answer is expected, least of all that of another program (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body, cte="quoted-printable")
    return message


def render_message(message: EmailMessage) -> bytes:
    """Write a message for `sendmail`."""
    return _flatten(message, mangle=False)


def render_mbox(message: EmailMessage, *, now: dt.datetime) -> bytes:
    """Write a message as one more of an mbox file."""
    stamp = now.astimezone(dt.UTC).strftime("%a %b %d %H:%M:%S %Y")
    return f"From newsgrep {stamp}\n".encode() + _flatten(message, mangle=True) + b"\n"


def _checked(recipient: str) -> str:
    """An address, with or without a name. Raises OptionError."""
    if not recipient.isprintable() or not _ADDRESS.fullmatch(recipient):
        raise OptionError(f"--mail-to: {recipient!r} is no address", hint="For example: --mail-to desk@example.org")
    return recipient


def _flatten(message: EmailMessage, *, mangle: bool) -> bytes:
    buffer = io.BytesIO()
    BytesGenerator(buffer, mangle_from_=mangle, policy=_POLICY).flatten(message)
    return buffer.getvalue()

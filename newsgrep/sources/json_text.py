"""JSON as it is found in the wild: a lenient parser that fails in one way only.

Control characters inside strings pass, NaN and infinities are null, a key that stands twice counts the last time, and
integers too long for any id stay strings.
"""

from __future__ import annotations

import json
import re
from typing import Any

from newsgrep.errors import FileUnreadable

_SPACE = re.compile(r"\s*")
# Python refuses to convert integers of more than 4300 digits, and none of our keys is a long one.
_LONGEST_INTEGER = 20


def _parse_int(digits: str) -> int | str:
    return int(digits) if len(digits) <= _LONGEST_INTEGER else digits


def _parse_constant(_: str) -> None:
    return None


_DECODER = json.JSONDecoder(strict=False, parse_int=_parse_int, parse_constant=_parse_constant)


def parse_json(text: str, start: int = 0) -> tuple[Any, int]:
    """The value that begins at or after `start`, and the place after it and the space that follows.

    Raises FileUnreadable with the place of the fault.
    """
    start = skip_space(text, start)
    try:
        value, end = _DECODER.raw_decode(text, start)
    except json.JSONDecodeError as error:
        line = f"line {error.lineno}, " if error.lineno > 1 else ""
        raise FileUnreadable(f"Not valid JSON: {error.msg} ({line}column {error.colno})") from error
    except RecursionError as error:
        raise FileUnreadable("JSON nested too deeply") from error
    return value, skip_space(text, end)


def skip_space(text: str, start: int) -> int:
    """The place of the first character from `start` that is no white space."""
    found = _SPACE.match(text, start)
    return found.end() if found else start

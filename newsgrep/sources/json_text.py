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
_WINDOWS = (1 << 14, 1 << 20)
_CUT = 32
"""Characters from the end of a window in which a fault may be the window's: longer than any word of JSON."""


def _parse_int(digits: str) -> int | str:
    return int(digits) if len(digits) <= _LONGEST_INTEGER else digits


def _parse_constant(_: str) -> None:
    return None


_DECODER = json.JSONDecoder(strict=False, parse_int=_parse_int, parse_constant=_parse_constant)


def parse_json(text: str, start: int = 0) -> tuple[Any, int]:
    """The value that begins at or after `start`, and the place after it and the space that follows.

    Raises FileUnreadable with the place of the fault.
    """
    return _parse(text, skip_space(text, start))


def parse_one_of_many(text: str, start: int) -> tuple[Any, int]:
    """As `parse_json`, for a text with a million values: a fault costs no more at its end than at its beginning.

    Python counts the lines up to a fault, so it is shown only as much of the text as the value takes. Raises
    FileUnreadable with the place of the fault in the value, or in the text where the value is a large one.
    """
    start = skip_space(text, start)
    for size in _WINDOWS:
        if start + size >= len(text):
            break
        window = text[start : start + size]
        try:
            value, end = _DECODER.raw_decode(window)
        except json.JSONDecodeError as error:
            if error.pos < size - _CUT and not error.msg.startswith("Unterminated"):
                raise _fault(error) from error
        except RecursionError as error:
            raise FileUnreadable("JSON nested too deeply") from error
        else:
            # A number at the end of the window may have more digits.
            if end < size:
                return value, skip_space(text, start + end)
    return _parse(text, start)


def _parse(text: str, start: int) -> tuple[Any, int]:
    try:
        value, end = _DECODER.raw_decode(text, start)
    except json.JSONDecodeError as error:
        raise _fault(error) from error
    except RecursionError as error:
        raise FileUnreadable("JSON nested too deeply") from error
    return value, skip_space(text, end)


def _fault(error: json.JSONDecodeError) -> FileUnreadable:
    line = f"line {error.lineno}, " if error.lineno > 1 else ""
    return FileUnreadable(f"Not valid JSON: {error.msg} ({line}column {error.colno})")


def skip_space(text: str, start: int) -> int:
    """The place of the first character from `start` that is no white space."""
    found = _SPACE.match(text, start)
    return found.end() if found else start

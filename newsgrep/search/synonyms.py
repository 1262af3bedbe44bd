"""A user's list of words and phrases that mean the same, one group a line.

    # capitals
    Kyiv, Kiev
    European Union, EU
    PM => prime minister

Words and phrases of a group stand between commas; a query for one finds the others. Where there is an arrow, what
stands left of it also finds what stands right of it, and not the reverse. A `#` at the beginning of a line, or after a
blank, begins a remark; `\\,` is a comma that parts nothing. The form is that of Solr's synonym files, but for what an
arrow does there: it puts the right side in the place of the left one, and here nothing that is typed is lost.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from newsgrep.codec.words import iter_words
from newsgrep.errors import OptionError

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Mapping

MOST_OF_A_GROUP = 200
"""Words and phrases of one group."""
_REMARK = re.compile(r"(?:^|\s)#.*")
_COMMA = re.compile(r"(?<!\\),")


class Synonyms(NamedTuple):
    """What else to look for, by the index words of what was typed."""

    entries: Mapping[tuple[str, ...], tuple[str, ...]]
    most_words: int
    """Words of the longest entry."""

    def find(self, typed: str) -> tuple[str, ...]:
        """The synonyms of a word or phrase, as they stand in the file."""
        return self.entries.get(terms_of(typed), ())


def terms_of(text: str) -> tuple[str, ...]:
    """The index words of a text, one after the other."""
    return tuple(word.term for word in iter_words(text) if not word.whole)


def read_synonyms(path: str | os.PathLike[str]) -> Synonyms:
    """Read a file of synonyms. Raises OptionError, which names the file and the line."""
    try:
        with open(path, "rb") as file:
            text = file.read().decode("utf-8-sig")
    except OSError as error:
        raise OptionError(
            f"--synonyms {path}: {error.strerror or error}", hint="Name a file with a group a line, as in: Kyiv, Kiev"
        ) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise OptionError(f"--synonyms {path}, line {line}: not UTF-8 text", hint="Save the file as UTF-8.") from error
    return parse_synonyms(text.splitlines(), str(path))


def parse_synonyms(lines: Iterable[str], name: str) -> Synonyms:
    """Read the lines of a file of synonyms, which has a name. Raises OptionError."""
    entries: dict[tuple[str, ...], dict[str, None]] = {}
    for number, line in enumerate(lines, 1):
        group = _REMARK.sub("", line).strip()
        if not group:
            continue
        where = f"--synonyms {name}, line {number}"
        left, arrow, right = group.partition("=>")
        if "=>" in right:
            raise OptionError(f"{where}: a line has one => at most", hint="Write a line for each: PM => prime minister")
        typed = _read_words(left, where)
        meant = _read_words(right, where) if arrow else typed
        if not arrow and len(typed) < 2:
            hint = "For example: Kyiv, Kiev or: PM => prime minister"
            raise OptionError(f"{where}: {group} stands alone: a group has two words or more", hint=hint)
        for each in typed:
            own = terms_of(each)
            entries.setdefault(own, {}).update(dict.fromkeys(other for other in meant if terms_of(other) != own))
    return Synonyms({terms: tuple(found) for terms, found in entries.items()}, max(map(len, entries), default=0))


def _read_words(text: str, where: str) -> list[str]:
    words = [" ".join(each.replace("\\,", ",").split()) for each in _COMMA.split(text)]
    if len(words) > MOST_OF_A_GROUP:
        raise OptionError(
            f"{where}: a group has {MOST_OF_A_GROUP} words and phrases at most", hint="Write several groups."
        )
    for word in words:
        if not terms_of(word):
            raise OptionError(
                f"{where}: {f'{word!r} holds no word' if word else 'a word is missing'}",
                hint="Words and phrases stand between commas, each of letters or digits.",
            )
    return words

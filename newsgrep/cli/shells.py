"""Completion in bash, zsh and fish: the script that a shell reads once, and the answers that it asks for at each Tab.

What there is to offer comes from the Click commands. zsh and fish put what they insert into quotes themselves, and
Click's scripts serve them. bash inserts what it is given as it stands, and only in the place of what follows the last
`:` or `=` of a word (COMP_WORDBREAKS), so its answers are written here as they are to be typed.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, NamedTuple

from click.shell_completion import FishComplete, ShellComplete, ZshComplete

from newsgrep.cli.command import COMPLETION_VARIABLE

if TYPE_CHECKING:
    import click
    from click.shell_completion import CompletionItem

PROGRAM = "newsgrep"

_BASH_SCRIPT = """\
%(complete_func)s() {
    local kind value
    COMPREPLY=()
    while IFS=, read -r kind value; do
        case $kind in
            plain) COMPREPLY+=("$value") ;;
            file) compopt -o default ;;
            dir) compopt -o dirnames ;;
        esac
    done < <(COMP_WORDS="${COMP_LINE:0:COMP_POINT}" COMP_WORDBREAKS="$COMP_WORDBREAKS" \\
        %(complete_var)s=bash_complete "$1" 2> /dev/null)
}

complete -o nosort -F %(complete_func)s %(prog_name)s
"""

_BREAKS = "=:@"
"""What of COMP_WORDBREAKS may stand in a word without quotes, where it is not set otherwise."""
_PLAIN = re.compile(r"[\w%+,./:=@-]")
_OPTION = re.compile(r"--[\w-]+=")


class LastWord(NamedTuple):
    """The word before the cursor."""

    text: str
    """Without its quotes."""
    replaced_from: int
    """How many characters of the text stand before what bash replaces."""
    quote: str
    """The quote that is open, if there is one."""


def read_line(line: str, breaks: str = _BREAKS) -> tuple[list[str], LastWord]:
    """The words of a line before the last, and the last; each without its quotes."""
    words: list[str] = []
    word, quote, broken_at, begun = "", "", 0, False
    characters = iter(line)
    for char in characters:
        if quote:
            if char == quote:
                quote = ""
            elif char == "\\" and quote == '"':
                escaped = next(characters, "")
                word += escaped if escaped in '"\\$`' else f"\\{escaped}"
            else:
                word += char
        elif char in " \t\n":
            if begun:
                words.append(word)
            word, broken_at, begun = "", 0, False
            continue
        elif char in "'\"":
            quote, broken_at = char, len(word)
        elif char == "\\":
            word += next(characters, "")
        else:
            word += char
            broken_at = len(word) if char in breaks else broken_at
        begun = True
    return words, LastWord(word, broken_at, quote)


class Bash(ShellComplete):
    """Completion in bash, from 4.4 on."""

    name = "bash"
    source_template = _BASH_SCRIPT
    _last = LastWord("", 0, "")

    def get_completion_args(self) -> tuple[list[str], str]:
        """What stands on the line up to the cursor."""
        words, self._last = read_line(os.environ["COMP_WORDS"], os.environ.get("COMP_WORDBREAKS", _BREAKS))
        return words[1:], self._last.text

    def format_completion(self, item: CompletionItem[str]) -> str:
        """A value as it is to be typed, without what bash leaves before it."""
        if item.type != "plain":
            return f"{item.type},"
        option = _OPTION.match(self._last.text)
        kept = self._last.replaced_from - (option.end() if option else 0)
        return f"plain,{quote_for_bash(item.value[max(0, kept) :], self._last.quote)}"


def quote_for_bash(value: str, quote: str) -> str:
    """A value as bash reads it back, behind an open quote or without one."""
    if quote == "'":
        return value.replace("'", r"'\''")
    if quote:
        return re.sub(r'(["\\$`])', r"\\\1", value)
    return "".join(char if _PLAIN.fullmatch(char) else f"\\{char}" for char in value)


class Zsh(ZshComplete):
    """Completion in zsh."""

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem[str]]:
        """Values that take the place of the whole word, with its option where they are joined by =."""
        return _with_option(super().get_completions(args, incomplete), incomplete)


class Fish(FishComplete):
    """Completion in fish."""

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem[str]]:
        """Values that take the place of the whole word, with its option where they are joined by =."""
        return _with_option(super().get_completions(args, incomplete), incomplete)


def _with_option(items: list[CompletionItem[str]], incomplete: str) -> list[CompletionItem[str]]:
    option = _OPTION.match(incomplete)
    for item in items if option else ():
        if option and item.type == "plain":
            item.value = option[0] + item.value
    return items


_SHELLS: dict[str, type[ShellComplete]] = {"bash": Bash, "zsh": Zsh, "fish": Fish}
NAMES = tuple(_SHELLS)


def render_script(group: click.Command, shell: str) -> str:
    """The script that a shell reads once to know how to ask."""
    return _SHELLS[shell](group, {}, PROGRAM, COMPLETION_VARIABLE).source()


def render_answer(group: click.Command, asked: str) -> str:
    """What there is to offer at the place that the shell's variables tell; nothing for a shell that is not known."""
    shell, _, instruction = asked.partition("_")
    if shell not in _SHELLS or instruction != "complete":
        return ""
    answer = _SHELLS[shell](group, {}, PROGRAM, COMPLETION_VARIABLE).complete()
    return f"{answer}\n" if answer else ""

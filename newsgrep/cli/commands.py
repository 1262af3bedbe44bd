"""The command `newsgrep`: finds the subcommand, and turns every outcome into an exit code.

0 found, 1 nothing found, 2 error, 130 interrupted (143 and 129 by other signals); a reader that closes the pipe early
is no error.
Click's own codes are not used: it ends with 1 on errors and on closed pipes, which here means
"nothing found".
"""

from __future__ import annotations

import contextlib
import importlib
import os
from typing import TYPE_CHECKING, cast

import click

from newsgrep import __version__
from newsgrep.cli import streams
from newsgrep.cli.command import COMPLETION_VARIABLE, Group
from newsgrep.cli.disk_errors import describe_disk_error
from newsgrep.cli.exit_codes import FAILED, FOUND, INTERRUPTED
from newsgrep.cli.interrupt import code_of
from newsgrep.errors import NewsgrepError

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMANDS = (
    "index",
    "search",
    "browse",
    "stories",
    "kwic",
    "compare",
    "show",
    "open",
    "versions",
    "similar",
    "batch",
    "timeline",
    "facets",
    "cite",
    "export",
    "sections",
    "watch",
    "info",
    "check",
    "doctor",
    "extract",
    "formats",
    "config",
    "completion",
)
"""In the order of a first use; each is `NAME_command` in the module `NAME_command`."""


class LazyGroup(Group):
    """A group that imports a command only when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands, in the order of a first use."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"newsgrep.cli.{cmd_name}_command")
        return cast("click.Command", getattr(module, f"{cmd_name}_command"))

    def explain_unknown(self, ctx: click.Context, args: list[str], known: list[str]) -> str:
        """What is no command may be a query without `search`."""
        from shlex import join

        return f"{super().explain_unknown(ctx, args, known)}\nTo search for it: newsgrep search {join(args)}"


@click.group(
    cls=LazyGroup,
    subcommand_metavar="COMMAND [ARGUMENT]...",
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="newsgrep", message="%(prog)s %(version)s")
@click.pass_context
def newsgrep(ctx: click.Context) -> int:
    """Full-text search for directories of saved news articles.

    Index a directory once, and again when files were added; then search it by words, dates, sections,
    authors and publications.

    Environment: NEWSGREP_INDEX names the index, where --index does not, NEWSGREP_CONFIG the
    user's settings (`newsgrep config`). NEWSGREP_PAGER or PAGER is the program that shows what is longer than the
    terminal. NO_COLOR and FORCE_COLOR decide on colours, BROWSER on what `newsgrep open` opens pages with.

    \b
    Examples:
      newsgrep index clippings/
      newsgrep search "Deir Ezzor" --since 2018-02 --section news
      newsgrep search Aleppo --json | jq -r '.hits[].title'
      newsgrep search --help

    Exit code: 0 found, 1 nothing found, 2 error, 130 interrupted.
    """
    if ctx.invoked_subcommand is None:
        streams.say(ctx.get_help())
        return FAILED
    return FOUND


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code. Never raises."""
    # NumPy is asked for no linear algebra; without this its library starts a thread a core when it is imported.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    streams.hold_closed()
    if asked := os.environ.get(COMPLETION_VARIABLE):
        return _answer_shell(asked)
    try:
        code = _run(arguments)
        streams.flush_stdout()
    except streams.ReaderGone:
        streams.abandon_stdout()
        return FOUND
    except KeyboardInterrupt as stop:
        # What is still buffered may be for a reader that has stopped reading.
        streams.abandon_stdout()
        return code_of(stop)
    except click.Abort:
        return INTERRUPTED
    except NewsgrepError as error:
        streams.say(f"newsgrep: {error}")
        return FAILED
    except click.ClickException as error:
        streams.say(_usage_message(error))
        return FAILED
    except OSError as error:
        if isinstance(error, BrokenPipeError) and streams.is_reader_gone():
            streams.abandon_stdout()
            return FOUND
        streams.abandon_stdout()
        streams.say(f"newsgrep: {describe_disk_error(error)}")
        return FAILED
    except Exception:
        import traceback

        streams.say(f"newsgrep: this is a fault of newsgrep itself\n{traceback.format_exc()}")
        return FAILED
    return code


def _answer_shell(asked: str) -> int:
    """Tell a shell what there is to offer, and whatever happens nothing else: the user is typing."""
    with contextlib.suppress(Exception, KeyboardInterrupt):
        from newsgrep.cli.shells import render_answer

        streams.write_data([render_answer(newsgrep, asked)])
        return FOUND
    return FAILED


def _run(arguments: Sequence[str]) -> int:
    try:
        with newsgrep.make_context("newsgrep", list(arguments)) as context:
            code = newsgrep.invoke(context)
    except click.exceptions.Exit as exit_:
        return exit_.exit_code
    return code if isinstance(code, int) else FOUND


def _usage_message(error: click.ClickException) -> str:
    message = f"newsgrep: {error.format_message()}"
    if isinstance(error, click.NoSuchOption) and not error.option_name.startswith("--"):
        message += "\nPut -- before a query that begins with a dash."
    if isinstance(error, click.UsageError) and error.ctx:
        message += f"\nTry '{error.ctx.command_path} --help'."
    return message

"""`newsgrep completion`: the script by which a shell completes what is typed."""

from __future__ import annotations

import os

import click

from newsgrep.cli import streams
from newsgrep.cli.command import command
from newsgrep.cli.exit_codes import FOUND

# As `shells` has them, which costs an import.
_SHELLS = ("bash", "zsh", "fish")


@command("completion", short_help="Print the script that makes Tab complete in bash, zsh or fish.")
@click.argument("shell", required=False, metavar="[bash|zsh|fish]", type=click.Choice(_SHELLS))
def completion_command(shell: str | None) -> int:
    """Print the script that makes a shell complete newsgrep when Tab is pressed: commands, options and their values.

    Sections, publications, authors, ids of articles and names of watches are those of the index that the command
    would use. Without SHELL the script is for the shell that $SHELL names.

    Kept in the place where the shell looks, the script is read by each new shell; the examples show the usual ones.
    For zsh, that folder has to be in $fpath: `fpath+=~/.zfunc` in ~/.zshrc, before compinit.

    Exit code: 0 printed, 2 error.

    \b
    Examples:
      newsgrep completion bash > ~/.local/share/bash-completion/completions/newsgrep
      newsgrep completion zsh > ~/.zfunc/_newsgrep
      newsgrep completion fish > ~/.config/fish/completions/newsgrep.fish
    """
    chosen = shell or os.path.basename(os.environ.get("SHELL", ""))
    if chosen not in _SHELLS:
        raise click.UsageError(f"Which shell? Type newsgrep completion {'|'.join(_SHELLS)}.")
    from newsgrep.cli.shells import render_script

    streams.write_data([render_script(click.get_current_context().find_root().command, chosen)])
    return FOUND

"""`newsgrep config`: which settings there are, and where each comes from."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from newsgrep.archive.location import name_locations
from newsgrep.archive.opensearch.address import hide_password
from newsgrep.cli import config, streams
from newsgrep.cli.command import command
from newsgrep.cli.exit_codes import FAILED, FOUND
from newsgrep.cli.options import Place, index_option, json_option, view_options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsgrep.cli.config import Setting, SettingsFile

VARIABLES = (
    "NEWSGREP_INDEX",
    "NEWSGREP_CONFIG",
    "NEWSGREP_OPENSEARCH_CA",
    "NEWSGREP_OPENSEARCH_USER",
    "NEWSGREP_PAGER",
    "NETRC",
    "PAGER",
    "BROWSER",
    "NO_COLOR",
    "FORCE_COLOR",
    "TERM",
)
"""The environment variables that change what newsgrep does, beside those of settings."""
SECRETS = ("NEWSGREP_OPENSEARCH_PASSWORD", "NEWSGREP_OPENSEARCH_TOKEN")
"""Those whose values are nobody's business."""


@dataclass(frozen=True, slots=True)
class Overview:
    """All settings that are made, and what is wrong with them."""

    indexes: tuple[str, ...]
    """The index that commands would use here; several where they would ask them together."""
    files: tuple[SettingsFile, ...]
    """Those that were looked for, the one that counts more first."""
    settings: tuple[tuple[Setting, bool], ...]
    """Each with whether it counts: another one may go before it."""
    problems: tuple[str, ...]


@command("config", short_help="Show the settings, and where each comes from.")
@json_option("the settings")
@view_options
@index_option
def config_command(as_json: bool, color: str, index: Place) -> int:
    """Show which settings are made, where each comes from, and what is wrong with them.

    Settings are defaults for options. They are looked for in environment variables such as NEWSGREP_SEARCH_LIMIT, in
    newsgrep.toml of the index, and in newsgrep.toml of the user; what is typed goes before all. docs/config.md says
    what can be set.

    Exit code: 0 shown, 2 a setting cannot be used, or another error.

    \b
    Examples:
      newsgrep config
      newsgrep config --json | jq -r '.settings[] | [.name, .value, .origin] | @tsv'
    """
    overview = collect(click.get_current_context().find_root(), index)
    if as_json:
        from newsgrep.cli import json_printer

        streams.write_data([json_printer.render_document(_record_of(overview))])
    else:
        streams.write_view(_render(overview, is_styled=streams.is_styled(color)))
    for problem in overview.problems:
        streams.say(f"newsgrep: {problem}")
    return FAILED if overview.problems else FOUND


config_command.tells_settings = False  # It tells of them itself.


def collect(root: click.Context, index: Place) -> Overview:
    """Read all settings, for every command."""
    user = config.read_user_file()
    indexes = name_locations(index) if index else config.locate_indexes(user)
    own = config.read_index_file(indexes[0]) if len(indexes) == 1 else None
    files = [each for each in (own, user) if each and each.path]
    of_files = [setting for file in files for setting in file.settings]
    settings: dict[Setting, bool] = {}
    problems = [problem for file in files for problem in file.problems]
    known = {config.EVERY_COMMAND}
    for path, ctx in iter_commands(root):
        known.add(path)
        mine = [*config.read_environment(path, ctx.command), *of_files]
        if path not in config.ASKING and own:
            mine = [setting for setting in mine if setting.origin != own.path]
        defaults = config.choose_defaults(ctx, path, mine, index_file=own.path if own else "")
        problems += defaults.problems
        for setting in mine:
            if setting.table == path or setting in defaults.used:
                settings[setting] = settings.get(setting, False) or setting in defaults.used
    for setting in of_files:
        if setting.name == "index" and setting.origin == user.path:
            settings[setting] = index is None and bool(config.find_own_indexes(user))
        elif setting.table not in known:
            problems.append(f"{setting.origin}: [{setting.table}]: there is no such command")
        elif setting not in settings:
            problems.append(f"{setting.origin}: {setting.name}: no command has this option")
    return Overview(indexes, tuple(files), tuple(settings.items()), tuple(dict.fromkeys(problems)))


def iter_commands(ctx: click.Context) -> Iterator[tuple[str, click.Context]]:
    """Every command that can be run below a context: as it is typed after `newsgrep`, and its own context."""
    if not isinstance(ctx.command, click.Group):
        yield config.path_of(ctx), ctx
        return
    for name in ctx.command.list_commands(ctx):
        below = ctx.command.get_command(ctx, name)
        if below is not None:
            yield from iter_commands(click.Context(below, info_name=name, parent=ctx))


def _variables() -> dict[str, str]:
    """Those that are set. A password is not shown, nor an address that has one in it."""
    shown = {name: hide_password(os.environ[name]) for name in VARIABLES if name in os.environ}
    return shown | {name: "(set, and not shown)" for name in SECRETS if os.environ.get(name)}


def _record_of(overview: Overview) -> dict[str, object]:
    return {
        "index": hide_password(overview.indexes[0]) if overview.indexes else None,
        "indexes": list(map(hide_password, overview.indexes)),
        "files": [{"path": file.path, "found": file.is_there} for file in overview.files],
        "settings": [
            {"name": each.name, "value": _harmless(each.value), "origin": each.origin, "used": used}
            for each, used in overview.settings
        ],
        "environment": _variables(),
        "problems": list(overview.problems),
    }


def _render(overview: Overview, *, is_styled: bool) -> Iterator[str]:
    from newsgrep.cli.safe_text import clean_line

    def heading(text: str) -> str:
        return f"\x1b[1m{text}\x1b[0m\n" if is_styled else f"{text}\n"

    yield heading("Index")
    yield f"  {clean_line(' and '.join(map(hide_password, overview.indexes)) or 'none is found from here')}\n"
    yield heading("Files, the first before the second")
    for file in overview.files:
        yield f"  {clean_line(file.path)}{'' if file.is_there else '  (not there)'}\n"
    if overview.settings:
        yield heading("Settings")
    rows = [
        (clean_line(each.name), clean_line(_show(each.value)), clean_line(each.origin), used)
        for each, used in overview.settings
    ]
    names = max((len(name) for name, _, _, _ in rows), default=0)
    values = max((len(value) for _, value, _, _ in rows), default=0)
    for name, value, origin, used in rows:
        yield f"  {name:<{names}}  {value:<{values}}  {origin}{'' if used else '  (not used)'}\n"
    if variables := _variables():
        yield heading("Environment")
        for name, text in variables.items():
            yield f"  {name}  {clean_line(text)}\n"


def _show(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(_harmless(value))


def _harmless(value: object) -> object:
    return hide_password(value) if isinstance(value, str) else value

"""Settings: defaults for the options of commands, from the environment, the index and the user.

Three places are asked, in this order, after the command line itself: environment variables (`NEWSGREP_SEARCH_LIMIT`), a
`newsgrep.toml` in the index directory, and a `newsgrep.toml` in the user's folder of settings. In a file, a table is a
command and a key one of its long options; a key outside all tables is for every command that has the option.

An index may come from somebody else, so its file sets only how questions are asked and answers shown: no paths, and
nothing for commands that write. A setting that cannot be used is told and left aside; the command goes on.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from newsgrep.archive.user_folders import FILE_NAME, user_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

PREFIX = "NEWSGREP_"
CLUSTERS = "opensearch"
"""The tables of who one is to clusters, which `archive.opensearch.credentials` reads."""
EVERY_COMMAND = ""
"""The table of keys that stand outside all tables."""
ASKING = frozenset(
    {
        "search",
        "stories",
        "kwic",
        "compare",
        "show",
        "versions",
        "similar",
        "batch",
        "timeline",
        "facets",
        "cite",
        "sections",
        "info",
        "browse",
    }
)
"""The commands that only ask and show: what the file of an index may set."""

_LARGEST = 1 << 20
_VALUE_TYPES = (str, int, float, bool, list)


@dataclass(frozen=True, slots=True)
class Setting:
    """One default, and where it comes from."""

    table: str
    """The command, `watch run` for one below another; EVERY_COMMAND for every command that has the option."""
    key: str
    """The long option without its dashes."""
    value: object
    """A text, a number, true or false; or a tuple of them."""
    origin: str
    """The file, or the name of the environment variable."""

    @property
    def name(self) -> str:
        """As one says it: `search.limit`."""
        return f"{self.table}.{self.key}" if self.table else self.key


@dataclass(frozen=True, slots=True)
class SettingsFile:
    """What a file holds."""

    path: str
    settings: tuple[Setting, ...] = ()
    problems: tuple[str, ...] = ()
    is_there: bool = False


@dataclass(frozen=True, slots=True)
class Defaults:
    """What the settings say of one command."""

    values: Mapping[str, object]
    """By the names of Click's parameters."""
    used: tuple[Setting, ...]
    problems: tuple[str, ...]


def read_user_file() -> SettingsFile:
    """The user's settings. Tables of `opensearch` say who one is to a cluster, and are not for commands."""
    read = _read_file(user_file())
    settings = tuple(each for each in read.settings if each.table.partition(" ")[0] != CLUSTERS)
    return SettingsFile(read.path, settings, read.problems, read.is_there)


def read_index_file(folder: str | os.PathLike[str]) -> SettingsFile:
    """The settings of an index: those that an index may make. An index on a cluster makes none."""
    from newsgrep.archive.location import is_address

    if is_address(os.fspath(folder)):
        return SettingsFile("")
    path = os.path.join(folder, FILE_NAME)
    if not (os.path.isdir(folder) and os.access(folder, os.X_OK)):  # That is told when the index is opened.
        return SettingsFile(path)
    read = _read_file(path)
    allowed = tuple(each for each in read.settings if each.table in ASKING or each.table == EVERY_COMMAND)
    refused = dict.fromkeys(each.table for each in read.settings if each not in allowed)
    problems = [f"{read.path}: [{table}] is not for an index to set" for table in refused]
    return SettingsFile(read.path, allowed, (*read.problems, *problems), read.is_there)


def read_environment(path: str, command: click.Command) -> tuple[Setting, ...]:
    """The settings of a command that environment variables make."""
    found = []
    for key in options_of(command):
        variable = name_variable(path, key)
        if (value := os.environ.get(variable)) is not None:
            found.append(Setting(path, key, value, variable))
    return tuple(found)


def name_variable(path: str, key: str) -> str:
    """The environment variable for an option of a command: `NEWSGREP_SEARCH_LIMIT`."""
    return f"{PREFIX}{path}_{key}".upper().replace("-", "_").replace(" ", "_")


def path_of(ctx: click.Context) -> str:
    """The command of a context as it is typed after `newsgrep`: `search`, `watch run`."""
    return ctx.command_path.partition(" ")[2]


def options_of(command: click.Command) -> dict[str, click.Option]:
    """The options of a command by their keys: a long name without its dashes. `--index` and `--help` are none."""
    options: dict[str, click.Option] = {}
    for param in command.params:
        if isinstance(param, click.Option):
            for name in (*param.opts, *param.secondary_opts):
                if name.startswith("--") and name not in ("--index", "--help"):
                    options[name.removeprefix("--")] = param
    return options


def apply_settings(ctx: click.Context, args: Iterable[str]) -> tuple[str, ...]:
    """Make the settings the defaults of a command that is about to be run; returns what could not be used."""
    path = path_of(ctx)
    user = read_user_file()
    given = _find_given_indexes(ctx, args)
    indexes = given or locate_indexes(user)
    # Of several that are asked together, none decides for all.
    index = read_index_file(indexes[0]) if len(indexes) == 1 and path in ASKING else SettingsFile("")
    settings = (*read_environment(path, ctx.command), *index.settings, *user.settings)
    defaults = choose_defaults(ctx, path, settings, index_file=index.path)
    ctx.default_map = dict(defaults.values)
    if not given and (own := find_own_indexes(user)):
        ctx.default_map["index"] = own
    return (*user.problems, *index.problems, *defaults.problems)


def locate_indexes(user: SettingsFile) -> tuple[str, ...]:
    """What a command without `--index` uses: named by the environment, found from here, or the user's own."""
    return _find_indexes() or find_own_indexes(user)


def _find_indexes() -> tuple[str, ...]:
    from newsgrep.archive.location import find_index, name_locations
    from newsgrep.errors import NewsgrepError

    try:
        return tuple(str(find_index(name, create=False)) for name in name_locations(None) or (None,))
    except (NewsgrepError, OSError):
        return ()


def find_own_indexes(user: SettingsFile) -> tuple[str, ...]:
    """The indexes of the user's settings, where the environment names none and none is near."""
    own = [setting.value for setting in user.settings if setting.name == "index"]
    if not own or os.environ.get("NEWSGREP_INDEX") or _find_indexes():
        return ()
    from newsgrep.archive.location import is_address

    folder = os.path.dirname(user.path)
    names = [name for name in (own[0] if isinstance(own[0], tuple) else own[:1]) if isinstance(name, str)]
    return tuple(name if is_address(name) else os.path.join(folder, os.path.expanduser(name)) for name in names)


def _find_given_indexes(ctx: click.Context, args: Iterable[str]) -> tuple[str, ...]:
    """What `--index` says in the arguments of a command."""
    try:
        given = ctx.command.make_parser(ctx).parse_args(list(args))[0].get("index")
    except click.UsageError:  # It will be told when the arguments are read in earnest.
        return ()
    return tuple(given) if isinstance(given, list | tuple) else ()


def choose_defaults(ctx: click.Context, path: str, settings: Iterable[Setting], *, index_file: str = "") -> Defaults:
    """Which settings are for a command, the first of several; `index_file` is the file that sets no paths."""
    options = options_of(ctx.command)
    chosen: dict[str, Setting] = {}
    values: dict[str, object] = {}
    problems = []
    for setting in settings:
        option = options.get(setting.key)
        if setting.table not in (path, EVERY_COMMAND) or (option is None and setting.table == EVERY_COMMAND):
            continue
        if option is None:
            problems.append(f"{setting.origin}: {setting.name}: {_explain_unknown(setting.key, path, options)}")
        elif option.name is not None and option.name not in chosen:
            try:
                values[option.name] = _read_value(ctx, option, setting, is_index=setting.origin == index_file)
            except click.BadParameter as error:
                problems.append(f"{setting.origin}: {setting.name}: {error.message}")
            else:
                chosen[option.name] = setting
    return Defaults(values, tuple(chosen.values()), tuple(problems))


def _read_value(ctx: click.Context, option: click.Option, setting: Setting, *, is_index: bool) -> object:
    """The value for an option. Raises click.BadParameter."""
    value = setting.value
    if isinstance(option.type, click.Path | click.File):
        if is_index:
            raise click.BadParameter("an index sets no paths")
        if isinstance(value, str) and value not in ("", "-") and setting.origin.endswith(".toml"):
            value = os.path.join(os.path.dirname(setting.origin), os.path.expanduser(value))
    if f"--{setting.key}" in option.secondary_opts:
        value = not _read_flag(ctx, option, value)
    elif option.is_flag:
        value = _read_flag(ctx, option, value)
    elif isinstance(value, bool):
        raise click.BadParameter("takes a value, not true or false")
    if option.multiple:
        value = tuple(map(str, value)) if isinstance(value, tuple) else (str(value),)
    elif isinstance(value, tuple):
        raise click.BadParameter("takes one value, not a list")
    option.type_cast_value(ctx, value)
    return value


def _read_flag(ctx: click.Context, option: click.Option, value: object) -> bool:
    if isinstance(value, bool):
        return value
    if not isinstance(value, str):
        raise click.BadParameter("takes true or false")
    return bool(click.BOOL.convert(value, option, ctx))


def _explain_unknown(key: str, path: str, options: Mapping[str, click.Option]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(key, options, n=1)
    return f"newsgrep {path} has no option --{key}" + (f"; --{near[0]} is near" if near else "")


def _read_file(path: str) -> SettingsFile:
    """What a file says. A file that cannot be read is a problem, one that is not there is none."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
    except FileNotFoundError:
        return SettingsFile(path)
    except (OSError, ValueError) as error:
        return SettingsFile(path, problems=(f"{path}: {getattr(error, 'strerror', None) or error}",), is_there=True)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return SettingsFile(path, problems=(f"{path}: not a file",), is_there=True)
        text = file.read(_LARGEST + 1)
    if len(text) > _LARGEST:
        return SettingsFile(path, problems=(f"{path}: larger than settings are",), is_there=True)
    import tomllib

    try:
        document = tomllib.loads(text.decode())
    except (ValueError, RecursionError) as error:
        return SettingsFile(path, problems=(f"{path}: {error or 'nested too deeply'}",), is_there=True)
    settings: list[Setting] = []
    problems: list[str] = []
    for table, key, value in _iter_values(document):
        if isinstance(value, _VALUE_TYPES):
            settings.append(Setting(table, key, tuple(value) if isinstance(value, list) else value, path))
        else:
            problems.append(f"{path}: {table + '.' if table else ''}{key}: neither a text nor a number, true or false")
    return SettingsFile(path, tuple(settings), tuple(problems), is_there=True)


def _iter_values(document: Mapping[str, object], table: str = EVERY_COMMAND) -> Iterator[tuple[str, str, object]]:
    for key, value in document.items():
        # Tables are two deep at most: `[watch.run]`.
        if isinstance(value, dict) and table.count(" ") < 1:
            yield from _iter_values(value, f"{table} {key}".strip())
        else:
            yield table, key, value

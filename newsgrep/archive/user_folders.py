"""Where a user's own files of newsgrep are: settings, what a terminal's last search found, watches of a cluster.

The places are those of each system: the XDG Base Directory Specification on Linux and its relatives and, where its
variables are set, on macOS; `Library` there otherwise; `LOCALAPPDATA` on Windows. The tests compare them with those of
platformdirs, which is not asked itself because importing it takes 10 ms that every command would pay.
"""

from __future__ import annotations

import os
import sys

NAME = "newsgrep"
FILE_NAME = "newsgrep.toml"
"""The settings of a user, or of an index."""


def config_folder(platform: str = sys.platform) -> str:
    """The folder of the user's settings."""
    return _folder(platform, "XDG_CONFIG_HOME", ".config")


def user_file() -> str:
    """The path of the user's settings; NEWSGREP_CONFIG names another one."""
    return os.environ.get("NEWSGREP_CONFIG") or os.path.join(config_folder(), FILE_NAME)


def data_folder(platform: str = sys.platform) -> str:
    """The folder of what newsgrep keeps for the user, and could not do without."""
    return _folder(platform, "XDG_DATA_HOME", os.path.join(".local", "share"))


def state_folder(platform: str = sys.platform) -> str:
    """The folder of what newsgrep remembers for the user, and could do without."""
    return _folder(platform, "XDG_STATE_HOME", os.path.join(".local", "state"))


def _folder(platform: str, variable: str, below_home: str) -> str:
    home = os.path.expanduser("~")
    if platform == "win32":
        return os.path.join(os.environ.get("LOCALAPPDATA") or os.path.join(home, "AppData", "Local"), NAME)
    chosen = os.environ.get(variable, "").strip()
    if os.path.isabs(chosen):  # A relative path is to be ignored, says the specification.
        return os.path.join(chosen, NAME)
    if platform == "darwin":
        below_home = os.path.join("Library", "Application Support")
    return os.path.join(home, below_home, NAME)

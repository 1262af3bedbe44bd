"""Where a user's own files are: the same places as those of the library for them."""

from __future__ import annotations

from pathlib import Path

import pytest
from platformdirs.macos import MacOS
from platformdirs.unix import Unix

from newsgrep.archive.user_folders import config_folder, data_folder, state_folder

LIBRARY = {"linux": Unix, "freebsd14": Unix, "darwin": MacOS}


@pytest.mark.parametrize("platform", LIBRARY)
@pytest.mark.parametrize("chosen", [None, "/somewhere/else", "relative", ""])
def test_the_places_are_those_of_the_system(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, platform: str, chosen: str | None
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(variable, raising=False)
        if chosen is not None:
            monkeypatch.setenv(variable, chosen)
    expected = LIBRARY[platform]("newsgrep", appauthor=False)
    assert config_folder(platform) == expected.user_config_dir
    assert data_folder(platform) == expected.user_data_dir
    assert state_folder(platform) == expected.user_state_dir


def test_windows_keeps_them_where_programs_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCALAPPDATA", "C:/local")
    assert {Path(folder("win32")) for folder in (config_folder, data_folder, state_folder)} == {
        Path("C:/local/newsgrep")
    }

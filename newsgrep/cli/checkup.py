"""Every point that `newsgrep doctor` looks at, in the order in which they are told."""

from __future__ import annotations

from newsgrep.cli import (
    cluster_checkup,
    folder_checkup,
    index_checkup,
    installation_checkup,
    source_checkup,
    terminal_checkup,
)

POINTS = (
    *installation_checkup.POINTS,
    *terminal_checkup.POINTS,
    *index_checkup.POINTS,
    *cluster_checkup.POINTS,
    *folder_checkup.POINTS,
    *source_checkup.POINTS,
)

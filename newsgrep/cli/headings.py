"""The headings under which the help of a command lists its options, where they have none of their own."""

from __future__ import annotations

OPTIONS = "Options"
OTHER = "Index and help"
"""What every command has: it stands last."""

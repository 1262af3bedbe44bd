"""The exit codes, those of grep: what a script may rely on."""

from __future__ import annotations

FOUND = 0
"""Something was found, or all went well."""
NOTHING_FOUND = 1
FAILED = 2
"""What was typed could not be understood, or could not be done, or was done in part."""
INTERRUPTED = 130
"""Ctrl-C: what a shell reports for a process ended by SIGINT, which is 128 and the number of the signal; so SIGTERM
gives 143 and SIGHUP 129.
"""

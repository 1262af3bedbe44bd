"""How things look on a terminal: the few styles that all printers share.

They are set in the terminal's own sixteen colours, of which red and magenta are the ones that can be read on dark and
on light backgrounds alike (as xterm draws them, their contrast to black is 3.6 and 4.5, to white 5.8 and 4.7; by the
formula of WCAG 2.1). Colour never says anything alone: a lit word of a title is underlined, one of a text is bold, and
notes are words.
"""

from __future__ import annotations

TITLE = "bold"
LIT = "bold red"
# A title is bold already: without colour, the underline is what tells its lit words.
LIT_IN_TITLE = "bold red underline"
QUIET = "dim"
PLACE = "magenta"
NOTE = "bold"
"""What should not be passed over: that these are not the hits that were asked for, or what an article became."""
GAP = "magenta"
"""Where a row of numbers has nothing to go by."""

READING_WIDTH = 100
"""Columns: text for reading is no wider, however wide the terminal is."""

"""The terminal: one file per command, printers beside them."""

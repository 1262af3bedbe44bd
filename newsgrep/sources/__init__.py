"""Files in: one reader per format, one ordered list that detects them; each yields pages."""

"""Questions: query text in, results out. No printing."""

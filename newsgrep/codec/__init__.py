"""The engine: words and postings, never news."""

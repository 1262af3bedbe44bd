"""The index directory: schema, manifest of sources, incremental update, commit."""

"""The review log: an append-only table in SQLite."""

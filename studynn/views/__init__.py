"""The same values as rich tables, plain linear text, JSON and Markdown. Looks come last."""

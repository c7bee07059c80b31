"""Content files -> topics: YAML with line marks, validation, cache, the learner's own decks."""

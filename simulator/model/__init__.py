"""The nouns: the scenario language, positions, problems and errors."""

"""A model behind an OpenAI-compatible endpoint: the one place that calls it, and the only importer of ``openai``."""

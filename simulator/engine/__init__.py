"""Verbs on scenarios: pure and deterministic; no clock, and no chance but a seed passed in."""

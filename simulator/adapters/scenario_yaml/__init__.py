"""Scenario files: finding them, reading them safely, and saying what is wrong in them and where."""

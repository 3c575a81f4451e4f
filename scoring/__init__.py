"""Pure functions from evidence to marks. Imports nothing but the standard library."""

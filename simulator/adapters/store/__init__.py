"""The record: append-only events, chained by hash, in SQLite, in PostgreSQL or in memory.

``sql.SqlStore`` is the real one and imports SQLAlchemy, which is slow to import; ``memory.MemoryStore`` is its double.
Nothing is imported here, so that who needs one does not load the other.
"""

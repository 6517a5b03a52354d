"""Alembic migrations. ``make migration MESSAGE="..."`` writes the next one from the tables."""

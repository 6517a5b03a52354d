"""The room log on SQLite and on PostgreSQL. One suite holds both: ``tests/contracts/``."""

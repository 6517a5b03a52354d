"""The database: engine, tables, stores and migrations."""

"""The outside world: adapters only, joined in ``server/app.py``."""

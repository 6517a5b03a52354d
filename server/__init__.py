"""The outside world: adapters only, joined in ``server/app.py``."""

VERSION = "0.1.0"
"""Also in ``pyproject.toml``, ``publiccode.yml`` and the changelog; a test compares them."""

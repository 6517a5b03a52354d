"""Errors that a command line says in one plain line."""

from __future__ import annotations


class CommandError(Exception):
    """A command cannot do what it was asked to. ``str()`` is the line to print."""

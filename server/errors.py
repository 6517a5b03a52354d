"""Errors that are said in one plain line."""

from __future__ import annotations


class CommandError(Exception):
    """A command cannot do what it was asked to. ``str()`` is the line to print."""


class OperatorError(Exception):
    """Plenum cannot serve like this. ``str()`` is a line for whoever runs it, made of nothing that
    people typed: the log shows it."""

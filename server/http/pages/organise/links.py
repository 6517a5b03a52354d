"""Addresses of the organiser's desk."""

from __future__ import annotations

DESK = "/organise"


def event(slug: str) -> str:
    return f"{DESK}/{slug}"


def act(slug: str, name: str) -> str:
    """A page or an act of an event: ``edit``, ``release``, ``late``, ``people``, ``live``."""
    return f"{DESK}/{slug}/{name}"


def row(slug: str, part: str, guid: str) -> str:
    """A thing of the programme; ``part``: rooms, tracks, sessions, breaks."""
    return f"{DESK}/{slug}/{part}/{guid}"


def new(slug: str, part: str) -> str:
    return f"{DESK}/{slug}/{part}/new"

"""One process that serves: what it was started as, and whether it is about to end."""

from __future__ import annotations

import socket
from dataclasses import dataclass, field

from server.observe.figures import Figures


@dataclass
class Process:
    """Made by whoever starts the server; the server is handed it."""

    slot: int = 0
    """Which of the workers it is, from 0; whoever takes another's place has its number."""
    metrics: socket.socket | None = None
    """Where ``/metrics`` is asked for."""
    figures: Figures = field(default_factory=Figures)
    draining: bool = False
    """Told to stop: what is open ends, nothing new comes."""

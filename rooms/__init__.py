"""Rooms: one ordered history each; the service that writes it and the hub that shows it."""

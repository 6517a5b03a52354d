"""Rooms where no WebSocket passes: events down on one stream, commands up by POST."""

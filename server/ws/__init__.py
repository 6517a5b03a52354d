"""Rooms over WebSockets: the endpoint, and the protocol that writes prepared frames."""

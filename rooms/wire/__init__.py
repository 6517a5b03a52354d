"""The protocol without a socket: envelopes, codes, the connection machine. Pure."""

"""The client in Debian's Firefox: one walk through what a participant does."""

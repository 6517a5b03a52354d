"""What a room is: commands, events, decide, evolve, and who sees what. Pure."""

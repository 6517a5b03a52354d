"""Who may do what, and why: facts, audiences, permissions and one policy. Pure."""

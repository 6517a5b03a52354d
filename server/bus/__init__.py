"""Hints between processes: who wrote where. A bus may lose them; nothing but time is lost then."""

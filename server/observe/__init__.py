"""What this process tells of itself: log, figures, and the file beside it that others read."""

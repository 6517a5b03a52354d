"""What happens when, where and with whom; who sees which of it; how the world reads it."""

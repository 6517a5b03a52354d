"""What happens when, where, with whom: ports and use cases of the agenda."""

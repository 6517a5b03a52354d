"""What ``make`` does before a server can start: Python's packages and the browser client."""

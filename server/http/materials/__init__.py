"""Materials over HTTP: uploading, serving, and what JSON says of them."""

"""The browser client: its own tests run by Node, its pages seen in Chromium."""

"""Pages made by the server: view models in, markup out. Complete without JavaScript."""

"""The explorer: a form made from a list's parameters, its rows, a plot of its numbers."""

"""Importing a roster: what is staged, applied and undone."""

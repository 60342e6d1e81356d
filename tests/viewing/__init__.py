"""Viewing, from the arithmetic to the page."""

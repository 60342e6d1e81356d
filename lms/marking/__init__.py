"""Marking: allocation, blind marks, release."""

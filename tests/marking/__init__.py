"""Marking: scores, masks, allocation, the reviewer's and the organiser's pages, release."""

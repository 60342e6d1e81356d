"""Reads of viewing, by what they serve: the beacon, pages, credits."""

"""Makers of rows for tests, one file per package. Each fills in what a test does not care about.

They use the product's services where there are some, flush, and never commit: the client does that
before each request. Names are numbered, so two calls never collide.
"""

"""Commands of the flask command line: thin, each calls a service."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register the commands."""

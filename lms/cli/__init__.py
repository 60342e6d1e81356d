"""Commands of the flask command line: thin, each calls a service."""

from flask import Flask

from lms.cli.demo.command import demo


def init_app(app: Flask) -> None:
    """Register the commands."""
    app.cli.add_command(demo)

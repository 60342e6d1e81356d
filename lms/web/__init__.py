"""What every page shares: error pages, headers, filters, navigation, health, static files."""

from flask import Flask

from lms.web import errors, filters, headers, static
from lms.web.navigation import add_page_context


def init_app(app: Flask) -> None:
    """Hang the shared parts on the application."""
    static.init_app(app)
    filters.init_app(app)
    headers.init_app(app)
    errors.init_app(app)
    app.context_processor(add_page_context)

"""The WSGI entry point: one line, so that servers and the flask command find the application."""

from lms import create_app

app = create_app()

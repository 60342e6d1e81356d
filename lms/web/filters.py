"""Template filters: the formats of lms/base/formats.py under short names; what is lazy is text."""

from typing import Any

from flask import Flask
from flask_babel import LazyString

from lms.base.formats import (
    format_clock,
    format_date,
    format_datetime,
    format_decimal,
    format_duration,
    format_filesize,
    format_integer,
    format_percent,
    format_time,
)


def init_app(app: Flask) -> None:
    """Register the filters."""
    app.jinja_env.filters.update(
        date=format_date,
        datetime=format_datetime,
        time=format_time,
        duration=format_duration,
        clock=format_clock,
        decimal=format_decimal,
        percent=format_percent,
        integer=format_integer,
        filesize=format_filesize,
    )
    app.jinja_env.finalize = _as_text
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True


def _as_text(value: Any) -> Any:
    """A lazy message calls itself markup, and would be shown unescaped with what is filled in."""
    return str(value) if isinstance(value, LazyString) else value

"""Pages of marking: the reviewer's (reviewer.py), the organiser's (organiser.py, giving.py,
release.py), declared conflicts (conflicts.py)."""

from flask import Blueprint

bp = Blueprint("marking", __name__)

from lms.marking.views import conflicts, giving, organiser, release, reviewer  # noqa: E402, F401

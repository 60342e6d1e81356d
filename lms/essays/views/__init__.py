"""Pages of essays: writing, history and submission for the member, design for the organiser."""

from flask import Blueprint

bp = Blueprint("essays", __name__)

from lms.essays.views import design, history, submission, writing  # noqa: E402, F401 - hang on bp

"""The blueprint, and what the pages of training share."""

from flask import Blueprint, current_app
from flask_login import current_user

from lms.access.enforcement import current_scope
from lms.access.policy import Permission
from lms.base.errors import Conflict, DomainError, PayloadTooLarge
from lms.base.forms import Form
from lms.base.guards import MEGABYTE
from lms.training.labels import training_label
from lms.training.media_addresses import service_of
from lms.training.queries.readers import Reader
from lms.training.session_words import recording_words, run_hours, sentence, session_facts

bp = Blueprint("training", __name__)
for words in (training_label, session_facts, run_hours, recording_words, sentence):
    bp.add_app_template_filter(words)
bp.add_app_template_filter(service_of, "meeting_service")

DOCUMENT_BODY = 51 * MEGABYTE
"""The largest body of a form with one document: 50 MB and the other fields."""


def document_limit() -> int:
    """The largest document taken, in bytes."""
    limit: int = current_app.config["DOCUMENT_LIMIT"]
    return limit


def current_reader() -> Reader:
    """Who reads this page."""
    return Reader(
        current_user.id, current_user.member_id, current_scope(Permission.CAMPAIGN_MANAGE)
    )


def refuse(form: Form, error: DomainError) -> int:
    """Show an error on its form; returns the status of the answer."""
    form.add_error(error)
    if isinstance(error, Conflict):
        return 409
    return 413 if isinstance(error, PayloadTooLarge) else 422

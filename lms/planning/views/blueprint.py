"""The blueprint, and what all pages of the planner share."""

from flask import Blueprint, request
from flask_login import current_user

from lms.access.enforcement import current_scope
from lms.access.policy import Permission
from lms.base.errors import Conflict, DomainError, PayloadTooLarge
from lms.base.forms import Form
from lms.people.models import Account
from lms.training.models import Campaign
from lms.training.queries.campaigns import get_campaign
from lms.units.queries import Scope

bp = Blueprint("planning", __name__, url_prefix="/planning")


def scope() -> Scope:
    """Where the reader organises study; outside it there is nothing."""
    return current_scope(Permission.CAMPAIGN_MANAGE)


def actor() -> Account:
    """The signed-in account itself."""
    account: Account = current_user._get_current_object()
    return account


def campaign_to_change(campaign_id: int) -> Campaign:
    """A campaign in the reader's scope; its row is locked when a form was sent."""
    return get_campaign(campaign_id, scope(), lock=request.method == "POST")


def refuse(form: Form, error: DomainError) -> int:
    """Show an error on its form; returns the status of the answer."""
    form.add_error(error)
    if isinstance(error, Conflict):
        return 409
    return 413 if isinstance(error, PayloadTooLarge) else 422


def form_status() -> int:
    """The status of a form's page: 422 when it was sent and comes back."""
    return 422 if request.method == "POST" else 200

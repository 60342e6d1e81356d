"""The blueprint of viewing, and what its views share."""

from flask import Blueprint, current_app, request
from flask import session as cookie
from flask_login import current_user

from lms.access.enforcement import current_scope
from lms.access.policy import Permission
from lms.people.models import Account
from lms.people.sign_in import hash_token
from lms.viewing.labels import roll_call_label
from lms.viewing.models import Venue
from lms.viewing.queries.venues import get_venue

bp = Blueprint("viewing", __name__)
bp.add_app_template_filter(roll_call_label)


def sign_in_hash() -> str:
    """The hash of this browser's sign-in. No account is loaded for it: Flask-Login keeps the
    sign-in's token in the signed cookie."""
    return hash_token(cookie.get("_user_id") or "")


def secret() -> str:
    """The key that signs grants and codes."""
    return str(current_app.secret_key)


def actor() -> Account:
    """Who is signed in, as the services want it."""
    account: Account = current_user._get_current_object()
    return account


def held_venue(venue_id: int) -> Venue:
    """A venue that the reader holds; its row is locked when something was sent."""
    return get_venue(venue_id, current_scope(Permission.VENUE_HOLD), lock=request.method == "POST")

"""The blueprint of viewing, and what its views share."""

from flask import Blueprint, current_app
from flask import session as cookie

from lms.people.sign_in import hash_token

bp = Blueprint("viewing", __name__)


def sign_in_hash() -> str:
    """The hash of this browser's sign-in. No account is loaded for it: Flask-Login keeps the
    sign-in's token in the signed cookie."""
    return hash_token(cookie.get("_user_id") or "")


def secret() -> str:
    """The key that signs grants and codes."""
    return str(current_app.secret_key)

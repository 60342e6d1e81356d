"""The blueprint, and where the signed-in account may write questions."""

from flask import Blueprint
from flask_login import current_user

from lms.access.enforcement import current_scope
from lms.access.policy import Permission
from lms.people.models import Account
from lms.units.queries import Scope

bp = Blueprint("quizzes", __name__)


def quiz_scope() -> Scope:
    """Where the signed-in account may manage quizzes."""
    return current_scope(Permission.QUIZ_MANAGE)


def actor() -> Account:
    """The signed-in account itself, not the proxy."""
    account: Account = current_user._get_current_object()
    return account

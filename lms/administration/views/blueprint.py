"""The blueprint, and what all pages of the administrator share."""

from datetime import date
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from wtforms.fields.choices import SelectChoice

from lms.access.enforcement import current_scope
from lms.access.policy import Permission
from lms.administration.forms.fields import DecisionForm
from lms.base import clock
from lms.base.errors import NotAllowed
from lms.base.forms import Form, choices_of, parse_day
from lms.base.vietnamese import clean
from lms.people.models import Account, Member
from lms.units.models import Decision
from lms.units.queries import Scope, covers_all, tree_choices
from lms.units.services import record_decision

bp = Blueprint("administration", __name__, url_prefix="/administration")


def show_form(
    form: Form,
    title: str,
    button: str,
    back: tuple[str, str],
    status: int | None = None,
    **more: Any,
) -> ResponseReturnValue:
    """A page of one form; 422 when it comes back with errors, 409 after a conflict.

    `back` is (label, address).
    """
    if getattr(form, "has_conflict", False):
        status = 409
    if status is None:
        status = 422 if request.method == "POST" else 200
    return (
        render_template(
            "administration/form.html", form=form, title=title, button=button, back=back, **more
        ),
        status,
    )


def actor() -> Account:
    """Who is signed in, as the services want it."""
    account: Account = current_user._get_current_object()
    return account


def people_scope() -> Scope:
    """Where the signed-in account looks after people."""
    return current_scope(Permission.MEMBER_MANAGE)


def back_to(member: Member) -> tuple[str, str]:
    """The way back to a person's page."""
    return member.name, url_for("administration.member", member_id=member.id)


def unit_choices(scope: Scope) -> list[SelectChoice]:
    """The units of a scope, after an empty choice unless the address names one (?unit=)."""
    empty = [] if request.args.get("unit", type=int) else [("", _("Hãy chọn đơn vị"))]
    return choices_of([*empty, *tree_choices(scope)])


def require_whole_tree(permission: str) -> None:
    """For what has no place in the tree (audiences, the audit record): the scope must hold it all.

    NotAllowed for an administrator of a part.
    """
    if not covers_all(current_scope(permission)):
        raise NotAllowed(_("Mục này dành cho quản trị toàn đảng bộ."))


def decision_of(form: DecisionForm) -> Decision | None:
    """Keep the decision that a form names, if it names one."""
    if not form.decision_number.data:
        return None
    return record_decision(
        form.decision_number.data, form.decision_date.data, form.decision_issuer.data or ""
    )


def day_asked() -> date | None:
    """The day an address asks for (?on=dd/mm/yyyy); None for today, and for what is no day."""
    on = parse_day(clean(request.args.get("on", "")))
    return on if on != clock.today() else None

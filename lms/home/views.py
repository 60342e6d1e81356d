"""The first page of each role."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.access.enforcement import current_powers
from lms.access.policy import Permission
from lms.base.guards import member, signed_in

bp = Blueprint("home", __name__)

FIRST_PAGES = (
    (Permission.ESSAY_MARK, "marking.queue"),
    (Permission.CAMPAIGN_MANAGE, "planning.campaigns"),
    (Permission.RATE_READ, "supervision.overview"),
    (Permission.UNIT_MANAGE, "administration.index"),
    (Permission.MATERIAL_UPLOAD, "home.my_sessions"),
)


@bp.get("/")
@signed_in
def index() -> ResponseReturnValue:
    if current_user.member_id is not None:
        return redirect(url_for("home.my_tasks"))
    powers = current_powers()
    for permission, endpoint in FIRST_PAGES:
        if powers.may(permission):
            return redirect(url_for(endpoint))
    return redirect(url_for("training.directives"))


@bp.get("/my-tasks")
@member
def my_tasks() -> ResponseReturnValue:
    return render_template("home/my_tasks.html")

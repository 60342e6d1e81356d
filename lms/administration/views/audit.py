"""The page of the audit record."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from lms.access.policy import Permission
from lms.administration.views.blueprint import bp, require_whole_tree
from lms.audit.queries import search_records
from lms.base.guards import requires
from lms.base.paging import fetch_page, page_number
from lms.base.vietnamese import clean
from lms.people.queries import list_accounts


@bp.get("/audit")
@requires(Permission.AUDIT_READ)
def audit() -> ResponseReturnValue:
    require_whole_tree(Permission.AUDIT_READ)
    action = clean(request.args.get("action", ""))[:60]
    subject = clean(request.args.get("subject", ""))[:80]
    page = fetch_page(search_records(action, subject), page_number(request.args.get("page")))
    actors = {a.id: a for a in list_accounts(r.actor_id for r in page.rows if r.actor_id)}
    return render_template(
        "administration/audit.html", page=page, actors=actors, action=action, subject=subject
    )

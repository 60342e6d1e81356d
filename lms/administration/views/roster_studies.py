"""The names behind a roster's question: who moves while they study, and which unit answers."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from lms.access.policy import Permission
from lms.administration.views.blueprint import bp, people_scope
from lms.audit.reading import record_reading
from lms.base.errors import NotFound
from lms.base.guards import requires
from lms.base.paging import fetch_page, page_number
from lms.people.models import ImportState
from lms.people.queries import roster as queries
from lms.training.queries.answering import (
    list_answered_studies,
    list_moved_studies,
    people_answered_for,
    people_moved,
)
from lms.units.queries import last_versions


@bp.get("/rosters/<int:import_id>/studies/<int:campaign_id>")
@requires(Permission.MEMBER_MANAGE)
def roster_study(import_id: int, campaign_id: int) -> ResponseReturnValue:
    """Before an import is applied: who moves during a campaign; after: who answers for them."""
    stored = queries.get_import(import_id, people_scope())
    is_preview = stored.state is ImportState.PREVIEW
    moves, answers = queries.moves_of(import_id), queries.answers_of(import_id)
    studies = list_moved_studies(moves) if is_preview else list_answered_studies(answers)
    study = next((one for one in studies if one.campaign_id == campaign_id), None)
    if study is None:
        raise NotFound
    people = (people_moved if is_preview else people_answered_for)(
        moves if is_preview else answers, campaign_id
    )
    page = fetch_page(people, page_number(request.args.get("page")))
    record_reading("names.read", f"campaign:{campaign_id}", count=len(page.rows))
    return render_template(
        "administration/roster_study.html",
        stored=stored,
        study=study,
        is_preview=is_preview,
        page=page,
        units=last_versions({unit_id for row in page.rows for unit_id in row[1:3] if unit_id}),
    )

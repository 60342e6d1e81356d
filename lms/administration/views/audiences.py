"""Pages of audiences: the ordered rules, what a draft would do, the names behind every count."""

from collections.abc import Collection, Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from lms.access.enforcement import current_scope
from lms.access.policy import Permission
from lms.administration.forms.audiences import AudienceForm
from lms.administration.views.audience_choices import Searches, name_extent, offer_choices
from lms.administration.views.blueprint import actor, bp, require_whole_tree
from lms.audit.reading import record_reading
from lms.base import clock
from lms.base.errors import Conflict
from lms.base.guards import requires
from lms.base.paging import fetch_page, page_number
from lms.base.vietnamese import fold
from lms.people import queries, services
from lms.people.labels import RANK_LABELS, SECTOR_LABELS, STANDING_LABELS
from lms.people.models import Audience, AudienceRule, Member
from lms.people.queries import DraftEffect

MOST_UNKNOWN = 20


@bp.get("/audiences")
@requires(Permission.AUDIENCE_MANAGE)
def audiences() -> ResponseReturnValue:
    listed = queries.list_audiences()
    extents = queries.list_extents(listed)
    return render_template(
        "administration/audiences.html",
        audiences=listed,
        unit_names={unit_id: name_extent(extent) for unit_id, extent in extents.items()},
        counts=queries.count_by_audience(current_scope(Permission.AUDIENCE_MANAGE)),
        rank_labels=RANK_LABELS,
        sector_labels=SECTOR_LABELS,
        standing_labels=STANDING_LABELS,
    )


@bp.get("/audiences/<int:audience_id>/members")
@requires(Permission.AUDIENCE_MANAGE)
def audience_members(audience_id: int) -> ResponseReturnValue:
    """The names behind a count; audience 0 stands for those whom no rule takes, and says why."""
    audience = queries.get_audience(audience_id) if audience_id else None
    query = queries.members_of_audience(
        current_scope(Permission.AUDIENCE_MANAGE), audience.id if audience else None
    )
    page = fetch_page(query, page_number(request.args.get("page")))
    record_reading("names.read", f"audience:{audience_id}", count=len(page.rows))
    members = [row.Member for row in page.rows]
    return render_template(
        "administration/audience_members.html",
        audience=audience,
        audience_id=audience_id,
        page=page,
        facts=queries.list_facts(members) if audience is None else {},
        today=clock.today(),
        rank_labels=RANK_LABELS,
        sector_labels=SECTOR_LABELS,
        standing_labels=STANDING_LABELS,
    )


@bp.route("/audiences/new", methods=["GET", "POST"])
@requires(Permission.AUDIENCE_MANAGE)
def add_audience() -> ResponseReturnValue:
    require_whole_tree(Permission.AUDIENCE_MANAGE)
    form = AudienceForm()
    searches = _prepare(form)
    if not searches.were_asked and form.validate_on_submit():
        member_ids = _named(form)
        if member_ids is not None and form.is_preview:
            return _show(form, None, searches, effect=_effect(form, 0, member_ids))
        if member_ids is not None:
            taken = {audience.key for audience in queries.list_audiences()}
            stem = fold(form.name.data or "").replace(" ", "_")[:32] or "audience"
            key = next(k for k in (stem, *(f"{stem}_{n}" for n in range(2, 999))) if k not in taken)
            return _save(form, key, member_ids)
    return _show(form, None, searches)


@bp.route("/audiences/<int:audience_id>", methods=["GET", "POST"])
@requires(Permission.AUDIENCE_MANAGE)
def change_audience(audience_id: int) -> ResponseReturnValue:
    require_whole_tree(Permission.AUDIENCE_MANAGE)
    audience = queries.get_audience(audience_id, lock=request.method == "POST")
    listed = queries.list_names_of(audience_id)
    stored = _stored(audience, listed)
    form = AudienceForm(data=stored)
    form.opened_on(stored)
    searches = _prepare(form, stored["units"], listed)
    if not searches.were_asked and form.validate_on_submit():
        member_ids = _named(form)
        if member_ids is not None and form.is_preview:
            return _show(form, audience, searches, effect=_effect(form, audience_id, member_ids))
        if member_ids is not None:
            try:
                form.refuse_if_changed(stored)
            except Conflict as error:
                form.add_error(error)
            else:
                return _save(form, audience.key, member_ids)
    return _show(form, audience, searches)


@bp.post("/audiences/<int:audience_id>/place")
@requires(Permission.AUDIENCE_MANAGE)
def move_audience(audience_id: int) -> ResponseReturnValue:
    """Try an audience one place earlier or later."""
    require_whole_tree(Permission.AUDIENCE_MANAGE)
    moved = services.move_audience(actor(), audience_id, request.form.get("to") == "up")
    said = _("“%(name)s” nay được xét thứ %(place)s.", name=moved.name, place=moved.position)
    flash(said, "success")
    return redirect(url_for("administration.audiences"))


def _prepare(
    form: AudienceForm, stored_units: Collection[int] = (), listed: Sequence[Member] = ()
) -> Searches:
    form.is_preview = "preview" in request.form
    scope = current_scope(Permission.AUDIENCE_MANAGE)
    return offer_choices(form, scope, stored_units, listed)


def _stored(audience: Audience, listed: Sequence[Member]) -> dict[str, Any]:
    """What is stored, by the fields of the form. Card numbers name those who belong; others on the
    list are named one by one."""
    is_list_only = not audience.rules
    rule = AudienceRule(is_exempt=None) if is_list_only else audience.rules[0]
    exempt = {None: "", True: "yes", False: "no"}[rule.is_exempt]
    names = ("post_ranks", "sectors", "standings", "least_age", "most_age")
    values = {name: getattr(rule, name) for name in names}
    belong = queries.units_by_member(one.id for one in listed)
    coded = [one for one in listed if one.code and one.id in belong]
    return {
        **values,
        "units": list(rule.unit_ids),
        "exemption": exempt,
        "name": audience.name,
        "position": audience.position,
        "listed": "\n".join(one.code or "" for one in coded),
        "people": [one.id for one in listed if one not in coded],
    }


def _named(form: AudienceForm) -> list[int] | None:
    """Ids of those on the list; None, with the unknown numbers at the field, if some are wrong."""
    known = queries.find_by_codes(form.codes)
    unknown = [code for code in form.codes if code not in known]
    if not unknown:
        return list(dict.fromkeys([*(form.people.data or []), *known.values()]))
    form.listed.errors = [
        ngettext(
            "Không ai trong danh sách đảng viên có số thẻ: %(codes)s.",
            "Có %(num)s số thẻ không có ai: %(codes)s.",
            len(unknown),
            codes=", ".join(unknown[:MOST_UNKNOWN]),
        )
    ]
    return None


def _effect(form: AudienceForm, audience_id: int, member_ids: list[int]) -> DraftEffect:
    draft = Audience(
        id=audience_id,
        position=form.position.data,
        has_names=bool(member_ids),
        rules=[AudienceRule(**rule) for rule in form.rules],
    )
    return queries.preview_audience(draft, member_ids)


def _save(form: AudienceForm, key: str, member_ids: list[int]) -> ResponseReturnValue:
    services.define_audience(
        actor(),
        key,
        form.name.data or "",
        form.position.data or 1,
        form.rules,
        member_ids,
    )
    flash(_("Đã lưu đối tượng. Các đợt đang mở không đổi theo."), "success")
    return redirect(url_for("administration.audiences"))


def _show(
    form: AudienceForm,
    audience: Audience | None,
    searches: Searches,
    effect: DraftEffect | None = None,
) -> ResponseReturnValue:
    if effect is None and form.people.choices:
        subject = f"audience:{audience.id if audience else 0}"
        record_reading("names.read", subject, count=len(form.people.choices))
    page = render_template(
        "administration/audience_form.html",
        form=form,
        audience=audience,
        effect=effect,
        searches=searches,
        names={one.id: one.name for one in queries.list_audiences()},
    )
    is_fine = request.method == "GET" or effect is not None or searches.were_asked
    return page, 200 if is_fine else 409 if form.has_conflict else 422

"""Pages of the unit tree: browse, search, look, history; found, rename, move."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.enforcement import current_scope
from lms.access.policy import Permission
from lms.administration.forms.units import MoveUnitForm, RenameUnitForm, UnitForm
from lms.administration.views.blueprint import bp, day_asked, show_form
from lms.administration.views.changes import carry_through, decision_values
from lms.base import clock
from lms.base.forms import Form, choices_of
from lms.base.guards import requires
from lms.base.vietnamese import clean
from lms.people.labels import KIND_LABELS, SECTOR_LABELS
from lms.people.queries import count_by_unit, count_members
from lms.units.changes import Change
from lms.units.coming import list_coming
from lms.units.history import (
    find_units,
    get_history,
    get_unit_on,
    list_children_on,
    list_opened,
)
from lms.units.models import ReorganisationKind, UnitVersion
from lms.units.queries import Scope, get_unit, list_ancestors, list_children, tree_choices
from lms.units.services import Target


@bp.get("")
@requires(Permission.UNIT_MANAGE)
def index() -> ResponseReturnValue:
    return render_template("administration/index.html")


def _scope() -> Scope:
    return current_scope(Permission.UNIT_MANAGE)


@bp.get("/units")
@requires(Permission.UNIT_MANAGE)
def units() -> ResponseReturnValue:
    scope = _scope()
    text = clean(request.args.get("q", ""))[:80]
    open_id = request.args.get("open", type=int)
    opened = get_unit(open_id, scope) if open_id is not None else None
    if opened is None and len(scope.paths) == 1:
        opened = get_unit(int(scope.paths[0].strip("/").split("/")[-1]), scope)
    own = count_by_unit(scope)
    people: dict[str, int] = {}
    for path, count in own.items():
        ids = path.strip("/").split("/")
        for depth in range(len(ids)):
            prefix = "/" + "/".join(ids[: depth + 1]) + "/"
            people[prefix] = people.get(prefix, 0) + count
    lines, found = list_opened(scope, opened), find_units(scope, text)
    shown = [line.unit.unit_id for rows in (*lines.values(), found) for line in rows]
    return render_template(
        "administration/units.html",
        lines=lines,
        coming=list_coming(shown),
        opened=opened.path if opened else "",
        people=people,
        text=text,
        found=found,
    )


@bp.get("/units/<int:unit_id>")
@requires(Permission.UNIT_MANAGE)
def unit(unit_id: int) -> ResponseReturnValue:
    scope, on = _scope(), day_asked()
    if on is None:
        version, children = get_unit(unit_id, scope), list_children(unit_id)
        above = [one for one in list_ancestors(version) if scope.covers(one.path)]
    else:
        version, children = get_unit_on(unit_id, scope, on), list_children_on(unit_id, scope, on)
        above = []
    return render_template(
        "administration/unit.html",
        unit=version,
        above=above,
        children=children,
        counts=count_members([version.path, *(child.path for child in children)], on),
        coming={} if on else list_coming([unit_id, *(child.unit_id for child in children)]),
        on=on,
        kind_labels=KIND_LABELS,
        sector_labels=SECTOR_LABELS,
    )


@bp.get("/units/<int:unit_id>/history")
@requires(Permission.UNIT_MANAGE)
def unit_history(unit_id: int) -> ResponseReturnValue:
    return render_template(
        "administration/unit_history.html", history=get_history(unit_id, _scope())
    )


@bp.route("/units/<int:unit_id>/new", methods=["GET", "POST"])
@requires(Permission.UNIT_MANAGE)
def found_unit(unit_id: int) -> ResponseReturnValue:
    parent = get_unit(unit_id, _scope())
    form = UnitForm(founded_on=clock.today())

    def change() -> Change:
        values = form.values
        founded_on = values.pop("founded_on")
        return Change(
            kind=ReorganisationKind.FOUND,
            effective_on=founded_on,
            decision=decision_values(form),
            targets=[Target(parent_id=unit_id, **values)],
        )

    title = _("Thêm đơn vị thuộc %(name)s", name=parent.name)
    return carry_through(
        form, change, _("Xem trước"), lambda status: _form(form, title, parent, status)
    )


@bp.route("/units/<int:unit_id>/name", methods=["GET", "POST"])
@requires(Permission.UNIT_MANAGE)
def rename_unit(unit_id: int) -> ResponseReturnValue:
    version = get_unit(unit_id, _scope())
    form = RenameUnitForm(
        name=version.name, short_name=version.short_name, effective_on=clock.today()
    )

    def change() -> Change:
        return Change(
            kind=ReorganisationKind.RENAME,
            effective_on=form.effective_on.data,
            decision=decision_values(form),
            unit_id=unit_id,
            name=form.name.data or "",
            short_name=form.short_name.data or "",
        )

    title = _("Đổi tên %(name)s", name=version.name)
    return carry_through(form, change, title, lambda status: _form(form, title, version, status))


@bp.route("/units/<int:unit_id>/parent", methods=["GET", "POST"])
@requires(Permission.UNIT_MANAGE)
def move_unit(unit_id: int) -> ResponseReturnValue:
    scope = _scope()
    version = get_unit(unit_id, scope)
    form = MoveUnitForm(effective_on=clock.today(), parent=version.parent_id)
    form.parent.choices = choices_of(tree_choices(scope))

    def change() -> Change:
        return Change(
            kind=ReorganisationKind.MOVE,
            effective_on=form.effective_on.data,
            decision=decision_values(form),
            unit_id=unit_id,
            parent_id=form.parent.data,
        )

    title = _("Chuyển %(name)s", name=version.name)
    return carry_through(form, change, title, lambda status: _form(form, title, version, status))


def _form(form: Form, title: str, version: UnitVersion, status: int) -> ResponseReturnValue:
    back = (version.short_name, url_for("administration.unit", unit_id=version.unit_id))
    return show_form(form, title, _("Xem trước"), back, status)

"""Pages of the unit tree: look, found, rename, move, dissolve."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.access.enforcement import current_scope
from lms.access.policy import Permission
from lms.administration.forms.units import MoveUnitForm, RenameUnitForm, UnitForm
from lms.administration.views.blueprint import bp, decision_of, show_form
from lms.audit.services import record
from lms.base import clock
from lms.base.errors import DomainError
from lms.base.forms import choices_of
from lms.base.guards import requires
from lms.people.labels import KIND_LABELS, SECTOR_LABELS
from lms.people.queries import count_members
from lms.training.queries.enrolments import has_studies
from lms.units import services
from lms.units.models import UnitVersion
from lms.units.queries import (
    Scope,
    get_unit,
    list_ancestors,
    list_children,
    list_roots,
    tree_choices,
)


@bp.get("")
@requires(Permission.UNIT_MANAGE)
def index() -> ResponseReturnValue:
    return render_template("administration/index.html")


def _scope() -> Scope:
    return current_scope(Permission.UNIT_MANAGE)


@bp.get("/units")
@requires(Permission.UNIT_MANAGE)
def units() -> ResponseReturnValue:
    roots = list_roots(_scope())
    if len(roots) == 1:
        return redirect(url_for("administration.unit", unit_id=roots[0].unit_id))
    return render_template("administration/units.html", roots=roots)


@bp.get("/units/<int:unit_id>")
@requires(Permission.UNIT_MANAGE)
def unit(unit_id: int) -> ResponseReturnValue:
    scope = _scope()
    version = get_unit(unit_id, scope)
    children = list_children(unit_id)
    return render_template(
        "administration/unit.html",
        unit=version,
        above=[above for above in list_ancestors(version) if scope.covers(above.path)],
        children=children,
        counts=count_members([version.path, *(child.path for child in children)]),
        kind_labels=KIND_LABELS,
        sector_labels=SECTOR_LABELS,
    )


@bp.route("/units/<int:unit_id>/new", methods=["GET", "POST"])
@requires(Permission.UNIT_MANAGE)
def found_unit(unit_id: int) -> ResponseReturnValue:
    parent = get_unit(unit_id, _scope())
    form = UnitForm(founded_on=clock.today())
    if form.validate_on_submit():
        try:
            founded = services.found_unit(
                parent_id=unit_id, decision=decision_of(form), **form.values
            )
        except DomainError as error:
            form.add_error(error)
        else:
            record(current_user.id, "unit.founded", f"unit:{founded.id}", parent_id=unit_id)
            flash(_("Đã thêm đơn vị."), "success")
            return redirect(url_for("administration.unit", unit_id=founded.id))
    return show_form(
        form, _("Thêm đơn vị thuộc %(name)s", name=parent.name), _("Thêm đơn vị"), _back(parent)
    )


@bp.route("/units/<int:unit_id>/name", methods=["GET", "POST"])
@requires(Permission.UNIT_MANAGE)
def rename_unit(unit_id: int) -> ResponseReturnValue:
    version = get_unit(unit_id, _scope())
    form = RenameUnitForm(
        name=version.name, short_name=version.short_name, effective_on=clock.today()
    )
    if form.validate_on_submit():
        try:
            services.rename_unit(
                unit_id,
                form.name.data or "",
                form.effective_on.data,
                form.short_name.data or "",
                decision_of(form),
            )
        except DomainError as error:
            form.add_error(error)
        else:
            record(current_user.id, "unit.renamed", f"unit:{unit_id}", old_name=version.name)
            flash(_("Đã đổi tên đơn vị. Tên cũ vẫn được giữ trong lịch sử."), "success")
            return redirect(url_for("administration.unit", unit_id=unit_id))
    return show_form(form, _("Đổi tên %(name)s", name=version.name), _("Đổi tên"), _back(version))


@bp.route("/units/<int:unit_id>/parent", methods=["GET", "POST"])
@requires(Permission.UNIT_MANAGE)
def move_unit(unit_id: int) -> ResponseReturnValue:
    scope = _scope()
    version = get_unit(unit_id, scope)
    form = MoveUnitForm(effective_on=clock.today(), parent=version.parent_id)
    form.parent.choices = choices_of(tree_choices(scope))
    if form.validate_on_submit():
        try:
            get_unit(form.parent.data, scope)
            services.move_unit(unit_id, form.parent.data, form.effective_on.data, decision_of(form))
        except DomainError as error:
            form.add_error(error)
        else:
            record(
                current_user.id,
                "unit.moved",
                f"unit:{unit_id}",
                old_parent_id=version.parent_id,
                parent_id=form.parent.data,
            )
            flash(_("Đã chuyển đơn vị cùng mọi cấp dưới."), "success")
            return redirect(url_for("administration.unit", unit_id=unit_id))
    return show_form(form, _("Chuyển %(name)s", name=version.name), _("Chuyển"), _back(version))


@bp.post("/units/<int:unit_id>/dissolution")
@requires(Permission.UNIT_MANAGE)
def dissolve_unit(unit_id: int) -> ResponseReturnValue:
    version = get_unit(unit_id, _scope())
    if count_members([version.path])[version.path]:
        flash(_("Đơn vị còn người. Hãy chuyển mọi người sang đơn vị khác trước."), "error")
        return redirect(url_for("administration.unit", unit_id=unit_id))
    if has_studies(unit_id):
        flash(
            _(
                "Đơn vị có số liệu của các đợt học nên chưa giải thể được, "
                "để số liệu ấy còn nguyên. Có thể đổi tên hoặc chuyển đơn vị."
            ),
            "error",
        )
        return redirect(url_for("administration.unit", unit_id=unit_id))
    try:
        services.dissolve_unit(unit_id, clock.today())
    except DomainError as error:
        flash(error.message, "error")
        return redirect(url_for("administration.unit", unit_id=unit_id))
    record(current_user.id, "unit.dissolved", f"unit:{unit_id}", name=version.name)
    flash(_("Đã giải thể đơn vị."), "success")
    return redirect(url_for("administration.units"))


def _back(version: UnitVersion) -> tuple[str, str]:
    return version.short_name, url_for("administration.unit", unit_id=version.unit_id)

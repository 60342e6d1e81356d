"""Pages that end units: merge several, divide one, dissolve one. What they do is shown first."""

from collections.abc import Sequence

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.enforcement import current_scope
from lms.access.policy import Permission
from lms.administration.forms.reorganisation import NEW, DissolveForm, MergeForm, SplitForm
from lms.administration.views.blueprint import bp, show_form
from lms.administration.views.changes import carry_through
from lms.base import clock
from lms.base.forms import choices_of
from lms.base.guards import requires
from lms.base.vietnamese import clean, clean_lines
from lms.people.queries import list_members_of
from lms.units.changes import Change
from lms.units.history import find_units
from lms.units.models import ReorganisationKind, UnitVersion
from lms.units.queries import Scope, get_unit, get_versions, list_children, tree_choices
from lms.units.services import Source, Target

MOST_TARGETS = 8


def _scope() -> Scope:
    return current_scope(Permission.UNIT_MANAGE)


def _chosen() -> list[UnitVersion]:
    """The units that the address names (?unit=…), each once; NotFound outside the scope."""
    ids = list(dict.fromkeys(request.args.getlist("unit", type=int)))
    return [get_unit(unit_id, _scope()) for unit_id in ids[:50]]


def _chooser(
    title: str, lead: str, go_on: str, suggested: Sequence[UnitVersion], **more: object
) -> ResponseReturnValue:
    """A page of units to tick: those ticked so far, then what was searched, or what is near."""
    chosen = _chosen()
    text = clean(request.args.get("q", ""))[:80]
    ids = {version.unit_id for version in chosen}
    found = [line.unit for line in find_units(_scope(), text)] if text else suggested
    offered = [version for version in found if version.unit_id not in ids]
    parents = get_versions(
        version.parent_id for version in [*chosen, *offered] if version.parent_id is not None
    )
    return render_template(
        "administration/choose_units.html",
        title=title,
        lead=lead,
        go_on=go_on,
        chosen=chosen,
        offered=offered,
        parents=parents,
        text=text,
        **more,
    )


@bp.get("/units/merger")
@requires(Permission.UNIT_MANAGE)
def choose_merger() -> ResponseReturnValue:
    """Step one of a merger: which units."""
    first = _chosen()[:1]
    parent_id = first[0].parent_id if first else None
    near = list_children(parent_id) if parent_id is not None else []
    scope = _scope()
    return _chooser(
        _("Sáp nhập đơn vị"),
        _("Bước 1 trong 3. Đánh dấu các đơn vị sẽ hợp nhất, kể cả đơn vị được giữ lại."),
        url_for("administration.merge_units"),
        [version for version in near if scope.covers(version.path)],
        is_short="short" in request.args,
    )


@bp.route("/units/merger/details", methods=["GET", "POST"])
@requires(Permission.UNIT_MANAGE)
def merge_units() -> ResponseReturnValue:
    """Steps two and three of a merger: into what, by which decision; then the preview."""
    units = _chosen()
    if len(units) < 2:
        ids = [version.unit_id for version in units]
        return redirect(url_for("administration.choose_merger", unit=ids, short=1))
    form = MergeForm(target=NEW, parent=units[0].parent_id, effective_on=clock.today())
    if request.method == "GET":
        form.kind.data, form.sector.data = units[0].unit.kind.value, units[0].unit.sector.value
    form.target.choices = choices_of(
        [
            (NEW, _("Một đơn vị mới")),
            *((str(one.unit_id), _("Giữ lại %(name)s", name=one.name)) for one in units),
        ]
    )
    form.parent.choices = choices_of(tree_choices(_scope()))

    def change() -> Change:
        target = form.chosen_target()
        return Change(
            kind=ReorganisationKind.MERGE,
            effective_on=form.effective_on.data,
            decision=form.decision,
            sources=[Source(one.unit_id) for one in units if one.unit_id != target.unit_id],
            targets=[target],
        )

    def show(status: int) -> ResponseReturnValue:
        back = url_for("administration.choose_merger", unit=[one.unit_id for one in units])
        return (
            render_template("administration/merge_units.html", form=form, units=units, back=back),
            status,
        )

    return carry_through(form, change, _("Xem trước việc sáp nhập"), show)


@bp.route("/units/<int:unit_id>/dissolution", methods=["GET", "POST"])
@requires(Permission.UNIT_MANAGE)
def dissolve_unit(unit_id: int) -> ResponseReturnValue:
    scope = _scope()
    version = get_unit(unit_id, scope)
    form = DissolveForm(target=version.parent_id, effective_on=clock.today())
    form.target.choices = choices_of(tree_choices(scope))

    def change() -> Change:
        return Change(
            kind=ReorganisationKind.DISSOLVE,
            effective_on=form.effective_on.data,
            decision=form.decision,
            sources=[Source(unit_id)],
            targets=[Target(unit_id=form.target.data)],
        )

    def show(status: int) -> ResponseReturnValue:
        back = (version.short_name, url_for("administration.unit", unit_id=unit_id))
        return show_form(
            form,
            _("Giải thể %(name)s", name=version.name),
            _("Xem trước"),
            back,
            status,
            lead=_(
                "Người, đơn vị cấp dưới và số liệu các đợt học chuyển về đơn vị tiếp nhận. "
                "Đồng chí xem trước rồi mới xác nhận."
            ),
        )

    return carry_through(form, change, _("Xem trước việc giải thể"), show)


@bp.get("/units/<int:unit_id>/split")
@requires(Permission.UNIT_MANAGE)
def choose_split(unit_id: int) -> ResponseReturnValue:
    """Step one of a division: into which units, new ones and ones that are there."""
    version = get_unit(unit_id, _scope())
    scope = _scope()
    near = list_children(version.parent_id) if version.parent_id is not None else []
    return _chooser(
        _("Chia tách %(name)s", name=version.name),
        _("Bước 1 trong 3. Ghi tên các đơn vị mới, hoặc đánh dấu đơn vị đang có sẽ nhận một phần."),
        url_for("administration.split_unit", unit_id=unit_id),
        [one for one in near if one.unit_id != unit_id and scope.covers(one.path)],
        is_short="short" in request.args,
        divided=version,
        names=clean_lines(request.args.get("names", "")),
    )


def _new_names() -> list[str]:
    lines = clean_lines(request.args.get("names", "")).splitlines()
    return list(dict.fromkeys(clean(line)[:200] for line in lines if clean(line)))


@bp.route("/units/<int:unit_id>/split/details", methods=["GET", "POST"])
@requires(Permission.UNIT_MANAGE)
def split_unit(unit_id: int) -> ResponseReturnValue:
    """Steps two and three of a division: what goes where; then the preview."""
    scope = _scope()
    version = get_unit(unit_id, scope)
    staying = [one for one in _chosen() if one.unit_id != unit_id]
    names = _new_names()
    if not 2 <= len(staying) + len(names) <= MOST_TARGETS:
        return redirect(
            url_for(
                "administration.choose_split",
                unit_id=unit_id,
                unit=[one.unit_id for one in staying],
                names="\n".join(names),
                short=1,
            )
        )
    children, people = list_children(unit_id), list_members_of(unit_id)
    form = SplitForm.build(
        [*names, *(one.name for one in staying)],
        children,
        people,
        default=1,
        effective_on=clock.today(),
    )

    def change() -> Change:
        founded = [
            Target(
                name=name,
                kind=version.unit.kind,
                sector=version.unit.sector,
                parent_id=version.parent_id,
            )
            for name in names
        ]
        source = Source(
            unit_id,
            default=form.default.data - 1,
            children=form.children(),
            members=form.members(people),
        )
        return Change(
            kind=ReorganisationKind.SPLIT,
            effective_on=form.effective_on.data,
            decision=form.decision,
            sources=[source],
            targets=[*founded, *(Target(unit_id=one.unit_id) for one in staying)],
        )

    def show(status: int) -> ResponseReturnValue:
        return (
            render_template(
                "administration/split_unit.html",
                form=form,
                unit=version,
                children=children,
                people=people,
                back=_choose_again(unit_id),
            ),
            status,
        )

    return carry_through(form, change, _("Xem trước việc chia tách"), show)


def _choose_again(unit_id: int) -> str:
    return url_for(
        "administration.choose_split",
        unit_id=unit_id,
        unit=request.args.getlist("unit"),
        names=request.args.get("names", ""),
    )

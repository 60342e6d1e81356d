"""What can be ticked on the page of an audience: units and people chosen so far, then those found.

A search is a button of the same form, so that nothing typed is lost and no script is needed.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from flask import request
from flask_babel import gettext as _

from lms.administration.forms.audiences import AudienceForm
from lms.base import clock
from lms.base.forms import TextField, choices_of
from lms.people import queries
from lms.people.models import Member
from lms.units.extents import Extent, extents_of
from lms.units.history import MOST_FOUND, find_units
from lms.units.queries import Scope

MOST_SHOWN = 30
_BIGGEST_ID = 2**31 - 1


@dataclass
class Search:
    """What a search said: `about` are the words looked for; empty before one was made."""

    about: str = ""
    count: int = 0
    has_more: bool = False


@dataclass
class Searches:
    units: Search
    people: Search

    @property
    def were_asked(self) -> bool:
        """Whether this request looks for something instead of saving."""
        return _is_asked()


def offer_choices(
    form: AudienceForm,
    scope: Scope,
    stored_units: Collection[int] = (),
    listed: Iterable[Member] = (),
) -> Searches:
    """Set what can be ticked: stored, chosen, and found by the words of the search."""
    searches = Searches(Search(), Search())
    _offer_units(form, scope, stored_units, searches.units)
    _offer_people(form, scope, list(listed), searches.people)
    return searches


def name_extent(extent: Extent) -> str:
    """A unit that a rule names, with what became of it."""
    heirs = ", ".join(extent.heirs)
    if not heirs:
        if extent.scope.paths:
            return extent.name
        return _("%(name)s (chưa đến ngày thành lập)", name=extent.name)
    if extent.alone:
        return _(
            "%(name)s (đã nhập vào %(heirs)s: tính người ở chính đơn vị này và các đơn vị từng "
            "thuộc %(name)s)",
            name=extent.name,
            heirs=heirs,
        )
    return _("%(name)s (nay là %(heirs)s)", name=extent.name, heirs=heirs)


def _is_asked() -> bool:
    """Either button looks for all that is typed: the Enter key presses the first one."""
    return "find_units" in request.form or "find_people" in request.form


def _offer_units(form: AudienceForm, scope: Scope, stored: Collection[int], said: Search) -> None:
    extents = extents_of({*stored, *_ids(form.units.data)}, clock.today())
    names = {unit_id: name_extent(extent) for unit_id, extent in extents.items()}
    text = form.unit_search.data or ""
    if _is_asked() and text:
        found = find_units(scope, text)
        said.about, said.count = text, len(found)
        said.has_more = len(found) >= MOST_FOUND
        for line in found:
            above = f" · {line.above}" if line.above else ""
            names.setdefault(line.unit.unit_id, line.unit.name + above)
        _forget(said, form.unit_search)
    form.units.choices = choices_of(names.items())


def _offer_people(form: AudienceForm, scope: Scope, listed: list[Member], said: Search) -> None:
    belong = queries.units_by_member({*(one.id for one in listed), *_ids(form.people.data)})
    chosen = {*_ids(form.people.data), *(one.id for one in listed if one.code is None)}
    names = {i: _person(*belong[i]) for i in belong if i in chosen}
    for one in listed:
        if one.id not in belong:
            names[one.id] = _("%(name)s · không còn trong danh sách đảng viên", name=one.name)
    text, unit = form.person_search.data or "", form.person_unit.data or ""
    if _is_asked() and (text or unit):
        if unit:
            scope = Scope.of(line.unit.path for line in find_units(scope, unit))
        page = queries.find_members(scope, text)
        said.about = " · ".join(part for part in (text, unit) if part)
        said.count = len(page.rows[:MOST_SHOWN])
        said.has_more = page.has_next or len(page.rows) > MOST_SHOWN
        for member, unit_name, _unit_id in page.rows[:MOST_SHOWN]:
            names.setdefault(member.id, _person(member, unit_name))
        _forget(said, form.person_search, form.person_unit)
    form.people.choices = choices_of(names.items())


def _forget(said: Search, *fields: TextField) -> None:
    """What was found stands below: the words need not be looked for again."""
    if said.count:
        for field in fields:
            field.data = ""


def _person(member: Member, unit_name: str) -> str:
    born = (
        _("sinh %(year)s", year=member.birth_year) if member.birth_year else _("chưa ghi năm sinh")
    )
    code = _("số thẻ %(code)s", code=member.code) if member.code else _("chưa có số thẻ")
    return " · ".join((member.name, unit_name, born, code))


def _ids(values: Iterable[int] | None) -> list[int]:
    """Those that can be ids at all."""
    return [one for one in values or () if 0 < one <= _BIGGEST_ID]

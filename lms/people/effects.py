"""What a change of the tree did, told from its journal: units, people, posts, appointments.

The same lists stand on the preview, on the page of a change that was made, and in its fingerprint.
Numbers of rows that the change created are left out: they differ between trial and deed.
"""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from lms.access.models import Appointment
from lms.base.journal import Journal
from lms.extensions import db
from lms.people.consequences import campaigns_concerned
from lms.people.models import Account, Member, Membership, Post
from lms.units.models import UnitVersion
from lms.units.queries import last_versions

Effects = dict[str, Any]


def describe(journal: Journal) -> Effects:
    """The lists of one change:

    founded (name, above) · ended (id, name, into) · moved (id, name, old, new) · carried (how many
    units moved with one above) · renamed (id, old, new) · people (id, name, old, new) · posts
    (member, title, unit) · appointments (account, role, unit) · campaigns (name, is_open, count).
    """
    founded = {row["id"] for row in journal.created.get("unit", [])}
    ended = [
        change["key"]["id"]
        for change in journal.changed.get("unit", [])
        if change["new"].get("dissolved_on")
    ]
    pairs = _version_pairs(journal)
    names = _UnitNames(journal, [new for _old, new in pairs], ended)
    moved = [(old, new) for old, new in pairs if old and old.parent_id != new.parent_id]
    return {
        "founded": [
            {"name": new.name, "above": names[new.parent_id]}
            for _old, new in pairs
            if new.unit_id in founded
        ],
        "ended": [
            {"id": unit_id, "name": names[unit_id], "into": names.successors(unit_id)}
            for unit_id in ended
        ],
        "moved": [
            {
                "id": new.unit_id,
                "name": old.name,
                "old": names[old.parent_id],
                "new": names[new.parent_id],
            }
            for old, new in moved
        ],
        "carried": sum(
            1
            for old, new in pairs
            if old and old.parent_id == new.parent_id and old.path != new.path
        ),
        "renamed": [
            {"id": new.unit_id, "old": old.name, "new": new.name}
            for old, new in pairs
            if old and old.name != new.name
        ],
        "people": _people(journal, names),
        "posts": _posts(journal, names),
        "appointments": _appointments(journal, names),
        "campaigns": [
            {"name": one.name, "is_open": one.is_open, "count": one.enrolments}
            for one in (campaigns_concerned(ended) if ended else [])
        ],
    }


def _version_pairs(journal: Journal) -> list[tuple[UnitVersion | None, UnitVersion]]:
    """(closed version or None, opened version) of every unit whose version changed, in order."""
    opened = [row["id"] for row in journal.created.get("unit_version", [])]
    closed = [change["key"]["id"] for change in journal.changed.get("unit_version", [])]
    query = sa.select(UnitVersion).where(UnitVersion.id.in_([*opened, *closed]))
    versions = {version.id: version for version in db.session.scalars(query)}
    before = {versions[one].unit_id: versions[one] for one in closed}
    return [(before.get(versions[one].unit_id), versions[one]) for one in opened]


class _UnitNames:
    """Names of units by id, as they are after the change; of ended ones the last."""

    def __init__(
        self, journal: Journal, versions: Iterable[UnitVersion], ended: Iterable[int]
    ) -> None:
        successors = journal.created.get("unit_successor", [])
        wanted = {v.unit_id for v in versions} | {v.parent_id for v in versions} | set(ended)
        wanted |= {row["successor_id"] for row in successors}
        wanted |= set(db.session.scalars(_parents_before(journal)))
        self._names = {
            unit_id: version.name
            for unit_id, version in last_versions(one for one in wanted if one).items()
        }
        self._successors: dict[int, list[int]] = {}
        for row in sorted(successors, key=lambda row: not row["is_default"]):
            self._successors.setdefault(row["unit_id"], []).append(row["successor_id"])

    def __getitem__(self, unit_id: int | None) -> str:
        return self._names.get(unit_id or 0, "")

    def successors(self, unit_id: int) -> list[str]:
        return [self[one] for one in self._successors.get(unit_id, [])]


def _parents_before(journal: Journal) -> sa.Select[Any]:
    closed = [change["key"]["id"] for change in journal.changed.get("unit_version", [])]
    return sa.select(UnitVersion.parent_id).where(
        UnitVersion.id.in_(closed), UnitVersion.parent_id.is_not(None)
    )


def _people(journal: Journal, names: _UnitNames) -> list[dict[str, Any]]:
    opened = journal.created.get("membership", [])
    changed = journal.changed.get("membership", [])
    keys = [change["key"]["id"] for change in changed]
    closed = {
        row.id: row
        for row in db.session.scalars(sa.select(Membership).where(Membership.id.in_(keys)))
    }
    left: dict[tuple[int, str], int] = {}
    moves: list[tuple[int, int, int]] = []
    for change in changed:
        row = closed[change["key"]["id"]]
        if "unit_id" in change["new"]:
            moves.append((row.member_id, change["old"]["unit_id"], row.unit_id))
        else:
            left[row.member_id, row.kind.value] = row.unit_id
    moves += [
        (row["member_id"], left[row["member_id"], row["kind"]], row["unit_id"]) for row in opened
    ]
    ids = {member_id for member_id, _old, _new in moves}
    query = sa.select(Member).where(Member.id.in_(ids)).order_by(Member.sort_key, Member.id)
    by_member: dict[int, list[tuple[int, int]]] = {}
    for member_id, old, new in moves:
        by_member.setdefault(member_id, []).append((old, new))
    return [
        {"id": member.id, "name": member.name, "old": names[old], "new": names[new]}
        for member in db.session.scalars(query)
        for old, new in sorted(set(by_member[member.id]))
    ]


def _touched(journal: Journal, table: str, columns: list[Any]) -> list[Any]:
    """Values of rows that were changed or deleted, changed ones read from the database."""
    keys = [change["key"]["id"] for change in journal.changed.get(table, [])]
    id_column = columns[0].class_.id
    kept = db.session.execute(sa.select(*columns).where(id_column.in_(keys)).order_by(id_column))
    gone = [tuple(row[column.key] for column in columns) for row in journal.deleted.get(table, [])]
    return [*map(tuple, kept), *gone]


def _posts(journal: Journal, names: _UnitNames) -> list[dict[str, Any]]:
    rows = _touched(journal, "post", [Post.member_id, Post.title, Post.unit_id])
    query = sa.select(Member.id, Member.name).where(Member.id.in_([row[0] for row in rows]))
    people = dict(db.session.execute(query).all())
    return [{"member": people[row[0]], "title": row[1], "unit": names[row[2]]} for row in rows]


def _appointments(journal: Journal, names: _UnitNames) -> list[dict[str, Any]]:
    columns = [Appointment.account_id, Appointment.role, Appointment.unit_id]
    rows = _touched(journal, "appointment", columns)
    query = sa.select(Account.id, Account.display_name).where(
        Account.id.in_([row[0] for row in rows])
    )
    people = dict(db.session.execute(query).all())
    return [{"account": people[row[0]], "role": str(row[1]), "unit": names[row[2]]} for row in rows]

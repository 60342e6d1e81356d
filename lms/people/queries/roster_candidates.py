"""Whom a line of a roster without a card number may mean."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from lms.extensions import db
from lms.people.models import Member, Membership, StagedLine
from lms.people.queries.members import is_standing
from lms.units.models import UnitVersion
from lms.units.queries import get_unit, is_present, name_with_above, under


@dataclass(frozen=True)
class Candidate:
    """Somebody whom a line without a card number may mean."""

    member_id: int
    name: str
    code: str | None
    birth_year: int | None
    unit_name: str


def candidates_for(lines: Sequence[StagedLine], unit_id: int) -> dict[int, list[Candidate]]:
    """Per line, people at or below a unit of the same name (marks aside), best first."""
    folds = {line.fold for line in lines if line.fold}
    if not folds:
        return {}
    query = (
        sa.select(Member, name_with_above())
        .select_from(Member)
        .join(
            Membership,
            sa.and_(Membership.member_id == Member.id, is_standing()),
        )
        .join(UnitVersion, sa.and_(UnitVersion.unit_id == Membership.unit_id, is_present()))
        .where(Member.fold.in_(folds), Member.left_on.is_(None), under(get_unit(unit_id).path))
        .order_by(Member.id)
    )
    by_fold: dict[str, list[Candidate]] = defaultdict(list)
    for member, unit_name in db.session.execute(query):
        by_fold[member.fold].append(
            Candidate(member.id, member.name, member.code, member.birth_year, unit_name)
        )
    return {
        line.id: sorted(
            by_fold.get(line.fold, ()), key=lambda one, year=line.birth_year: one.birth_year != year
        )[:5]
        for line in lines
    }

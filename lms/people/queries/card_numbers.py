"""Reads of card numbers: those that differ from others only by zeros that a table dropped."""

from collections import defaultdict
from collections.abc import Collection

import sqlalchemy as sa

from lms.extensions import db
from lms.people.models import Member

_MOST_ZEROS = 3


def known_but_for_zeros(codes: Collection[str]) -> dict[str, list[tuple[str, str, int | None]]]:
    """(card number, name without marks, birth year) of people whose numbers equal some of these but
    for leading zeros, by the number without them."""
    shortest = {code.lstrip("0") for code in codes if code.isdecimal()} - {""}
    is_zero = any(code.startswith("0") for code in codes) or db.session.scalar(
        sa.select(sa.exists().where(Member.code.startswith("0")))
    )
    found: dict[str, list[tuple[str, str, int | None]]] = defaultdict(list)
    if not shortest or not is_zero:
        return found
    written = {"0" * zeros + code for code in shortest for zeros in range(_MOST_ZEROS + 1)}
    query = sa.select(Member.code, Member.fold, Member.birth_year)
    for code, fold, year in db.session.execute(query.where(Member.code.in_(written))):
        if code is not None:
            found[code.lstrip("0")].append((code, fold, year))
    return found

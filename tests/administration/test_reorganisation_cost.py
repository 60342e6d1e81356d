"""A change of the tree that concerns many people costs no more statements than one of few."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from lms.base import clock
from lms.extensions import db
from lms.people.models import Membership
from lms.people.services.reorganisation import undo_change
from lms.units.models import UnitKind
from tests.administration.test_reorganisation import BASE
from tests.factories.people import make_member, make_unit
from tests.factories.reorganisation import apply, merger, new_unit
from tests.support.statements import count_statements


def merge(district, name, people):
    wards = [make_unit(f"{name} {n}", district, kind=UnitKind.COMMITTEE) for n in (1, 2)]
    for number in range(people):
        make_member(wards[number % 2])
    db.session.commit()
    return merger(wards, new_unit(f"{name} mới", district), clock.today())


@pytest.mark.parametrize("what", ["page", "apply", "undo"])
def test_the_number_of_statements_does_not_grow_with_the_people(
    client, district, administrator, what
):
    counted = []
    for name, people in (("Ít", 2), ("Nhiều", 40)):
        change = merge(district, name, people)
        with count_statements() as applying:
            done = apply(change)
            db.session.commit()
        with count_statements() as reading:
            client.get_page(f"{BASE}/reorganisations/{done.id}")
        with count_statements() as undoing:
            if what == "undo":
                undo_change(None, done)
                db.session.commit()
        counted.append({"page": reading, "apply": applying, "undo": undoing}[what])
    # SQLite writes new rows one by one to learn their ids; that is no round trip.
    few, many = ([one for one in some if not one.startswith("INSERT")] for some in counted)
    assert len(many) == len(few), "\n".join(many)


def test_many_people_are_put_back_to_the_row(district, administrator):
    change = merge(district, "Nhiều", 30)
    table = sa.select(*Membership.__table__.c).order_by(Membership.id)
    before = db.session.execute(table).all()
    done = apply(change)
    assert db.session.execute(table).all() != before
    undo_change(administrator, done)
    assert db.session.execute(table).all() == before

"""Marks of several phones come to one list, in whatever order and however often they arrive."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.access.policy import Role
from lms.base import clock
from lms.extensions import db
from lms.viewing.models import MarkAct, RollCallMethod
from lms.viewing.queries.roll_call import read_roll_call
from lms.viewing.roll_call import Mark, NewMark, RollCallState, fold
from lms.viewing.services.roll_call import take_marks
from tests.factories.people import make_appointee, make_audiences, make_learner, make_unit
from tests.factories.training import make_campaign, make_session
from tests.factories.venues import make_venue

PEOPLE = 4
TICKS = st.lists(
    st.tuples(
        st.integers(0, PEOPLE - 1),
        st.sampled_from([MarkAct.ENTER, MarkAct.CLEAR, MarkAct.LEAVE, MarkAct.UNLEAVE]),
        st.integers(0, 6),
        st.uuids(),
    ),
    min_size=1,
    max_size=14,
    unique_by=lambda tick: tick[3],
)


@pytest.mark.timeout(600)
def test_two_phones_come_to_one_list(app: Flask) -> None:
    unit = make_unit()
    secretary = make_appointee(Role.SECRETARY, unit)
    for _ in range(PEOPLE):
        make_learner(unit)
    session = make_session(make_campaign(unit, make_audiences("member"), opened=True))

    @settings(max_examples=12)
    @given(TICKS, st.data())
    def check(ticks: list[tuple[int, MarkAct, int, object]], data: st.DataObject) -> None:
        venue = make_venue(secretary, session, unit)
        start = clock.now()
        people = [person.id for person in read_roll_call(venue).people]
        marks = [
            NewMark(
                str(key), people[who], act, RollCallMethod.LIST, start + timedelta(seconds=second)
            )
            for who, act, second, key in ticks
        ]
        arrived = data.draw(st.permutations(marks + marks[: len(marks) // 2]))
        cut = data.draw(st.integers(0, len(arrived)))
        taken = sum(take_marks(secretary, venue, part) for part in (arrived[:cut], arrived[cut:]))
        assert taken == len(marks), "each mark once"
        listed = read_roll_call(venue).people
        assert [person.id for person in listed] == people, "each person once"
        for person in listed:
            own = [
                Mark(mark.marked_at, mark.key, mark.act, mark.method)
                for mark in marks
                if mark.entry_id == person.id
            ]
            wanted = fold(own, is_expected=True)
            entry = person.entry
            assert (entry.state, entry.entered_at, entry.left_at) == (
                wanted.state,
                wanted.entered_at,
                wanted.left_at,
            )
            assert entry.state in (RollCallState.PRESENT, RollCallState.EXPECTED)

    check()
    db.session.rollback()

"""Progress of an enrolment: each moment kept, participation fulfilled when its last part was met.

Reports may come in any order and more than once; the enrolment must end up the same.
"""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.base.errors import NotFound
from lms.base.transactions import transaction
from lms.extensions import db
from lms.training.models import Enrolment, ParticipationKind, Requirement
from lms.training.queries.enrolments import get_study_for_update
from lms.training.services import progress
from lms.viewing.meeting import Way, best_way
from tests.factories.people import make_audiences, make_member, make_unit
from tests.factories.training import enrolment_of, make_campaign
from tests.support.statements import count_statements

NOW = datetime.now(UTC).replace(microsecond=0)
VERIFIED, DECLARED = ParticipationKind.VERIFIED_VIEWING, ParticipationKind.SELF_DECLARED


def at(hours: int) -> datetime:
    return NOW + timedelta(hours=hours)


def make_enrolment(**requirement: Any) -> Enrolment:
    """Somebody enrolled in a campaign that asks what the keywords say."""
    unit = make_unit()
    member = make_member(unit)
    campaign = make_campaign(unit, make_audiences("member"), opened=True, **requirement)
    return enrolment_of(campaign, member)


@pytest.fixture
def enrolment(app: Flask) -> Enrolment:
    return make_enrolment()


# An event: the part, when it happened, and (sessions) by what or (quiz) how well.
events = st.one_of(
    st.tuples(st.just("sessions"), st.integers(0, 9), st.sampled_from([VERIFIED, DECLARED, None])),
    st.tuples(st.just("quiz"), st.integers(0, 9), st.sampled_from([0.2, 0.5, 0.9])),
    st.tuples(st.just("essay"), st.integers(0, 9), st.none()),
    st.tuples(st.just("materials"), st.integers(0, 9), st.none()),
    st.tuples(st.just("started"), st.integers(0, 9), st.none()),
)


WAYS: dict[int, list[Way]] = {}
"""How the sessions were met so far, by enrolment: what viewing keeps in its credits."""


@pytest.fixture(autouse=True)
def _no_ways() -> None:
    WAYS.clear()


def attend(
    enrolment: Enrolment, ratio: float, met_at: datetime | None, by: ParticipationKind | None
) -> None:
    """Report the sessions as viewing does: locked, and derived anew from all there is."""
    study = get_study_for_update(enrolment.id)
    ways = WAYS.setdefault(enrolment.id, [])
    if met_at is not None and by is not None:
        ways.append(Way(met_at, by))
    best = best_way(ways, enrolment.due_at, lambda kind: True)
    progress.record_sessions(study, ratio, *(best or (None, None)))


def report(enrolment: Enrolment, event: tuple[str, int, Any]) -> None:
    part, hours, how = event
    if part == "sessions":
        met_at = at(hours) if how else None
        attend(enrolment, 0.9, met_at, how)
    elif part == "quiz":
        progress.record_quiz(enrolment.id, how, at(hours))
    elif part == "essay":
        progress.record_essay_submitted(enrolment.id, at(hours))
    elif part == "materials":
        progress.record_materials_read(enrolment.id, at(hours))
    else:
        progress.record_essay_started(enrolment.id, at(hours))


def state(enrolment: Enrolment) -> dict[str, Any]:
    names = (
        "materials_read_at viewing_ratio sessions_met_at sessions_met_by quiz_best_ratio "
        "quiz_met_at essay_started_at essay_submitted_at fulfilled_at"
    ).split()
    return {name: getattr(enrolment, name) for name in names}


def clear(enrolment: Enrolment) -> None:
    WAYS.clear()
    for name in state(enrolment):
        setattr(enrolment, name, 0.0 if name == "viewing_ratio" else None)
    db.session.flush()


@given(
    st.lists(events, max_size=8),
    st.randoms(use_true_random=False),
    st.fixed_dictionaries(
        {
            "asks_sessions": st.booleans(),
            "asks_quiz": st.booleans(),
            "asks_essay": st.booleans(),
            "counts_quiz": st.booleans(),
            "counts_essay": st.booleans(),
        }
    ),
)
@settings(max_examples=30)
def test_any_order_of_reports_leads_to_the_same_enrolment(
    enrolment: Enrolment, reported: list[tuple[str, int, Any]], chance: Any, asked: dict[str, bool]
) -> None:
    requirement = db.session.scalars(sa.select(Requirement)).one()
    for name, value in asked.items():
        setattr(requirement, name, value)
    enrolment.due_at = at(5)
    clear(enrolment)
    for event in reported:
        report(enrolment, event)
    first = state(enrolment)

    shuffled = [*reported, *reported[:2]]
    chance.shuffle(shuffled)
    clear(enrolment)
    for event in shuffled:
        report(enrolment, event)
    assert state(enrolment) == first

    def earliest(part: str, *good: Any) -> datetime | None:
        moments = [at(h) for p, h, how in reported if p == part and (not good or how in good)]
        return min(moments, default=None)

    sessions = earliest("sessions", VERIFIED, DECLARED)
    verified = earliest("sessions", VERIFIED)
    if verified is not None and verified <= enrolment.due_at:
        sessions = verified

    counted = []
    if asked["asks_sessions"]:
        counted.append(sessions)
    if asked["asks_quiz"] and asked["counts_quiz"]:
        counted.append(earliest("quiz", 0.5, 0.9))
    if asked["asks_essay"] and asked["counts_essay"]:
        counted.append(earliest("essay"))
    met = [moment for moment in counted if moment is not None]
    expected = max(met) if counted and len(met) == len(counted) else None
    assert first["fulfilled_at"] == expected
    assert first["sessions_met_at"] == sessions
    if sessions is not None:
        kinds = [how for p, h, how in reported if p == "sessions" and how and at(h) == sessions]
        assert first["sessions_met_by"] is (VERIFIED if VERIFIED in kinds else DECLARED)
    assert first["quiz_met_at"] == earliest("quiz", 0.5, 0.9)
    assert first["essay_submitted_at"] == earliest("essay")


def test_by_default_the_sessions_alone_fulfil(enrolment: Enrolment) -> None:
    progress.record_quiz(enrolment.id, 1.0, at(1))
    progress.record_essay_submitted(enrolment.id, at(2))
    assert enrolment.fulfilled_at is None
    attend(enrolment, 0.5, None, None)
    assert (enrolment.fulfilled_at, enrolment.viewing_ratio) == (None, 0.5)
    attend(enrolment, 0.8, at(3), VERIFIED)
    assert enrolment.fulfilled_at == at(3)


def test_a_part_that_does_not_count_does_not_delay(enrolment: Enrolment) -> None:
    attend(enrolment, 0.8, at(3), VERIFIED)
    progress.record_quiz(enrolment.id, 1.0, at(8))
    progress.record_essay_submitted(enrolment.id, at(9))
    assert enrolment.fulfilled_at == at(3)


def test_fulfilled_is_the_last_part_that_counts(app: Flask) -> None:
    enrolment = make_enrolment(counts_quiz=True, counts_essay=True)
    progress.record_essay_submitted(enrolment.id, at(2))
    attend(enrolment, 0.9, at(5), VERIFIED)
    assert enrolment.fulfilled_at is None
    progress.record_quiz(enrolment.id, 0.4, at(6))
    assert (enrolment.fulfilled_at, enrolment.quiz_met_at) == (None, None)
    progress.record_quiz(enrolment.id, 0.5, at(7))
    assert enrolment.fulfilled_at == at(7)


def test_a_part_that_counts_and_is_not_asked_is_not_waited_for(app: Flask) -> None:
    enrolment = make_enrolment(asks_quiz=False, counts_quiz=True)
    attend(enrolment, 0.9, at(5), VERIFIED)
    assert enrolment.fulfilled_at == at(5)


def test_where_no_session_is_asked_the_essay_may_fulfil(app: Flask) -> None:
    enrolment = make_enrolment(asks_sessions=False, counts_essay=True)
    attend(enrolment, 1.0, at(1), VERIFIED)
    assert enrolment.fulfilled_at is None
    progress.record_essay_submitted(enrolment.id, at(4))
    assert enrolment.fulfilled_at == at(4)


def test_in_time_and_late_are_told_apart_at_the_due_second(enrolment: Enrolment) -> None:
    for after, in_time in ((0, True), (1, False), (-1, True)):
        enrolment.fulfilled_at = enrolment.due_at + timedelta(seconds=after)
        assert enrolment.is_fulfilled == in_time
        assert enrolment.is_fulfilled_late == (not in_time)
    enrolment.fulfilled_at = None
    assert not enrolment.is_fulfilled and not enrolment.is_fulfilled_late


def test_later_reports_move_no_moment(enrolment: Enrolment) -> None:
    attend(enrolment, 0.8, at(1), VERIFIED)
    progress.record_quiz(enrolment.id, 0.5, at(1))
    progress.record_essay_started(enrolment.id, at(1))
    progress.record_essay_submitted(enrolment.id, at(1))
    progress.record_materials_read(enrolment.id, at(1))
    before = state(enrolment)
    attend(enrolment, 0.8, at(7), VERIFIED)
    progress.record_quiz(enrolment.id, 0.5, at(7))
    progress.record_essay_started(enrolment.id, at(7))
    progress.record_essay_submitted(enrolment.id, at(7))
    progress.record_materials_read(enrolment.id, at(7))
    assert state(enrolment) == before


def test_the_best_attempt_counts(enrolment: Enrolment) -> None:
    for ratio in (0.3, 0.9, 0.6):
        progress.record_quiz(enrolment.id, ratio, at(1))
    assert enrolment.quiz_best_ratio == 0.9


def test_what_is_taken_back_takes_participation_along(enrolment: Enrolment) -> None:
    attend(enrolment, 1.0, at(3), VERIFIED)
    assert enrolment.fulfilled_at == at(3)
    progress.record_sessions(get_study_for_update(enrolment.id), 0.0, None, None)
    assert (enrolment.sessions_met_at, enrolment.sessions_met_by) == (None, None)
    assert (enrolment.fulfilled_at, enrolment.viewing_ratio) == (None, 0.0)


def test_watching_some_is_not_meeting(enrolment: Enrolment) -> None:
    attend(enrolment, 0.7, None, VERIFIED)
    assert enrolment.sessions_met_at is None and enrolment.sessions_met_by is None


def test_a_released_mark_stands_beside_participation(enrolment: Enrolment) -> None:
    progress.record_essay_submitted(enrolment.id, at(1))
    progress.record_essay_outcome(enrolment.id, 8.5, "Giỏi", True, at(2))
    assert (enrolment.essay_mark, enrolment.essay_band, enrolment.essay_passed) == (
        8.5,
        "Giỏi",
        True,
    )
    assert enrolment.essay_released_at == at(2) and enrolment.fulfilled_at is None
    with count_statements() as statements:
        progress.record_essay_outcomes([(enrolment.id, 4.0, "Không đạt", False)], at(3))
        progress.record_essay_outcomes([], at(4))
    assert len(statements) == 1
    db.session.refresh(enrolment)
    assert (enrolment.essay_mark, enrolment.essay_passed) == (4.0, False)
    assert enrolment.essay_released_at == at(3)


def test_nobody_withdrawn_or_unknown_goes_on(enrolment: Enrolment) -> None:
    with pytest.raises(NotFound):
        progress.record_quiz(10**6, 1.0, at(1))
    enrolment.withdrawn_at = at(0)
    db.session.flush()
    with pytest.raises(NotFound):
        attend(enrolment, 1.0, at(1), VERIFIED)


def test_two_reports_at_once_lose_neither(app: Flask) -> None:
    with transaction():
        enrolment_id = make_enrolment(counts_quiz=True, counts_essay=True).id
    reports: list[tuple[str, int, Any]] = [
        ("sessions", 1, VERIFIED),
        ("quiz", 2, 0.9),
        ("essay", 3, None),
        ("materials", 4, None),
    ]
    barrier = threading.Barrier(len(reports))

    def send(event: tuple[str, int, Any]) -> None:
        with app.app_context():
            barrier.wait()
            with transaction():
                report(db.session.get_one(Enrolment, enrolment_id), event)
            db.session.remove()

    threads = [threading.Thread(target=send, args=(event,)) for event in reports]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    kept = db.session.get_one(Enrolment, enrolment_id)
    assert (kept.sessions_met_at, kept.quiz_met_at) == (at(1), at(2))
    assert (kept.essay_submitted_at, kept.materials_read_at) == (at(3), at(4))
    assert kept.fulfilled_at == at(3)

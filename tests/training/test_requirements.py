"""The requirement matrix: saved whole, its rules, and what an open campaign still lets change."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.base import clock
from lms.base.errors import Invalid, NotAllowed
from lms.extensions import db
from lms.training.models import CampaignState, EnrolmentChange, Obligation
from lms.training.services.enrolments import extend, open_campaign
from lms.training.services.requirements import RequirementValues, save_requirements
from tests.factories import people, training


def test_the_matrix_is_saved_whole(app: Flask) -> None:
    audiences = people.make_audiences("unit_head", "member")
    campaign = training.make_campaign(people.make_unit())
    due_at = clock.now() + timedelta(days=3)
    rows = [
        RequirementValues(
            audiences["unit_head"].id,
            Obligation.REQUIRED,
            due_at,
            counts_essay=True,
            least_coverage=0.9,
        ),
        RequirementValues(audiences["member"].id, Obligation.NOT_ASKED),
    ]
    save_requirements(None, campaign, rows)
    saved = {one.audience.key: one for one in campaign.requirements}
    assert saved["unit_head"].due_at == due_at
    assert (saved["unit_head"].counts_essay, saved["unit_head"].least_coverage) == (True, 0.9)
    assert saved["member"].obligation is Obligation.NOT_ASKED
    save_requirements(None, campaign, [replace(rows[0], asks_quiz=False), rows[1]])
    assert len(campaign.requirements) == 2
    assert not saved["unit_head"].asks_quiz


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"due_at": None}, "rows-0-due_at"),
        ({"due_at": timedelta(days=-2)}, "rows-0-due_at"),
        ({"due_at": timedelta(days=99)}, "rows-0-due_at"),
        ({"asks_quiz": False, "counts_quiz": True}, "rows-0-counts"),
        ({"asks_essay": False, "counts_essay": True}, "rows-0-counts"),
        ({"asks_sessions": False}, "rows-0-asks"),
        ({"least_coverage": 0.0}, "rows-0-least_coverage"),
        ({"least_coverage": 1.01}, "rows-0-least_coverage"),
        ({"quiz_pass_ratio": -0.1}, "rows-0-quiz_pass"),
        ({"obligation": Obligation.NOT_ASKED}, None),
    ],
)
def test_a_row_that_cannot_be_met_is_refused_at_its_field(
    app: Flask, changes: dict[str, object], field: str | None
) -> None:
    audiences = people.make_audiences("member")
    campaign = training.make_campaign(people.make_unit())
    row = RequirementValues(
        audiences["member"].id, Obligation.REQUIRED, clock.now() + timedelta(days=3)
    )
    if isinstance(changes.get("due_at"), timedelta):
        changes = {"due_at": clock.now() + changes["due_at"]}  # type: ignore[operator]
    with pytest.raises(Invalid) as refused:
        save_requirements(None, campaign, [replace(row, **changes)])  # type: ignore[arg-type]
    assert refused.value.field == field


def test_once_people_are_enrolled_only_their_due_moment_moves_with_a_reason(app: Flask) -> None:
    unit = people.make_unit()
    learners = [people.make_learner(unit) for _ in range(3)]
    audiences = people.make_audiences("member", "unit_head")
    campaign = training.make_campaign(unit, audiences, opened=True)
    alone, gone, common = (training.enrolment_of(campaign, learner) for learner in learners)
    own = clock.now() + timedelta(days=25)
    extend(None, alone, own, "Đi công tác")
    gone.withdrawn_at = clock.now()
    db.session.flush()
    old = common.due_at
    kept = next(one for one in campaign.requirements if one.audience.key == "member")
    later = clock.now() + timedelta(days=22)
    row = RequirementValues(audiences["member"].id, Obligation.REQUIRED, later)
    with pytest.raises(Invalid) as refused:
        save_requirements(None, campaign, [row])
    assert refused.value.field == "reason"
    with pytest.raises(Invalid):
        save_requirements(None, campaign, [replace(row, least_coverage=0.5)], "Cho dễ")
    save_requirements(None, campaign, [row], "Bão lụt")
    for enrolment in (alone, gone, common):
        db.session.refresh(enrolment)
    assert (common.due_at, alone.due_at, gone.due_at, kept.due_at) == (later, own, old, later)
    changes = db.session.scalars(
        sa.select(EnrolmentChange).where(EnrolmentChange.reason == "Bão lụt")
    ).all()
    assert [change.enrolment_id for change in changes] == [common.id]
    assert changes[0].old_value == old.isoformat()


def test_an_audience_not_asked_before_can_be_asked_later(app: Flask) -> None:
    unit = people.make_unit()
    head = people.make_learner(unit, rank=people.PostRank.UNIT_HEAD)
    people.make_learner(unit)
    audiences = people.make_audiences("unit_head", "member")
    campaign = training.make_campaign(
        unit, audiences, obligations={"unit_head": Obligation.NOT_ASKED}, opened=True
    )
    rows = [
        RequirementValues(
            audiences["unit_head"].id, Obligation.REQUIRED, clock.now() + timedelta(days=5)
        )
    ]
    save_requirements(None, campaign, rows)
    assert open_campaign(None, campaign) == 1
    assert training.enrolment_of(campaign, head).obligation is Obligation.REQUIRED


def test_nothing_changes_after_the_end(app: Flask) -> None:
    audiences = people.make_audiences("member")
    campaign = training.make_campaign(people.make_unit(), audiences)
    campaign.state = CampaignState.CLOSED
    row = RequirementValues(audiences["member"].id, Obligation.REQUIRED, campaign.closes_at)
    with pytest.raises(NotAllowed):
        save_requirements(None, campaign, [row])

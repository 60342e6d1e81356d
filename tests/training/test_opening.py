"""Opening a campaign: exactly those asked or invited, once each, with what held on that day."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.base import clock
from lms.base.errors import Invalid, NotAllowed
from lms.extensions import db
from lms.people.models import Member, PostRank, Standing
from lms.training.models import Campaign, CampaignState, Enrolment, EnrolmentChange, Obligation
from lms.training.services import enrolments as services
from lms.units.models import Unit, UnitSector
from lms.units.queries import Scope, get_unit
from tests.factories import people, training
from tests.support.statements import count_statements


def enrolled(campaign: Campaign) -> dict[str, tuple[str, Obligation]]:
    """Name → (key of the audience, obligation) of everybody enrolled."""
    rows = db.session.scalars(sa.select(Enrolment).where(Enrolment.campaign_id == campaign.id))
    return {row.member.name: (row.audience.key, row.obligation) for row in rows}


@pytest.fixture
def unit(app: Flask) -> Unit:
    """A ward with two cells, one of an enterprise, and a cell beside the ward."""
    root = people.make_unit("Gốc")
    ward = people.make_unit("Phường", root)
    cell = people.make_unit("Chi bộ 1", ward)
    firm = people.make_unit("Chi bộ doanh nghiệp", ward, sector=UnitSector.ENTERPRISE)
    people.make_member(cell, "Đầu", rank=PostRank.UNIT_HEAD)
    people.make_member(cell, "Cốt", rank=PostRank.KEY_CADRE)
    people.make_member(cell, "Miễn", is_exempt=True)
    people.make_member(cell, "Thường")
    people.make_member(cell, "Dự Bị", standing=Standing.PROBATIONARY)
    people.make_member(cell, "Khách", standing=Standing.GUEST)
    people.make_member(firm, "Công Nhân")
    gone = people.make_member(cell, "Đã Đi")
    gone.left_on = clock.today()
    people.make_member(people.make_unit("Nơi khác", root), "Người Ngoài")
    db.session.flush()
    return ward


def test_each_is_enrolled_as_what_they_are_and_others_are_left_out(unit: Unit) -> None:
    campaign = training.make_campaign(
        unit,
        people.make_audiences(),
        obligations={"probationary": Obligation.NOT_ASKED},
    )
    assert services.open_campaign(None, campaign) == 5
    assert enrolled(campaign) == {
        "Đầu": ("unit_head", Obligation.REQUIRED),
        "Cốt": ("key_cadre", Obligation.REQUIRED),
        "Miễn": ("exempt", Obligation.VOLUNTARY),
        "Thường": ("member", Obligation.REQUIRED),
        "Công Nhân": ("enterprise", Obligation.REQUIRED),
    }
    assert campaign.state is CampaignState.OPEN
    assert campaign.opened_at is not None
    one = db.session.scalars(
        sa.select(Enrolment).join(Member).where(Member.name == "Công Nhân")
    ).one()
    assert get_unit(one.unit_id).name == "Chi bộ doanh nghiệp"
    assert one.due_at == campaign.requirements[0].due_at


def test_the_preview_counts_what_the_opening_does(unit: Unit) -> None:
    audiences = people.make_audiences()
    campaign = training.make_campaign(
        unit, audiences, obligations={"probationary": Obligation.NOT_ASKED}
    )
    counted = {
        one.audience_id: (one.obligation, one.count) for one in services.preview_opening(campaign)
    }
    assert counted[None] == (None, 1)
    assert counted[audiences["probationary"].id] == (Obligation.NOT_ASKED, 1)
    assert counted[audiences["exempt"].id] == (Obligation.VOLUNTARY, 1)
    asked = (Obligation.REQUIRED, Obligation.VOLUNTARY)
    expected = sum(count for obligation, count in counted.values() if obligation in asked)
    assert services.open_campaign(None, campaign) == expected
    left = {one.audience_id for one in services.preview_opening(campaign)}
    assert left == {None, audiences["probationary"].id}


def test_opening_again_adds_nobody_twice(unit: Unit) -> None:
    campaign = training.make_campaign(unit, people.make_audiences())
    services.open_campaign(None, campaign)
    before = enrolled(campaign)
    opened_at = campaign.opened_at
    assert services.open_campaign(None, campaign) == 0
    assert enrolled(campaign) == before
    assert campaign.opened_at == opened_at


def test_late_joiners_get_a_due_moment_of_their_own(unit: Unit) -> None:
    campaign = training.make_campaign(unit, people.make_audiences(), opened=True)
    cell = people.make_unit("Chi bộ mới", unit)
    late = people.make_member(cell, "Đến Muộn")
    soon = clock.now() + timedelta(days=2)
    far = clock.now() + timedelta(days=25)
    for bad in (clock.now() - timedelta(hours=1), campaign.closes_at + timedelta(seconds=1)):
        with pytest.raises(Invalid):
            services.enrol_late_joiners(None, campaign, bad)
    assert services.enrol_late_joiners(None, campaign, far) == 1
    assert training.enrolment_of(campaign, late).due_at == far
    later = people.make_member(cell, "Đến Muộn Hơn")
    assert services.enrol_late_joiners(None, campaign, soon) == 1
    common = campaign.requirements[0].due_at
    assert training.enrolment_of(campaign, later).due_at == common, "the common one is later"


def test_a_campaign_that_asks_nobody_or_is_over_does_not_open(unit: Unit) -> None:
    with pytest.raises(Invalid):
        services.open_campaign(None, training.make_campaign(unit))
    audiences = people.make_audiences()
    nobody = training.make_campaign(
        unit, audiences, obligations=dict.fromkeys(audiences, Obligation.NOT_ASKED)
    )
    with pytest.raises(Invalid):
        services.open_campaign(None, nobody)
    over = training.make_campaign(unit, audiences)
    over.closes_at = clock.now() - timedelta(minutes=1)
    with pytest.raises(Invalid):
        services.open_campaign(None, over)
    closed = training.make_campaign(unit, audiences, opened=True)
    services.close_campaign(None, closed)
    with pytest.raises(NotAllowed):
        services.open_campaign(None, closed)
    with pytest.raises(NotAllowed):
        services.close_campaign(None, closed)


def test_opening_costs_the_same_for_a_few_and_for_many(unit: Unit) -> None:
    audiences = people.make_audiences()

    def statements() -> int:
        campaign = training.make_campaign(unit, audiences)
        with count_statements() as counted:
            services.preview_opening(campaign)
            services.open_campaign(None, campaign)
        return len(counted)

    first = statements()
    cell = people.make_unit("Chi bộ đông", unit)
    for _ in range(40):
        people.make_member(cell)
    assert statements() == first


def test_excuse_withdrawal_extension_and_what_takes_them_back(unit: Unit) -> None:
    cell = people.make_unit("Chi bộ 9", unit)
    learner = people.make_learner(cell)
    campaign = training.make_campaign(unit, people.make_audiences(), opened=True)
    enrolment = training.enrolment_of(campaign, learner)
    with pytest.raises(Invalid) as refused:
        services.excuse(None, enrolment, "  ")
    assert refused.value.field == "reason"
    services.excuse(None, enrolment, "Nằm viện")
    assert not enrolment.is_required
    with pytest.raises(NotAllowed):
        services.excuse(None, enrolment, "Lần nữa")
    services.reinstate(None, enrolment, "Đã khỏe")
    assert enrolment.is_required
    assert enrolment.excuse_reason is None
    with pytest.raises(Invalid) as refused:
        services.extend(None, enrolment, campaign.closes_at + timedelta(days=1), "Bận")
    assert refused.value.field == "due_at"
    services.extend(None, enrolment, campaign.closes_at, "Bận")
    services.withdraw(None, enrolment, "Chuyển đi")
    changes = db.session.scalars(sa.select(EnrolmentChange).order_by(EnrolmentChange.id)).all()
    assert [(change.field, change.reason) for change in changes] == [
        ("excused_at", "Nằm viện"),
        ("excused_at", "Đã khỏe"),
        ("due_at", "Bận"),
        ("withdrawn_at", "Chuyển đi"),
    ]
    assert services.get_enrolment(enrolment.id, Scope.of([get_unit(unit.id).path])) is enrolment

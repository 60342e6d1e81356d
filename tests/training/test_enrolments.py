"""Enrolments as learners see them, and the record behind every change an organiser makes."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.audit.models import AuditRecord
from lms.base import clock
from lms.base.errors import Invalid, NotAllowed, NotFound
from lms.extensions import db
from lms.people.models import Account
from lms.training.models import Campaign, CampaignState, Enrolment, EnrolmentChange, Obligation
from lms.training.queries import enrolments as queries
from lms.training.services import enrolments as services
from lms.units.models import Unit
from lms.units.queries import Scope, get_unit
from lms.units.services import move_unit
from tests.factories.people import (
    make_account,
    make_audiences,
    make_learner,
    make_member,
    make_unit,
)
from tests.factories.training import enrolment_of, make_campaign, make_live_session, make_session


@pytest.fixture
def unit(app: Flask) -> Unit:
    return make_unit("Chi bộ 1", make_unit("Phường"))


@pytest.fixture
def learner(unit: Unit) -> Account:
    return make_learner(unit)


@pytest.fixture
def campaign(unit: Unit, learner: Account) -> Campaign:
    return make_campaign(unit, make_audiences("member"), opened=True)


@pytest.fixture
def enrolment(campaign: Campaign, learner: Account) -> Enrolment:
    return enrolment_of(campaign, learner)


def changes() -> list[EnrolmentChange]:
    return list(db.session.scalars(sa.select(EnrolmentChange).order_by(EnrolmentChange.id)))


# --- changes --------------------------------------------------------------------------------


def test_each_change_keeps_what_was_what_is_why_who_and_when(enrolment: Enrolment) -> None:
    actor = make_account()
    moment = clock.now()
    due = enrolment.due_at
    later = due + timedelta(days=3)
    with clock.frozen(moment):
        services.extend(actor, enrolment, later, "  Đi công tác ")
        services.excuse(actor, enrolment, "Nằm viện")
        services.reinstate(actor, enrolment, "Ghi nhầm người")
        services.withdraw(actor, enrolment, "Đã mất")
        services.reinstate(actor, enrolment, "Nhầm tên")
    kept = [(one.field, one.old_value, one.new_value, one.reason) for one in changes()]
    now = moment.isoformat()
    assert kept == [
        ("due_at", due.isoformat(), later.isoformat(), "Đi công tác"),
        ("excused_at", None, now, "Nằm viện"),
        ("excused_at", now, None, "Ghi nhầm người"),
        ("withdrawn_at", None, now, "Đã mất"),
        ("withdrawn_at", now, None, "Nhầm tên"),
    ]
    assert {one.actor_id for one in changes()} == {actor.id}
    assert {one.recorded_at for one in changes()} == {moment}
    audited = db.session.scalars(
        sa.select(AuditRecord.subject).where(AuditRecord.action == "enrolment.changed")
    ).all()
    assert list(audited) == [f"enrolment:{enrolment.id}"] * 5
    assert enrolment.due_at == later and enrolment.is_required


@pytest.mark.parametrize("reason", ["", "   ", "\u200b"])
def test_without_a_reason_nothing_changes(enrolment: Enrolment, reason: str) -> None:
    later = enrolment.due_at + timedelta(days=1)
    for act in (
        lambda: services.excuse(None, enrolment, reason),
        lambda: services.withdraw(None, enrolment, reason),
        lambda: services.extend(None, enrolment, later, reason),
    ):
        with pytest.raises(Invalid) as caught:
            act()
        assert caught.value.field == "reason"
    assert changes() == [] and enrolment.is_required and enrolment.due_at < later


def test_what_was_done_is_not_done_twice(enrolment: Enrolment) -> None:
    with pytest.raises(NotAllowed):
        services.reinstate(None, enrolment, "Không có gì")
    services.excuse(None, enrolment, "Ốm")
    with pytest.raises(NotAllowed):
        services.excuse(None, enrolment, "Ốm")
    services.withdraw(None, enrolment, "Đã mất")
    for act in (services.excuse, services.withdraw):
        with pytest.raises(NotAllowed):
            act(None, enrolment, "Lần nữa")
    assert len(changes()) == 2
    services.reinstate(None, enrolment, "Nhầm cả hai")
    assert enrolment.is_required and len(changes()) == 4
    assert enrolment.excuse_reason is None and enrolment.withdrawal_reason is None


def test_a_new_due_moment_lies_ahead_and_within_the_campaign(
    campaign: Campaign, enrolment: Enrolment
) -> None:
    services.extend(None, enrolment, campaign.closes_at, "Bận")
    assert enrolment.due_at == campaign.closes_at
    for bad in (clock.now() - timedelta(seconds=1), campaign.closes_at + timedelta(seconds=1)):
        with pytest.raises(Invalid) as caught:
            services.extend(None, enrolment, bad, "Bận")
        assert caught.value.field == "due_at"
    assert len(changes()) == 1


def test_one_who_was_withdrawn_is_not_enrolled_again_by_the_way(
    campaign: Campaign, enrolment: Enrolment
) -> None:
    services.withdraw(None, enrolment, "Chuyển đi")
    soon = clock.now() + timedelta(days=1)
    assert services.enrol_late_joiners(None, campaign, soon) == 0
    assert services.open_campaign(None, campaign) == 0


def test_an_enrolment_elsewhere_cannot_be_changed(unit: Unit, enrolment: Enrolment) -> None:
    inside = Scope.of([get_unit(unit.id).path])
    assert services.get_enrolment(enrolment.id, inside) is enrolment
    for scope in (Scope(()), Scope.of([get_unit(make_unit().id).path])):
        with pytest.raises(NotFound):
            services.get_enrolment(enrolment.id, scope)
    with pytest.raises(NotFound):
        services.get_enrolment(10**6, inside)


def test_the_unit_that_answers_is_found_where_it_hangs_now(
    unit: Unit, enrolment: Enrolment
) -> None:
    other = make_unit("Phường khác")
    move_unit(unit.id, other.id, clock.today())
    there = Scope.of([get_unit(other.id).path])
    assert services.get_enrolment(enrolment.id, there).unit_id == unit.id


def test_late_joiners_count_from_their_enrolment(campaign: Campaign, unit: Unit) -> None:
    newcomer = make_member(unit)
    moment = clock.now() + timedelta(days=5)
    with clock.frozen(moment):
        assert services.enrol_late_joiners(None, campaign, moment + timedelta(days=18)) == 1
    joined = enrolment_of(campaign, newcomer)
    assert joined.enrolled_at == moment
    assert joined.due_at == moment + timedelta(days=18)


def test_nobody_joins_a_campaign_that_is_not_open(app: Flask, unit: Unit) -> None:
    campaign = make_campaign(unit, make_audiences("member"))
    soon = clock.now() + timedelta(days=1)
    with pytest.raises(NotAllowed):
        services.enrol_late_joiners(None, campaign, soon)
    make_member(unit)
    services.open_campaign(None, campaign)
    services.close_campaign(None, campaign)
    with pytest.raises(NotAllowed):
        services.enrol_late_joiners(None, campaign, soon)


def test_a_campaign_does_not_open_on_a_due_moment_that_is_over(unit: Unit) -> None:
    audiences = make_audiences("member", "exempt")
    campaign = make_campaign(unit, audiences)
    by_key = {one.audience.key: one for one in campaign.requirements}
    by_key["member"].due_at = clock.now()
    with pytest.raises(Invalid) as caught:
        services.open_campaign(None, campaign)
    assert "Đảng viên" in caught.value.message
    assert campaign.state is CampaignState.DRAFT
    by_key["member"].obligation = Obligation.NOT_ASKED
    make_member(unit, is_exempt=True)
    assert services.open_campaign(None, campaign) == 1


# --- what a learner sees --------------------------------------------------------------------


def test_a_draft_or_a_withdrawal_is_no_study(
    campaign: Campaign, enrolment: Enrolment, learner: Account
) -> None:
    assert learner.member_id is not None
    assert queries.get_study(learner.member_id, campaign.id).enrolment is enrolment
    campaign.state = CampaignState.DRAFT
    with pytest.raises(NotFound):
        queries.get_study(learner.member_id, campaign.id)
    campaign.state = CampaignState.CLOSED
    assert queries.get_study(learner.member_id, campaign.id).enrolment is enrolment
    services.withdraw(None, enrolment, "Chuyển đi")
    with pytest.raises(NotFound):
        queries.get_study(learner.member_id, campaign.id)
    with pytest.raises(NotFound):
        queries.get_study_for_update(enrolment.id)


def test_anothers_study_is_like_none(campaign: Campaign, unit: Unit) -> None:
    stranger = make_learner(unit)
    assert stranger.member_id is not None
    session = make_session(campaign)
    for act in (
        lambda: queries.get_study(stranger.member_id or 0, campaign.id),
        lambda: queries.get_study(stranger.member_id or 0, 10**6),
        lambda: queries.get_study_of_session(stranger.member_id or 0, session.id),
        lambda: queries.get_study_for_update(10**6),
    ):
        with pytest.raises(NotFound) as caught:
            act()
        assert caught.value.message == ""


def test_a_session_is_seen_from_its_publication_on(
    campaign: Campaign, enrolment: Enrolment, learner: Account
) -> None:
    moment = clock.now() + timedelta(hours=5)
    session = make_session(campaign, published_at=moment)
    live = make_live_session(campaign)
    member_id = learner.member_id or 0
    study, found = queries.get_study_of_session(member_id, live.id)
    assert (study.enrolment, found) == (enrolment, live)
    for at, is_seen in ((moment - timedelta(seconds=1), False), (moment, True)):
        with clock.frozen(at):
            if is_seen:
                assert queries.get_study_of_session(member_id, session.id)[1] is session
            else:
                with pytest.raises(NotFound):
                    queries.get_study_of_session(member_id, session.id)


def test_what_is_done_counts_between_the_opening_and_the_closing(
    campaign: Campaign, learner: Account
) -> None:
    study = queries.get_study(learner.member_id or 0, campaign.id)
    second = timedelta(seconds=1)
    for at, is_open in (
        (campaign.opens_at - second, False),
        (campaign.opens_at, True),
        (campaign.closes_at, True),
        (campaign.closes_at + second, False),
    ):
        with clock.frozen(at):
            assert study.is_open == is_open
    services.close_campaign(None, campaign)
    assert not study.is_open
    closed = db.session.scalars(
        sa.select(AuditRecord).where(AuditRecord.action == "campaign.closed")
    ).one()
    assert closed.subject == f"campaign:{campaign.id}" and campaign.closed_at is not None

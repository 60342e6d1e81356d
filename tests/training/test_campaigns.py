"""Campaigns and their sessions: the rules that hold whoever asks."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from lms.access.policy import Role
from lms.base import clock
from lms.base.errors import Invalid, NotAllowed, NotFound
from lms.extensions import db
from lms.files.content import FileKind
from lms.files.services import ReceivedFile, receive_file
from lms.training.models import (
    Campaign,
    CampaignState,
    Enrolment,
    SessionKind,
    TrainingSession,
)
from lms.training.queries.sessions import list_speaker_choices
from lms.training.services.campaigns import CampaignValues, change_campaign, create_campaign
from lms.training.services.sessions import (
    SessionFiles,
    SessionValues,
    change_session,
    create_session,
)
from lms.units.queries import Scope, get_unit
from lms.viewing.models import Coverage
from tests.factories import people, training
from tests.factories.media import VTT, tiny_mp4


def campaign_values(unit_id: int, **changes: object) -> CampaignValues:
    values = CampaignValues(
        name="Đợt học",
        summary="",
        unit_id=unit_id,
        directive_ids=[],
        opens_at=clock.now(),
        closes_at=clock.now() + timedelta(days=30),
    )
    return replace(values, **changes)  # type: ignore[arg-type]


def test_a_campaign_is_made_only_within_ones_reach(app: Flask) -> None:
    home, away = people.make_unit(), people.make_unit()
    scope = Scope.of([get_unit(home.id).path])
    campaign = create_campaign(None, campaign_values(home.id), scope)
    assert campaign.state is CampaignState.DRAFT
    with pytest.raises(NotFound):
        create_campaign(None, campaign_values(away.id), scope)
    with pytest.raises(NotFound):
        change_campaign(None, campaign, campaign_values(away.id), scope)


def test_a_campaign_ends_after_it_begins_and_after_what_is_due(app: Flask) -> None:
    unit = people.make_unit()
    with pytest.raises(Invalid) as refused:
        create_campaign(None, campaign_values(unit.id, closes_at=clock.now()), None)
    assert refused.value.field == "closes_at"
    campaign = training.make_campaign(unit, people.make_audiences(), opened=True)
    with pytest.raises(Invalid) as refused:
        change_campaign(
            None,
            campaign,
            campaign_values(unit.id, closes_at=clock.now() + timedelta(days=2)),
            None,
        )
    assert refused.value.field == "closes_at"


def test_an_open_campaign_keeps_its_unit_and_the_directives_its_sessions_cover(app: Flask) -> None:
    unit, other = people.make_unit(), people.make_unit()
    directive = training.make_directive()
    campaign = training.make_campaign(
        unit, people.make_audiences(), directives=[directive], opened=True
    )
    training.make_session(campaign, directives=[directive])
    with pytest.raises(Invalid) as refused:
        change_campaign(None, campaign, campaign_values(other.id), None)
    assert refused.value.field == "unit_id"
    with pytest.raises(Invalid) as refused:
        change_campaign(None, campaign, campaign_values(unit.id), None)
    assert refused.value.field == "directives"
    change_campaign(None, campaign, campaign_values(unit.id, directive_ids=[directive.id]), None)
    campaign.state = CampaignState.CLOSED
    with pytest.raises(NotAllowed):
        change_campaign(
            None, campaign, campaign_values(unit.id, directive_ids=[directive.id]), None
        )


def session_values(**changes: object) -> SessionValues:
    values = SessionValues(
        title="Buổi một",
        summary="",
        directive_ids=[],
        speaker_ids=[],
        published_at=clock.now(),
    )
    return replace(values, **changes)  # type: ignore[arg-type]


def received(content: bytes, name: str, kind: FileKind) -> ReceivedFile:
    return receive_file(io.BytesIO(content), name, frozenset({kind}), 10_000_000)


@pytest.fixture
def campaign(app: Flask) -> Campaign:
    return training.make_campaign(people.make_unit(), people.make_audiences())


def test_a_recording_takes_its_length_from_its_file(campaign: Campaign) -> None:
    files = SessionFiles(
        video=received(tiny_mp4(75), "buoi.mp4", FileKind.MP4),
        captions=received(VTT.encode(), "buoi.vtt", FileKind.VTT),
    )
    first = create_session(None, campaign, SessionKind.RECORDED, session_values(), files)
    assert (first.is_watchable, first.duration_seconds, first.position) == (True, 75.0, 1)
    second = create_session(None, campaign, SessionKind.RECORDED, session_values())
    assert (second.is_watchable, second.position) == (False, 2)
    longer = SessionFiles(video=received(tiny_mp4(80), "buoi.mp4", FileKind.MP4))
    change_session(None, first, session_values(), longer)
    assert first.duration_seconds == 80.0
    assert first.captions_id is not None


def test_a_recording_somebody_has_watched_is_replaced_only_by_one_as_long(app: Flask) -> None:
    unit = people.make_unit()
    learner = people.make_learner(unit)
    campaign = training.make_campaign(unit, people.make_audiences(), opened=True)
    session = training.make_session(campaign, seconds=180)
    watch(training.enrolment_of(campaign, learner), session, 1.0)
    longer = SessionFiles(video=received(tiny_mp4(240), "dai.mp4", FileKind.MP4))
    with pytest.raises(Invalid) as refused:
        change_session(None, session, session_values(), longer)
    assert refused.value.field == "video"
    same = SessionFiles(video=received(tiny_mp4(180.4), "dep-hon.mp4", FileKind.MP4))
    change_session(None, session, session_values(), same)
    assert session.duration_seconds == 180.4
    other = training.make_session(campaign, seconds=180)
    change_session(None, other, session_values(), longer)
    assert other.duration_seconds == 240.0


def watch(enrolment: Enrolment, session: TrainingSession, seconds: float) -> None:
    """The first seconds of a session, as viewing keeps them; the enrolment has not moved yet."""
    coverage = Coverage(
        enrolment_id=enrolment.id,
        session_id=session.id,
        intervals=[[0.0, seconds]],
        covered_seconds=seconds,
        updated_at=clock.now(),
    )
    db.session.add(coverage)
    db.session.flush()


@pytest.mark.parametrize("begun", ["fulfilled", "watching"])
def test_no_required_session_comes_on_top_of_what_people_have_begun(app: Flask, begun: str) -> None:
    unit = people.make_unit()
    learner = people.make_learner(unit)
    campaign = training.make_campaign(unit, people.make_audiences(), opened=True)
    kind, values = SessionKind.RECORDED, session_values()
    first = create_session(None, campaign, kind, values)
    extra = create_session(None, campaign, kind, replace(values, is_required=False))
    enrolment = training.enrolment_of(campaign, learner)
    if begun == "fulfilled":
        enrolment.fulfilled_at = clock.now()
    else:
        enrolment.viewing_ratio = 0.1
    with pytest.raises(Invalid) as refused:
        create_session(None, campaign, kind, values)
    assert refused.value.field == "is_required"
    with pytest.raises(Invalid) as refused:
        change_session(None, extra, values)
    assert refused.value.field == "is_required"
    assert not extra.is_required
    change_session(None, first, replace(values, title="Buổi một, sửa tên"))
    create_session(None, campaign, kind, replace(values, is_required=False))
    change_session(None, extra, replace(values, is_required=False))
    campaign.state = CampaignState.DRAFT
    change_session(None, extra, values)
    assert extra.is_required


def test_directives_and_speakers_are_those_of_the_campaign(app: Flask) -> None:
    root = people.make_unit()
    unit = people.make_unit(parent=root)
    below = people.make_unit(parent=unit)
    directive, foreign = training.make_directive(), training.make_directive()
    campaign = training.make_campaign(unit, directives=[directive])
    near = [people.make_speaker(place) for place in (root, unit, below)]
    far = people.make_speaker(people.make_unit(parent=root))
    people.make_appointee(Role.REVIEWER, unit)
    assert {account.id for account in list_speaker_choices(campaign)} == {a.id for a in near}
    good = session_values(directive_ids=[directive.id], speaker_ids=[near[0].id])
    session = create_session(None, campaign, SessionKind.RECORDED, good)
    assert session.speakers == [near[0]]
    for field, bad in {
        "directives": replace(good, directive_ids=[foreign.id]),
        "speakers": replace(good, speaker_ids=[far.id]),
    }.items():
        with pytest.raises(Invalid) as refused:
            change_session(None, session, bad)
        assert refused.value.field == field
    with pytest.raises(Invalid) as refused:
        change_session(None, session, replace(good, directive_ids=[]))
    assert refused.value.field == "directives"
    db.session.rollback()

"""Directives, campaigns, requirements, sessions, materials, stored files.

campaign = make_campaign(unit, make_audiences())      # draft, everybody required
session = make_session(campaign)                      # a recording of three minutes
open_campaign(None, campaign)                         # gives every member an enrolment
enrolment_of(campaign, learner)
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

import sqlalchemy as sa

from lms.base import clock
from lms.extensions import db
from lms.files import storage
from lms.files.models import StoredFile
from lms.people.models import Account, Audience, Member
from lms.training.models import (
    Campaign,
    Directive,
    DirectiveKind,
    Enrolment,
    Material,
    Obligation,
    Requirement,
    SessionKind,
    SessionRun,
    TrainingSession,
)
from lms.training.services.enrolments import open_campaign
from lms.units.models import Unit
from tests.factories.media import VTT, tiny_mp4, tiny_pdf

_number = count(1)


def make_directive(title: str | None = None, **columns: Any) -> Directive:
    """A directive with a short body and no file."""
    number = next(_number)
    values: dict[str, Any] = {
        "kind": DirectiveKind.DIRECTIVE,
        "issuer": "Ban Thường vụ Quận ủy",
        "symbol": f"{number:02}-CT/QU",
        "issued_on": date(2026, 1, 15),
        "title": title or f"Về nâng cao chất lượng sinh hoạt chi bộ, phần {number}",
        "body": "<p>Mỗi chi bộ họp ít nhất mỗi tháng một lần.</p>",
    }
    directive = Directive(**(values | columns))
    db.session.add(directive)
    db.session.flush()
    return directive


def make_campaign(
    unit: Unit,
    audiences: Mapping[str, Audience] | None = None,
    *,
    name: str | None = None,
    directives: Iterable[Directive] = (),
    obligations: Mapping[str, Obligation] | None = None,
    opened: bool = False,
    due_in: timedelta = timedelta(days=20),
    **requirement: Any,
) -> Campaign:
    """A campaign that runs from yesterday for a month.

    Every audience given is required (the exempt ones voluntary), unless `obligations` says
    otherwise by key; other keywords are columns of every requirement. `opened` opens it, which
    enrols everybody who is in the unit by now.
    """
    moment = clock.now()
    campaign = Campaign(
        name=name or f"Đợt học số {next(_number)}",
        unit_id=unit.id,
        opens_at=moment - timedelta(days=1),
        closes_at=moment + timedelta(days=30),
        created_at=moment - timedelta(days=2),
        directives=list(directives),
    )
    db.session.add(campaign)
    db.session.flush()
    for key, audience in (audiences or {}).items():
        usual = Obligation.VOLUNTARY if key == "exempt" else Obligation.REQUIRED
        make_requirement(
            campaign,
            audience,
            obligation=(obligations or {}).get(key, usual),
            due_at=moment + due_in,
            **requirement,
        )
    db.session.refresh(campaign)
    if opened:
        with clock.frozen(min(moment, moment + due_in - timedelta(seconds=1))):
            open_campaign(None, campaign)
    return campaign


def make_requirement(campaign: Campaign, audience: Audience, **columns: Any) -> Requirement:
    """What a campaign asks of one audience: everything, by its closing."""
    values = {"obligation": Obligation.REQUIRED, "due_at": campaign.closes_at}
    requirement = Requirement(
        campaign_id=campaign.id, audience_id=audience.id, **(values | columns)
    )
    db.session.add(requirement)
    db.session.flush()
    return requirement


def make_stored_file(
    content: bytes | None = None,
    name: str = "tai-lieu.pdf",
    media_type: str = "application/pdf",
    *,
    owner: Account | None = None,
    seconds: float | None = None,
) -> StoredFile:
    """A stored file with its bytes in place: a small PDF unless told otherwise."""
    content = tiny_pdf() if content is None else content
    key = storage.new_key()
    path = storage.path_of(key)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    stored = StoredFile(
        key=key,
        name=name,
        media_type=media_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        duration_seconds=seconds,
        owner_id=owner.id if owner else None,
        created_at=clock.now(),
    )
    db.session.add(stored)
    db.session.flush()
    return stored


def make_session(
    campaign: Campaign,
    title: str | None = None,
    *,
    seconds: float = 180.0,
    video: bool = True,
    captions: bool = False,
    speakers: Iterable[Account] = (),
    directives: Iterable[Directive] = (),
    published_at: datetime | None = None,
    **columns: Any,
) -> TrainingSession:
    """A published recording of so many seconds, with a video that is a real (tiny) MP4."""
    number = next(_number)
    session = TrainingSession(
        campaign_id=campaign.id,
        kind=SessionKind.RECORDED,
        title=title or f"Buổi học số {number}",
        position=number,
        published_at=published_at or clock.now() - timedelta(hours=1),
        speakers=list(speakers),
        directives=list(directives),
        **columns,
    )
    if video:
        stored = make_stored_file(tiny_mp4(seconds), "buoi-hoc.mp4", "video/mp4", seconds=seconds)
        session.video_id = stored.id
        session.duration_seconds = seconds
    if captions:
        session.captions_id = make_stored_file(VTT.encode(), "phu-de.vtt", "text/vtt").id
    db.session.add(session)
    db.session.flush()
    return session


def make_live_session(
    campaign: Campaign,
    title: str | None = None,
    *,
    starts_at: datetime | None = None,
    **columns: Any,
) -> TrainingSession:
    """A live session tomorrow (or at a moment), to be joined by link."""
    values: dict[str, Any] = {
        "kind": SessionKind.LIVE_LINK,
        "title": title or f"Buổi trực tuyến số {next(_number)}",
        "published_at": clock.now() - timedelta(hours=1),
        "is_required": False,
    }
    session = TrainingSession(campaign_id=campaign.id, **(values | columns))
    session.runs = [make_run(starts_at or clock.now() + timedelta(days=1))]
    db.session.add(session)
    db.session.flush()
    return session


def make_run(
    starts_at: datetime, minutes: float = 90, url: str = "https://hop.vidu.vn/buoi-1"
) -> SessionRun:
    """A run not yet of any session."""
    return SessionRun(starts_at=starts_at, ends_at=starts_at + timedelta(minutes=minutes), url=url)


def make_material(
    session: TrainingSession,
    title: str | None = None,
    *,
    published_at: datetime | None = None,
    file: StoredFile | None = None,
    uploaded_by: Account | None = None,
) -> Material:
    """A published PDF of a session."""
    number = next(_number)
    material = Material(
        session_id=session.id,
        title=title or f"Tài liệu số {number}",
        position=number,
        file_id=(file or make_stored_file()).id,
        published_at=published_at or clock.now() - timedelta(hours=1),
        uploaded_by_id=uploaded_by.id if uploaded_by else None,
    )
    db.session.add(material)
    db.session.flush()
    return material


def enrolment_of(campaign: Campaign, person: Account | Member) -> Enrolment:
    """The enrolment of a member (or of an account's member) in an opened campaign."""
    member_id = person.member_id if isinstance(person, Account) else person.id
    return db.session.scalars(
        sa.select(Enrolment).where(
            Enrolment.campaign_id == campaign.id, Enrolment.member_id == member_id
        )
    ).one()

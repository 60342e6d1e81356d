"""Venues by their pages: opening, ticking, guests, closing, corrections, and whom they are shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.access.policy import Role
from lms.audit.models import AuditRecord
from lms.base import clock
from lms.extensions import db
from lms.people.models import Account, Member
from lms.training.models import Campaign, TrainingSession
from lms.units.models import Unit, UnitKind
from lms.viewing.models import MarkAct, RollCallState, SessionCredit, Venue
from tests.factories.people import (
    make_account,
    make_appointee,
    make_appointment,
    make_audiences,
    make_learner,
    make_member,
    make_unit,
    sign_in,
    sign_in_elsewhere,
)
from tests.factories.training import enrolment_of, make_campaign, make_live_session, make_session
from tests.factories.venues import entry_of, make_venue, tick
from tests.support.client import PageClient
from tests.support.statements import count_statements


@dataclass
class Hall:
    """A ward of two cells in one campaign, and the secretary of the ward."""

    ward: Unit
    cell: Unit
    other_cell: Unit
    secretary: Account
    people: list[Member]
    others: list[Member]
    campaign: Campaign
    session: TrainingSession


@pytest.fixture
def hall(app: Flask, client: PageClient) -> Hall:
    ward = make_unit("Đảng bộ phường", kind=UnitKind.BASE)
    cell, other_cell = make_unit("Chi bộ 1", ward), make_unit("Chi bộ 2", ward)
    secretary = make_learner(cell, "Trần Thị Thư")
    make_appointment(secretary, Role.SECRETARY, ward)
    people = [make_member(cell, name) for name in ("Lê Văn An", "Đỗ Thị Ân", "Vũ Bình")]
    others = [make_member(other_cell, name) for name in ("Phạm Chi", "Hồ Dung")]
    campaign = make_campaign(ward, make_audiences("member"), opened=True)
    session = make_session(campaign, "Buổi mở đầu")
    sign_in(client, secretary)
    return Hall(ward, cell, other_cell, secretary, people, others, campaign, session)


def credits_of(hall: Hall, person: Member) -> list[str]:
    query = sa.select(SessionCredit.kind).where(
        SessionCredit.enrolment_id == enrolment_of(hall.campaign, person).id,
        SessionCredit.revoked_at.is_(None),
    )
    return [kind.value for kind in db.session.scalars(query)]


def test_a_secretary_opens_a_venue_from_the_menu(client: PageClient, hall: Hall) -> None:
    page = client.get_page("/my-tasks")
    assert page.links()["Điểm cầu"] == "/venues"
    page = client.get_page("/venues")
    page = client.get_page(page.links()["Mở điểm cầu"])
    address = page.links()["Buổi mở đầu"]
    page = client.submit(address, {"place": "", "starts_at": "19:30", "ends_at": ""}, status=422)
    assert page.errors == [
        "Địa điểm: Hãy ghi địa điểm, ví dụ: Hội trường phường.",
        "Bắt đầu lúc: Hãy nhập giờ và ngày, ví dụ 19:30 15/12/2026.",
        "Kết thúc lúc: Hãy ghi giờ và ngày, ví dụ 19:30 15/12/2026.",
    ]
    start = clock.to_local(clock.now() - timedelta(minutes=5))
    page = page.submit(
        {
            "place": "Hội trường phường",
            "starts_at": start.strftime("%H:%M %d/%m/%Y"),
            "ends_at": (start + timedelta(hours=2)).strftime("%H:%M %d/%m/%Y"),
            "units": [str(hall.cell.id)],
        }
    )
    assert page.heading == "Hội trường phường"
    assert "trên 4 người" in page.text
    assert "Hồ Dung" not in page.text
    assert "Chờ đồng chí" not in page.text

"""Who reaches the planner's pages, what they cost, and that reading them changes nothing."""

from __future__ import annotations

import pytest
from flask import Flask

from lms.access.policy import Role
from lms.extensions import db
from lms.people.models import Account
from lms.training.models import Campaign, TrainingSession
from lms.units.models import Unit
from tests.factories import people, training
from tests.support.client import PageClient
from tests.support.statements import count_statements


class Ward:
    """A ward with a planner, a learner and an open campaign."""

    def __init__(self) -> None:
        self.unit: Unit = people.make_unit()
        self.planner: Account = people.make_planner(self.unit)
        self.learner: Account = people.make_learner(self.unit)
        self.campaign: Campaign = training.make_campaign(
            self.unit,
            people.make_audiences(),
            directives=[training.make_directive()],
            opened=True,
        )
        self.session: TrainingSession = training.make_session(
            self.campaign, speakers=[people.make_speaker(self.unit)]
        )

    @property
    def addresses(self) -> list[str]:
        enrolment = training.enrolment_of(self.campaign, self.learner)
        campaign = f"/planning/campaigns/{self.campaign.id}"
        return [
            campaign,
            f"{campaign}/edit",
            f"{campaign}/requirements",
            f"{campaign}/sessions",
            f"{campaign}/sessions/new",
            f"{campaign}/sessions/new?kind=live_link",
            f"{campaign}/opening",
            f"{campaign}/opening/names",
            f"{campaign}/closing",
            f"{campaign}/enrolments",
            f"{campaign}/enrolments/{enrolment.id}",
            f"/planning/sessions/{self.session.id}",
        ]


@pytest.fixture
def ward(app: Flask) -> Ward:
    return Ward()


def test_another_units_campaign_looks_like_one_that_is_not_there(
    ward: Ward, client: PageClient
) -> None:
    people.sign_in(client, people.make_planner(people.make_unit()))
    missing = client.get_page("/planning/campaigns/999999", status=404)
    for address in ward.addresses:
        refused = client.get_page(address, status=404)
        assert refused.text == missing.text, address
        assert client.post(address, data={"csrf_token": token_of(client)}).status_code in (404, 405)
    assert ward.campaign.name not in client.get_page("/planning/campaigns").text


def token_of(client: PageClient) -> str:
    return client.get_page("/password").form().value_of("csrf_token") or ""


def test_an_enrolment_is_reached_through_its_own_campaign_alone(
    ward: Ward, client: PageClient
) -> None:
    other = training.make_campaign(ward.unit)
    enrolment = training.enrolment_of(ward.campaign, ward.learner)
    people.sign_in(client, ward.planner)
    client.get_page(f"/planning/campaigns/{other.id}/enrolments/{enrolment.id}", status=404)


@pytest.mark.parametrize("role", [Role.SPEAKER, Role.REVIEWER, Role.SUPERVISOR, Role.ADMINISTRATOR])
def test_other_roles_are_refused(ward: Ward, client: PageClient, role: Role) -> None:
    people.sign_in(client, people.make_appointee(role, ward.unit))
    for address in ["/planning/campaigns", *ward.addresses]:
        assert client.get(address).status_code == 403, address


def test_reading_changes_nothing(ward: Ward, client: PageClient) -> None:
    people.sign_in(client, ward.planner)
    with count_statements() as statements:
        for address in ["/planning/campaigns", *ward.addresses]:
            client.get_page(address)
    written = [s for s in statements if s.lstrip().upper().startswith(("INSERT", "UPDATE", "DEL"))]
    assert [s for s in written if not s.startswith("INSERT INTO audit_record")] == []


@pytest.mark.database("postgresql")
def test_reading_locks_nothing(ward: Ward, client: PageClient) -> None:
    people.sign_in(client, ward.planner)
    with count_statements() as statements:
        for address in ward.addresses:
            client.get_page(address)
    assert [s for s in statements if "FOR UPDATE" in s.upper()] == []


def test_the_pages_cost_the_same_with_few_and_with_many_rows(
    ward: Ward, client: PageClient
) -> None:
    people.sign_in(client, ward.planner)

    def statements() -> dict[str, int]:
        counts = {}
        for address in ["/planning/campaigns", *ward.addresses]:
            with count_statements() as counted:
                client.get_page(address)
            counts[address] = len(counted)
        return counts

    training.make_material(ward.session)
    first = statements()
    for _ in range(12):
        people.make_member(ward.unit)
        extra = training.make_directive()
        ward.campaign.directives.append(extra)
        session = training.make_session(
            ward.campaign, directives=[extra], speakers=[people.make_speaker(ward.unit)]
        )
        training.make_material(session)
        training.make_campaign(ward.unit)
    training.open_campaign(None, ward.campaign)
    assert statements() == first
    assert max(first.values()) <= 15, first


def test_the_board_says_what_is_missing_and_then_what_is_there(
    ward: Ward, client: PageClient
) -> None:
    people.sign_in(client, ward.planner)
    draft = training.make_campaign(ward.unit)
    page = client.get_page(f"/planning/campaigns/{draft.id}")
    for missing in ("Chưa chọn văn bản nào.", "Chưa yêu cầu đối tượng nào.", "Chưa mở."):
        assert missing in page.text
    page = client.get_page(f"/planning/campaigns/{ward.campaign.id}")
    for part in (
        "Chưa có phụ đề",
        "Chưa có tài liệu",
        "Chưa có bài trắc nghiệm.",
        "Chưa có đề bài thu hoạch.",
        "1 người học; 0 trong 1 người bắt buộc đã xong",
    ):
        assert part in page.text, part
    training.make_material(ward.session)
    ward.session.captions_id = training.make_stored_file(b"WEBVTT", "a.vtt", "text/vtt").id
    page = client.get_page(f"/planning/campaigns/{ward.campaign.id}")
    assert "Chưa có phụ đề" not in page.text
    assert "1 tài liệu" in page.text


def test_the_list_holds_ones_own_campaigns_with_their_learners(
    ward: Ward, client: PageClient
) -> None:
    people.sign_in(client, ward.planner)
    page = client.get_page("/planning/campaigns")
    row = next(cells for cells in page.rows() if cells[0] == ward.campaign.name)
    assert row[-1] == "1"
    enrolment = training.enrolment_of(ward.campaign, ward.learner)
    enrolment.withdrawn_at = enrolment.enrolled_at
    db.session.flush()
    page = client.get_page("/planning/campaigns")
    assert next(cells for cells in page.rows() if cells[0] == ward.campaign.name)[-1] == "0"

"""The two rates against a count by hand, over enrolments in every state."""

import random
from datetime import timedelta

import pytest

from lms.access.policy import Role
from lms.access.services import appoint
from lms.audit.models import AuditRecord
from lms.base import clock
from lms.extensions import db
from lms.people.models import Audience, PostRank
from lms.supervision.measures import Measure
from lms.supervision.queries import get_overview, names_behind, tallies_of, unit_rows
from lms.training.models import (
    Campaign,
    Enrolment,
    Obligation,
    ParticipationKind,
    Requirement,
)
from lms.units.models import UnitKind
from lms.units.queries import get_unit
from tests.factories.people import (
    make_appointee,
    make_audiences,
    make_member,
    make_unit,
    sign_in,
)
from tests.factories.training import make_campaign
from tests.support.answers import essence
from tests.support.statements import count_statements

pytestmark = pytest.mark.usefixtures("app")


def make_district(people: int = 60, seed: int = 7):
    """A district of two wards with cells, a campaign, and enrolments in random states."""
    chance = random.Random(seed)
    district = make_unit("Đảng bộ khu vực", kind=UnitKind.COMMITTEE)
    wards = [make_unit(f"Phường {n}", district, kind=UnitKind.COMMITTEE) for n in (1, 2)]
    cells = [make_unit(f"Chi bộ {n}", ward) for ward in wards for n in (1, 2, 3)]
    audiences = make_audiences("unit_head", "exempt", "member")
    for number in range(people):
        make_member(
            chance.choice([*cells, wards[0]]),
            rank=PostRank.UNIT_HEAD if number % 9 == 0 else None,
            is_exempt=number % 7 == 0,
        )
    campaign = make_campaign(
        district, audiences, obligations={"exempt": Obligation.VOLUNTARY}, opened=True
    )
    moment = clock.now()
    for enrolment in db.session.query(Enrolment).filter_by(campaign_id=campaign.id):
        enrolment.due_at = moment - timedelta(days=1)
        when = moment - timedelta(days=chance.choice([0, 2, 5]))
        if chance.random() < 0.7:
            enrolment.sessions_met_at = enrolment.fulfilled_at = when
            enrolment.sessions_met_by = chance.choice(list(ParticipationKind))
        if chance.random() < 0.6:
            enrolment.quiz_met_at = when
        if chance.random() < 0.6:
            enrolment.essay_submitted_at = when
            if chance.random() < 0.5:
                enrolment.essay_released_at = moment
                enrolment.essay_mark = 8.0
                enrolment.essay_band = "Giỏi"
        if chance.random() < 0.1:
            enrolment.excused_at, enrolment.excuse_reason = moment, "Ốm dài ngày"
        if chance.random() < 0.1:
            enrolment.withdrawn_at, enrolment.withdrawal_reason = moment, "Chuyển đi"
    db.session.commit()
    return district, wards, cells, campaign


def by_hand(enrolments):
    """The two rates and their parts, counted one enrolment at a time, in plain words."""
    required = fulfilled = essays = asked = late = volunteers = 0
    for enrolment in enrolments:
        if enrolment.withdrawn_at is not None:
            continue
        if enrolment.obligation == "voluntary":
            volunteers += 1
            continue
        if enrolment.excused_at is not None:
            continue
        required += 1
        asked += 1
        if enrolment.fulfilled_at is not None:
            if enrolment.fulfilled_at > enrolment.due_at:
                late += 1
            else:
                fulfilled += 1
        if enrolment.essay_submitted_at is not None:
            essays += enrolment.essay_submitted_at <= enrolment.due_at
    return {
        "required": required,
        "fulfilled": fulfilled,
        "late": late,
        "essay-in": essays,
        "essay-asked": asked,
        "volunteers": volunteers,
    }


def enrolments_below(unit_path, campaign):
    rows = db.session.query(Enrolment).filter_by(campaign_id=campaign.id)
    return [row for row in rows if get_unit(row.unit_id).path.startswith(unit_path)]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_rates_equal_a_count_by_hand(seed):
    district, wards, cells, campaign = make_district(seed=seed)
    for unit in (district, *wards, *cells):
        version = get_unit(unit.id)
        tally = get_overview(campaign.id, version).tally
        expected = by_hand(enrolments_below(version.path, campaign))
        assert {name: tally[name] for name in expected} == expected
        if expected["required"]:
            assert tally.participation_rate == expected["fulfilled"] / expected["required"]
            assert tally.essay_rate == expected["essay-in"] / expected["essay-asked"]


def test_an_empty_denominator_is_no_rate():
    district = make_unit("Đảng bộ")
    campaign = make_campaign(district, make_audiences("member"), opened=True)
    tally = get_overview(campaign.id, get_unit(district.id)).tally
    assert tally.participation_rate is None
    assert tally.essay_rate is None


def test_children_and_own_members_add_up_to_the_whole():
    district, wards, _cells, campaign = make_district()
    for unit in (district, wards[0]):
        overview = get_overview(campaign.id, get_unit(unit.id))
        summed = sum((child.tally for child in overview.children), start=overview.own)
        assert summed == overview.tally
        by_audience = [item.tally for item in overview.audiences]
        assert sum(by_audience[1:], start=by_audience[0]) == overview.tally


@pytest.mark.parametrize("measure", list(Measure))
def test_every_figure_opens_into_exactly_its_rows(measure):
    district, wards, _cells, campaign = make_district()
    for unit in (district, *wards):
        version = get_unit(unit.id)
        overview = get_overview(campaign.id, version)
        rows = db.session.execute(names_behind(campaign.id, version, measure=measure)).all()
        assert len(rows) == overview.tally[measure]
        assert len({row[0].id for row in rows}) == len(rows)


def test_bands_open_into_their_rows():
    district, _wards, _cells, campaign = make_district()
    version = get_unit(district.id)
    bands = get_overview(campaign.id, version).tally.bands
    assert bands
    for band, number in bands.items():
        rows = db.session.execute(names_behind(campaign.id, version, band=band)).all()
        assert len(rows) == number


def test_the_workbook_rows_match_the_pages():
    district, _wards, _cells, campaign = make_district()
    for row in unit_rows(campaign.id, get_unit(district.id)):
        assert row.tally == get_overview(campaign.id, row.unit).tally


def test_exempt_people_neither_lower_nor_raise_the_rate():
    district, _wards, _cells, campaign = make_district()
    version = get_unit(district.id)
    before = get_overview(campaign.id, version).tally.participation_rate
    for enrolment in db.session.query(Enrolment).filter_by(obligation=Obligation.VOLUNTARY):
        enrolment.fulfilled_at = None if enrolment.fulfilled_at else enrolment.due_at
    db.session.commit()
    assert get_overview(campaign.id, version).tally.participation_rate == before


def test_a_supervisor_sees_only_their_own_subtree(client):
    district, wards, cells, campaign = make_district()
    account = make_appointee(Role.SUPERVISOR, wards[0])
    sign_in(client, account)
    base = f"/supervision/{campaign.id}/units"
    client.get_page(f"{base}/{wards[0].id}")
    client.get_page(f"{base}/{cells[0].id}/names?measure=required")
    for foreign in (district.id, wards[1].id, cells[-1].id):
        for tail in ("", "/names", "/rates.xlsx"):
            hidden = client.get(f"{base}/{foreign}{tail}")
            missing = client.get(f"{base}/999999{tail}")
            assert hidden.status_code == 404
            assert essence(hidden) == essence(missing)


def test_pages_cost_the_same_statements_for_more_people(client, database):
    costs = []
    for people in (20, 120):
        db.session.remove()
        database.empty(db.engine)
        district, _wards, _cells, campaign = make_district(people)
        sign_in(client, make_appointee(Role.SUPERVISOR, district))
        addresses = (
            f"/supervision/{campaign.id}/units/{district.id}",
            f"/supervision/{campaign.id}/units/{district.id}/names",
        )
        db.session.commit()
        for address in addresses:
            with count_statements() as statements:
                client.get_page(address)
            costs.append(len([s for s in statements if s.lstrip().startswith("SELECT")]))
    assert costs[:2] == costs[2:]
    assert max(costs) <= 10


def test_the_workbook_opens_and_holds_the_names(client):
    from io import BytesIO

    from openpyxl import load_workbook

    district, _wards, cells, campaign = make_district()
    make_member(cells[0], name='=HYPERLINK("http://example.org")')
    sign_in(client, make_appointee(Role.SUPERVISOR, district))
    answer = client.get(f"/supervision/{campaign.id}/units/{district.id}/rates.xlsx")
    assert answer.status_code == 200
    exported = db.session.query(AuditRecord).filter_by(action="rates.exported").one()
    assert exported.subject == f"unit:{district.id}"
    book = load_workbook(BytesIO(answer.data))
    units, audiences, names = book.worksheets
    assert units.max_row == 4 + 9
    assert audiences.max_row == 4 + 3
    enrolled = db.session.query(Enrolment).filter_by(campaign_id=campaign.id).count()
    assert names.max_row == 4 + enrolled
    assert not [c for sheet in book for row in sheet.iter_rows() for c in row if c.data_type == "f"]


def test_the_overview_costs_the_same_for_more_campaigns_and_agrees_with_each(client):
    district, wards, _cells, first = make_district()
    account = make_appointee(Role.SUPERVISOR, wards[0])
    appoint(account.id, Role.SUPERVISOR, wards[1].id, clock.today())
    sign_in(client, account)
    audiences = {audience.key: audience for audience in db.session.query(Audience)}
    costs = []
    for more in (1, 22):
        for number in range(more):
            make_campaign(district, audiences, name=f"Đợt {number}", opened=True)
        db.session.commit()
        with count_statements() as statements:
            page = client.get_page("/supervision")
        costs.append(len(statements))
    assert costs[0] == costs[1]
    older = client.get_page("/supervision?page=2")
    assert first.name in older.text + page.text
    roots = [get_unit(ward.id) for ward in wards]
    campaigns = db.session.query(Campaign).all()
    assert len(campaigns) == 24
    for campaign, units in tallies_of(campaigns, roots):
        assert [item.unit.unit_id for item in units] == [ward.id for ward in wards]
        for item in units:
            assert item.tally.counts == get_overview(campaign.id, item.unit).tally.counts


def test_who_is_not_asked_to_view_counts_in_no_viewing_figure():
    district, _wards, _cells, campaign = make_district()
    version = get_unit(district.id)
    before = get_overview(campaign.id, version).tally
    assert before["viewing-asked"] == before["required"]
    heads = get_overview(campaign.id, version).audiences[0]
    assert heads.tally["viewing-met"] > 0
    db.session.query(Requirement).filter_by(
        campaign_id=campaign.id, audience_id=heads.audience.id
    ).update({"asks_sessions": False})
    db.session.commit()
    after = get_overview(campaign.id, version).tally
    assert after["required"] == before["required"]
    assert after["viewing-asked"] == before["viewing-asked"] - heads.tally["required"]
    assert after["viewing-met"] == before["viewing-met"] - heads.tally["viewing-met"]
    rows = names_behind(campaign.id, version, measure=Measure.VIEWING_MET)
    assert len(db.session.execute(rows).all()) == after["viewing-met"]

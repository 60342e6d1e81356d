"""The administrator's work from the pages: units, people, posts, accounts, appointments."""

import sqlalchemy as sa

from lms.access.models import Appointment
from lms.access.policy import Role
from lms.audit.models import AuditRecord
from lms.extensions import db
from lms.people.models import Audience, AudienceOverride, Member, Post
from lms.people.queries import (
    count_by_audience,
    find_unit_of,
)
from lms.training.models import Enrolment
from lms.units.models import UnitKind, UnitVersion
from lms.units.queries import Scope, get_unit, list_children
from tests.factories.people import (
    make_appointee,
    make_audiences,
    make_learner,
    make_member,
    make_unit,
    sign_in,
    sign_in_elsewhere,
)
from tests.factories.training import make_campaign
from tests.support.answers import essence
from tests.support.statements import count_statements

BASE = "/administration"


def test_a_unit_is_founded_renamed_and_moved(client, district, administrator):
    ward = make_unit("Phường Một", district, kind=UnitKind.COMMITTEE)
    client.submit(
        f"{BASE}/units/{district.id}/new",
        {"name": "Chi bộ 2 ", "kind": "cell", "sector": "ward", "founded_on": "1/7/2025"},
    )
    assert len(list_children(district.id)) == 1, "a preview has changed something"
    client.page.submit()
    db.session.expire_all()
    cell = list_children(district.id)[0]
    assert (cell.name, cell.valid_from.isoformat()) == ("Chi bộ 2", "2025-07-01")
    client.submit(
        f"{BASE}/units/{cell.unit_id}/name",
        {
            "name": "Chi bộ Hai",
            "effective_on": "1/8/2025",
            "decision_number": "15-QĐ/ĐU",
            "decision_date": "20/7/2025",
            "decision_issuer": "Đảng ủy",
        },
    ).submit()
    client.submit(
        f"{BASE}/units/{cell.unit_id}/parent",
        {"parent": str(ward.id), "effective_on": "1/9/2025"},
    ).submit()
    db.session.expire_all()
    moved = get_unit(cell.unit_id)
    assert (moved.name, moved.parent_id, moved.path) == (
        "Chi bộ Hai",
        ward.id,
        f"/{district.id}/{ward.id}/{cell.unit_id}/",
    )
    history = db.session.scalars(
        sa.select(UnitVersion)
        .where(UnitVersion.unit_id == cell.unit_id)
        .order_by(UnitVersion.valid_from)
    ).all()
    assert [v.name for v in history] == ["Chi bộ 2", "Chi bộ Hai", "Chi bộ Hai"]
    assert history[1].decision.number == "15-QĐ/ĐU"


def test_a_faulty_unit_form_says_why_and_keeps_what_was_typed(client, district, administrator):
    make_unit("Chi bộ 1", district)
    page = client.submit(
        f"{BASE}/units/{district.id}/new",
        {"name": "CHI BỘ 1", "kind": "cell", "sector": "ward", "founded_on": "01/07/2025"},
        status=422,
    )
    assert "name" in page.errors_by_field
    assert page.by_id("name").get("value") == "CHI BỘ 1"
    page = client.submit(
        f"{BASE}/units/{district.id}/new",
        {"name": "Chi bộ 3", "kind": "cell", "sector": "ward", "founded_on": "31/02/2025"},
        status=422,
    )
    assert page.by_id("founded_on").get("value") == "31/02/2025"
    assert len(list_children(district.id)) == 1


def test_a_person_is_added_changed_transferred_and_given_a_post(client, district, administrator):
    one, two = make_unit("Chi bộ 1", district), make_unit("Chi bộ 2", district)
    client.submit(
        f"{BASE}/members/new",
        {
            "name": "Nguye\u0302\u0303n  Va\u0306n Hoà",
            "code": "12345678",
            "birth_date": "15-3-1962",
            "standing": "full",
            "unit": str(one.id),
            "joined_on": "1/1/2020",
        },
    )
    member = db.session.scalar(sa.select(Member))
    assert (member.name, member.birth_year, member.fold) == (
        "Nguyễn Văn Hoà",
        1962,
        "nguyen van hoa",
    )
    client.submit(
        f"{BASE}/members/{member.id}/details",
        {"name": "Nguyễn Văn Hòa", "code": "12345678", "standing": "full", "is_exempt": "y"},
    )
    client.submit(
        f"{BASE}/members/{member.id}/transfer",
        {"unit": str(two.id), "effective_on": "1/2/2026"},
    )
    client.submit(
        f"{BASE}/members/{member.id}/posts/new",
        {"title": "Bí thư", "rank": "unit_head", "unit": str(two.id), "valid_from": "2/2/2026"},
    )
    db.session.expire_all()
    assert member.is_exempt
    assert find_unit_of(member.id).unit_id == two.id
    post = db.session.scalar(sa.select(Post))
    assert (post.title, post.unit_id) == ("Bí thư", two.id)
    client.get_page(f"{BASE}/members/{member.id}").submit(form=f"{BASE}/posts/{post.id}/end")
    db.session.expire_all()
    assert post.valid_to is not None
    assert client.get_page(f"{BASE}/members?q=hoa nguyen").text.count("Nguyễn Văn Hòa") == 1


def test_a_card_number_in_use_is_refused_and_nothing_is_lost(client, district, administrator):
    cell = make_unit("Chi bộ 1", district)
    make_member(cell, code="11112222")
    page = client.submit(
        f"{BASE}/members/new",
        {"name": "Trần An", "code": "11112222", "unit": str(cell.id), "joined_on": "1/1/2020"},
        status=422,
    )
    assert "11112222" in page.errors_by_field["code"]
    assert page.by_id("name").get("value") == "Trần An"


def test_appointing_gives_and_ending_takes_the_right(app, client, district, administrator):
    ward = make_unit("Phường Một", district, kind=UnitKind.COMMITTEE)
    learner = make_learner(make_unit("Chi bộ 1", ward))
    client.submit(
        f"{BASE}/appointments/new",
        {
            "login": learner.member.code,
            "role": "supervisor",
            "unit": str(ward.id),
            "valid_from": "1/1/2026",
            "valid_to": "31/12/2030",
        },
    )
    appointment = db.session.scalar(sa.select(Appointment).where(Appointment.unit_id == ward.id))
    assert appointment.account_id == learner.id
    assert sign_in_elsewhere(app, learner).get("/supervision").status_code == 200
    page = client.get_page(f"{BASE}/appointments")
    page.submit(form=f"{BASE}/appointments/{appointment.id}/end")
    db.session.expire_all()
    assert appointment.valid_to is not None
    page = client.submit(
        f"{BASE}/appointments/new",
        {"login": "nobody", "role": "speaker", "unit": str(ward.id), "valid_from": "1/1/2026"},
        status=422,
    )
    assert "login" in page.errors_by_field


def test_what_has_no_place_in_the_tree_is_for_the_whole_tree_s_administrator(client, district):
    audience = make_audiences("member")["member"]
    ward = make_unit("Phường Một", district, kind=UnitKind.COMMITTEE)
    sign_in(client, make_appointee(Role.ADMINISTRATOR, ward))
    for address in ("audit", "audiences/new", f"audiences/{audience.id}"):
        client.get_page(f"{BASE}/{address}", status=403)
    client.get_page(f"{BASE}/audiences")


def test_somebody_who_left_enters_no_later_campaign(client, district, administrator):
    learner = make_learner(make_unit("Chi bộ 1", district))
    audiences = make_audiences("member")
    client.submit(
        f"{BASE}/members/{learner.member_id}/leaving",
        {"left_on": "1/11/2026", "reason": "Từ trần"},
    )
    db.session.expire_all()
    assert learner.is_disabled
    assert count_by_audience(Scope.of(["/"])) == {}
    campaign = make_campaign(district, audiences, opened=True)
    assert (
        db.session.scalar(sa.select(Enrolment).where(Enrolment.campaign_id == campaign.id)) is None
    )


def test_an_override_can_be_taken_back(client, district, administrator):
    audiences = make_audiences("unit_head", "member")
    member = make_member(make_unit("Chi bộ 1", district))
    client.submit(
        f"{BASE}/members/{member.id}/audience",
        {"audience": str(audiences["unit_head"].id), "reason": "Phụ trách thay"},
    )
    page = client.get_page(f"{BASE}/members/{member.id}")
    page.submit(form=f"{BASE}/members/{member.id}/audience/rules")
    assert count_by_audience(Scope.of(["/"])) == {audiences["member"].id: 1}


def test_an_audience_takes_by_its_rule_and_counts_open_into_names(client, district, administrator):
    audiences = make_audiences("unit_head", "member")
    cell = make_unit("Chi bộ 1", district)
    old = make_member(cell, name="Trần Thị Cao Tuổi", birth_year=1940)
    make_member(cell, birth_year=1990)
    client.get_page(f"{BASE}/audiences/new").submit(
        {"name": "Cao tuổi", "position": "2", "exemption": "", "least_age": "80"}, button="Lưu"
    )
    elderly = db.session.scalar(sa.select(Audience).where(Audience.name == "Cao tuổi"))
    audiences["member"].position = 9
    db.session.commit()
    counts = count_by_audience(Scope.of(["/"]))
    assert counts == {elderly.id: 1, audiences["member"].id: 1}
    page = client.get_page(f"{BASE}/audiences/{elderly.id}/members")
    assert old.name in page.text
    client.submit(
        f"{BASE}/members/{old.id}/audience",
        {"audience": str(audiences["member"].id), "reason": "Vẫn tham gia cấp ủy"},
    )
    assert db.session.scalar(sa.select(AudienceOverride)).member_id == old.id
    assert count_by_audience(Scope.of(["/"])) == {audiences["member"].id: 2}
    page = client.get_page(f"{BASE}/audiences/{elderly.id}")
    assert page.by_id("least_age").get("value") == "80"


def test_every_change_stands_in_the_audit_record(client, district, administrator):
    client.submit(
        f"{BASE}/units/{district.id}/new",
        {"name": "Chi bộ 2", "kind": "cell", "sector": "ward", "founded_on": "1/7/2025"},
    ).submit()
    actions = set(db.session.scalars(sa.select(AuditRecord.action)))
    assert "unit.founded" in actions
    page = client.get_page(f"{BASE}/audit?action=unit.founded")
    assert "Chi bộ 2" in page.text
    assert page.rows()[1][2] == "Thành lập đơn vị"


def test_other_units_look_like_missing_ones(app, client, district):
    mine = make_unit("Phường Một", district, kind=UnitKind.COMMITTEE)
    other = make_unit("Phường Hai", district, kind=UnitKind.COMMITTEE)
    member = make_member(make_unit("Chi bộ 9", other))
    sign_in(client, make_appointee(Role.ADMINISTRATOR, mine))
    for template, found in (
        ("units/{}", other.id),
        ("units/{}/new", other.id),
        ("units/{}/name", other.id),
        ("units/{}/parent", other.id),
        ("members/{}", member.id),
        ("members/{}/details", member.id),
        ("members/{}/transfer", member.id),
        ("members/{}/posts/new", member.id),
        ("members/{}/account", member.id),
        ("members/{}/audience", member.id),
    ):
        hidden = client.get(f"{BASE}/{template.format(found)}")
        missing = client.get(f"{BASE}/{template.format(987654)}")
        assert hidden.status_code == 404, template
        assert essence(hidden) == essence(missing), template
    assert member.name not in client.get_page(f"{BASE}/members").text


def test_lists_cost_the_same_for_more_rows(client, district, administrator):
    cell = make_unit("Chi bộ 1", district)
    costs = []
    for _round in range(2):
        for _index in range(15):
            make_member(cell)
            make_unit(None, cell)
        with count_statements() as statements:
            client.get_page(f"{BASE}/members")
            client.get_page(f"{BASE}/units/{cell.id}")
            client.get_page(f"{BASE}/audiences")
        costs.append(len(statements))
    assert costs[0] == costs[1]

"""What the administrator's forms ask, mark as optional and refuse."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from lms.access.policy import Role
from lms.base import clock
from lms.base.paging import PAGE_SIZE
from lms.extensions import db
from lms.people.models import Member
from lms.people.queries import find_unit_of
from tests.factories.people import (
    make_account,
    make_appointee,
    make_appointment,
    make_learner,
    make_member,
    make_unit,
)
from tests.support.statements import count_statements

BASE = "/administration"


def test_whoever_has_an_account_gets_no_second_form(client, district, administrator):
    learner = make_learner(make_unit("Chi bộ 1", district))
    page = client.get_page(f"{BASE}/members/{learner.member_id}/account")
    assert page.address == f"{BASE}/members/{learner.member_id}"
    assert "Người này đã có tài khoản." in page.text


def test_a_unit_is_chosen_not_taken_by_chance(client, district, administrator):
    cell = make_unit("Chi bộ 1", district)
    person = {"name": "Trần An", "joined_on": "1/1/2020"}
    page = client.submit(f"{BASE}/members/new", person, status=422)
    assert page.errors_by_field == {"unit": "Đơn vị: Hãy chọn đơn vị."}
    page = client.submit(
        f"{BASE}/appointments/new", {"login": "nobody", "role": "speaker"}, status=422
    )
    assert set(page.errors_by_field) == {"unit"}
    client.submit(f"{BASE}/members/new?unit={cell.id}", person)
    member = db.session.scalar(sa.select(Member))
    assert find_unit_of(member.id).unit_id == cell.id


def test_a_year_that_must_be_a_slip_is_refused(client, district, administrator):
    words = "Ngày này còn hơn một năm nữa."
    cell = make_unit("Chi bộ 1", district)
    unit = {"name": "Chi bộ 2", "kind": "cell", "sector": "ward", "founded_on": "1/7/2199"}
    person = {"name": "Trần An", "unit": str(cell.id), "joined_on": "1/1/2199"}
    post = {"title": "Bí thư", "rank": "unit_head", "valid_from": "1/1/2199"}
    transfer = {"unit": str(district.id), "effective_on": "1/1/2199"}
    for address, values, field in (
        (f"units/{district.id}/new", unit, "founded_on"),
        ("members/new", person, "joined_on"),
        (f"members/{make_member(cell).id}/posts/new", post, "valid_from"),
        (f"members/{make_member(cell).id}/transfer", transfer, "effective_on"),
        (f"units/{cell.id}/name", {"effective_on": "1/1/2199"}, "effective_on"),
    ):
        page = client.submit(f"{BASE}/{address}", values, status=422)
        assert list(page.errors_by_field) == [field]
        assert words in page.errors_by_field[field]


def test_a_birth_year_agrees_with_the_birth_date(client, district, administrator):
    cell = make_unit("Chi bộ 1", district)
    person = {"name": "Trần An", "unit": str(cell.id), "birth_date": "15/3/1962"}
    page = client.submit(f"{BASE}/members/new", person | {"birth_year": "1963"}, status=422)
    assert list(page.errors_by_field) == ["birth_year"]
    client.submit(f"{BASE}/members/new", person | {"birth_year": "1962"})
    member = db.session.scalar(sa.select(Member))
    client.submit(f"{BASE}/members/{member.id}/details", {"birth_date": "15/3/1961"})
    db.session.expire_all()
    assert member.birth_year == 1961


def test_what_may_stay_empty_says_so(client, district, administrator):
    page = client.get_page(f"{BASE}/members/new")
    labels = {label.get("for"): "".join(label.itertext()) for label in page.root.iter("label")}
    marked = {name for name, text in labels.items() if "(không bắt buộc)" in text}
    assert marked == {"code", "birth_date", "birth_year", "phone", "email"}


DECISION = ["decision_number", "decision_date", "decision_issuer"]


@pytest.mark.parametrize(
    ("address", "own", "optional"),
    [
        (
            "appointments/new",
            ["login", "role", "unit", "valid_from", "valid_to"],
            ["valid_to", *DECISION],
        ),
        (
            "delegations/new",
            ["appointment", "unit", "login", "valid_from", "valid_to", "reason"],
            DECISION,
        ),
    ],
)
def test_what_must_be_filled_in_comes_before_what_may_stay_empty(
    client, district, administrator, address, own, optional
):
    page = client.get_page(f"{BASE}/{address}")
    labels = [(one.get("for"), "".join(one.itertext())) for one in page.root.iter("label")]
    assert [name for name, _text in labels] == [*own, *DECISION]
    assert [name for name, text in labels if "(không bắt buộc)" in text] == optional


def test_appointments_are_paged_at_the_same_cost(client, district, administrator):
    with count_statements() as few:
        client.get_page(f"{BASE}/appointments")
    ended = make_appointment(make_account(name="Đã Thôi"), Role.SPEAKER, district)
    ended.valid_to = clock.today() - timedelta(days=1)
    for number in range(PAGE_SIZE):
        make_appointee(Role.SPEAKER, district, f"Người {number:02}")
    db.session.commit()
    with count_statements() as many:
        first = client.get_page(f"{BASE}/appointments")
    assert len(many) == len(few)
    assert "Trang sau" in first.text and "Đã Thôi" not in first.text
    assert "Đã Thôi" in client.get_page(f"{BASE}/appointments?page=2").text

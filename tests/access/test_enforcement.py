"""The guards, enforced before the view: who is let in, sent to sign in, or refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from lms.access.policy import CARRIES, Role
from lms.access.services import appoint
from lms.base import clock
from lms.base.guards import GuardKind, guard_of
from lms.extensions import db
from tests.factories.people import (
    make_account,
    make_appointee,
    make_learner,
    make_unit,
    sign_in,
)
from tests.support.client import PageClient


def pages(app: Flask) -> list[tuple[str, str]]:
    """(permission, address) of every plain GET page that asks for one."""
    found = []
    for rule in app.url_map.iter_rules():
        guard = guard_of(app.view_functions[rule.endpoint])
        is_page = "GET" in (rule.methods or ()) and not rule.arguments
        if guard.kind is GuardKind.PERMISSION and is_page:
            found.append((str(guard.permission), rule.rule))
    return found


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("role", list(Role))
def test_a_role_opens_the_pages_of_its_permissions_and_no_other(
    app: Flask, client: PageClient, role: Role
) -> None:
    sign_in(client, make_appointee(role, make_unit()))
    for permission, address in pages(app):
        allowed = permission in CARRIES[role]
        with client.without_audit():
            response = client.get(address)
        assert (response.status_code == 403) != allowed, (
            f"{role} got {response.status} of {address}"
        )
        assert response.status_code < 500


def test_a_stranger_is_sent_to_sign_in_and_comes_back(app: Flask, client: PageClient) -> None:
    response = client.get("/administration/appointments?page=2")
    assert response.status_code == 302
    assert response.location == "/sign-in?next=/administration/appointments?page%3D2"


def test_asking_for_the_head_of_a_page_is_asking_for_the_page(
    app: Flask, client: PageClient
) -> None:
    assert client.head("/administration").location == client.get("/administration").location
    sign_in(client, make_learner(make_unit()))
    with client.without_audit():
        assert client.head("/administration").status_code == 403
        assert client.head("/my-tasks").status_code == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_a_stranger_gets_no_answer_by_another_method(client: PageClient, method: str) -> None:
    assert client.open("/administration/appointments", method=method).status_code in (400, 405)


def test_a_script_without_a_sign_in_is_told_so_in_json(client: PageClient) -> None:
    response = client.get("/my-tasks", json={})
    assert response.status_code == 401 and response.json["status"] == 401


def test_somebody_from_outside_has_no_study_of_their_own(app: Flask, client: PageClient) -> None:
    sign_in(client, make_account())
    assert client.get("/my-tasks").status_code == 404


def test_an_appointment_that_ended_yesterday_opens_nothing_today(
    app: Flask, client: PageClient
) -> None:
    account = make_account()
    yesterday = clock.today() - timedelta(days=1)
    appoint(account.id, Role.ADMINISTRATOR, make_unit().id, yesterday, yesterday)
    sign_in(client, account)
    assert client.get("/administration").status_code == 403
    appoint(account.id, Role.ADMINISTRATOR, make_unit().id, yesterday, clock.today())
    assert client.get("/administration").status_code == 200


def test_a_first_password_opens_nothing_but_its_change(app: Flask, client: PageClient) -> None:
    account = make_learner(make_unit())
    account.must_change_password = True
    sign_in(client, account)
    for address in ("/", "/my-tasks", "/directives", "/administration"):
        assert client.get(address).location == "/password"
    assert client.get("/password").status_code == 200
    assert client.post("/administration/units/1/name").status_code in (302, 400)
    account = db.session.merge(account)
    account.must_change_password = False
    assert client.get("/my-tasks").status_code == 200

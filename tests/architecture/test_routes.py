"""Every route is classified by its guard, named by the house rules, and closed to strangers.

A test walks the URL map, so a new page cannot be forgotten.
"""

from __future__ import annotations

import re

import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.routing.converters import (
    BaseConverter,
    FloatConverter,
    IntegerConverter,
    UUIDConverter,
)

from lms.base.guards import GuardKind, guard_of
from tests.support.client import PageClient

# Pages for the whole world and addresses that carry their own proof. A longer list is a decision.
PUBLIC = {
    "web.healthz",
    "web.set_locale",
    "web.patterns",
    "web.service_worker",
    # The ways in, and to a new password: docs/decisions/0010-sign-in.md.
    "people.sign_in",
    "people.sign_in_step",
    "people.activate",
    "people.choose_password",
    "people.forgotten_password",
    "people.reset_link_sent",
    "people.follow_reset_link",
    "oidc.start",
    "oidc.callback",
}
TOKEN = {
    "files.serve",
    "viewing.record_beacon",
    "viewing.record_presence",
    "viewing.open_venue_code",
}

STEP = re.compile(r"^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)?$")
UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}

pytestmark = pytest.mark.database("sqlite")


def _rules(app: Flask) -> list[Rule]:
    return sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule)


def _address(rule: Rule) -> str:
    """The rule with a value in each place."""

    def value(converter: BaseConverter) -> object:
        if isinstance(converter, IntegerConverter):
            return 1
        if isinstance(converter, FloatConverter):
            return 1.0
        if isinstance(converter, UUIDConverter):
            return "00000000-0000-0000-0000-000000000001"
        return "x"

    built = rule.build({name: value(rule._converters[name]) for name in rule.arguments})
    assert built is not None
    return str(built[1])


def test_every_route_has_a_guard(app: Flask) -> None:
    for rule in _rules(app):
        assert guard_of(app.view_functions[rule.endpoint]).kind in GuardKind


def test_the_pages_for_the_whole_world_are_those_we_decided_on(app: Flask) -> None:
    kinds = {
        rule.endpoint: guard_of(app.view_functions[rule.endpoint]).kind for rule in _rules(app)
    }
    assert {name for name, kind in kinds.items() if kind is GuardKind.PUBLIC} == PUBLIC
    assert {name for name, kind in kinds.items() if kind is GuardKind.TOKEN} == TOKEN


def test_a_permission_that_a_guard_asks_for_exists(app: Flask) -> None:
    from lms.access.policy import Permission

    known = {str(permission) for permission in Permission}
    asked = {guard_of(view).permission for view in app.view_functions.values()} - {None}
    assert asked <= known


def test_addresses_are_kebab_case_and_typed(app: Flask) -> None:
    wrong = []
    for rule in _rules(app):
        for step in rule.rule.strip("/").split("/"):
            is_typed = re.fullmatch(r"<[a-z]+(\([^)]*\))?:[a-z_]+>", step)
            is_word = step == "" or STEP.fullmatch(step)
            if not (is_typed or is_word) and rule.endpoint not in PUBLIC:
                wrong.append(f"{rule.rule} ({rule.endpoint})")
    assert wrong == []


def test_an_endpoint_is_named_after_its_view(app: Flask) -> None:
    wrong = [
        f"{endpoint} → {view.__name__}"
        for endpoint, view in app.view_functions.items()
        if endpoint.rpartition(".")[2] != view.__name__
    ]
    assert wrong == []


def test_a_stranger_is_sent_to_sign_in_by_every_page(app: Flask, client: PageClient) -> None:
    for rule in _rules(app):
        guard = guard_of(app.view_functions[rule.endpoint])
        if "GET" not in (rule.methods or ()) or guard.kind in (GuardKind.PUBLIC, GuardKind.TOKEN):
            continue
        response = client.get(_address(rule))
        assert response.status_code == 302, f"{rule.rule} answered {response.status_code}"
        assert response.location.startswith("/sign-in?next="), rule.rule


def test_nothing_is_taken_without_the_proof_of_our_own_form(app: Flask, client: PageClient) -> None:
    for rule in _rules(app):
        guard = guard_of(app.view_functions[rule.endpoint])
        for method in sorted(UNSAFE & (rule.methods or set())):
            response = client.open(_address(rule), method=method, data={"x": "y"})
            expected = {400, 403} if guard.kind is GuardKind.TOKEN else {400, 401}
            assert response.status_code in expected, f"{method} {rule.rule}: {response.status}"


def test_private_answers_are_not_stored_and_carry_the_policy(
    app: Flask, client: PageClient
) -> None:
    for rule in _rules(app):
        if "GET" not in (rule.methods or ()):
            continue
        with client.without_audit():
            response = client.get(_address(rule))
        assert "no-store" in response.headers["Cache-Control"], rule.rule
        policy = response.headers["Content-Security-Policy"]
        assert "unsafe" not in policy, rule.rule
        assert "default-src 'none'" in policy or "default-src 'self'" in policy, rule.rule


def test_an_unknown_address_is_a_page_that_says_so(client: PageClient) -> None:
    page = client.get_page("/khong-co-trang-nay", status=404)
    assert page.heading

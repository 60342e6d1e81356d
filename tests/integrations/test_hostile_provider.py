"""A provider that lies, or somebody between: no session, a page that helps, a line kept of it."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.audit.models import AuditRecord
from lms.extensions import db
from lms.people import services
from lms.people.models import Account, ExternalIdentity, SignIn
from tests.factories.people import make_account, make_learner, make_unit
from tests.integrations.conftest import configure
from tests.integrations.hostile import HostileProvider
from tests.integrations.test_real_provider import go_there
from tests.support.client import PageClient

NUMBER = "38123456"


@pytest.fixture
def member(app: Flask, hostile: HostileProvider) -> Account:
    account = make_learner(make_unit())
    assert account.member is not None
    account.member.code = NUMBER
    db.session.commit()
    configure(app, hostile.issuer)
    return account


def begin(client: PageClient) -> dict[str, str]:
    """Go to the provider; what was sent along."""
    query = parse_qs(urlsplit(go_there(client)).query)
    return {name: values[0] for name, values in query.items()}


def come_back(
    client: PageClient, hostile: HostileProvider, sent: dict[str, str], status: int, **more: Any
) -> None:
    query = {"code": "a-code", "state": sent["state"], "iss": hostile.issuer} | more
    query = {name: value for name, value in query.items() if value is not None}
    answer = client.get("/oidc/callback", query_string=query)
    assert answer.status_code == status, answer.get_data(as_text=True)[-900:]


def nobody_is_in(client: PageClient) -> None:
    assert client.get("/my-tasks").status_code == 302
    assert db.session.scalars(sa.select(SignIn)).all() == []
    assert db.session.scalars(sa.select(ExternalIdentity)).all() == []


def why() -> str:
    db.session.rollback()
    noted = db.session.scalars(
        sa.select(AuditRecord)
        .where(AuditRecord.action == "account.outside_refused")
        .order_by(AuditRecord.id.desc())
    ).first()
    assert noted is not None, "the refusal was not noted"
    return str(noted.detail["why"])


def test_an_honest_answer_is_taken(
    client: PageClient, member: Account, hostile: HostileProvider
) -> None:
    """The control: what is refused below is refused for what is wrong with it."""
    sent = begin(client)
    hostile.claims = hostile.honest_claims(sent["nonce"], NUMBER)
    come_back(client, hostile, sent, 302)
    assert client.get("/my-tasks").status_code == 200


LIES: list[tuple[str, dict[str, Any], str]] = [
    ("another nonce", {"nonce": "another"}, "token: nonce"),
    ("no nonce", {"nonce": None}, "token: nonce"),
    ("another audience", {"aud": "another"}, "token: aud"),
    ("two audiences without azp", {"aud": ["thu-hoach", "another"]}, "token: azp missing"),
    ("authorised for another", {"azp": "another"}, "token: azp"),
    (
        "two audiences, for another",
        {"aud": ["thu-hoach", "another"], "azp": "another"},
        "token: azp",
    ),
    ("another issuer", {"iss": "https://another.example"}, "token: iss"),
    ("an issuer with a slash", {"iss": "+/"}, "token: iss"),
    ("over", {"exp": 1_000_000_000}, "token: exp"),
    ("without an end", {"exp": None}, "token: exp"),
    ("an end that is a word", {"exp": "never"}, "token: exp"),
    ("issued long ago", {"iat": 1_000_000_000}, "token: iat"),
    ("issued tomorrow", {"iat": 4_000_000_000}, "token: iat"),
    ("not yet", {"nbf": 4_000_000_000}, "token: nbf"),
    ("nobody", {"sub": ""}, "token: sub"),
    ("a subject that is a number", {"sub": 7}, "token: sub"),
    ("no number", {"card_number": None}, "match: no claim"),
    ("a list of numbers", {"card_number": [NUMBER]}, "match: no claim"),
    ("nobody's number", {"card_number": "38000000"}, "match: nobody with this number"),
]


@pytest.mark.parametrize(("name", "changes", "reason"), LIES, ids=[lie[0] for lie in LIES])
def test_a_token_that_lies_opens_nothing(
    client: PageClient,
    member: Account,
    hostile: HostileProvider,
    name: str,
    changes: dict[str, Any],
    reason: str,
) -> None:
    sent = begin(client)
    if changes.get("iss") == "+/":
        changes = {"iss": hostile.issuer + "/"}
    hostile.claims = hostile.honest_claims(sent["nonce"], NUMBER, **changes)
    hostile.userinfo = {"sub": hostile.claims["sub"]}
    come_back(client, hostile, sent, 403 if reason.startswith("match") else 400)
    assert why() == reason
    nobody_is_in(client)


@pytest.mark.parametrize(
    "way", ["sign_by_other_key", "sign_not_at_all", "sign_by_public_key", "strip_signature"]
)
def test_a_token_that_is_not_signed_by_the_provider_opens_nothing(
    client: PageClient, member: Account, hostile: HostileProvider, way: str
) -> None:
    sent = begin(client)
    hostile.claims = hostile.honest_claims(sent["nonce"], NUMBER)
    hostile.sign = getattr(hostile, way)
    come_back(client, hostile, sent, 400)
    assert why().startswith("token: signature")
    nobody_is_in(client)


@pytest.mark.parametrize("token", ["", "a.b.c", "x" * 5000, "null"])
def test_what_is_no_token_opens_nothing(
    client: PageClient, member: Account, hostile: HostileProvider, token: str
) -> None:
    sent = begin(client)
    hostile.sign = lambda _claims: token
    come_back(client, hostile, sent, 400)
    nobody_is_in(client)


@pytest.mark.parametrize("state", [None, "", "another", "x" * 5000])
def test_an_answer_nobody_asked_for_opens_nothing(
    client: PageClient, member: Account, hostile: HostileProvider, state: str | None
) -> None:
    sent = begin(client)
    hostile.claims = hostile.honest_claims(sent["nonce"], NUMBER)
    come_back(client, hostile, sent, 400, state=state)
    assert why() == "state"
    assert "/token" not in hostile.asked, "a code was exchanged for nobody"
    nobody_is_in(client)


def test_the_answer_of_one_browser_opens_nothing_in_another(
    app: Flask, client: PageClient, member: Account, hostile: HostileProvider
) -> None:
    """Somebody sends their own answer to another, who would then work in the wrong account."""
    sent = begin(client)
    hostile.claims = hostile.honest_claims(sent["nonce"], NUMBER)
    other: PageClient = app.test_client()  # type: ignore[assignment]
    begin(other)
    come_back(other, hostile, sent, 400)
    assert why() == "state"
    assert "/token" not in hostile.asked
    nobody_is_in(other)


@pytest.mark.parametrize("issuer", [None, "https://another.example"])
def test_an_answer_of_another_provider_is_refused(
    client: PageClient, member: Account, hostile: HostileProvider, issuer: str | None
) -> None:
    sent = begin(client)
    hostile.claims = hostile.honest_claims(sent["nonce"], NUMBER)
    come_back(client, hostile, sent, 400, iss=issuer)
    assert why() == "token: iss of the answer"
    assert "/token" not in hostile.asked
    nobody_is_in(client)


def test_an_answer_and_its_token_are_taken_once(
    app: Flask, client: PageClient, member: Account, hostile: HostileProvider
) -> None:
    sent = begin(client)
    hostile.claims = hostile.honest_claims(sent["nonce"], NUMBER)
    come_back(client, hostile, sent, 302)
    come_back(client, hostile, sent, 400)
    thief: PageClient = app.test_client()  # type: ignore[assignment]
    sent = begin(thief)
    come_back(thief, hostile, sent, 400)
    assert why() == "token: nonce", "an old token was taken in a new flow"


def test_the_person_stays_who_they_were_whatever_number_comes_later(
    client: PageClient, member: Account, hostile: HostileProvider
) -> None:
    other = make_learner(make_unit())
    assert other.member is not None
    number = other.member.code or ""
    sent = begin(client)
    hostile.claims = hostile.honest_claims(sent["nonce"], NUMBER)
    come_back(client, hostile, sent, 302)
    client.submit("/account/devices", form="/sign-out")
    sent = begin(client)
    hostile.claims = hostile.honest_claims(sent["nonce"], NUMBER, card_number=number)
    come_back(client, hostile, sent, 302)
    assert db.session.scalars(sa.select(ExternalIdentity)).one().account_id == member.id
    client.submit("/account/devices", form="/sign-out")
    sent = begin(client)
    hostile.claims = hostile.honest_claims(sent["nonce"], NUMBER, sub="somebody-else")
    come_back(client, hostile, sent, 403)
    assert why() == "match: the account is linked to another identity"


def test_a_closed_account_stays_closed(
    client: PageClient, member: Account, hostile: HostileProvider
) -> None:
    services.set_account_disabled(make_account(), member, True)
    sent = begin(client)
    hostile.claims = hostile.honest_claims(sent["nonce"], NUMBER)
    come_back(client, hostile, sent, 403)
    assert why() == "match: the account is closed"
    nobody_is_in(client)


def test_somebody_else_s_userinfo_is_refused(
    client: PageClient, member: Account, hostile: HostileProvider
) -> None:
    sent = begin(client)
    hostile.claims = hostile.honest_claims(sent["nonce"], NUMBER, card_number=None)
    hostile.userinfo = {"sub": "another", "card_number": NUMBER}
    come_back(client, hostile, sent, 400)
    assert why() == "token: sub of the userinfo"
    nobody_is_in(client)


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "http://127.0.0.1:1"},
        {"issuer": None},
        {"jwks_uri": "http://127.0.0.1:22/keys"},
        {"jwks_uri": "http://localhost/keys"},
        {"jwks_uri": "http://169.254.169.254/latest/meta-data"},
        {"jwks_uri": "https://10.0.0.1/keys"},
        {"jwks_uri": "https://[::ffff:127.0.0.1]/keys"},
        {"jwks_uri": "https://2130706433/keys"},
        {"jwks_uri": "file:///etc/passwd"},
        {"jwks_uri": "+/elsewhere"},
        {"token_endpoint": "http://169.254.169.254/token"},
        {"token_endpoint": None},
        {"authorization_endpoint": "javascript:alert(1)"},
    ],
    ids=str,
)
def test_metadata_that_lead_elsewhere_are_not_followed(
    client: PageClient, member: Account, hostile: HostileProvider, metadata: dict[str, Any]
) -> None:
    hostile.metadata = {
        name: hostile.issuer + value[1:] if value and value.startswith("+") else value
        for name, value in metadata.items()
    }
    begun = time.monotonic()
    page = client.get_page("/sign-in").submit(form="/oidc/start", status=_start_status(metadata))
    if page.status == 200:
        sent = {
            name: values[0]
            for name, values in parse_qs(
                urlsplit(page.response.headers["Refresh"].partition("url=")[2]).query
            ).items()
        }
        hostile.claims = hostile.honest_claims(sent["nonce"], NUMBER)
        come_back(client, hostile, sent, 502)
    assert why().startswith("provider: ")
    assert time.monotonic() - begun < 8
    nobody_is_in(client)


def _start_status(metadata: dict[str, Any]) -> int:
    """What is needed at the start is refused there, the rest on coming back."""
    is_early = {"issuer", "authorization_endpoint"} & set(metadata) or None in metadata.values()
    return 502 if is_early else 200

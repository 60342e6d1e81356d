"""Signing in at npm's oidc-provider, as a browser does: there, back, and in."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import requests
import sqlalchemy as sa
from flask import Flask

from lms.audit.models import AuditRecord
from lms.extensions import db
from lms.people.models import Account, ExternalIdentity, OutsideFlow
from tests.factories.people import make_learner, make_member, make_unit
from tests.integrations.conftest import BASE_URL, configure
from tests.support.client import PageClient


def go_there(client: PageClient, wanted: str = "") -> str:
    """Press the button; the address at the provider that the page leads to."""
    client.get_page(f"/sign-in?next={wanted}").submit(form="/oidc/start")
    assert client.page is not None
    refresh = client.page.response.headers["Refresh"]
    address = refresh.partition("url=")[2]
    assert client.page.links()["Tiếp tục"] == address
    return address


def sign_in_there(address: str, number: str) -> str:
    """Sign in and consent at the provider; the address of ours that it sends the browser to."""
    browser = requests.Session()
    response = browser.get(address, allow_redirects=True, timeout=10)
    for _step in range(6):
        action = unescape(re.search(r'<form[^>]*action="([^"]+)"', response.text)[1])  # type: ignore[index]
        prompt = re.search(r'name="prompt" value="(\w+)"', response.text)[1]  # type: ignore[index]
        data = {"prompt": prompt, "login": number, "password": "x"}
        response = browser.post(action, data=data, allow_redirects=False, timeout=10)
        while response.is_redirect:
            target = response.headers["Location"]
            if target.startswith(BASE_URL):
                return target
            response = browser.get(
                requests.compat.urljoin(response.url, target),  # type: ignore[attr-defined]
                allow_redirects=False,
                timeout=10,
            )
    raise AssertionError(response.text[:500])


def ours(address: str) -> str:
    """Path and query of an address of ours."""
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"


def test_a_member_signs_in_and_comes_back_to_the_page_they_wanted(
    app: Flask, client: PageClient, real_provider: str
) -> None:
    account = make_learner(make_unit())
    assert account.member is not None
    account.member.code = "38123456"
    configure(app, real_provider)
    address = go_there(client, "/account/devices")
    asked = parse_qs(urlsplit(address).query)
    assert asked["code_challenge_method"] == ["S256"] and len(asked["state"][0]) > 40
    assert asked["redirect_uri"] == [f"{BASE_URL}/oidc/callback"]
    back = sign_in_there(address, "38123456")
    assert parse_qs(urlsplit(back).query)["iss"] == [real_provider]
    page = client.get_page(ours(back))
    assert page.address == "/account/devices"
    identity = db.session.scalars(sa.select(ExternalIdentity)).one()
    assert (identity.issuer, identity.subject) == (real_provider, "38123456")
    assert identity.account_id == account.id
    again = client.get(ours(back))
    assert again.status_code == 400, "a flow was used twice"


def test_a_member_without_an_account_gets_one(
    app: Flask, client: PageClient, real_provider: str
) -> None:
    member = make_member(make_unit(), code="38123457")
    configure(app, real_provider)
    back = sign_in_there(go_there(client), "38123457")
    assert client.get_page(ours(back)).address == "/my-tasks"
    account = db.session.scalars(sa.select(Account).where(Account.member_id == member.id)).one()
    assert account.password_hash is None
    client.submit("/account/devices", form="/sign-out")
    back = sign_in_there(go_there(client), "38123457")
    assert client.get_page(ours(back)).address == "/my-tasks"
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ExternalIdentity)) == 1


def test_somebody_unknown_is_refused_and_noted(
    app: Flask, client: PageClient, real_provider: str
) -> None:
    make_member(make_unit(), code="38123456")
    configure(app, real_provider)
    back = sign_in_there(go_there(client), "99999999")
    page = client.get_page(ours(back), status=403)
    assert "đăng nhập bằng mật khẩu" in page.text
    noted = db.session.scalars(
        sa.select(AuditRecord).where(AuditRecord.action == "account.outside_refused")
    ).one()
    assert noted.detail == {"why": "match: nobody with this number"}
    assert client.get("/my-tasks").status_code == 302


def test_an_e_mail_counts_only_when_it_is_verified(
    app: Flask, client: PageClient, real_provider: str
) -> None:
    victim = make_learner(make_unit())
    victim.email = "unverified-binh@vidu.vn"
    honest = make_learner(make_unit())
    honest.email = "binh@vidu.vn"
    configure(app, real_provider, claim="email")
    back = sign_in_there(go_there(client), "unverified-binh")
    client.get_page(ours(back), status=403)
    assert client.get("/my-tasks").status_code == 302
    back = sign_in_there(go_there(client), "binh")
    assert client.get_page(ours(back)).address == "/my-tasks"
    assert db.session.scalars(sa.select(ExternalIdentity)).one().account_id == honest.id


def test_another_browser_cannot_finish_what_one_began(
    app: Flask, client: PageClient, real_provider: str
) -> None:
    make_member(make_unit(), code="38123456")
    configure(app, real_provider)
    back = sign_in_there(go_there(client), "38123456")
    victim: PageClient = app.test_client()  # type: ignore[assignment]
    assert victim.get(ours(back)).status_code == 400
    go_there(victim)
    assert victim.get(ours(back)).status_code == 400, "a flow of one's own lets another's in"
    assert victim.get("/my-tasks").status_code == 302


def test_a_late_answer_is_refused(app: Flask, client: PageClient, real_provider: str) -> None:
    make_member(make_unit(), code="38123456")
    configure(app, real_provider)
    back = sign_in_there(go_there(client), "38123456")
    flow = db.session.scalars(sa.select(OutsideFlow)).one()
    flow.expires_at = flow.expires_at.replace(year=2020)
    db.session.commit()
    assert client.get(ours(back)).status_code == 400


def test_there_is_no_door_where_none_is_configured(app: Flask, client: PageClient) -> None:
    page = client.get_page("/sign-in")
    assert "/oidc/start" not in page.html
    assert client.get("/oidc/callback?state=x&code=y").status_code == 404

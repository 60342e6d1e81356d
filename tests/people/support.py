"""Signing in as a person does, and asking whether one is."""

from __future__ import annotations

from tests.factories.people import PASSWORD
from tests.support.client import Page, PageClient

PHONE = "0912345678"
WRONG = "Số thẻ (hoặc điện thoại, thư điện tử) hay mật khẩu không đúng. Hãy thử lại."


def try_to_sign_in(
    client: PageClient, login: str, password: str = PASSWORD, status: int = 422
) -> Page:
    return client.submit("/sign-in", {"login": login, "password": password}, status=status)


def is_signed_in(client: PageClient) -> bool:
    return client.get("/my-tasks").status_code == 200


def cookie_of(client: PageClient) -> str:
    cookie = client.get_cookie("session")
    assert cookie is not None
    return cookie.value


def change(client: PageClient, status: int = 200, **fields: str) -> Page:
    new = "con-duong-ra-bien"
    usual = {"current": PASSWORD, "new": new, "repeated": fields.get("new", new)}
    return client.submit("/password", usual | fields, status=status)

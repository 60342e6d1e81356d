"""The client behaves as a browser does, and refuses a page that breaks the house rules."""

from __future__ import annotations

import pytest
from flask import Flask

from lms.base.guards import public
from tests.factories.people import PASSWORD, make_learner, make_unit
from tests.support.client import SIGN_IN, PageClient
from tests.support.databases import TestDatabase

pytestmark = pytest.mark.database("sqlite")


def test_signing_in_through_the_page(app: Flask, client: PageClient) -> None:
    account = make_learner(make_unit())
    code = account.member.code
    assert client.get("/my-tasks").status_code == 302
    client.sign_in(code, PASSWORD)
    assert client.get_page("/my-tasks").address == "/my-tasks"


def test_a_refused_form_keeps_what_was_typed(app: Flask, client: PageClient) -> None:
    page = client.submit(SIGN_IN, {"login": "0912 345 678", "password": "sai"}, status=422)
    assert page.form().value_of("login") == "0912 345 678"
    assert len(page.errors) == 1


def test_the_proof_of_our_own_form_is_asked_for(app: Flask, client: PageClient) -> None:
    assert client.post(SIGN_IN, data={"login": "x", "password": "y"}).status_code == 400


def test_an_unexpected_status_is_reported_with_the_page_s_words(client: PageClient) -> None:
    with pytest.raises(AssertionError, match="answered 404 instead of 200"):
        client.get_page("/khong-co-trang-nay")


def test_a_page_with_an_inline_script_is_refused(database: TestDatabase) -> None:
    app = database.make_app()

    @app.get("/broken")
    @public
    def broken() -> str:
        return (
            '<!doctype html><html lang="vi"><head><title>t</title></head><body><main>'
            "<h1>h</h1><script>go()</script></main></body></html>"
        )

    client = app.test_client()
    with pytest.raises(AssertionError, match="a script written into the page"):
        client.get("/broken")
    assert isinstance(client, PageClient)
    with client.without_audit():
        assert client.get("/broken").status_code == 200

"""Whatever people, units, files and numbers are called, pages show it as text and run nothing."""

from __future__ import annotations

import io
import json
import re

import pytest
from flask import Flask

from lms.base.guards import GuardKind, guard_of
from lms.extensions import db
from lms.units.models import UnitKind
from tests.factories.people import make_audiences, make_unit, sign_in
from tests.factories.two_wards import Ward, make_ward
from tests.support.client import PageClient

MARKS = [
    '"><img src=x onerror=alert(1)>',
    "'><svg onload=alert(1)>",
    "</script><script>alert(1)</script>",
    "</title></textarea><b onclick=alert(1)>",
    "{{7*7}}${7*7}<%= 7 %>",
]
RAW = re.compile(r"<img src=x|<svg onload|<script>alert|<b onclick|%49%|>49<")

pytestmark = pytest.mark.database("sqlite")


@pytest.fixture(params=MARKS)
def ward(request: pytest.FixtureRequest, app: Flask) -> Ward:
    district = make_unit("Đảng bộ quận", kind=UnitKind.COMMITTEE)
    code = str(request.param)[:10].replace(" ", "")
    made = make_ward(district, make_audiences("unit_head", "member"), str(request.param), code)
    db.session.commit()
    return made


def addresses(app: Flask, ward: Ward) -> list[str]:
    """Every page that can be asked for."""
    found = []
    for rule in app.url_map.iter_rules():
        kind = guard_of(app.view_functions[rule.endpoint]).kind
        if "GET" not in (rule.methods or ()) or kind in (GuardKind.PUBLIC, GuardKind.TOKEN):
            continue
        built = rule.build({name: ward.ids.get(name, 1) for name in rule.arguments})
        assert built is not None
        found.append(str(built[1]))
    return found


def test_no_page_runs_a_name(app: Flask, client: PageClient, ward: Ward) -> None:
    """The client itself refuses a page with a handler, a script in it or a javascript: link."""
    sign_in(client, ward.holder)
    shown = 0
    for address in addresses(app, ward):
        for query in ("", "?q=" + "%22%3E%3Cimg%20src=x%20onerror=alert(1)%3E"):
            response = client.get(address + query)
            if response.mimetype != "text/html" or response.location:
                continue
            text = response.get_data(as_text=True)
            assert RAW.search(text) is None, (address, RAW.search(text))
            shown += "alert(1)" in text or "7*7" in text
    assert shown > 20


def test_errors_show_what_was_sent_as_text(app: Flask, client: PageClient, ward: Ward) -> None:
    """Also a file whose name is an attack, and a form that comes back with its errors."""
    sign_in(client, ward.holder)
    mark = MARKS[0]
    bank = ward.ids["bank_id"]
    page = client.get_page(f"/question-banks/{bank}/import")
    file = (io.BytesIO(b"khong phai tep"), f"{mark}.docx")
    data = {"csrf_token": page.form().value_of("csrf_token"), "file": file}
    refused = client.post(page.address, data=data, content_type="multipart/form-data")
    assert refused.status_code == 422
    assert RAW.search(refused.get_data(as_text=True)) is None
    page = client.submit(
        "/administration/members/new",
        {"name": mark, "code": mark[:20], "joined_on": mark, "birth_date": mark},
        status=422,
    )
    assert RAW.search(page.html) is None and "onerror" in page.html
    sent = client.post("/administration/members/new", json={"name": mark})
    assert RAW.search(sent.get_data(as_text=True)) is None
    assert json.loads(sent.get_data()) if sent.is_json else True

"""Directives: what readers see, who keeps them, and that nothing bad gets in."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from lms.access.policy import Role
from lms.base import clock
from lms.base.errors import Invalid
from lms.extensions import db
from lms.training.models import Directive, DirectiveKind
from lms.training.services.directives import DirectiveValues, create_directive, paragraphs
from tests.factories import people, training
from tests.factories.media import tiny_pdf
from tests.support.client import PageClient
from tests.support.statements import count_statements

VALUES = DirectiveValues(
    kind=DirectiveKind.RESOLUTION,
    issuer="Ban Chấp hành",
    symbol="07-NQ/TW",
    issued_on=date(2026, 3, 15),
    title="Về công tác tổ chức",
    body="<p>Một</p><script>alert(1)</script>",
)


def test_the_readers_own_directives_come_first(app: Flask, client: PageClient) -> None:
    unit = people.make_unit()
    learner = people.make_learner(unit)
    old = training.make_directive("Văn bản đang học", issued_on=date(2020, 1, 1))
    training.make_directive("Văn bản mới", issued_on=date(2026, 1, 1))
    training.make_campaign(unit, people.make_audiences(), directives=[old], opened=True)
    people.sign_in(client, learner)
    page = client.get_page("/directives")
    assert page.text.index("Văn bản đang học") < page.text.index("Văn bản mới")
    assert "Đồng chí đang học" in page.text
    people.sign_in(client, people.make_learner(people.make_unit()))
    page = client.get_page("/directives")
    assert page.text.index("Văn bản mới") < page.text.index("Văn bản đang học")
    assert "Đồng chí đang học" not in page.text


def test_the_page_lists_recorded_and_live_sessions_of_the_readers_campaigns(
    app: Flask, client: PageClient
) -> None:
    unit = people.make_unit()
    learner = people.make_learner(unit)
    directive = training.make_directive()
    audiences = people.make_audiences()
    campaign = training.make_campaign(unit, audiences, directives=[directive], opened=True)
    recorded = training.make_session(campaign, "Buổi ghi lại", directives=[directive])
    speaker = people.make_speaker(unit)
    live = training.make_live_session(
        campaign, "Buổi trực tuyến", directives=[directive], speakers=[speaker]
    )
    live.runs.append(training.make_run(clock.now() + timedelta(days=3)))
    training.make_session(
        campaign,
        "Buổi chưa công bố",
        directives=[directive],
        published_at=clock.now() + timedelta(days=1),
    )
    training.make_session(campaign, "Buổi về văn bản khác")
    elsewhere = training.make_campaign(people.make_unit(), audiences, directives=[directive])
    training.make_session(elsewhere, "Buổi của đơn vị khác", directives=[directive])
    people.sign_in(client, learner)
    page = client.get_page(f"/directives/{directive.id}")
    assert page.links()["Buổi ghi lại"] == f"/sessions/{recorded.id}"
    assert page.links()["Vào buổi học Buổi trực tuyến"] == f"/sessions/{live.id}"
    assert "còn 1 lượt nữa" in page.text
    assert "hop.vidu.vn" not in page.html, "a member joins by the page that notes it"
    for hidden in ("Buổi chưa công bố", "Buổi về văn bản khác", "Buổi của đơn vị khác"):
        assert hidden not in page.text
    people.sign_in(client, speaker)
    page = client.get_page(f"/directives/{directive.id}")
    assert page.links()["Vào buổi học Buổi trực tuyến"] == "https://hop.vidu.vn/buoi-1"


def test_nobody_is_shown_sessions_of_a_draft_or_after_withdrawal(
    app: Flask, client: PageClient
) -> None:
    unit = people.make_unit()
    learner = people.make_learner(unit)
    directive = training.make_directive()
    campaign = training.make_campaign(
        unit, people.make_audiences(), directives=[directive], opened=True
    )
    training.make_session(campaign, "Buổi ghi lại", directives=[directive])
    training.enrolment_of(campaign, learner).withdrawn_at = clock.now()
    people.sign_in(client, learner)
    assert "Buổi ghi lại" not in client.get_page(f"/directives/{directive.id}").text


def test_a_page_costs_the_same_with_one_and_with_many_sessions(
    app: Flask, client: PageClient
) -> None:
    unit = people.make_unit()
    learner = people.make_learner(unit)
    directive = training.make_directive()
    campaign = training.make_campaign(
        unit, people.make_audiences(), directives=[directive], opened=True
    )
    people.sign_in(client, learner)

    def statements() -> int:
        with count_statements() as listed:
            client.get_page("/directives")
        with count_statements() as shown:
            client.get_page(f"/directives/{directive.id}")
        assert max(len(listed), len(shown)) <= 6, [*listed, *shown]
        return len(listed) + len(shown)

    speaker = people.make_speaker(unit)
    training.make_session(campaign, directives=[directive], speakers=[speaker])
    first = statements()
    for _ in range(12):
        extra = training.make_directive()
        training.make_session(campaign, directives=[directive, extra], speakers=[speaker])
    assert statements() == first


def test_the_file_is_reached_by_whoever_reads(app: Flask, client: PageClient) -> None:
    stored = training.make_stored_file(name="Nghị quyết 07.pdf")
    directive = training.make_directive(file_id=stored.id)
    people.sign_in(client, people.make_account())
    page = client.get_page(f"/directives/{directive.id}")
    response = client.get(page.links()["Mở tệp văn bản"], follow_redirects=True)
    assert response.data == tiny_pdf()
    assert client.get("/directives/999/file").status_code == 404
    bare = training.make_directive()
    assert client.get(f"/directives/{bare.id}/file").status_code == 404


def test_a_keeper_enters_a_directive_in_the_browser(app: Flask, client: PageClient) -> None:
    planner = people.make_planner(people.make_unit())
    people.sign_in(client, planner)
    page = client.submit(
        "/directives/new",
        {
            "kind": "resolution",
            "title": "Về công  tác\ttổ chức",
            "issuer": "Ban Chấp hành",
            "symbol": "07-NQ/TW",
            "issued_on": "15/3/2026",
            "body": "Đoạn một & hai.\n\nĐoạn ba.",
            "file": (io.BytesIO(tiny_pdf()), "Nghị quyết.pdf"),
        },
    )
    assert page.heading == "Về công tác tổ chức"
    directive = db.session.query(Directive).one()
    assert directive.body == "<p>Đoạn một &amp; hai.</p>\n<p>Đoạn ba.</p>"
    assert directive.file is not None
    assert directive.file.name == "Nghị quyết.pdf"
    assert page.links()["Sửa văn bản"] == f"/directives/{directive.id}/edit"
    edited = page.client.submit(
        f"/directives/{directive.id}/edit", {"title": "Tên mới", "removes_file": True}
    )
    assert edited.heading == "Tên mới"
    db.session.refresh(directive)
    assert directive.file_id is None
    assert directive.symbol == "07-NQ/TW"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("symbol", ""),
        ("issued_on", "31/2/2026"),
        ("issued_on", "1/1/2199"),
        ("body", "đ" * 60_000),
        ("file", b"MZ" + b"\x00" * 99),
        ("file", b"<html></html>"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_the_rest_stays(
    app: Flask, client: PageClient, field: str, value: str | bytes
) -> None:
    people.sign_in(client, people.make_planner(people.make_unit()))
    good = {
        "title": "Tên còn nguyên",
        "issuer": "Ban Chấp hành",
        "symbol": "07-NQ/TW",
        "issued_on": "15/3/2026",
    }
    sent = (io.BytesIO(value), "van-ban.pdf") if isinstance(value, bytes) else value
    page = client.submit("/directives/new", good | {field: sent}, status=422)
    assert field in page.errors_by_field, page.errors_by_field
    assert page.form().value_of("title") == "Tên còn nguyên"
    assert db.session.query(Directive).count() == 0


def test_the_same_issuer_symbol_and_date_are_one_directive(app: Flask) -> None:
    first = create_directive(None, VALUES)
    assert first.body == "<p>Một</p>"
    with pytest.raises(Invalid) as refused:
        create_directive(None, VALUES)
    assert refused.value.field == "symbol"


def test_the_file_of_a_refused_directive_does_not_stay(app: Flask, client: PageClient) -> None:
    people.sign_in(client, people.make_planner(people.make_unit()))
    create_directive(None, VALUES)
    db.session.commit()
    values: dict[str, Any] = {
        "kind": "resolution",
        "title": "Lần nữa",
        "issuer": VALUES.issuer,
        "symbol": VALUES.symbol,
        "issued_on": "15/3/2026",
        "body": "Đoạn.",
        "file": (io.BytesIO(tiny_pdf()), "Nghị quyết.pdf"),
    }
    page = client.submit("/directives/new", values, status=422)
    assert "symbol" in page.errors_by_field
    assert [path for path in app.config["UPLOAD_DIR"].rglob("*") if path.is_file()] == []


def test_another_units_directive_is_read_and_not_changed(app: Flask, client: PageClient) -> None:
    home, away = people.make_unit(), people.make_unit()
    theirs = training.make_directive(unit_id=away.id)
    common = training.make_directive()
    people.sign_in(client, people.make_planner(home))
    assert "Sửa văn bản" not in client.get_page(f"/directives/{theirs.id}").links()
    refused = client.get_page(f"/directives/{theirs.id}/edit", status=404)
    missing = client.get_page("/directives/999999/edit", status=404)
    assert refused.text == missing.text
    assert client.get(f"/directives/{common.id}/edit").status_code == 200


def test_only_keepers_get_to_the_forms(app: Flask, client: PageClient) -> None:
    unit = people.make_unit()
    directive = training.make_directive()
    for account in (people.make_learner(unit), people.make_appointee(Role.SPEAKER, unit)):
        people.sign_in(client, account)
        assert client.get("/directives/new").status_code == 403
        assert client.get(f"/directives/{directive.id}/edit").status_code == 403
        assert "Sửa văn bản" not in client.get_page(f"/directives/{directive.id}").links()


def test_plain_text_becomes_paragraphs_and_html_stays() -> None:
    assert paragraphs("a < b\nc\n\n\nd") == "<p>a &lt; b\nc</p>\n<p>d</p>"
    assert paragraphs("<p>a</p>") == "<p>a</p>"
    assert paragraphs("") == ""

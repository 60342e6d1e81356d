"""The first unit and administrator of an empty database: made once, and enough to go on."""

import re

from flask import Flask

from lms.people.queries import list_audiences
from tests.support.client import PageClient

ARGUMENTS = ["found", "Đảng bộ phường Mới", "--administrator", "Lê An", "--login", "an@example.org"]


def test_the_first_administrator_signs_in_and_goes_on(app: Flask, client: PageClient) -> None:
    result = app.test_cli_runner().invoke(args=ARGUMENTS)
    assert result.exit_code == 0, result.output
    found = re.search(r"an@example\.org, mật khẩu lần đầu: (\S+)", result.output)
    assert found, result.output
    page = client.sign_in("an@example.org", found[1])
    assert page.heading == "Đổi mật khẩu"
    new = "hoa-gao-thang-ba"
    page.submit({"current": found[1], "new": new, "repeated": new})
    assert "Đảng bộ phường Mới" in client.get_page("/administration/units").text
    assert client.get_page("/planning/campaigns/new").heading == "Tạo đợt học"
    assert "unit_head" in {audience.key for audience in list_audiences()}


def test_it_changes_nothing_where_units_are(app: Flask) -> None:
    app.test_cli_runner().invoke(args=ARGUMENTS)
    again = app.test_cli_runner().invoke(args=ARGUMENTS)
    assert again.exit_code == 1
    assert "đã có đơn vị" in again.output


def test_a_login_that_is_neither_phone_nor_mail_is_refused_whole(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=[*ARGUMENTS[:-1], "an"])
    assert result.exit_code == 1
    assert "Số điện thoại" in result.output
    assert not list_audiences()

"""A form is sent as a browser would send it: hidden fields kept, impossible values refused."""

import io

import pytest

from tests.support.audit import parse
from tests.support.forms import Form

HTML = """<!doctype html><html lang="vi"><head><title>t</title></head><body>
<form id="essay" method="post" action="save" enctype="multipart/form-data">
  <input type="hidden" name="csrf_token" value="secret">
  <input name="title" value="Bài">
  <textarea name="body">
một
hai</textarea>
  <input type="radio" name="level" value="1"><input type="radio" name="level" value="2" checked>
  <input type="checkbox" name="cells" value="a" checked>
  <input type="checkbox" name="cells" value="b">
  <select name="unit"><option value="7">Bảy</option><option>Tám</option></select>
  <input name="locked" value="x" disabled>
  <input type="file" name="scan">
  <button name="action" value="save">Lưu</button>
  <button name="action" value="send" formaction="/send">Nộp bài</button>
</form>
<input name="outside" value="o" form="essay">
</body></html>"""


@pytest.fixture
def form() -> Form:
    root = parse(HTML)[0]
    return Form(next(root.iter("form")), "/essays/3/edit")


def test_an_untouched_form_sends_what_it_holds(form: Form) -> None:
    method, address, data = form.fill({})
    assert (method, address) == ("post", "/essays/3/save")
    assert data == [
        ("csrf_token", "secret"),
        ("title", "Bài"),
        ("body", "một\r\nhai"),
        ("level", "2"),
        ("cells", "a"),
        ("unit", "7"),
        ("outside", "o"),
        ("action", "save"),
    ]


def test_given_fields_replace_what_the_form_holds(form: Form) -> None:
    scan = (io.BytesIO(b"x"), "bai.jpg")
    _, address, data = form.fill(
        {"body": "a\nb", "level": 1, "cells": ["a", "b"], "unit": "Tám", "scan": scan},
        button="Nộp bài",
    )
    assert address == "/send"
    sent = [(name, value) for name, value in data if name not in {"csrf_token", "title", "outside"}]
    assert sent == [
        ("body", "a\r\nb"),
        ("level", "1"),
        ("cells", "a"),
        ("cells", "b"),
        ("unit", "Tám"),
        ("scan", scan),
        ("action", "send"),
    ]


def test_a_box_can_be_unticked(form: Form) -> None:
    assert ("cells", "a") not in form.fill({"cells": False})[2]


@pytest.mark.parametrize(
    ("fields", "button"),
    [
        ({"absent": "1"}, None),
        ({"level": "3"}, None),
        ({"unit": "9"}, None),
        ({"locked": "y"}, None),
        ({}, "Xóa"),
    ],
)
def test_what_a_browser_could_not_send_is_refused(
    form: Form, fields: dict[str, str], button: str | None
) -> None:
    with pytest.raises(AssertionError):
        form.fill(fields, button)

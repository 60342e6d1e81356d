"""What the forms of a page would send, field by field, for tests that change one value of many."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from tests.support.client import Page


def forms_that_post(page: Page) -> Iterator[etree._Element]:
    for form in page.root.iter("form"):
        within = next(form.iterancestors("main"), None) is not None
        if (form.get("method") or "get").lower() == "post" and within:
            yield form


def numbers_offered(form: etree._Element) -> dict[str, list[str]]:
    """Field name → the numbers that it offers to choose from (or carries hidden)."""
    offered: dict[str, list[str]] = {}
    for field in form.iter("select", "input"):
        name, kind = field.get("name") or "", field.get("type") or "text"
        if field.tag == "select":
            values = [option.get("value") or "" for option in field.iter("option")]
        elif kind in ("radio", "checkbox", "hidden"):
            values = [field.get("value") or ""]
        else:
            continue
        offered.setdefault(name, []).extend(value for value in values if value)
    return {
        name: values
        for name, values in offered.items()
        if values and name != "csrf_token" and all(value.isdecimal() for value in values)
    }


def filled_in(form: etree._Element) -> dict[str, list[str]]:
    """What the browser would send, with something in every field of text that is empty."""
    data: dict[str, list[str]] = {}
    for field in form.iter("input", "textarea", "select"):
        name, kind = field.get("name"), field.get("type") or field.tag
        if not name or kind in ("file", "submit", "button"):
            continue
        if kind in ("checkbox", "radio"):
            if field.get("checked") is not None:
                data.setdefault(name, []).append(field.get("value") or "on")
        elif kind == "select":
            chosen = [
                o.get("value") or "" for o in field.iter("option") if o.get("selected") is not None
            ]
            first = [o.get("value") or "" for o in field.iter("option")][:1]
            data[name] = chosen or first
        elif kind == "textarea":
            data[name] = [(field.text or "").strip() or "Chữ"]
        else:
            value = field.get("value") or ""
            data[name] = [value or ("" if kind == "hidden" else "Chữ")]
    return data

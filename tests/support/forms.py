"""Filling in the forms of a page as a browser does: every field it holds is sent, none it lacks.

Knows HTML alone; the client sends what `Form.fill` returns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urljoin

from lxml import etree

from tests.support.audit import text_of

BUTTON_TYPES = {"submit", "image"}
NOT_SENT = {"button", "reset", "submit", "image", "file"}

# A text, a ticked box (True/False), several values, or a file as (stream, name[, content type]).
Value = str | int | float | bool | Iterable[str] | tuple[Any, ...]


class Form:
    """One form element of a page."""

    def __init__(self, element: etree._Element, page_address: str) -> None:
        self.element = element
        self.method = (element.get("method") or "get").lower()
        self.address = urljoin(page_address, element.get("action") or page_address)
        self.is_multipart = element.get("enctype") == "multipart/form-data"
        self.id = element.get("id")
        self.is_in_main = next(element.iterancestors("main"), None) is not None

    @property
    def names(self) -> set[str]:
        """Names of the fields a person can fill in or send."""
        return {control.get("name") for control in self._controls() if control.get("name")}

    def value_of(self, name: str) -> str | None:
        """What a field holds when the page is opened (the first, where there are several)."""
        return next((value for key, value in self._initial() if key == name), None)

    def options_of(self, name: str) -> list[str]:
        """Values that a radio group, a group of boxes or a select offers."""
        return [
            option
            for control in self._controls()
            if control.get("name") == name
            for option in _options(control)
        ]

    def fill(
        self, fields: Mapping[str, Value], button: str | None = None
    ) -> tuple[str, str, list[tuple[str, Any]]]:
        """Method, address and data to send. AssertionError for what a browser could not send."""
        data: list[tuple[str, Any]] = [
            (name, value) for name, value in self._initial() if name not in fields
        ]
        for name, value in fields.items():
            data.extend((name, sent) for sent in self._sent(name, value))
        pressed = self._button(button)
        method, address = self.method, self.address
        if pressed is not None:
            if pressed.get("name"):
                data.append((pressed.get("name"), pressed.get("value") or ""))
            method = (pressed.get("formmethod") or method).lower()
            address = urljoin(address, pressed.get("formaction") or address)
        return method, address, data

    def _controls(self) -> list[etree._Element]:
        inside = [
            control
            for control in self.element.iter("input", "select", "textarea", "button")
            if control.get("form") in (None, self.id)
        ]
        outside: list[etree._Element] = []
        if self.id:
            for control in (
                self.element.getroottree().getroot().iter("input", "select", "textarea", "button")
            ):
                if control.get("form") == self.id and control not in inside:
                    outside.append(control)
        return [control for control in inside + outside if not _is_disabled(control)]

    def _initial(self) -> list[tuple[str, str]]:
        """What the form would send untouched, its buttons apart."""
        sent = []
        for control in self._controls():
            name, kind = control.get("name"), (control.get("type") or "text").lower()
            if not name or control.tag == "button":
                continue
            if control.tag == "textarea":
                sent.append((name, _line_ends("".join(control.itertext()))))
            elif control.tag == "select":
                sent.extend((name, value) for value in _selected(control))
            elif kind in {"checkbox", "radio"}:
                if control.get("checked") is not None:
                    sent.append((name, control.get("value", "on")))
            elif kind not in NOT_SENT:
                sent.append((name, control.get("value") or ""))
        return sent

    def _sent(self, name: str, value: Value) -> list[Any]:
        controls = [control for control in self._controls() if control.get("name") == name]
        assert controls, f"the form has no field {name!r}; it has {sorted(self.names)}"
        kind = (controls[0].get("type") or "text").lower()
        if controls[0].tag == "input" and kind == "file":
            assert self.is_multipart, "a form without enctype=multipart/form-data sends no file"
            many = isinstance(value, list)
            return list(value) if many else [value]
        offered = self.options_of(name)
        if not offered:
            return [_line_ends(str(value)) if controls[0].tag == "textarea" else str(value)]
        if isinstance(value, bool):
            return offered[:1] if value else []
        chosen = [str(value)] if isinstance(value, str | int | float) else [str(v) for v in value]
        unknown = [choice for choice in chosen if choice not in offered]
        assert not unknown, f"{name!r} does not offer {unknown}; it offers {offered}"
        return chosen

    def _button(self, wanted: str | None) -> etree._Element | None:
        buttons = [
            control
            for control in self._controls()
            if (control.tag == "button" and (control.get("type") or "submit") == "submit")
            or (control.tag == "input" and control.get("type") in BUTTON_TYPES)
        ]
        if wanted is None:
            return buttons[0] if buttons else None
        for button in buttons:
            if wanted in (button.get("value"), button.get("name"), text_of(button)):
                return button
        words = [text_of(button) or button.get("value") for button in buttons]
        raise AssertionError(f"the form has no button {wanted!r}; it has {words}")


def _is_disabled(control: etree._Element) -> bool:
    if control.get("disabled") is not None:
        return True
    return any(group.get("disabled") is not None for group in control.iterancestors("fieldset"))


def _options(control: etree._Element) -> list[str]:
    if control.tag == "select":
        return [_option_value(o) for o in control.iter("option") if o.get("disabled") is None]
    if (control.get("type") or "").lower() in {"checkbox", "radio"}:
        return [control.get("value", "on")]
    return []


def _selected(control: etree._Element) -> list[str]:
    options = [option for option in control.iter("option") if option.get("disabled") is None]
    selected = [_option_value(o) for o in options if o.get("selected") is not None]
    if selected or control.get("multiple") is not None:
        return selected
    return [_option_value(options[0])] if options else []


def _option_value(option: etree._Element) -> str:
    value = option.get("value")
    return text_of(option) if value is None else str(value)


def _line_ends(text: str) -> str:
    """A browser sends every line end as CR LF."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")

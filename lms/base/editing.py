"""Forms that change what is there already: whoever saves second is told what the first one saved.

The page carries a fingerprint of the values it was opened on. At saving, with the row locked, the
fingerprint of the row is compared with it; one that differs is a Conflict (409): everything typed
stays in the form, the page says what is stored now, and saving once more replaces it knowingly.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any

from flask_babel import gettext as _
from wtforms import Field, HiddenField
from wtforms.fields.choices import SelectChoice

from lms.base import clock
from lms.base.errors import Conflict
from lms.base.forms import Form

_TAG = re.compile(r"<[^>]*>")
MOST_SHOWN = 600
"""Letters of a stored text that the page of a conflict shows."""


class EditingForm(Form):
    """A form of values that are stored. After a conflict `differences` holds (label, what is
    stored) where that is not what was typed."""

    fingerprint = HiddenField()
    has_conflict = False
    differences: tuple[tuple[str, str], ...] = ()

    def opened_on(self, stored: Mapping[str, Any]) -> None:
        """Remember the stored values, by name of field, that the page shows."""
        if not self.is_submitted():
            self.fingerprint.data = fingerprint_of(stored)

    def refuse_if_changed(self, stored: Mapping[str, Any]) -> None:
        """Conflict when the values stored now are not those that the page was opened on.

        Call it with the row locked.
        """
        now = fingerprint_of(stored)
        if self.fingerprint.data == now:
            return
        fields = dict(_fields_of(self))
        found = []
        for name, value in stored.items():
            label, field = fields[name]
            if _plain(field.data) != _plain(value):
                found.append((label, _shown(field, value)))
        self.fingerprint.raw_data, self.fingerprint.data = None, now
        self.has_conflict = True
        self.differences = tuple(found)
        if not found:
            raise Conflict(
                _("Mục này vừa được lưu với đúng những gì đồng chí nhập. Không cần lưu lại.")
            )
        raise Conflict(
            _(
                "Người khác đã sửa mục này sau khi đồng chí mở trang. Những gì đồng chí nhập vẫn "
                "còn ở dưới đây và chưa được lưu."
            )
        )


def fingerprint_of(stored: Mapping[str, Any]) -> str:
    """A short print of values; equal values have equal prints, whatever the database."""
    text = json.dumps({name: _plain(value) for name, value in stored.items()}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _fields_of(form: Any, within: str = "") -> Iterator[tuple[str, tuple[str, Field]]]:
    """Every field by its name, with its label; also the fields of rows."""
    for field in form:
        if hasattr(field, "entries"):
            for entry in field.entries:
                yield from _fields_of(entry.form, getattr(entry.form, "summary_name", ""))
        else:
            label = str(field.label.text)
            yield field.name, (f"{within} – {label}" if within else label, field)


def _plain(value: Any) -> Any:
    """A value as JSON can hold it; moments to the minute, as people type them."""
    if value is None:
        return ""
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, datetime):
        return clock.to_local(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple | set | frozenset):
        return sorted(str(_plain(each)) for each in value)
    return str(value).replace("\r\n", "\n").strip()


def _as_choice(choice: Any) -> SelectChoice:
    return choice if isinstance(choice, SelectChoice) else SelectChoice(choice[0], choice[1])


def _shown(field: Field, value: Any) -> str:
    """A stored value in the words of its field."""
    choices = getattr(field, "choices", None)
    if choices:
        wanted = _plain(value)
        wanted = wanted if isinstance(wanted, list) else [wanted]
        labels = [
            str(choice.label).strip()
            for choice in map(_as_choice, choices)
            if str(_plain(choice.value)) in wanted
        ]
        return ", ".join(labels) or _("(để trống)")
    if isinstance(value, bool):
        return _("Có") if value else _("Không")
    if isinstance(value, datetime):
        return clock.to_local(value).strftime("%H:%M %d/%m/%Y")
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    text = " ".join(_TAG.sub(" ", str("" if value is None else value)).split())
    return text[:MOST_SHOWN] or _("(để trống)")

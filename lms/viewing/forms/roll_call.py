"""Marks as the script of a list sends them, read from JSON."""

import re
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from lms.base.errors import Invalid
from lms.viewing.models import MarkAct, RollCallMethod
from lms.viewing.roll_call import NewMark, moment_on_server

MOST_MARKS = 500
"""Marks in one batch."""

KEY = re.compile(r"[0-9a-f-]{16,60}")
ACTS = {act.value: act for act in (MarkAct.ENTER, MarkAct.LEAVE, MarkAct.CLEAR, MarkAct.UNLEAVE)}


def marks_of_json(body: Any, opened: datetime, received: datetime) -> list[NewMark]:
    """The marks of a batch, their moments on the server's clock; Invalid for anything else."""
    try:
        sent_at, marks = body["sent_at"], body["marks"]
        if not isinstance(marks, list) or len(marks) > MOST_MARKS:
            raise ValueError("no batch")
        return [_mark(one, sent_at, opened, received) for one in marks]
    except (KeyError, TypeError, ValueError) as error:
        raise Invalid(_("Đánh dấu gửi lên không đọc được. Hãy tải lại trang.")) from error


def _mark(one: Any, sent_at: Any, opened: datetime, received: datetime) -> NewMark:
    key, entry_id = one["key"], one["entry"]
    if not (isinstance(key, str) and KEY.fullmatch(key)):
        raise ValueError("no key")
    if isinstance(entry_id, bool) or not isinstance(entry_id, int) or not 0 < entry_id < 2**31:
        raise ValueError("no entry")
    return NewMark(
        key=key,
        entry_id=entry_id,
        act=ACTS[one["act"]],
        method=RollCallMethod.LIST,
        marked_at=moment_on_server(one["at"], sent_at, opened=opened, received=received),
    )

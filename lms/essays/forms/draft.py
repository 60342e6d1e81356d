"""What a writing page sends to be saved, as JSON from its script or as the form itself.

Shapes only; whether it may be saved is the service's to say.
"""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from lms.base.errors import Invalid
from lms.essays.draft_text import DraftText
from lms.essays.models import SectionKey

MOST_NUMBER = 2**31 - 1


def draft_of_json(data: Any) -> DraftText:
    """{"texts": {section key: text}, "base_revision": 3, "page_key": "…", "page_sequence": 7}.

    Invalid on any other shape.
    """
    if not isinstance(data, dict):
        raise _misshapen()
    texts = data.get("texts")
    if not isinstance(texts, dict) or not all(isinstance(text, str) for text in texts.values()):
        raise _misshapen()
    page_key = data.get("page_key", "")
    if not isinstance(page_key, str):
        raise _misshapen()
    return DraftText(
        texts,
        _number(data.get("base_revision", 0)),
        _plain(page_key),
        _number(data.get("page_sequence", 0)),
    )


def draft_of_form(data: Mapping[str, str]) -> DraftText:
    """The writing page's own form: a textarea named after each section's key."""
    return DraftText(
        {str(key): data[key] for key in SectionKey if key in data},
        _number_of_text(data.get("base_revision", "")),
        _plain(data.get("page_key", "")),
        _number_of_text(data.get("page_sequence", "")),
    )


def _plain(key: str) -> str:
    return "".join(char for char in key[:40] if char.isascii() and char.isalnum())


def _number(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MOST_NUMBER:
        raise _misshapen()
    return value


def _number_of_text(text: str) -> int:
    return min(int(text), MOST_NUMBER) if text.isascii() and text.isdigit() else 0


def _misshapen() -> Invalid:
    return Invalid(_("Trang gửi lên không đúng cách. Hãy tải lại trang rồi lưu lại."))

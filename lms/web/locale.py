"""Which language a page speaks: the visitor's choice, else Vietnamese."""

from flask import has_request_context, session

LOCALES = {"vi": "Tiếng Việt", "en": "English"}


def chosen_locale() -> str:
    """'vi' or 'en', from the session alone: costs no database."""
    if not has_request_context():
        return "vi"
    chosen = session.get("locale", "vi")
    return chosen if chosen in LOCALES else "vi"

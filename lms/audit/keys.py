"""The key that signs the head of the audit's chain, of the application at hand."""

from flask import current_app

from lms.audit.chain import derive_key


def signing_key() -> bytes:
    """Derived from SECRET_KEY; a new secret key needs `audit seal --trust` once."""
    return derive_key(current_app.config["SECRET_KEY"])

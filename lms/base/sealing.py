"""Small secrets kept in the database so that a copy of the database alone does not give them away.

Fernet (AES-CBC with HMAC) under a key derived from SECRET_KEY, one for each purpose: what was
sealed for one purpose cannot be read as another, and a changed byte is an error, never garbage.
"""

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app


class Unreadable(Exception):
    """What was sealed was changed, or sealed under another key."""


def seal(text: str, purpose: str) -> str:
    """`text` as ASCII that only this installation reads again."""
    return _cipher(purpose).encrypt(text.encode()).decode("ascii")


def unseal(sealed: str, purpose: str) -> str:
    """What `seal` was given; Unreadable if it was changed or belongs to another purpose."""
    try:
        return _cipher(purpose).decrypt(sealed.encode()).decode()
    except (InvalidToken, ValueError) as error:
        raise Unreadable(purpose) from error


def _cipher(purpose: str) -> Fernet:
    key = HKDF(SHA256(), length=32, salt=None, info=b"thu-hoach:" + purpose.encode())
    secret: str = current_app.config["SECRET_KEY"]
    return Fernet(base64.urlsafe_b64encode(key.derive(secret.encode())))

"""Argon2id password hashes (RFC 9106; the 19 MiB profile of OWASP) and the rule for new ones.

Passwords are taken in NFC: keyboards for Vietnamese differ in how they send "ạ", people do not.
"""

import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_NOBODY = _hasher.hash("nobody has this password")

LEAST_LENGTH = 8
MOST_LENGTH = 128

_COMMON = frozenset(
    "12345678 123456789 1234567890 11111111 00000000 88888888 87654321 password matkhau123 "
    "matkhau1 qwertyui qwerty123 iloveyou abcd1234 abc12345 1q2w3e4r anhyeuem 66666666".split()
)


def hash_password(password: str) -> str:
    """An Argon2id hash in PHC form."""
    return _hasher.hash(unicodedata.normalize("NFC", password))


def verify_password(stored: str | None, password: str) -> bool:
    """Whether the password fits; without a stored hash it takes as long and says no."""
    typed = unicodedata.normalize("NFC", password)
    try:
        return _hasher.verify(stored or _NOBODY, typed) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def is_too_common(password: str) -> bool:
    """Whether the password is among those tried first, or one character repeated."""
    return password.casefold() in _COMMON or len(set(password)) < 3

"""Argon2id password hashes (RFC 9106; the 19 MiB profile of OWASP) and the turns to compute them.

Passwords are taken in NFC: keyboards for Vietnamese differ in how they send "ạ", people do not.
Hashing is slow on purpose, so a process does few at a time: a flood of sign-ins waits or is sent
away, and the other pages go on.
"""

import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask_babel import gettext as _

from lms.base.errors import Busy

_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_NOBODY = _hasher.hash("nobody has this password")

LEAST_LENGTH = 8
MOST_LENGTH = 128

AT_ONCE = 2
WAITING = 1
"""At most this many hashes at once in a process, and this many callers waiting for a turn. The
server has at least two threads more, so that other pages are answered meanwhile."""

_turns = threading.BoundedSemaphore(AT_ONCE)
_places = threading.BoundedSemaphore(AT_ONCE + WAITING)


@contextmanager
def _turn(is_patient: bool) -> Iterator[None]:
    """One turn to hash. Busy when too many wait already, unless the caller is patient."""
    if not _places.acquire(blocking=is_patient):
        raise Busy(_("Nhiều người đang đăng nhập cùng lúc. Hãy đợi vài giây rồi bấm lại."))
    try:
        with _turns:
            yield
    finally:
        _places.release()


def hash_password(password: str, is_patient: bool = False) -> str:
    """An Argon2id hash in PHC form; `is_patient` for work that has many to make."""
    with _turn(is_patient):
        return _hasher.hash(unicodedata.normalize("NFC", password))


def verify_password(stored: str | None, password: str) -> bool:
    """Whether the password fits; without a stored hash it takes as long and says no."""
    typed = unicodedata.normalize("NFC", password)
    with _turn(False):
        try:
            return _hasher.verify(stored or _NOBODY, typed) and stored is not None
        except (VerificationError, InvalidHashError):
            return False


def is_outdated(stored: str | None) -> bool:
    """Whether a hash was made with other parameters than today's."""
    return stored is not None and _hasher.check_needs_rehash(stored)

"""Signing in and out: sign-ins that live on the server and can be ended there.

The cookie carries a random token inside Flask's signed session; the database keeps its hash.
"""

import hashlib
import secrets
from datetime import timedelta

import sqlalchemy as sa

from lms.base import clock
from lms.extensions import db
from lms.people.models import Account, SignIn
from lms.people.passwords import verify_password
from lms.people.queries import find_account_by_login, find_signed_in


def hash_token(token: str) -> str:
    """What the database keeps of a token: hex of SHA-256."""
    return hashlib.sha256(token.encode()).hexdigest()


def check_password(login: str, password: str) -> int | None:
    """The id of the account that these open, else None. Slow on purpose; takes no lock."""
    account = find_account_by_login(login)
    stored = account.password_hash if account and account.is_active else None
    return account.id if verify_password(stored, password) and account else None


def open_sign_in(account: Account, device: str, lifetime: timedelta) -> str:
    """Start a sign-in; returns its token, which is stored nowhere else."""
    token = secrets.token_urlsafe(32)
    moment = clock.now()
    db.session.add(
        SignIn(
            account_id=account.id,
            token_hash=hash_token(token),
            created_at=moment,
            expires_at=moment + lifetime,
            device=device[:120],
        )
    )
    db.session.flush()
    return token


def load_account(token: str) -> Account | None:
    """The account behind a cookie's token, for Flask-Login; None once it was ended."""
    account = find_signed_in(hash_token(token))
    if account is not None:
        account.sign_in_token = token
    return account


def end_sign_in(token: str) -> None:
    """End one sign-in."""
    _revoke(SignIn.token_hash == hash_token(token))


def end_other_sign_ins(account_id: int, kept_token: str | None) -> None:
    """End all sign-ins of an account but one (after a change of password)."""
    condition = SignIn.account_id == account_id
    if kept_token is not None:
        condition = sa.and_(condition, SignIn.token_hash != hash_token(kept_token))
    _revoke(condition)


def _revoke(condition: sa.ColumnElement[bool]) -> None:
    db.session.execute(
        sa.update(SignIn)
        .where(condition, SignIn.revoked_at.is_(None))
        .values(revoked_at=clock.now())
    )

"""Signing in and out: sign-ins that live on the server and can be ended there.

The cookie carries a random token inside Flask's signed session; the database keeps its hash.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import flash, has_request_context, session
from flask_babel import gettext as _

from lms.access.queries import powers_of
from lms.base import clock
from lms.base.transactions import after_answer
from lms.extensions import db
from lms.people.models import Account, SignIn
from lms.people.passwords import verify_password
from lms.people.queries import find_account_by_login, find_signed_in

MOST_SIGN_INS = 10
"""So many devices at once; one more, and the one seen least recently is signed out."""
SEEN_EVERY = timedelta(hours=1)
MOST_STEPS = 5


def hash_token(token: str) -> str:
    """What the database keeps of a token: hex of SHA-256."""
    return hashlib.sha256(token.encode()).hexdigest()


def check_password(login: str, password: str) -> int | None:
    """The id of the account that these open, else None. Slow on purpose; takes no lock."""
    account = find_account_by_login(login)
    stored = account.password_hash if account and account.is_active else None
    return account.id if verify_password(stored, password) and account else None


def open_sign_in(
    account: Account,
    device: str,
    lifetime: timedelta,
    *,
    is_lasting: bool = False,
    idle_hours: int | None = None,
    awaits_step: bool = False,
) -> str:
    """Start a sign-in; returns its token, which is stored nowhere else."""
    token = secrets.token_urlsafe(32)
    moment = clock.now()
    ends_at = moment + lifetime
    db.session.add(
        SignIn(
            account_id=account.id,
            token_hash=hash_token(token),
            created_at=moment,
            last_seen_at=moment,
            expires_at=_next_end(moment, idle_hours, ends_at),
            ends_at=ends_at,
            idle_hours=idle_hours,
            is_lasting=is_lasting,
            awaits_step=awaits_step,
            device=device[:300],
        )
    )
    db.session.flush()
    if not awaits_step:
        _end_surplus(account.id)
    return token


def load_account(token: str) -> Account | None:
    """The account behind a cookie's token, for Flask-Login; None once it was ended."""
    found = find_signed_in(hash_token(token))
    if found is None:
        return None
    account, sign_in = found
    if sign_in.is_lasting and powers_of(account.id).asks_second_step:
        _end_outgrown(token)
        return None
    account.sign_in_token = token
    account.signed_in_at = sign_in.created_at
    if has_request_context() and clock.now() - sign_in.last_seen_at >= SEEN_EVERY:
        sign_in_id = sign_in.id
        after_answer(lambda: note_seen(sign_in_id))
        if sign_in.is_lasting:
            session.modified = True  # the cookie is sent anew, and lasts from now
    return account


def _end_outgrown(token: str) -> None:
    """A lasting sign-in of somebody who has been given a role since that is kept by none."""
    if has_request_context():
        after_answer(lambda: end_sign_in(token))
        flash(
            _(
                "Đồng chí vừa được giao việc xem dữ liệu hoặc chấm bài của người khác, nên không "
                "giữ đăng nhập lâu được nữa. Hãy đăng nhập lại."
            ),
            "info",
        )


def note_seen(sign_in_id: int) -> None:
    """A device was here: keep when, and let the sign-in live on as far as it may."""
    sign_in = db.session.get(SignIn, sign_in_id)
    if sign_in is None or sign_in.revoked_at is not None:
        return
    moment = clock.now()
    if sign_in.expires_at <= moment:
        return
    sign_in.last_seen_at = moment
    sign_in.expires_at = _next_end(moment, sign_in.idle_hours, sign_in.ends_at)


def find_awaiting(token: str) -> SignIn | None:
    """The sign-in that waits for its second step, locked; None when gone, late or over-tried."""
    return db.session.scalar(
        sa.select(SignIn)
        .join(Account, SignIn.account_id == Account.id)
        .where(
            SignIn.token_hash == hash_token(token),
            SignIn.awaits_step.is_(True),
            SignIn.revoked_at.is_(None),
            SignIn.expires_at > clock.now(),
            SignIn.failed_steps < MOST_STEPS,
            Account.is_disabled.is_(False),
        )
        .with_for_update(of=SignIn)
    )


def end_sign_in(token: str) -> None:
    """End one sign-in."""
    _revoke(SignIn.token_hash == hash_token(token))


def end_own_sign_in(account_id: int, sign_in_id: int) -> None:
    """End one of an account's own sign-ins; nothing happens for somebody else's."""
    _revoke(sa.and_(SignIn.account_id == account_id, SignIn.id == sign_in_id))


def end_other_sign_ins(account_id: int, kept_token: str | None) -> None:
    """End all sign-ins of an account but one (after a change of password)."""
    condition = SignIn.account_id == account_id
    if kept_token is not None:
        condition = sa.and_(condition, SignIn.token_hash != hash_token(kept_token))
    _revoke(condition)


def _next_end(moment: datetime, idle_hours: int | None, ends_at: datetime) -> datetime:
    if idle_hours is None:
        return ends_at
    return min(ends_at, moment + timedelta(hours=idle_hours))


def _end_surplus(account_id: int) -> None:
    """End the sign-ins seen least recently, beyond the number that may be open."""
    live = (
        sa.select(SignIn.id)
        .where(
            SignIn.account_id == account_id,
            SignIn.revoked_at.is_(None),
            SignIn.expires_at > clock.now(),
            SignIn.awaits_step.is_(False),
        )
        .order_by(SignIn.last_seen_at.desc(), SignIn.id.desc())
    )
    surplus = db.session.scalars(live.offset(MOST_SIGN_INS).limit(100)).all()
    if surplus:
        _revoke(SignIn.id.in_(surplus))


def _revoke(condition: sa.ColumnElement[bool]) -> None:
    db.session.execute(
        sa.update(SignIn)
        .where(condition, SignIn.revoked_at.is_(None))
        .values(revoked_at=clock.now())
    )

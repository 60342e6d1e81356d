"""Slips, reset codes and second steps, without the pages that make them."""

from __future__ import annotations

from datetime import timedelta

import pyotp

from lms.base import clock
from lms.extensions import db
from lms.people import services
from lms.people.code_text import new_code, new_recovery_codes
from lms.people.models import Account, Member
from lms.people.passwords import hash_password
from lms.people.queries import find_second_step
from tests.support.client import PageClient

WEEK = timedelta(days=7)
HOUR = timedelta(hours=1)


def make_slip(actor: Account, member: Member, lifetime: timedelta = WEEK) -> str:
    """An activation slip; returns its code."""
    code = new_code()
    services.issue_slips(actor, {member.id: hash_password(code)}, lifetime)
    db.session.commit()
    return code


def make_reset_code(actor: Account, account: Account, lifetime: timedelta = HOUR) -> str:
    """A code for a new password; returns it."""
    code = new_code()
    services.issue_reset_code(actor, account, hash_password(code), lifetime)
    db.session.commit()
    return code


def turn_on_second_step(account: Account) -> tuple[str, list[str]]:
    """An authenticator for the account; its secret and the recovery codes."""
    services.begin_second_step(account)
    step = find_second_step(account.id)
    assert step is not None
    secret = services.secret_of(step)
    codes = new_recovery_codes()
    earlier = clock.now() - timedelta(minutes=5)
    with clock.frozen(earlier):
        services.confirm_second_step(
            account, app_code(secret), [hash_password(code) for code in codes]
        )
    db.session.commit()
    return secret, codes


def app_code(secret: str, steps: int = 0) -> str:
    """What the app shows now, or some steps of 30 s later."""
    return pyotp.TOTP(secret).at(clock.now() + timedelta(seconds=30 * steps))


def activate(client: PageClient, login: str, code: str, status: int = 200) -> None:
    """Fill in the activation page."""
    client.submit("/activate", {"login": login, "code": code}, status=status)

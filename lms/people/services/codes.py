"""Commands on one-time codes: hand them out, use them, make them worthless. A newer code of a
person makes the older ones worthless. Codes come hashed: hashing is slow and takes no lock."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.audit.services import record
from lms.base import clock
from lms.base.errors import Invalid
from lms.extensions import db
from lms.people.models import Account, CodePurpose, Member, OneTimeCode
from lms.people.queries import own_names
from lms.people.queries.codes import account_of_code, binding_of, find_usable_code
from lms.people.sign_in import end_other_sign_ins


def issue_slips(actor: Account, hashes: Mapping[int, str], lifetime: timedelta) -> datetime:
    """A slip for each member id, with the hash of its code; returns until when they are good."""
    expires_at = clock.now() + lifetime
    accounts = {
        account.member_id: account
        for account in db.session.scalars(sa.select(Account).where(Account.member_id.in_(hashes)))
    }
    _revoke(OneTimeCode.member_id.in_(hashes))
    for member_id, code_hash in hashes.items():
        account = accounts.get(member_id)
        purpose = CodePurpose.ACTIVATION
        _add(purpose, code_hash, expires_at, actor, account=account, member_id=member_id)
        record(actor.id, "account.slip_printed", f"member:{member_id}")
    db.session.flush()
    return expires_at


def issue_reset_code(
    actor: Account, account: Account, code_hash: str, lifetime: timedelta
) -> datetime:
    """A code with which an account's owner chooses a new password; returns until when."""
    expires_at = clock.now() + lifetime
    _revoke_of(account)
    _add(CodePurpose.ASSISTED_RESET, code_hash, expires_at, actor, account=account)
    record(actor.id, "account.reset_code_given", f"account:{account.id}")
    db.session.flush()
    return expires_at


def issue_mailed_code(account: Account, code_hash: str, lifetime: timedelta) -> datetime:
    """The code of a link that is mailed; returns until when."""
    expires_at = clock.now() + lifetime
    _add(CodePurpose.MAILED_RESET, code_hash, expires_at, None, account=account)
    record(None, "account.reset_link_mailed", f"account:{account.id}")
    db.session.flush()
    return expires_at


def use_code(code_id: int, password_hash: str) -> Account:
    """Use a code: its owner's account opens with this password from now on, everywhere else it is
    signed out. A member without an account gets one. Invalid when the code is good no more."""
    code = find_usable_code(code_id)
    if code is None:
        raise Invalid(_("Mã này không dùng được nữa. Hãy xin mã mới rồi làm lại từ đầu."))
    code.used_at = clock.now()
    account = account_of_code(code)
    if account is None:
        account = open_account_of(code.member_id or 0)
    account.password_hash = password_hash
    account.must_change_password = False
    account.password_expires_at = None
    _revoke_of(account)
    end_other_sign_ins(account.id, None)
    is_first = code.purpose is CodePurpose.ACTIVATION
    action = "account.activated" if is_first else "account.password_reset_by_code"
    record(account.id, action, f"account:{account.id}", by=code.purpose.value)
    db.session.flush()
    return account


def open_account_of(member_id: int) -> Account:
    """A member's account, made at the moment it is needed; it has no password yet. It takes the
    phone and e-mail on record, unless another account has them. Invalid if nothing opens it."""
    member = db.session.get_one(Member, member_id)
    names = own_names([member])[member.id]
    if not (member.code or names.phone or names.email):
        raise Invalid(
            _("Chưa có số thẻ hay số điện thoại riêng để đăng nhập. Hãy nhờ bí thư chi bộ.")
        )
    account = Account(
        member_id=member.id,
        display_name=member.name,
        phone=names.phone,
        email=names.email,
        created_at=clock.now(),
    )
    db.session.add(account)
    db.session.flush()
    record(account.id, "account.created", f"account:{account.id}")
    return account


def note_wrong_code(code_id: int) -> None:
    """Count a wrong try against a code, for the record: it stays good for its owner."""
    db.session.execute(
        sa.update(OneTimeCode)
        .where(OneTimeCode.id == code_id)
        .values(attempts=OneTimeCode.attempts + 1)
    )


def revoke_codes(account: Account) -> None:
    """Make all codes of an account worthless: its password was changed."""
    _revoke_of(account)


def _add(
    purpose: CodePurpose,
    code_hash: str,
    expires_at: datetime,
    actor: Account | None,
    *,
    account: Account | None,
    member_id: int | None = None,
) -> None:
    db.session.add(
        OneTimeCode(
            purpose=purpose,
            member_id=member_id or (account.member_id if account else None),
            account_id=account.id if account else None,
            code_hash=code_hash,
            bound_to=binding_of(account),
            created_by=actor.id if actor else None,
            created_at=clock.now(),
            expires_at=expires_at,
        )
    )


def _revoke_of(account: Account) -> None:
    condition = OneTimeCode.account_id == account.id
    if account.member_id is not None:
        condition = sa.or_(condition, OneTimeCode.member_id == account.member_id)
    _revoke(condition)


def _revoke(condition: sa.ColumnElement[bool]) -> None:
    db.session.execute(
        sa.update(OneTimeCode)
        .where(condition, OneTimeCode.used_at.is_(None), OneTimeCode.revoked_at.is_(None))
        .values(revoked_at=clock.now())
    )

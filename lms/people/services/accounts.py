"""Commands on accounts: create, passwords, closing."""

from datetime import timedelta

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.access.queries import list_whole_tree_administrators
from lms.access.services import lock_accounts
from lms.audit.services import record
from lms.base import clock
from lms.base.errors import Invalid, NotAllowed
from lms.base.vietnamese import clean
from lms.extensions import db
from lms.people.models import (
    Account,
    Member,
)
from lms.people.passwords import hash_password
from lms.people.queries import find_account_of_member, normal_phone
from lms.people.services.codes import revoke_codes
from lms.people.sign_in import end_other_sign_ins


def create_account(
    actor: Account | None,
    *,
    display_name: str,
    password: str,
    member_id: int | None = None,
    phone: str | None = None,
    email: str | None = None,
    lifetime: timedelta | None = None,
) -> Account:
    """An account for a member, or for somebody from outside. It must have a name to sign in by: a
    card number, or a phone or e-mail that no other account has. The password is good for
    `lifetime`, until its owner has chosen another."""
    normal = normal_phone(phone) if phone else None
    if phone and normal is None:
        raise Invalid(_("Số điện thoại cần có dạng 09xxxxxxxx."), field="phone")
    address = clean(email or "").casefold() or None
    if member_id is not None and find_account_of_member(member_id) is not None:
        raise Invalid(_("Người này đã có tài khoản."))
    _refuse_nameless(member_id, normal, address)
    account = Account(
        member_id=member_id,
        display_name=clean(display_name),
        phone=normal,
        email=address,
        password_hash=hash_password(password),
        must_change_password=True,
        password_expires_at=clock.now() + lifetime if lifetime else None,
        created_at=clock.now(),
    )
    db.session.add(account)
    db.session.flush()
    record(actor.id if actor else None, "account.created", f"account:{account.id}")
    return account


def _refuse_nameless(member_id: int | None, phone: str | None, email: str | None) -> None:
    if member_id is not None:
        code = db.session.scalar(sa.select(Member.code).where(Member.id == member_id))
        if code is not None:
            return
    names = [(Account.phone, phone), (Account.email, email)]
    given = [(column, value) for column, value in names if value is not None]
    for column, value in given:
        if db.session.scalar(sa.select(Account.id).where(column == value).limit(1)) is None:
            return
    if given:
        raise Invalid(
            _("Tài khoản khác đã dùng số điện thoại hoặc thư này. Hãy thêm một thư điện tử khác."),
            field="email",
        )
    raise Invalid(_("Cần số điện thoại hoặc thư điện tử để đăng nhập."), field="email")


def change_password(account: Account, password_hash: str) -> None:
    """Keep one's own new password, already hashed (hashing is slow), and end the other sign-ins."""
    account.password_hash = password_hash
    account.must_change_password = False
    account.password_expires_at = None
    revoke_codes(account)
    end_other_sign_ins(account.id, account.sign_in_token)
    record(account.id, "account.password_changed", f"account:{account.id}")
    db.session.flush()


def reset_password(
    actor: Account, account: Account, password: str, lifetime: timedelta | None = None
) -> None:
    """Give an account a password to start with, good for `lifetime`; its sign-ins end, it must
    choose its own."""
    account.password_hash = hash_password(password)
    account.must_change_password = True
    account.password_expires_at = clock.now() + lifetime if lifetime else None
    revoke_codes(account)
    end_other_sign_ins(account.id, None)
    record(actor.id, "account.password_reset", f"account:{account.id}")
    db.session.flush()


def set_account_disabled(actor: Account, account: Account, disabled: bool) -> None:
    """Close an account, ending all its sign-ins at once, or open it again; what it is already, it
    stays. NotAllowed for one's own, and for the last that looks after the whole tree."""
    if account.is_disabled == disabled:
        return
    if disabled:
        _refuse_lock_out(actor, account)
    account.is_disabled = disabled
    if disabled:
        revoke_codes(account)
        end_other_sign_ins(account.id, None)
    record(actor.id, "account.disabled" if disabled else "account.enabled", f"account:{account.id}")
    db.session.flush()


def _refuse_lock_out(actor: Account, account: Account) -> None:
    if account.id == actor.id:
        raise NotAllowed(_("Không ai tự khóa tài khoản của mình được. Hãy nhờ quản trị khác."))
    lock_accounts(list_whole_tree_administrators())
    if list_whole_tree_administrators() == [account.id]:
        raise NotAllowed(
            _(
                "Đây là người quản trị toàn đảng bộ cuối cùng. Hãy phân công một người khác trước "
                "khi khóa."
            )
        )


def end_all_sign_ins(actor: Account, account: Account) -> None:
    """Sign an account out on every device; its password stays."""
    end_other_sign_ins(account.id, None)
    record(actor.id, "account.signed_out_everywhere", f"account:{account.id}")
    db.session.flush()

"""Commands on the second step: set up an authenticator app, check its codes, recovery codes, reset.

RFC 6238 by pyotp: six digits, 30 s, one step either side; a step is never taken twice.
"""

import pyotp
import sqlalchemy as sa
from flask_babel import gettext as _

from lms.audit.services import record
from lms.base import clock
from lms.base.errors import Invalid
from lms.base.sealing import seal, unseal
from lms.extensions import db
from lms.people.models import Account, RecoveryCode, SecondStep
from lms.people.queries.codes import find_second_step
from lms.people.sign_in import end_other_sign_ins

PURPOSE = "second-step"
ISSUER = "Thu Hoạch"
SECONDS = 30
ALLOWED_DRIFT = 1


def begin_second_step(account: Account) -> None:
    """A fresh secret, to be confirmed by a code; an authenticator in use stays as it is."""
    step = find_second_step(account.id, for_update=True)
    if step is not None and step.confirmed_at is not None:
        raise Invalid(_("Đồng chí đã bật xác thực hai bước rồi."))
    if step is None:
        step = SecondStep(account_id=account.id, sealed_secret="", created_at=clock.now())
        db.session.add(step)
    step.sealed_secret = seal(pyotp.random_base32(), PURPOSE)
    step.created_at = clock.now()
    db.session.flush()


def secret_of(step: SecondStep) -> str:
    """The secret in base 32, for the QR code and the app."""
    return unseal(step.sealed_secret, PURPOSE)


def provisioning_address(step: SecondStep, account_name: str) -> str:
    """The otpauth:// address that an authenticator app reads from the QR code."""
    return pyotp.TOTP(secret_of(step)).provisioning_uri(name=account_name, issuer_name=ISSUER)


def confirm_second_step(account: Account, code: str, recovery_hashes: list[str]) -> None:
    """Turn the second step on by a first code; keeps the recovery codes, ends other sign-ins.

    Invalid when the code does not fit."""
    step = find_second_step(account.id, for_update=True)
    if step is None or step.confirmed_at is not None or not _takes(step, code):
        raise Invalid(
            _("Mã không đúng. Hãy gõ 6 chữ số đang hiện trong ứng dụng trên điện thoại."),
            field="code",
        )
    step.confirmed_at = clock.now()
    account.second_step_since = step.confirmed_at
    _replace_recovery_codes(account.id, recovery_hashes)
    end_other_sign_ins(account.id, account.sign_in_token)
    record(account.id, "account.second_step_on", f"account:{account.id}")
    db.session.flush()


def takes_app_code(account_id: int, code: str) -> bool:
    """Whether a code of the app fits now; its time step is used up by that."""
    step = find_second_step(account_id, for_update=True)
    return step is not None and step.confirmed_at is not None and _takes(step, code)


def use_recovery_code(recovery: RecoveryCode) -> None:
    """A recovery code that was found to fit is good no more."""
    recovery.used_at = clock.now()
    record(recovery.account_id, "account.recovery_code_used", f"account:{recovery.account_id}")
    db.session.flush()


def renew_recovery_codes(account: Account, recovery_hashes: list[str]) -> None:
    """Ten new recovery codes; the old ones are good no more."""
    _replace_recovery_codes(account.id, recovery_hashes)
    record(account.id, "account.recovery_codes_renewed", f"account:{account.id}")
    db.session.flush()


def reset_second_step(actor: Account, account: Account, reason: str) -> None:
    """Take the second step off an account whose owner lost the phone; they set it up anew."""
    db.session.execute(sa.delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    db.session.execute(sa.delete(SecondStep).where(SecondStep.account_id == account.id))
    account.second_step_since = None
    end_other_sign_ins(account.id, None)
    record(actor.id, "account.second_step_reset", f"account:{account.id}", reason=reason)
    db.session.flush()


def _takes(step: SecondStep, code: str) -> bool:
    totp = pyotp.TOTP(secret_of(step))
    present = int(clock.now().timestamp()) // SECONDS
    for counter in range(present - ALLOWED_DRIFT, present + ALLOWED_DRIFT + 1):
        is_unused = step.last_counter is None or counter > step.last_counter
        if is_unused and pyotp.utils.strings_equal(totp.generate_otp(counter), code):
            step.last_counter = counter
            return True
    return False


def _replace_recovery_codes(account_id: int, hashes: list[str]) -> None:
    db.session.execute(sa.delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    db.session.add_all(
        RecoveryCode(account_id=account_id, position=position, code_hash=code_hash)
        for position, code_hash in enumerate(hashes)
    )

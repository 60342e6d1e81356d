"""The page of devices on which one is signed in."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.audit.services import record
from lms.base.guards import signed_in
from lms.people.devices import device_words
from lms.people.queries import get_own_sign_in, list_sign_ins
from lms.people.sign_in import end_other_sign_ins, end_own_sign_in, hash_token
from lms.people.views.blueprint import bp


@bp.get("/account/devices")
@signed_in
def devices() -> ResponseReturnValue:
    own = hash_token(current_user.sign_in_token)
    rows = [
        {
            "id": one.id,
            "words": device_words(one.device),
            "last_seen_at": one.last_seen_at,
            "expires_at": one.expires_at,
            "is_lasting": one.is_lasting,
            "is_this": one.token_hash == own,
        }
        for one in list_sign_ins(current_user.id)
    ]
    rows.sort(key=lambda row: not row["is_this"])
    return render_template("people/devices.html", rows=rows)


@bp.post("/account/devices/<int:sign_in_id>/end")
@signed_in
def end_device(sign_in_id: int) -> ResponseReturnValue:
    found = get_own_sign_in(current_user.id, sign_in_id)
    end_own_sign_in(current_user.id, found.id)
    record(current_user.id, "account.device_signed_out", f"account:{current_user.id}")
    flash(_("Đã đăng xuất thiết bị đó."), "success")
    return redirect(url_for("people.devices"))


@bp.post("/account/devices/others/end")
@signed_in
def end_other_devices() -> ResponseReturnValue:
    end_other_sign_ins(current_user.id, current_user.sign_in_token)
    record(current_user.id, "account.other_devices_signed_out", f"account:{current_user.id}")
    flash(_("Đã đăng xuất mọi thiết bị khác."), "success")
    return redirect(url_for("people.devices"))

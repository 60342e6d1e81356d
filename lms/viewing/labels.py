"""What the states, methods and marks of a roll-call are called on pages."""

from flask_babel import lazy_gettext as _

from lms.viewing.roll_call import MarkAct, RollCallMethod, RollCallState

STATE_LABELS = {
    RollCallState.EXPECTED: _("Chưa có mặt"),
    RollCallState.PRESENT: _("Có mặt"),
    RollCallState.EXCUSED: _("Vắng có lý do"),
    RollCallState.WAITING: _("Chờ quyết định"),
    RollCallState.TURNED_AWAY: _("Không cho vào"),
}

METHOD_LABELS = {
    RollCallMethod.QR: _("quét mã QR"),
    RollCallMethod.LIST: _("đánh dấu trên danh sách"),
    RollCallMethod.PAPER: _("nhập từ bản giấy"),
}

ACT_LABELS = {
    MarkAct.ENTER: _("Có mặt lúc vào"),
    MarkAct.LEAVE: _("Có mặt lúc ra"),
    MarkAct.EXCUSE: _("Vắng có lý do"),
    MarkAct.CLEAR: _("Xóa đánh dấu"),
    MarkAct.UNLEAVE: _("Xóa đánh dấu lúc ra"),
    MarkAct.TURN_AWAY: _("Không cho vào"),
    MarkAct.REFUSE: _("Dùng lượt quét của tài khoản khác"),
}


def roll_call_label(value: RollCallState | RollCallMethod | MarkAct) -> str:
    """The name of one of the values above; the filter `roll_call_label` of templates."""
    labels = {RollCallState: STATE_LABELS, RollCallMethod: METHOD_LABELS, MarkAct: ACT_LABELS}
    return str(labels[type(value)][value])  # type: ignore[index]

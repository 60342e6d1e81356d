"""Words for the states of marking and for the rules of allocation."""

from flask_babel import lazy_gettext as _l

from lms.marking.queries.queue import MarkState
from lms.marking.queries.states import EssayState
from lms.marking.rules import Rule

MARK_STATES = {
    MarkState.UNTOUCHED: (_l("Chưa chấm"), "plain"),
    MarkState.BEGUN: (_l("Đang chấm"), "go"),
    MarkState.FINISHED: (_l("Đã chấm"), "ok"),
    MarkState.RELEASED: (_l("Đã công bố"), "ok"),
}
"""What a reviewer reads, and the kind of its tag."""

ESSAY_STATES = {
    EssayState.WAITING: (_l("Chưa có người chấm"), "bad"),
    EssayState.ASSIGNED: (_l("Chưa chấm"), "plain"),
    EssayState.BEGUN: (_l("Đang chấm"), "go"),
    EssayState.FINISHED: (_l("Chờ công bố"), "soft"),
    EssayState.RELEASED: (_l("Đã công bố"), "ok"),
}
"""What the organiser reads, and the kind of its part in a bar."""

BARRIERS = {
    Rule.OWN_ESSAY: _l("là người viết bài"),
    Rule.OWN_CELL: _l("cùng đơn vị với người viết"),
    Rule.OWN_HEAD: _l("người viết là người đứng đầu trực tiếp"),
    Rule.CONFLICT: _l("đã khai báo xung đột với đơn vị của người viết"),
    Rule.OUT_OF_SCOPE: _l("không được giao chấm cho đơn vị của người viết"),
    Rule.HAD_IT: _l("đã từng nhận bài này"),
}
"""Why a reviewer must not mark an essay; follows the reviewer's name."""

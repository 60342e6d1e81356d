"""Why a line of a roster is in doubt once it is held against the people and units there are.

What is wrong in the file itself is told by lms/people/roster. Each kind says what to do.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from lms.people.roster import Problem, ProblemKind, message_of


class Doubt(StrEnum):
    """A line that cannot be applied without a human."""

    AMBIGUOUS_UNIT = "ambiguous_unit"
    OUTSIDE_SCOPE = "outside_scope"
    UNKNOWN_UNIT = "unknown_unit"
    CODE_ELSEWHERE = "code_elsewhere"
    KNOWN_CODE_ZEROS = "known_code_zeros"
    HAS_LEFT = "has_left"
    OTHER_PERSON = "other_person"


DOUBT_MESSAGES = {
    Doubt.AMBIGUOUS_UNIT: _l(
        "Nhiều đơn vị có tên này. Hãy ghi thêm đơn vị cấp trên vào tệp rồi tải lại."
    ),
    Doubt.OUTSIDE_SCOPE: _l(
        "Đơn vị này không có trong phạm vi của lần nhập. Nếu là đơn vị mới, hãy thành lập ở trang "
        "Đơn vị trước rồi tải lại tệp."
    ),
    Doubt.UNKNOWN_UNIT: _l("Dòng này không ghi đơn vị. Hãy ghi đơn vị vào tệp rồi tải lại."),
    Doubt.CODE_ELSEWHERE: _l(
        "Số thẻ này đang được dùng ở nơi khác. Hãy kiểm tra lại số thẻ; nếu đúng, hãy nhờ quản trị "
        "cấp trên chuyển đơn vị cho người này."
    ),
    Doubt.KNOWN_CODE_ZEROS: _l(
        "Người cùng tên, cùng năm sinh đã có với số thẻ chỉ khác ở các số 0 đứng đầu. Nếu số trong "
        "tệp thiếu số 0, hãy nhập lại ở dạng chữ (định dạng Text); nếu số đang lưu sai, hãy sửa ở "
        "trang của người ấy; rồi tải lại tệp."
    ),
    Doubt.HAS_LEFT: _l(
        "Người này đã được ghi rời tổ chức. Nếu đã trở lại, hãy bấm “Đúng là người này”."
    ),
    Doubt.OTHER_PERSON: _l(
        "Số thẻ này đang ghi cho người có tên và năm sinh khác. Nếu chỉ là sửa thông tin, hãy bấm "
        "“Đúng là người này”; nếu sai số thẻ, hãy sửa trong tệp."
    ),
}

DECIDABLE = frozenset(
    {ProblemKind.MISSING_CODE.value, Doubt.HAS_LEFT.value, Doubt.OTHER_PERSON.value}
)
"""A line with no other problem may be settled by a human on the preview."""

FILE_KINDS = frozenset(kind.value for kind in ProblemKind)


def explain(problem: Mapping[str, Any]) -> str:
    """What a problem or notice of a staged line means and what to do, in the reader's language."""
    kind = problem["kind"]
    if kind not in FILE_KINDS:
        return str(DOUBT_MESSAGES[Doubt(kind)])
    told = Problem(0, "", ProblemKind(kind), problem["value"], problem.get("first_row"))
    return message_of(told)

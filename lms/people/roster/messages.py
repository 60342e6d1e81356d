"""What is wrong with a cell of a roster, and what to do about it, in words for its owner."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.people.roster.lines import Problem, ProblemKind
from lms.people.roster.values import has_letters_for_digits

PROBLEM_MESSAGES = {
    ProblemKind.DUPLICATE_CODE: _l(
        "Số thẻ này đã có ở một dòng phía trên. Hãy kiểm tra lại số thẻ của hai người."
    ),
    ProblemKind.MISSING_CODE: _l("Thiếu số thẻ. Hãy ghi số thẻ của người này."),
    ProblemKind.BAD_CODE: _l(
        "Số thẻ không đọc được. Hãy nhập lại số thẻ ở dạng chữ (định dạng Text)."
    ),
    ProblemKind.SHORT_CODE: _l(
        "Số thẻ này ngắn hơn các số thẻ khác trong tệp; có thể Excel đã bỏ số 0 ở đầu. Hãy nhập "
        "lại số thẻ ở dạng chữ (định dạng Text)."
    ),
    ProblemKind.CODE_ZEROS: _l(
        "Số thẻ này chỉ khác một số thẻ phía trên ở các số 0 đứng đầu. Hãy kiểm tra lại số thẻ của "
        "hai dòng."
    ),
    ProblemKind.MISSING_NAME: _l("Thiếu họ và tên. Hãy ghi đủ họ và tên."),
    ProblemKind.BAD_NAME: _l("Ô này không giống họ và tên. Hãy nhập lại họ và tên."),
    ProblemKind.BAD_DATE: _l(
        "Ngày không có thật hoặc viết không rõ. Hãy viết theo ngày/tháng/năm, ví dụ 15/3/1962, "
        "hoặc chỉ ghi năm sinh."
    ),
    ProblemKind.MISSING_UNIT: _l("Thiếu đơn vị. Hãy ghi chi bộ của người này."),
    ProblemKind.FORMULA: _l(
        "Ô này chứa công thức nên không được đọc. Hãy nhập trực tiếp giá trị vào ô."
    ),
    ProblemKind.BROKEN_CELL: _l("Ô này đang báo lỗi trong Excel. Hãy nhập lại giá trị."),
    ProblemKind.BAD_PHONE: _l("Số điện thoại không đủ số nên được bỏ qua."),
    ProblemKind.BAD_EMAIL: _l("Địa chỉ thư điện tử viết không đúng nên được bỏ qua."),
    ProblemKind.SAYS_LEFT: _l(
        "Có thể người này đã rời tổ chức, nhưng vẫn được tính như mọi dòng khác. Nếu đúng là đã "
        "rời, hãy bỏ dòng này khỏi tệp rồi tải lại."
    ),
}


def message_of(problem: Problem) -> str:
    """The message of one problem; one that is about two rows names the first of them."""
    if problem.kind is ProblemKind.DUPLICATE_CODE and problem.first_row:
        return _(
            "Số thẻ %(code)s đã có ở dòng %(row)s. Hãy kiểm tra lại số thẻ của hai người.",
            code=problem.value,
            row=problem.first_row,
        )
    if problem.kind is ProblemKind.CODE_ZEROS and problem.first_row:
        return _(
            "Số thẻ %(code)s chỉ khác số thẻ ở dòng %(row)s ở các số 0 đứng đầu. Hãy kiểm tra lại "
            "số thẻ của hai dòng.",
            code=problem.value,
            row=problem.first_row,
        )
    if problem.kind is ProblemKind.BAD_CODE and has_letters_for_digits(problem.value):
        return _("Số thẻ có chữ O, I hoặc l lẫn giữa các số. Hãy gõ lại bằng chữ số.")
    return str(PROBLEM_MESSAGES[problem.kind])

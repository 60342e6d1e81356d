"""Every doubt an importer can list, with its words: what was found, and what the author should do.

One function per kind, so that each sentence stands once. No reading and no deciding here.
"""

from flask_babel import lazy_gettext as _l

from lms.quizzes.importers.result import Doubt

_QUOTED = 120
_LISTED = 20


def shorten(text: str) -> str:
    """The text, cut to a length that fits into a message."""
    return text if len(text) <= _QUOTED else text[: _QUOTED - 1].rstrip() + "…"


def _listed(numbers: list[str]) -> str:
    """The first numbers of a list, each once."""
    unique = list(dict.fromkeys(numbers))
    return ", ".join(unique[:_LISTED]) + (" …" if len(unique) > _LISTED else "")


# About one question.


def no_answer() -> Doubt:
    return Doubt("no_answer", _l("Chưa thấy đáp án đúng. Hãy chọn đáp án cho câu này."))


def partly_marked() -> Doubt:
    return Doubt(
        "no_answer",
        _l("Chỉ vài chữ trong phương án được đánh dấu, chưa rõ đáp án. Hãy chọn đáp án."),
    )


def many_answers(letters: str) -> Doubt:
    return Doubt(
        "many_answers",
        _l(
            "Có nhiều phương án cùng được đánh dấu (%(letters)s). "
            "Hãy xác nhận đây là câu chọn nhiều phương án hoặc chọn lại đáp án.",
            letters=letters,
        ),
    )


def conflicting_answer() -> Doubt:
    return Doubt(
        "conflicting_answer",
        _l("Tệp cho hai đáp án khác nhau ở câu này. Hãy chọn đáp án đúng."),
    )


def unknown_answer(answer: str) -> Doubt:
    return Doubt(
        "unknown_answer",
        _l(
            "Đáp án ghi là “%(answer)s” nhưng không khớp với phương án nào. Hãy chọn đáp án đúng.",
            answer=shorten(answer),
        ),
    )


def ambiguous_number(number: str) -> Doubt:
    return Doubt(
        "ambiguous_number",
        _l(
            "Có nhiều câu cùng mang số %(number)s nên không biết đáp án trong bảng "
            "dành cho câu nào. Hãy chọn đáp án đúng.",
            number=number,
        ),
    )


def unusual_mark() -> Doubt:
    return Doubt(
        "unusual_mark",
        _l(
            "Cách đánh dấu ở câu này khác với các câu còn lại nên chưa chắc là đáp án. "
            "Hãy chọn đáp án đúng."
        ),
    )


def few_options() -> Doubt:
    return Doubt(
        "few_options",
        _l("Câu này có ít hơn hai phương án. Hãy nhập đủ phương án và chọn đáp án."),
    )


def empty_option(letter: str) -> Doubt:
    return Doubt(
        "empty_option",
        _l("Phương án %(letter)s để trống. Hãy nhập nội dung hoặc bỏ đi.", letter=letter),
    )


def duplicate_option(first: str, second: str) -> Doubt:
    return Doubt(
        "duplicate_option",
        _l(
            "Phương án %(first)s và %(second)s giống nhau. Hãy sửa một trong hai.",
            first=first,
            second=second,
        ),
    )


def option_letters(letters: str) -> Doubt:
    return Doubt(
        "option_letters",
        _l(
            "Chữ cái của các phương án không liên tục (%(letters)s). "
            "Hãy kiểm tra xem có thiếu hoặc thừa phương án không.",
            letters=letters,
        ),
    )


def unlettered_options() -> Doubt:
    return Doubt(
        "unlettered_options",
        _l("Các phương án không có chữ cái A, B, C. Hãy kiểm tra lại từng phương án."),
    )


def no_stem() -> Doubt:
    return Doubt("no_stem", _l("Không thấy nội dung câu hỏi. Hãy nhập nội dung câu hỏi."))


def no_number() -> Doubt:
    return Doubt(
        "no_number",
        _l("Câu này không có số thứ tự như các câu khác. Hãy kiểm tra nội dung câu hỏi."),
    )


def duplicate_stem(number: int) -> Doubt:
    return Doubt(
        "duplicate_stem",
        _l("Trùng với câu thứ %(number)s trong tệp. Hãy bỏ hoặc sửa một câu.", number=number),
    )


def stray_text(text: str) -> Doubt:
    return Doubt(
        "stray_text",
        _l(
            "Dòng “%(text)s” nằm sau câu này và chưa được nhập. "
            "Hãy thêm vào câu hỏi nếu dòng đó thuộc câu này.",
            text=shorten(text),
        ),
    )


def picture() -> Doubt:
    return Doubt("picture", _l("Câu này có hình; hình chưa được nhập. Hãy thêm hình nếu cần."))


def formula() -> Doubt:
    return Doubt("formula", _l("Câu này có công thức. Hãy kiểm tra lại cách viết."))


def changed_by_excel(letter: str) -> Doubt:
    return Doubt(
        "date_cell",
        _l(
            "Ô %(letter)s được Excel lưu thành ngày tháng. Hãy kiểm tra lại cách viết.",
            letter=letter,
        ),
    )


def broken_cell(letter: str) -> Doubt:
    return Doubt(
        "broken_cell",
        _l("Ô %(letter)s bị lỗi công thức trong Excel. Hãy nhập lại nội dung.", letter=letter),
    )


def text_box(text: str) -> Doubt:
    return Doubt(
        "text_box",
        _l(
            "Nội dung trong hộp chữ (text box) không được đọc: “%(text)s”. "
            "Hãy chép ra ngoài hộp hoặc nhập thêm.",
            text=shorten(text),
        ),
    )


# About the file as a whole.


def no_questions() -> Doubt:
    return Doubt(
        "no_questions",
        _l("Không tìm thấy câu hỏi nào. Hãy đánh số câu hỏi (Câu 1.) và phương án (A. B. C.)."),
    )


def tracked_changes() -> Doubt:
    return Doubt(
        "tracked_changes",
        _l("Tệp còn vết sửa chưa chấp nhận; đã đọc theo bản sau khi sửa. Hãy kiểm tra lại."),
    )


def hidden_text() -> Doubt:
    return Doubt("hidden_text", _l("Tệp có chữ bị ẩn; chữ ẩn không được đọc. Hãy kiểm tra lại."))


def explanations(count: int) -> Doubt:
    return Doubt(
        "explanations",
        _l("Có %(count)s dòng giải thích đáp án chưa được nhập.", count=count),
    )


def number_gap(numbers: list[str]) -> Doubt:
    return Doubt(
        "number_gap",
        _l("Thiếu câu số %(numbers)s. Hãy kiểm tra lại cách đánh số.", numbers=_listed(numbers)),
    )


def number_repeat(numbers: list[str]) -> Doubt:
    return Doubt(
        "number_repeat",
        _l("Số câu bị lặp lại: %(numbers)s. Hãy kiểm tra lại.", numbers=_listed(numbers)),
    )


def key_without_question(numbers: list[str]) -> Doubt:
    return Doubt(
        "key_without_question",
        _l(
            "Bảng đáp án có số %(numbers)s nhưng không có câu hỏi tương ứng.",
            numbers=_listed(numbers),
        ),
    )

"""The one error an importer raises: the file cannot be read at all, and what to do about it."""

from flask_babel import lazy_gettext as _l

from lms.base.errors import Invalid


class UnreadableFile(Invalid):
    """The file is not one that can be read; `kind` names the reason, `message` says what to do."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


def empty() -> UnreadableFile:
    return UnreadableFile("empty", _l("Tệp rỗng. Hãy chọn lại tệp câu hỏi."))


def unknown_kind() -> UnreadableFile:
    return UnreadableFile(
        "unknown_kind",
        _l("Không đọc được loại tệp này. Hãy dùng tệp Word (.docx) hoặc Excel (.xlsx)."),
    )


def is_really(found: str) -> UnreadableFile:
    return UnreadableFile(
        "wrong_content",
        _l(
            "Đuôi tệp không đúng với nội dung: bên trong là %(found)s. "
            "Hãy mở tệp và lưu lại thành Word (.docx) hoặc Excel (.xlsx).",
            found=found,
        ),
    )


def old_word() -> UnreadableFile:
    return UnreadableFile(
        "old_format",
        _l("Đây là tệp Word đời cũ (.doc). Hãy mở bằng Word, chọn Lưu thành .docx rồi tải lại."),
    )


def old_excel() -> UnreadableFile:
    return UnreadableFile(
        "old_format",
        _l("Đây là tệp Excel đời cũ (.xls). Hãy mở bằng Excel, chọn Lưu thành .xlsx rồi tải lại."),
    )


def with_password() -> UnreadableFile:
    return UnreadableFile(
        "password", _l("Tệp có mật khẩu. Hãy bỏ mật khẩu, lưu lại rồi tải lên lần nữa.")
    )


def with_macros() -> UnreadableFile:
    return UnreadableFile(
        "macros", _l("Tệp có chứa macro. Hãy lưu lại thành .docx hoặc .xlsx rồi tải lên lần nữa.")
    )


def too_large() -> UnreadableFile:
    return UnreadableFile(
        "too_large",
        _l("Nội dung tệp quá lớn. Hãy bỏ bớt hình ảnh hoặc chia tệp thành nhiều phần."),
    )


def damaged() -> UnreadableFile:
    return UnreadableFile(
        "damaged", _l("Tệp bị hỏng. Hãy mở tệp, lưu lại thành một tệp mới rồi tải lên lần nữa.")
    )

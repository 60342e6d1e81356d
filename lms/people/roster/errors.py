"""The one error of reading a roster: the file cannot be read, and what to do about it."""

from flask_babel import lazy_gettext as _l

from lms.base.errors import Invalid


class UnreadableRoster(Invalid):
    """The file is none that can be read; `kind` names the reason, `message` says what to do."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


def missing() -> UnreadableRoster:
    return UnreadableRoster("missing", _l("Không mở được tệp. Hãy kiểm tra lại tên tệp."))


def empty() -> UnreadableRoster:
    return UnreadableRoster("empty", _l("Tệp rỗng. Hãy chọn lại tệp danh sách."))


def unknown_kind() -> UnreadableRoster:
    return UnreadableRoster(
        "unknown_kind",
        _l("Không đọc được loại tệp này. Hãy dùng tệp Excel (.xlsx) hoặc CSV."),
    )


def is_really(found: str) -> UnreadableRoster:
    return UnreadableRoster(
        "wrong_content",
        _l(
            "Bên trong tệp là %(found)s, không phải Excel. Hãy mở tệp bằng Excel, "
            "chọn Lưu thành (Save As) → .xlsx rồi tải lên lại.",
            found=found,
        ),
    )


def old_excel() -> UnreadableRoster:
    return UnreadableRoster(
        "old_format",
        _l(
            "Tệp này là .xls kiểu cũ. Hãy mở bằng Excel, chọn Lưu thành (Save As) → .xlsx "
            "rồi tải lên lại."
        ),
    )


def binary_excel() -> UnreadableRoster:
    return UnreadableRoster(
        "old_format",
        _l(
            "Tệp này là .xlsb (Excel nhị phân). Hãy mở bằng Excel, chọn Lưu thành (Save As) → "
            ".xlsx rồi tải lên lại."
        ),
    )


def with_password() -> UnreadableRoster:
    return UnreadableRoster(
        "password",
        _l(
            "Tệp có mật khẩu. Hãy mở bằng Excel, vào Tệp → Thông tin → Bảo vệ sổ làm việc để bỏ "
            "mật khẩu, lưu lại rồi tải lên lần nữa."
        ),
    )


def with_macros() -> UnreadableRoster:
    return UnreadableRoster(
        "macros",
        _l(
            "Tệp có chứa macro. Hãy mở bằng Excel, chọn Lưu thành (Save As) → .xlsx "
            "rồi tải lên lại."
        ),
    )


def too_large() -> UnreadableRoster:
    return UnreadableRoster(
        "too_large",
        _l(
            "Nội dung tệp quá lớn. Hãy chép riêng phần danh sách sang một tệp Excel mới, bỏ hình "
            "ảnh và các dòng, cột trống đã định dạng, rồi tải lên lại."
        ),
    )


def too_many_rows(most: int) -> UnreadableRoster:
    return UnreadableRoster(
        "too_many_rows",
        _l(
            "Danh sách có hơn %(most)s dòng. Hãy chia thành nhiều tệp rồi tải lên từng tệp.",
            most=f"{most:,}".replace(",", "."),
        ),
    )


def too_many_columns(most: int) -> UnreadableRoster:
    return UnreadableRoster(
        "too_many_columns",
        _l(
            "Danh sách có hơn %(most)s cột. Hãy chỉ giữ những cột cần thiết rồi tải lên lại.",
            most=most,
        ),
    )


def damaged() -> UnreadableRoster:
    return UnreadableRoster(
        "damaged",
        _l(
            "Tệp bị hỏng hoặc chưa tải lên hết. Hãy mở tệp bằng Excel, lưu thành một tệp .xlsx mới "
            "rồi tải lên lại."
        ),
    )


def unknown_letters() -> UnreadableRoster:
    return UnreadableRoster(
        "unknown_letters",
        _l(
            "Không nhận ra bảng mã chữ của tệp CSV. Hãy mở tệp bằng Excel, chọn Lưu thành "
            "(Save As) → CSV UTF-8 hoặc .xlsx rồi tải lên lại."
        ),
    )


def open_quote(row: int) -> UnreadableRoster:
    return UnreadableRoster(
        "open_quote",
        _l(
            'Tệp CSV có dấu ngoặc kép (") đặt sai ở gần dòng %(row)s. Hãy sửa dòng đó, '
            "hoặc lưu danh sách thành .xlsx rồi tải lên lại.",
            row=row,
        ),
    )


def no_header() -> UnreadableRoster:
    return UnreadableRoster(
        "no_header",
        _l(
            "Không tìm thấy dòng tiêu đề của danh sách. Tệp cần có một dòng ghi tên các cột, "
            "ít nhất là “Họ và tên” và “Số thẻ”, ở trang tính không bị ẩn."
        ),
    )

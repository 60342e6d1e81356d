"""Why a file is refused, in plain Vietnamese that says what to do. No rule lives here."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.files.content import FileKind, Reason, Refused

KIND_NAMES = {
    FileKind.PDF: _l("PDF"),
    FileKind.DOCX: _l("Word (.docx)"),
    FileKind.PPTX: _l("PowerPoint (.pptx)"),
    FileKind.XLSX: _l("Excel (.xlsx)"),
    FileKind.MP4: _l("video MP4"),
    FileKind.VTT: _l("phụ đề WebVTT (.vtt)"),
    FileKind.JPEG: _l("ảnh JPEG"),
    FileKind.PNG: _l("ảnh PNG"),
    FileKind.WEBP: _l("ảnh WebP"),
}

SENTENCES = {
    Reason.EMPTY: _l("Tệp rỗng. Hãy chọn lại tệp."),
    Reason.UNKNOWN: _l("Nội dung tệp không thuộc loại được nhận. Hãy chọn tệp %(wanted)s."),
    Reason.NOT_WANTED: _l("Đây là tệp %(found)s. Chỗ này nhận tệp %(wanted)s."),
    Reason.WRONG_NAME: _l(
        "Đuôi tệp không đúng với nội dung: bên trong là %(found)s. Hãy đổi lại tên tệp."
    ),
    Reason.DAMAGED: _l("Tệp bị hỏng hoặc chưa tải hết. Hãy mở thử tệp rồi tải lên lần nữa."),
    Reason.ACTIVE: _l(
        "Tệp PDF chứa mã chạy hoặc chương trình đính kèm. Hãy in ra một bản PDF mới rồi tải lên."
    ),
    Reason.ENCRYPTED: _l("Tệp bị khóa bằng mật khẩu. Hãy lưu một bản không khóa rồi tải lên."),
    Reason.MACROS: _l("Tệp có chứa macro. Hãy lưu lại thành .docx, .pptx hoặc .xlsx rồi tải lên."),
    Reason.OLD_OFFICE: _l(
        "Đây là tệp Office đời cũ (.doc, .ppt, .xls). "
        "Hãy mở ra, lưu thành .docx, .pptx hoặc .xlsx rồi tải lên."
    ),
    Reason.BOMB: _l(
        "Tệp nén quá chặt: mở ra sẽ chiếm quá nhiều bộ nhớ. Hãy lưu lại thành một tệp mới."
    ),
    Reason.TWO_FILES: _l("Tệp chứa nội dung của hai loại tệp. Hãy lưu lại thành một tệp mới."),
    Reason.MP4_NO_INDEX: _l(
        "Video thiếu phần mục lục nên không xem được. Hãy xuất lại video thành MP4."
    ),
    Reason.MP4_FRAGMENTED: _l(
        "Video được chia thành nhiều mảnh nên không tính được thời lượng. "
        "Hãy xuất lại thành MP4 thường."
    ),
    Reason.MP4_EXTERNAL: _l(
        "Video lấy hình hoặc tiếng từ một tệp khác. Hãy xuất lại thành một tệp MP4 trọn vẹn."
    ),
    Reason.MP4_NO_PICTURE: _l("Tệp không có hình. Hãy chọn tệp video của buổi học."),
    Reason.MP4_CODEC: _l(
        "Nhiều máy không phát được loại hình này (%(detail)s). Hãy xuất lại video theo chuẩn H.264."
    ),
    Reason.VTT_HEADER: _l("Tệp phụ đề phải là UTF-8 và dòng đầu tiên phải là WEBVTT."),
    Reason.VTT_CUE: _l(
        "Phụ đề sai ở dòng %(detail)s. Mỗi câu cần giờ bắt đầu và kết thúc, "
        "ví dụ 00:01.000 --> 00:04.000."
    ),
    Reason.VTT_LONG: _l("Tệp phụ đề dài quá 1 MB."),
    Reason.PICTURE_SIZE: _l("Ảnh quá lớn. Hãy thu nhỏ ảnh còn nhiều nhất 10.000 điểm mỗi chiều."),
}


def refusal(refused: Refused, kinds: frozenset[FileKind]) -> str:
    """The sentence for a refusal, naming what was found and what is taken here."""
    wanted = ", ".join(str(KIND_NAMES[kind]) for kind in FileKind if kind in kinds)
    found = str(KIND_NAMES[FileKind(refused.detail)]) if refused.detail in set(FileKind) else ""
    sentence = str(SENTENCES[refused.reason])
    return sentence % {"wanted": wanted, "found": found, "detail": refused.detail}


def too_large(limit: int) -> str:
    return _("Tệp lớn quá %(limit)s MB. Hãy chọn tệp nhỏ hơn.", limit=limit // (1024 * 1024))


def no_space() -> str:
    return _("Máy chủ đã hết chỗ lưu tệp. Hãy báo cho người quản trị rồi tải lên lại sau.")

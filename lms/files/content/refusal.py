"""What a file may be, and why one is refused: codes alone. services.py puts them into words."""

from enum import StrEnum


class FileKind(StrEnum):
    """The kinds we keep. What a file is, is decided by its bytes, never by its name."""

    PDF = "pdf"
    DOCX = "docx"
    PPTX = "pptx"
    XLSX = "xlsx"
    MP4 = "mp4"
    VTT = "vtt"
    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"


class Reason(StrEnum):
    """Why a file is refused."""

    EMPTY = "empty"
    UNKNOWN = "unknown"
    NOT_WANTED = "not_wanted"
    WRONG_NAME = "wrong_name"
    DAMAGED = "damaged"
    ACTIVE = "active"
    ENCRYPTED = "encrypted"
    MACROS = "macros"
    OLD_OFFICE = "old_office"
    BOMB = "bomb"
    TWO_FILES = "two_files"
    MP4_NO_INDEX = "mp4_no_index"
    MP4_FRAGMENTED = "mp4_fragmented"
    MP4_EXTERNAL = "mp4_external"
    MP4_NO_PICTURE = "mp4_no_picture"
    MP4_CODEC = "mp4_codec"
    VTT_HEADER = "vtt_header"
    VTT_CUE = "vtt_cue"
    VTT_LONG = "vtt_long"
    PICTURE_SIZE = "picture_size"


class Refused(Exception):
    """The content is not taken. `detail` is what the message may name: a kind, a line, a codec."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail

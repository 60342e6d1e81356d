"""From a form's file field to a received file. Knows the shape of an upload, no request."""

from typing import Any

from lms.files.content import FileKind
from lms.files.services import ReceivedFile, receive_file


def receive_field(field: Any, kinds: frozenset[FileKind], limit: int) -> ReceivedFile | None:
    """What a file field was sent, checked; None when nothing was chosen.

    Raises as `receive_file` does, with the field's name. Slow: call it while `reading()`.
    """
    upload = field.data
    if not upload or not getattr(upload, "filename", ""):
        return None
    return receive_file(upload.stream, upload.filename, kinds, limit, field.short_name)

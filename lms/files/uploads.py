"""From a form's file field to a received file, and away with what nobody kept.

However a request ends (a rule refuses, a right is missing, an error), what it received and did not
keep is let go: `discard_unkept` runs after every request. Views need not think of it.
"""

from typing import Any

from flask import g

from lms.files.content import FileKind
from lms.files.services import ReceivedFile, receive_file


def receive_field(field: Any, kinds: frozenset[FileKind], limit: int) -> ReceivedFile | None:
    """What a file field was sent, checked; None when nothing was chosen.

    Raises as `receive_file` does, with the field's name. Slow: call it while `reading()`.
    """
    upload = field.data
    if not upload or not getattr(upload, "filename", ""):
        return None
    received = receive_file(upload.stream, upload.filename, kinds, limit, field.short_name)
    g.setdefault("received_files", []).append(received)
    return received


def discard_unkept(_error: BaseException | None = None) -> None:
    """Let go of what this request received and nobody kept; a kept file has left its place."""
    for received in g.pop("received_files", []):
        received.discard()

"""The container of old Office files, and of new ones under a password. We only say which it is."""

import mmap
from typing import BinaryIO

from lms.files.content.refusal import Reason

SIGNATURE = bytes.fromhex("d0cf11e0a1b11ae1")
LOCKED = "EncryptedPackage".encode("utf-16-le")


def reason(file: BinaryIO) -> Reason:
    """Why such a file is refused: it has a password, or it is of the old format."""
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return Reason.ENCRYPTED if data.find(LOCKED) >= 0 else Reason.OLD_OFFICE

"""Where uploaded rosters lie: in the upload folder, apart from the files that are handed out.

A roster is read here and never served. It goes when its import is applied or given up.
"""

import errno
import os
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

from lms.base import clock
from lms.base.errors import NoSpace, PayloadTooLarge
from lms.files import storage, words

CHUNK = 1024 * 1024
LEFT_BEHIND = timedelta(days=1)


def keep(stream: BinaryIO, limit: int) -> str:
    """Write an upload to disk; returns its key. PayloadTooLarge above `limit` bytes."""
    key = storage.new_key()
    path = path_of(key)
    path.parent.mkdir(parents=True, exist_ok=True)
    size = 0
    try:
        with path.open("xb") as file:
            while chunk := stream.read(CHUNK):
                size += len(chunk)
                if size > limit:
                    raise PayloadTooLarge(words.too_large(limit), field="file")
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        remove(key)
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise NoSpace(words.no_space(), field="file") from error
        raise
    except BaseException:
        remove(key)
        raise
    return key


def path_of(key: str) -> Path:
    """Where the roster with this key lies."""
    return storage.folder() / "rosters" / key[:2] / key


def remove(key: str | None) -> None:
    """Delete a roster, if it is there."""
    if key is not None:
        path_of(key).unlink(missing_ok=True)


def sweep(known: set[str]) -> int:
    """Remove rosters that no import names and that have lain for a day; returns how many."""
    oldest = (clock.now() - LEFT_BEHIND).timestamp()
    swept = 0
    for path in (storage.folder() / "rosters").glob("*/*"):
        if path.name not in known and path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
            swept += 1
    return swept

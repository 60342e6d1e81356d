"""Taking a file in: streamed to disk under a limit, checked by content, then given its row.

The bytes are written first and the row after. When the transaction that added the row is rolled
back, its bytes are removed; what a crash leaves behind, `sweep` removes a day later. So no row is
ever without its bytes, and bytes without a row do not stay.
"""

import errno
import hashlib
import os
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO

import sqlalchemy as sa
from sqlalchemy.orm import Session, SessionTransaction

from lms.base import clock
from lms.base.errors import Invalid, NoSpace, PayloadTooLarge
from lms.extensions import db
from lms.files import storage, words
from lms.files.content import Content, FileKind, Refused, identify
from lms.files.models import StoredFile
from lms.files.naming import display_name

CHUNK = 1024 * 1024
LEFT_BEHIND = timedelta(days=1)
_UNSETTLED = "files_without_commit"


@dataclass(frozen=True)
class ReceivedFile:
    """A checked file that lies among the incoming ones and has no row yet."""

    key: str
    name: str
    content: Content
    size: int
    sha256: str

    def discard(self) -> None:
        """Let it go if nobody kept it: a kept file no longer lies there."""
        storage.incoming_path(self.key).unlink(missing_ok=True)


def store_file(
    actor_id: int | None,
    stream: BinaryIO,
    filename: str,
    kinds: frozenset[FileKind],
    limit: int,
    field: str = "file",
) -> StoredFile:
    """Receive and keep in one go. See `receive_file` for what it raises."""
    return keep_file(actor_id, receive_file(stream, filename, kinds, limit, field))


def receive_file(
    stream: BinaryIO,
    filename: str,
    kinds: frozenset[FileKind],
    limit: int,
    field: str = "file",
) -> ReceivedFile:
    """Write a stream to disk and check what it is. Slow; touches no table, so call it while
    `reading()`.

    Raises PayloadTooLarge above `limit` bytes, Invalid on content that is not one of `kinds` (both
    with the name of the form's field), NoSpace when the disk is full; then nothing is left.
    """
    key = storage.new_key()
    path = storage.incoming_path(key)
    _sweep_folder(path.parent, set())
    try:
        size, digest = _write(stream, path, limit, field)
        content = identify(path, filename, kinds)
    except Refused as refused:
        path.unlink(missing_ok=True)
        raise Invalid(words.refusal(refused, kinds), field=field) from refused
    except OSError as error:
        path.unlink(missing_ok=True)
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise NoSpace(words.no_space(), field=field) from error
        raise
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return ReceivedFile(key, display_name(filename, content.kind), content, size, digest)


def _write(stream: BinaryIO, path: Path, limit: int, field: str) -> tuple[int, str]:
    """(size, SHA-256 in hex) of what was written and is safe on disk."""
    digest = hashlib.sha256()
    size = 0
    with path.open("xb") as file:
        while chunk := stream.read(CHUNK):
            size += len(chunk)
            if size > limit:
                raise PayloadTooLarge(words.too_large(limit), field=field)
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    return size, digest.hexdigest()


def keep_file(actor_id: int | None, received: ReceivedFile) -> StoredFile:
    """Give a received file its place and its row. A rollback takes both away again."""
    stored = StoredFile(
        key=received.key,
        name=received.name,
        media_type=received.content.media_type,
        size=received.size,
        sha256=received.sha256,
        duration_seconds=received.content.duration_seconds,
        owner_id=actor_id,
        created_at=clock.now(),
    )
    db.session.info.setdefault(_UNSETTLED, []).append(received.key)
    storage.settle(storage.incoming_path(received.key), received.key)
    db.session.add(stored)
    db.session.flush()
    return stored


@sa.event.listens_for(db.session, "after_commit")
def _forget(session: Session) -> None:
    session.info.pop(_UNSETTLED, None)


@sa.event.listens_for(db.session, "after_transaction_end")
def _remove(session: Session, transaction: SessionTransaction) -> None:
    """Rolled back, or let go without a commit: the rows are gone, so the bytes go too."""
    if transaction.parent is None:
        for key in session.info.pop(_UNSETTLED, []):
            storage.remove(key)


def sweep(left_behind: timedelta = LEFT_BEHIND) -> int:
    """Remove bytes that have had no row for a day (a crash between the two); returns how many."""
    known: set[Any] = set(db.session.scalars(sa.select(StoredFile.key)))
    folders = [place for place in storage.folder().iterdir() if place.is_dir()]
    return sum(_sweep_folder(place, known, left_behind) for place in folders)


def _sweep_folder(place: Path, known: set[Any], left_behind: timedelta = LEFT_BEHIND) -> int:
    oldest = (clock.now() - left_behind).timestamp()
    swept = 0
    for path in place.iterdir():
        if path.name not in known and path.is_file() and path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
            swept += 1
    return swept

"""Stored files that no row points to any more: found by the foreign keys of all tables."""

from collections.abc import Iterable

import sqlalchemy as sa

from lms.extensions import db
from lms.files import storage
from lms.files.models import StoredFile

_REMOVED = "files_removed_with_commit"


def unused_files() -> sa.Select[StoredFile]:
    """Files that nothing uses; add conditions."""
    users = [
        sa.select(sa.literal(1)).where(key.parent == StoredFile.id).exists()
        for table in db.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table.name == StoredFile.__tablename__
    ]
    return sa.select(StoredFile).where(*(~used for used in users))


def remove_files(files: Iterable[StoredFile]) -> int:
    """Delete rows, and their bytes once that is committed; returns how many."""
    count = 0
    for stored in files:
        db.session.info.setdefault(_REMOVED, []).append(stored.key)
        db.session.delete(stored)
        count += 1
    db.session.flush()
    return count


@sa.event.listens_for(db.session, "after_commit")
def _remove_bytes(session: sa.orm.Session) -> None:
    for key in session.info.pop(_REMOVED, []):
        storage.remove(key)


@sa.event.listens_for(db.session, "after_rollback")
def _keep_bytes(session: sa.orm.Session) -> None:
    session.info.pop(_REMOVED, None)

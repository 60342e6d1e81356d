"""Reads of stored files."""

from lms.base.errors import NotFound
from lms.extensions import db
from lms.files.models import StoredFile


def get_file(file_id: int) -> StoredFile:
    """A stored file by id."""
    stored = db.session.get(StoredFile, file_id)
    if stored is None:
        raise NotFound
    return stored

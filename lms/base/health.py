"""Whether the ground we stand on answers."""

import sqlalchemy as sa

from lms.extensions import db


def is_database_there() -> bool:
    """Whether the database answers: one trip."""
    try:
        db.session.execute(sa.text("SELECT 1"))
    except (sa.exc.DBAPIError, sa.exc.TimeoutError):
        db.session.rollback()
        return False
    return True

"""Whether the ground we stand on answers."""

import sqlalchemy as sa

from lms.extensions import db


def check_database() -> None:
    """One trip to the database; raises OperationalError when it does not answer."""
    db.session.execute(sa.text("SELECT 1"))

"""An application of the tests' own, on the database under test, to which a test gives its views."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import Context
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.typing import ResponseReturnValue

from lms.audit.models import AuditRecord
from lms.base.guards import public
from lms.extensions import csrf, db
from tests.support.databases import TestDatabase

View = Callable[..., ResponseReturnValue]


class Scratch:
    """An application on the database under test, whose one route calls what a test puts there."""

    def __init__(self, database: TestDatabase) -> None:
        self.database = database
        self.app: Flask = database.make_app()
        self.views: dict[str, View] = {}

        def run(name: str) -> ResponseReturnValue:
            return self.views[name]()

        every = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"]
        self.app.add_url_rule("/run/<name>", view_func=csrf.exempt(public(run)), methods=every)

    def call(self, view: View, method: str = "POST") -> Any:
        """Answer a request with the view."""
        name = f"view-{len(self.views)}"
        self.views[name] = view
        client = self.app.test_client()
        with client.without_audit():  # type: ignore[attr-defined]
            return Context().run(client.open, f"/run/{name}", method=method)

    def let_go(self) -> None:
        """Give back every connection."""
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()

    def kept(self) -> list[str]:
        """Actions in the audit record, as somebody else sees them."""
        with self.elsewhere() as connection:
            return list(connection.scalars(sa.select(AuditRecord.action).order_by(AuditRecord.id)))

    def elsewhere(self) -> sa.Connection:
        """A connection of somebody else, who waits for no lock."""
        engine = sa.create_engine(self.database.uri, poolclass=sa.NullPool)
        connection = engine.connect()
        if self.database.kind == "sqlite":
            connection.exec_driver_sql("PRAGMA busy_timeout=0")
            connection.rollback()
        return connection

    def can_write(self) -> bool:
        """Whether somebody else could write at this moment."""
        with self.elsewhere() as connection:
            try:
                connection.execute(sa.text("UPDATE audit_record SET action = action WHERE id = -1"))
            except sa.exc.OperationalError:
                return False
            connection.rollback()
        return True

"""Where Alembic meets the application: the engine and the tables of the running app."""

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext

from lms.base.model import JSON_TYPE, UtcDateTime
from lms.extensions import db

engine = db.engine


def render_type(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Our own column types by their names in lms/base/model.py, so that migrations stay short."""
    if kind != "type":
        return False
    autogen.imports.add("from lms.base import model")
    if isinstance(item, UtcDateTime):
        return "model.UtcDateTime()"
    if item is JSON_TYPE:
        return "model.JSON_TYPE"
    if isinstance(item, sa.String) and "postgresql" in getattr(item, "_variant_mapping", {}):
        return f"model.bytewise({item.length})"
    return False


def run() -> None:
    """Bring the database of the current application to the wanted revision."""
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            compare_type=True,
            render_item=render_type,
            render_as_batch=context.get_x_argument(as_dictionary=True).get("batch") == "yes",
        )
        with context.begin_transaction():
            context.run_migrations()


run()

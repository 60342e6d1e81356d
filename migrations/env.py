"""Where Alembic meets the application: the engine and the tables of the running app."""

from alembic import context
from flask import current_app

from lms.extensions import db

engine = db.engine


def run() -> None:
    """Bring the database of the current application to the wanted revision."""
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            compare_type=True,
            render_as_batch=engine.dialect.name == "sqlite",
            user_module_prefix="model.",
            **current_app.extensions["migrate"].configure_args.get("context", {}),
        )
        with context.begin_transaction():
            context.run_migrations()


run()

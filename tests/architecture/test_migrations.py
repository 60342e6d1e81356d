"""The migrations lead to exactly what the models say, and back, on both databases."""

from __future__ import annotations

import alembic.command
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask

from lms.extensions import db, migrate
from tests.support.databases import TestDatabase


def _tables() -> set[str]:
    return set(sa.inspect(db.engine).get_table_names()) - {"alembic_version"}


def test_there_is_one_line_of_migrations(app: Flask) -> None:
    script = ScriptDirectory.from_config(migrate.get_config())
    assert len(script.get_heads()) == 1
    assert len(script.get_bases()) == 1


def test_every_migration_says_what_it_does(app: Flask) -> None:
    for revision in ScriptDirectory.from_config(migrate.get_config()).walk_revisions():
        assert revision.doc.strip(), revision.revision


def test_the_migrations_make_what_the_models_say(database: TestDatabase) -> None:
    with database.blank():
        alembic.command.upgrade(migrate.get_config(), "head")
        with db.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            differences = compare_metadata(context, db.metadata)
        assert differences == []
        assert _tables() == set(db.metadata.tables)


def test_up_down_and_up_again(database: TestDatabase) -> None:
    with database.blank():
        config = migrate.get_config()
        alembic.command.upgrade(config, "head")
        alembic.command.downgrade(config, "base")
        assert _tables() == set()
        alembic.command.upgrade(config, "head")
        assert _tables() == set(db.metadata.tables)


def test_each_step_can_be_undone_and_done_again(database: TestDatabase) -> None:
    with database.blank():
        config = migrate.get_config()
        script = ScriptDirectory.from_config(config)
        for revision in reversed(list(script.walk_revisions())):
            alembic.command.upgrade(config, revision.revision)
            alembic.command.downgrade(config, "-1")
            alembic.command.upgrade(config, revision.revision)

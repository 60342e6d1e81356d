"""The application under test on each database: the schema made once per process, then each test
begins with empty tables. SQLite gets a fresh copy of a file, PostgreSQL one call that empties it.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask

from lms import create_app
from lms.extensions import db, limiter
from setup import database as postgres_server
from tests.support.client import PageClient

KINDS = ("sqlite", "postgresql")
SECRET_KEY = "key-of-the-tests-" * 3

EMPTY_EVERYTHING = """
CREATE OR REPLACE FUNCTION empty_everything() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    touched text := '';
    name text;
    found boolean;
BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE 'SELECT EXISTS (SELECT 1 FROM ' || quote_ident(name) || ')' INTO found;
        IF found THEN
            touched := touched || ', ' || quote_ident(name);
        END IF;
    END LOOP;
    IF touched <> '' THEN
        EXECUTE 'TRUNCATE ' || substr(touched, 3) || ' RESTART IDENTITY CASCADE';
    END IF;
END $$
"""


IDS_OF_THEIR_OWN = """
DO $$
DECLARE
    name text;
    first integer := 0;
BEGIN
    FOR name IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1 LOOP
        first := first + 1000;
        EXECUTE 'ALTER SEQUENCE ' || quote_ident(name) || ' START WITH ' || first || ' RESTART';
    END LOOP;
END $$
"""
"""Each table counts from a number of its own: an id taken for another table's finds nothing."""


class TestDatabase:
    """One database and the application on it, for one process of the test run."""

    __test__ = False  # the name is not a test class

    def __init__(self, kind: str, folder: Path, uri: str) -> None:
        self.kind = kind
        self.folder = folder
        self.uri = uri
        self.app = self.make_app()
        self._config = dict(self.app.config)
        with self.app.app_context():
            db.create_all()

    def make_app(self, **settings: Any) -> Flask:
        """A further application on this database, with settings of its own."""
        app = create_app(
            {
                "SQLALCHEMY_DATABASE_URI": self.uri,
                "TESTING": True,
                "BACKGROUND_IMMEDIATE": True,
                "REQUIRE_SECOND_STEP": False,
                "SECRET_KEY": SECRET_KEY,
                "INSTANCE_DIR": self.folder / "instance",
                **settings,
            }
        )
        app.test_client_class = PageClient
        return app

    @contextmanager
    def blank(self) -> Iterator[Flask]:
        """An application on a database of the same kind that has no tables; for migrations."""
        with self.blank_uri() as uri:
            app = self.make_app(SQLALCHEMY_DATABASE_URI=uri)
            with app.app_context():
                yield app
                db.session.remove()
                db.engine.dispose()

    @contextmanager
    def blank_uri(self) -> Iterator[str]:
        """Address of a new database, dropped at the end."""
        raise AssertionError("each kind says how")
        yield

    def reset(self) -> None:
        """Empty tables, no stored files, fresh limits, settings as at the start."""
        self.app.config.clear()
        self.app.config.update(self._config)
        shutil.rmtree(self.folder / "instance", ignore_errors=True)
        (self.folder / "instance").mkdir(parents=True)
        with self.app.app_context():
            if limiter.enabled and limiter.initialized:
                limiter.reset()
            self.empty(db.engine)

    def empty(self, engine: sa.Engine) -> None:
        raise AssertionError("each kind says how")

    def close(self) -> None:
        with self.app.app_context():
            db.engine.dispose()


class SqliteDatabase(TestDatabase):
    """A file; each test gets a copy of the one with the empty schema."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.file = folder / "app.sqlite3"
        self.template = folder / "template.sqlite3"
        super().__init__("sqlite", folder, f"sqlite:///{self.file}")
        with self.app.app_context():
            with db.engine.connect() as connection:
                connection.execute(sa.text("SELECT 1"))
            db.engine.dispose()
        raw = self._raw_copy()
        raw.replace(self.template)

    def empty(self, engine: sa.Engine) -> None:
        engine.dispose()
        for leftover in ("", "-wal", "-shm"):
            Path(f"{self.file}{leftover}").unlink(missing_ok=True)
        shutil.copyfile(self.template, self.file)

    @contextmanager
    def blank_uri(self) -> Iterator[str]:
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            yield f"sqlite:///{folder}/blank.sqlite3"

    def _raw_copy(self) -> Path:
        """The database as one file, its write-ahead log included."""
        target = self.folder / "copy.sqlite3"
        source = sqlite3.connect(self.file)
        try:
            source.execute("VACUUM INTO ?", (str(target),))
        finally:
            source.close()
        header = sqlite3.connect(target)
        try:
            header.execute("PRAGMA journal_mode=WAL")
        finally:
            header.close()
        return target


class PostgresDatabase(TestDatabase):
    """A database of this process on a server that the run shares."""

    def __init__(self, folder: Path, server: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.server = sa.make_url(server).set(drivername="postgresql+psycopg")
        self.name = f"test_{os.getpid()}"
        self._on_server(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')
        self._on_server(f'CREATE DATABASE "{self.name}"')
        uri = self.server.set(database=self.name).render_as_string(hide_password=False)
        super().__init__("postgresql", folder, uri)
        with self.app.app_context(), db.engine.begin() as connection:
            connection.exec_driver_sql(EMPTY_EVERYTHING)
            connection.exec_driver_sql(IDS_OF_THEIR_OWN)

    def empty(self, engine: sa.Engine) -> None:
        with engine.connect() as connection:
            driver = connection.execution_options(isolation_level="AUTOCOMMIT")
            driver.exec_driver_sql("SET lock_timeout = '5s'")
            driver.exec_driver_sql("SELECT empty_everything()")
            driver.exec_driver_sql("RESET lock_timeout")

    @contextmanager
    def blank_uri(self) -> Iterator[str]:
        name = f"{self.name}_blank"
        self._on_server(f'CREATE DATABASE "{name}"')
        try:
            yield self.server.set(database=name).render_as_string(hide_password=False)
        finally:
            self._on_server(f'DROP DATABASE "{name}" WITH (FORCE)')

    def close(self) -> None:
        super().close()
        self._on_server(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')

    def _on_server(self, statement: str) -> None:
        engine = sa.create_engine(self.server, isolation_level="AUTOCOMMIT")
        try:
            with engine.connect() as connection:
                connection.execute(sa.text(statement))
        finally:
            engine.dispose()


class Databases:
    """The databases that this process has opened so far, each made when first asked for."""

    def __init__(self) -> None:
        self._opened: dict[str, TestDatabase] = {}
        self._resources = ExitStack()
        # Memory is the quicker disk, and SQLite still does everything it does on a disk.
        memory = Path("/dev/shm")
        where = memory if memory.is_dir() and os.access(memory, os.W_OK) else None
        self.folder = Path(tempfile.mkdtemp(prefix="test-", dir=where))

    def open(self, kind: str) -> TestDatabase:
        if kind not in self._opened:
            if kind == "sqlite":
                self._opened[kind] = SqliteDatabase(self.folder / kind)
            else:
                self._opened[kind] = PostgresDatabase(self.folder / kind, self.postgres_address())
        return self._opened[kind]

    def postgres_address(self) -> str:
        """Address of a PostgreSQL server: the run's own, or one started for this process."""
        given = os.environ.get("TEST_POSTGRES_URL")
        if given:
            return given
        programs = postgres_server.find()
        assert programs, (
            "PostgreSQL was not found. Type `make test`, which installs it, or set "
            "TEST_POSTGRES_URL, or leave it out with `pytest --database sqlite`."
        )
        address = self._resources.enter_context(postgres_server.server(programs))
        os.environ["TEST_POSTGRES_URL"] = address
        return address

    def close(self) -> None:
        for database in self._opened.values():
            database.close()
        self._resources.close()
        shutil.rmtree(self.folder, ignore_errors=True)

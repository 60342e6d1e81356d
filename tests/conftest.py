"""Fixtures for all tests: the application on both databases, its client, the shared data.

A test that asks for `app`, `client` or `database` runs on SQLite and on PostgreSQL;
`@pytest.mark.database("sqlite")` keeps it to one. `pytest --database sqlite` runs one for all.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from flask import Flask

    from tests.support.client import PageClient
    from tests.support.databases import Databases, TestDatabase

# The same examples in every run, and no clock over them: a busy machine must not fail a test.
# `pytest --hypothesis-profile searching` looks for new ones.
_QUIET = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
settings.register_profile("searching", deadline=None, suppress_health_check=_QUIET)
settings.register_profile("steady", settings.get_profile("searching"), derandomize=True)
settings.load_profile("steady")

ROOT = Path(__file__).resolve().parent.parent
KINDS = ("sqlite", "postgresql")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=[*KINDS, "both"],
        default="both",
        help="run the tests that need a database on this one only",
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database" not in metafunc.fixturenames:
        return
    kinds: tuple[str, ...] = KINDS
    if metafunc.definition.get_closest_marker("browser"):
        kinds = ("sqlite",)
    marker = metafunc.definition.get_closest_marker("database")
    if marker:
        unknown = set(marker.args) - set(KINDS)
        assert not unknown, f"{metafunc.definition.nodeid} names no database of ours: {unknown}"
        kinds = marker.args
    wanted = metafunc.config.getoption("--database")
    metafunc.parametrize(
        "database", [kind for kind in kinds if wanted in (kind, "both")], indirect=True
    )


@pytest.fixture(scope="session")
def databases() -> Iterator[Databases]:
    """The databases of this process; see `database`."""
    from tests.support.databases import Databases

    opened = Databases()
    yield opened
    opened.close()


@pytest.fixture
def database(request: pytest.FixtureRequest, databases: Databases) -> TestDatabase:
    """One database, its tables empty. `database.kind` is "sqlite" or "postgresql"."""
    chosen = databases.open(request.param)
    chosen.reset()
    return chosen


@pytest.fixture
def app(database: TestDatabase) -> Iterator[Flask]:
    """The application, with a context open so that a test can use services and factories.

    Requests of the client do not see that context: they run in one of their own.
    """
    from lms.extensions import db

    with database.app.app_context():
        yield database.app
        db.session.rollback()


@pytest.fixture
def client(app: Flask) -> PageClient:
    """A browser without a screen, signed out."""
    return app.test_client()  # type: ignore[return-value]


@pytest.fixture(scope="session")
def demo_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's database and files, made once for all processes of the run. Not to be changed:
    `live_copy` (tests/support/live.py) serves a copy."""
    from tests.support.live import demo_template

    base = tmp_path_factory.getbasetemp()
    shared = base.parent if base.name.startswith("popen-") else base
    return demo_template(shared / "live")


@pytest.fixture
def shared_dir() -> Path:
    """The folder of example data beside the checkout (SHARED_DIR); skips the test without it."""
    folder = Path(os.environ.get("SHARED_DIR") or ROOT.parent / "shared")
    if not folder.is_dir():
        pytest.skip(f"needs the example data in {folder}")
    return folder

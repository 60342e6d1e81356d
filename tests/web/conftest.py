"""Applications with settings or routes of the test's own; making one is slow: they are kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask, abort, request
from flask.typing import ResponseReturnValue

from lms.base.guards import public, signed_in, takes_upload
from lms.extensions import csrf, db
from tests.support.databases import Databases

FAULTS: dict[str, Callable[[], ResponseReturnValue]] = {}
"""What `/fault/<name>` does; a test puts its own in."""


@csrf.exempt
@public
def _fault(name: str) -> ResponseReturnValue:
    return FAULTS[name]() if name in FAULTS else abort(int(name))


@csrf.exempt
@takes_upload(3_000_000)
@signed_in
def _upload(name: str) -> ResponseReturnValue:
    return f"{len(request.form.get('text', ''))} {len(request.files)}"


@pytest.fixture(scope="session")
def served(databases: Databases) -> Iterator[Callable[..., Flask]]:
    """served("sqlite", BASE_URL="https://…"): an application as in production, by its settings."""
    made: dict[tuple[Any, ...], Flask] = {}

    def serve(kind: str, **settings: Any) -> Flask:
        key = (kind, *sorted(settings.items()))
        if key not in made:
            app = databases.open(kind).make_app(TESTING=False, **settings)
            every = ["GET", "POST", "PUT", "DELETE"]
            app.add_url_rule("/fault/<name>", view_func=_fault, methods=every)
            app.add_url_rule("/upload/<name>", view_func=_upload, methods=["POST"])
            made[key] = app
        app = made[key]
        with app.app_context():
            db.engine.dispose()
        return app

    yield serve
    for app in made.values():
        with app.app_context():
            db.session.remove()
            db.engine.dispose()

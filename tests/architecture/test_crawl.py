"""Each demo role walks every link it is shown: no dead end, no refusal, no write by a GET.

Every page passes the client's audit, so one that nobody wrote a test for is still looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask, has_request_context, request

from tests.support.crawl import ROLES, client_of, demo_application, walk

CHANGES = ("INSERT", "UPDATE", "DELETE")


@pytest.fixture(scope="module")
def demo_app(demo_files: Path, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return demo_application(demo_files, tmp_path_factory.mktemp("crawl") / "instance")


@contextmanager
def _changes_by_reading() -> Iterator[list[str]]:
    """Statements that change rows while a GET is being answered (what follows the answer may)."""
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if (
            statement.lstrip().upper().startswith(CHANGES)
            and has_request_context()
            and request.method == "GET"
        ):
            found.append(f"{request.path}: {statement[:120]}")

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_can_open_whatever_it_is_shown(demo_app: Flask, demo_files: Path, role: str) -> None:
    client = client_of(demo_app, demo_files, role)
    with _changes_by_reading() as changes:
        addresses = [page.address for page in walk(client)]
    assert len(addresses) > 1, "the first page leads nowhere"
    assert changes == []

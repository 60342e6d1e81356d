"""The product made ready for the benchmark: a database with demo data, signed-in people, and the
same application in this process, to count its statements.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from lms import create_app
from tests.bench.load import Call
from tests.support.client import Page, PageClient
from tests.support.live import fill_with_demo, product_env, read_accounts
from tests.support.servers import ROOT, Server, granian, running
from tests.support.statements import count_statements

MEASURED_CALLS = 5


class Product:
    """One database with demo data; `server` serves it."""

    def __init__(self, kind: str, folder: Path, env: dict[str, str], server: Server) -> None:
        self.kind = kind
        self.env = env
        self.server = server
        self.accounts = read_accounts(folder)
        self.app = self._app(folder)
        self._clients: dict[str, PageClient] = {}

    def client(self, role: str) -> PageClient:
        """A client signed in as one of the demo roles."""
        if role not in self._clients:
            client = self.app.test_client()
            assert isinstance(client, PageClient)
            account = self.accounts[role]
            client.sign_in(account["login"], account["password"])
            self._clients[role] = client
        return self._clients[role]

    def page(self, role: str, address: str) -> Page:
        """A page as this role sees it."""
        return self.client(role).get_page(address)

    def cookie(self, role: str) -> dict[str, str]:
        """The header that makes a request this role's."""
        client = self.client(role)
        cookies = client._cookies.values() if client._cookies else []
        pairs = [f"{cookie.key}={cookie.value}" for cookie in cookies]
        return {"Cookie": "; ".join(pairs)}

    def statements(self, calls: Sequence[Call]) -> int:
        """SQL statements that one call costs at most, caches being warm."""
        client = self.app.test_client(use_cookies=False)
        assert isinstance(client, PageClient)
        most = 0
        with client.without_audit():
            for number, call in enumerate(calls[: MEASURED_CALLS + 1]):
                with count_statements() as sent:
                    answer = client.open(
                        call.path, method=call.method, headers=call.headers, data=call.body.encode()
                    )
                assert answer.status_code < 400, f"{call.path}: {answer.status}"
                most = max(most, len(sent)) if number or len(calls) == 1 else most
        return most

    def _app(self, folder: Path) -> Flask:
        app = create_app(
            {
                "SQLALCHEMY_DATABASE_URI": self.env["DATABASE_URL"],
                "SECRET_KEY": self.env["SECRET_KEY"],
                "INSTANCE_DIR": folder,
            }
        )
        app.test_client_class = PageClient
        return app


@contextmanager
def prepared(kind: str) -> Iterator[Product]:
    """The product on SQLite or PostgreSQL, with demo data, served by granian."""
    # Not in memory: every acknowledged write must cost what it costs on a disk.
    folder = Path(tempfile.mkdtemp(prefix=f"bench-{kind}-", dir=_disk()))
    database = os.environ["BENCH_POSTGRES_URL"] if kind == "postgresql" else None
    env = product_env(folder, database)
    try:
        fill_with_demo(env)
        with running(kind, granian(), "/healthz", env) as server:
            yield Product(kind, folder, env, server)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _disk() -> Path:
    folder = ROOT / "instance"
    folder.mkdir(exist_ok=True)
    return folder

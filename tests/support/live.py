"""The product as a person meets it: demo data, its own server, a loopback address.

The demo takes a while to make, so one run makes it once and every server gets a copy.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from setup.serve import prepare_command
from tests.support.servers import ROOT, Server, granian, running

DATABASE = "thu-hoach.sqlite3"
ACCOUNTS = "demo-accounts.json"


@dataclass(frozen=True)
class LiveProduct:
    """A running product: its address, its files and the demo's sign-ins by role."""

    server: Server
    folder: Path
    env: Mapping[str, str]
    accounts: Mapping[str, Mapping[str, str]]

    @property
    def address(self) -> str:
        return self.server.address


def product_env(folder: Path, database: str | None = None) -> dict[str, str]:
    """Environment of a product whose files are in a folder."""
    return {
        "INSTANCE_DIR": str(folder),
        "DATABASE_URL": database or f"sqlite:///{folder / DATABASE}",
        "SECRET_KEY": secrets.token_urlsafe(48),
    }


def fill_with_demo(env: Mapping[str, str]) -> None:
    """Migrate an empty database and fill it with demo data, by the commands of `make run`."""
    subprocess.run(
        prepare_command(sys.executable),
        cwd=ROOT,
        env={**os.environ, **env},
        check=True,
        capture_output=True,
    )


def demo_template(shared: Path) -> Path:
    """A folder with the demo's database and files, made by whichever process comes first."""
    shared.mkdir(parents=True, exist_ok=True)
    template = shared / "demo"
    with (shared / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not template.exists():
            making = shared / "demo-in-the-making"
            shutil.rmtree(making, ignore_errors=True)
            making.mkdir()
            fill_with_demo(product_env(making))
            making.rename(template)
    return template


@contextmanager
def live_copy(template: Path, folder: Path) -> Iterator[LiveProduct]:
    """A product of its own on a copy of the demo; whatever is done to it stays in the folder."""
    shutil.copytree(template, folder, dirs_exist_ok=True)
    env = product_env(folder)
    with running("product", granian(), "/healthz", env) as server:
        yield LiveProduct(server, folder, env, read_accounts(folder))


def read_accounts(folder: Path) -> dict[str, dict[str, str]]:
    """The demo's sign-ins by role."""
    accounts: dict[str, dict[str, str]] = json.loads((folder / ACCOUNTS).read_text("utf-8"))
    return accounts

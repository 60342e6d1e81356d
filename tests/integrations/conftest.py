"""A real provider in a process of its own, and the application set up for it."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from lms.integrations.oidc.provider import forget_provider
from tests.integrations.hostile import HostileProvider
from tests.js.test_scripts import find_node

ROOT = Path(__file__).resolve().parents[2]
BASE_URL = "http://127.0.0.1:8000"


@pytest.fixture(scope="session")
def real_provider() -> Iterator[str]:
    """The issuer of npm's oidc-provider, listening on this machine."""
    node = find_node()
    if node is None or not (ROOT / "node_modules" / "oidc-provider").is_dir():
        pytest.skip("needs Node and the npm packages: `make assets`")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    script = str(Path(__file__).with_name("provider.mjs"))
    process = subprocess.Popen(
        [node, script, str(port), f"{BASE_URL}/oidc/callback"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert any(line.strip() == "ready" for line in process.stdout), "the provider did not start"
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def hostile() -> Iterator[HostileProvider]:
    """A provider that answers whatever a test tells it to."""
    provider = HostileProvider()
    provider.start()
    yield provider
    provider.stop()


def configure(app: Flask, issuer: str, claim: str = "card_number") -> None:
    """Let the application sign in at this issuer."""
    app.config.update(
        OIDC_ISSUER=issuer,
        OIDC_CLIENT_ID="thu-hoach",
        OIDC_CLIENT_SECRET="a-secret-of-the-tests-alone",
        OIDC_CLAIM=claim,
        OIDC_LABEL="Đăng nhập bằng cổng của tỉnh",
    )
    with app.app_context():
        forget_provider()

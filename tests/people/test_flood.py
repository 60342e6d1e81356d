"""A flood of sign-ins: few hashes at once, the rest is sent away at once, other pages go on."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode

import pytest
import requests
from flask import Flask

from lms.base.errors import Busy
from lms.people import passwords
from lms.people.models import Account
from setup.serve import THREADS
from tests.people.support import is_signed_in, try_to_sign_in
from tests.support.client import PageClient
from tests.support.live import product_env
from tests.support.servers import ROOT, granian, running


def test_beyond_a_few_nobody_waits(monkeypatch: pytest.MonkeyPatch, app: Flask) -> None:
    inside, most, lock = 0, 0, threading.Lock()

    class Slow:
        def verify(self, *_args: str) -> bool:
            nonlocal inside, most
            with lock:
                inside += 1
                most = max(most, inside)
            time.sleep(0.2)
            with lock:
                inside -= 1
            return True

    monkeypatch.setattr(passwords, "_hasher", Slow())

    def one(_number: int) -> bool:
        with app.app_context():
            try:
                passwords.verify_password("stored", "x")
            except Busy:
                return False
            return True

    begun = time.monotonic()
    with ThreadPoolExecutor(20) as pool:
        done = list(pool.map(one, range(20)))
    assert most == passwords.AT_ONCE
    assert done.count(True) == passwords.AT_ONCE + passwords.WAITING
    assert time.monotonic() - begun < 1.5
    assert THREADS >= passwords.AT_ONCE + passwords.WAITING + 2, "threads for others"


def test_a_person_who_comes_in_a_flood_is_told_to_press_again(
    client: PageClient, learner: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = [passwords._places.acquire(blocking=False) for _n in range(3)]
    assert all(taken)
    try:
        page = try_to_sign_in(client, "38123456", status=503)
    finally:
        for _place in taken:
            passwords._places.release()
    assert page.errors == ["Nhiều người đang đăng nhập cùng lúc. Hãy đợi vài giây rồi bấm lại."]
    assert page.response.headers["Retry-After"] == "3"
    assert page.form().value_of("login") == "38123456"
    try_to_sign_in(client, "38123456", status=200)
    assert is_signed_in(client)


@pytest.mark.slow
def test_two_hundred_sign_ins_at_once_leave_the_other_pages_quick(tmp_path: Path) -> None:
    """Attack 19: of the times of another page, 95 of 100 stay under two seconds.

    Each comes from an address of its own, so no limit but that of hashing helps."""
    env = product_env(tmp_path) | {"TRUSTED_PROXIES": "1"}
    _empty_product(env)
    with running("product", granian(), "/healthz", env) as server:
        page = requests.get(f"{server.address}/sign-in", timeout=30)
        token = page.text.partition('name="csrf_token" value="')[2].partition('"')[0]
        cookie = f"session={page.cookies['session']}"
        flood = [_send_sign_in(server.port, cookie, token, number) for number in range(200)]
        times = []
        browser = requests.Session()
        for _n in range(40):
            begun = time.monotonic()
            assert browser.get(f"{server.address}/activate", timeout=30).status_code == 200
            times.append(time.monotonic() - begun)
        statuses = Counter(_status_of(one) for one in flood)
    times.sort()
    assert set(statuses) <= {422, 503} and statuses[422] > 0 and statuses[503] > 0, statuses
    assert times[37] < 2, f"p95 {times[37]:.2f} s, {statuses}"


def _send_sign_in(port: int, cookie: str, token: str, number: int) -> socket.socket:
    """Send one attempt and leave its answer for later."""
    body = urlencode({"login": f"ai-{number}", "password": "sai-mat-khau", "csrf_token": token})
    head = (
        f"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\n"
        f"X-Forwarded-For: 10.5.{number // 250}.{number % 250}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
        "Connection: close\r\n\r\n"
    )
    opened = socket.create_connection(("127.0.0.1", port), timeout=60)
    opened.sendall((head + body).encode())
    return opened


def _status_of(opened: socket.socket) -> int:
    with opened, opened.makefile("rb") as answer:
        return int(answer.readline().split()[1])


def _empty_product(env: dict[str, str]) -> None:
    subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "db", "upgrade"],
        cwd=ROOT,
        env={**os.environ, **env},
        check=True,
        capture_output=True,
    )

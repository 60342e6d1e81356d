"""The set-up stops with words that say what to type, and finds what is there."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from setup import browser, database, environment, messages, serve

ROOT = Path(__file__).resolve().parent.parent.parent


def test_a_taken_port_is_said_with_another_to_type(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))
        with pytest.raises(SystemExit):
            serve._port()
    assert f"Port {port}" in capsys.readouterr().err


@pytest.mark.parametrize("port", ["0", "70000", "eight", "-1"])
def test_a_port_that_is_none_is_refused(port: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", port)
    with pytest.raises(SystemExit):
        serve._port()


def test_without_a_browser_the_line_to_type_is_given(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SystemExit):
        browser.ensure()
    assert "sudo apt-get install chromium" in capsys.readouterr().err


def test_chromium_of_the_environment_comes_first(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    mine = tmp_path / "my-chromium"
    mine.touch()
    monkeypatch.setenv("CHROMIUM", str(mine))
    assert browser.ensure() == str(mine)
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "absent"))
    with pytest.raises(SystemExit):
        browser.ensure()


def test_without_postgresql_the_line_to_type_is_given(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(database, "find", lambda: None)
    monkeypatch.setattr(environment, "ensure_optional", lambda _lock: False)
    monkeypatch.setattr(database.apt, "may_install", lambda: False)
    with pytest.raises(SystemExit):
        database.ensure()
    assert "sudo apt-get install postgresql" in capsys.readouterr().err


def test_a_python_that_is_too_old_is_said(tmp_path: Path) -> None:
    """With nothing but an old Python on the path, the script names the packages to install."""
    for name in ("python3", "python3.11"):
        old = tmp_path / name
        old.write_text("#!/bin/sh\nexit 1\n")
        old.chmod(0o755)
    shell = "/bin/sh"
    answer = subprocess.run(
        [shell, str(ROOT / "setup" / "python.sh"), "-c", "print('never')"],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 1
    assert "sudo apt-get install python3 python3-venv" in answer.stderr


def test_the_python_that_is_asked_for_is_taken() -> None:
    answer = subprocess.run(
        ["/bin/sh", str(ROOT / "setup" / "python.sh"), "-c", "import sys; print(sys.executable)"],
        env={**os.environ, "PYTHON": sys.executable},
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(answer.stdout.strip()).resolve() == Path(sys.executable).resolve()


def test_messages_are_gathered_inside_the_environment_made_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    done: list[object] = []
    monkeypatch.setattr(messages.sys, "prefix", "/usr")
    monkeypatch.setattr(environment, "ensure", done.append)

    def run(command: object) -> bool:
        done.append(command)
        return True

    monkeypatch.setattr(messages, "run", run)
    assert messages.main() == 0
    assert done == [
        environment.DEVELOPMENT,
        [messages.VENV_PYTHON, "-m", "setup.messages"],
    ]

"""What the README and the lock files say is so: commands and paths exist, versions are pinned."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
from flask import Flask

ROOT = Path(__file__).resolve().parent.parent.parent
README = ROOT / "README.md"
LOCKS = [
    ROOT / "requirements.txt",
    ROOT / "requirements-dev.txt",
    *sorted((ROOT / "setup").glob("requirements-*.txt")),
]


def _code_blocks() -> str:
    text = README.read_text(encoding="utf-8")
    return "\n".join(re.findall(r"```[a-z]*\n(.*?)```", text, re.DOTALL)) + "\n".join(
        re.findall(r"`([^`\n]+)`", text)
    )


def _targets() -> set[str]:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))


def test_the_readme_gives_the_two_commands() -> None:
    assert {"make run", "make test"} <= set(re.findall(r"make [a-z]+", _code_blocks()))


def test_every_make_command_of_the_readme_exists() -> None:
    named = set(re.findall(r"\bmake ([a-z][a-z-]*)", _code_blocks()))
    assert named - _targets() == set()


@pytest.mark.database("sqlite")
def test_every_flask_command_of_the_readme_exists(app: Flask) -> None:
    for named in re.findall(r"flask --app wsgi ([a-z][a-z-]*)", _code_blocks()):
        assert named in app.cli.commands or named in {"routes", "shell", "run"}, named


def test_every_path_that_the_readme_shows_exists() -> None:
    text = README.read_text(encoding="utf-8")
    shown = set(re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", text))
    assert {path for path in shown if not (ROOT / path).exists()} == set()


def test_every_make_target_is_explained_and_runs_something() -> None:
    for target in sorted(_targets()):
        planned = subprocess.run(
            ["make", "--dry-run", target], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert planned.returncode == 0, planned.stderr
        for module in re.findall(r"-m (setup\.[a-z_]+)", planned.stdout):
            assert (ROOT / f"{module.replace('.', '/')}.py").is_file(), module


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_python_packages_are_pinned_and_no_address_is_written_down(path: Path) -> None:
    for line in path.read_text(encoding="utf-8").splitlines():
        content = line.split("#")[0].strip()
        assert not content or re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.!+]+", content), line
        assert "://" not in line, line


def test_npm_packages_are_pinned_and_no_address_is_written_down() -> None:
    package = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    wanted = {**package.get("dependencies", {}), **package.get("devDependencies", {})}
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values()), wanted
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    assert [name for name, entry in lock["packages"].items() if entry.get("resolved")] == []

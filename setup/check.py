"""`make test` and `make lint`: set up what the checks need, then run all of them.

`python -m setup.check [--lint] [arguments for pytest]`
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from setup import assets, browser, database, environment
from setup.console import ROOT, VENV, VENV_PYTHON, say
from setup.console import environment as child_environment
from setup.serve import compile_translations

LINTERS = {
    "ruff check": ["ruff", "check", "."],
    "ruff format": ["ruff", "format", "--check", "."],
    "mypy": ["mypy"],
    "import contracts": ["lint-imports"],
    "template lint": ["djlint", "templates", "--lint", "--quiet"],
}
MOST_WORKERS = 4


def main(arguments: Sequence[str]) -> int:
    """Run the linters, and the tests unless only the linters were asked for."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the server is stopped too
    environment.ensure(environment.DEVELOPMENT)
    if "--lint" in arguments:
        return 1 if lint() else 0
    assets.packages()
    assets.ensure()
    compile_translations()
    chromium = browser.ensure()
    with postgres() as address:
        failed = lint()
        code = run_tests(arguments, {"CHROMIUM": chromium, "TEST_POSTGRES_URL": address})
    if failed:
        print(f"Failed before the tests: {', '.join(failed)}", flush=True)
    return code or (1 if failed else 0)


def lint() -> list[str]:
    """Run every linter, two at a time; names of those that failed."""
    say("Linting: style, types, import contracts, templates")
    with ThreadPoolExecutor(2) as pool:
        results = dict(zip(LINTERS, pool.map(_lint_one, LINTERS.values()), strict=True))
    failed = []
    for name, result in results.items():
        print(f"    {name}: {'passed' if result.returncode == 0 else 'FAILED'}", flush=True)
        if result.returncode != 0:
            failed.append(name)
            print(result.stdout.decode(errors="replace"), flush=True)
    return failed


def run_tests(arguments: Sequence[str], env: dict[str, str]) -> int:
    """pytest over everything (or over what the arguments name); its exit code."""
    workers = min((os.cpu_count() or 2) + 1, MOST_WORKERS)  # some wait for a browser or a server
    command = [
        str(VENV_PYTHON),
        *("-m", "pytest", "-q", "--durations=20"),
        *("-n", str(workers), "--dist", "worksteal"),
        *arguments,
    ]
    say(f"Testing, {workers} at a time, on SQLite and on PostgreSQL")
    return subprocess.run(command, cwd=ROOT, env=child_environment(env), check=False).returncode


@contextmanager
def postgres() -> Iterator[str]:
    """Address of a PostgreSQL for the tests: the one given, or one of our own."""
    given = os.environ.get("TEST_POSTGRES_URL")
    if given:
        yield given
        return
    folder = database.ensure()
    say(f"Starting a throw-away PostgreSQL from {folder}")
    with database.server(folder) as address:
        yield address


def _lint_one(command: Sequence[str]) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [str(VENV / "bin" / command[0]), *command[1:]],
        cwd=ROOT,
        env=child_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

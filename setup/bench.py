"""`make bench`: set up what the benchmark needs and run it (tests/bench).

Everything it loads is a server of its own on the loopback address.
"""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence

from setup import apt, assets, database, environment
from setup.console import ROOT, VENV_PYTHON, say, stop
from setup.console import environment as child_environment
from setup.serve import compile_translations


def main(arguments: Sequence[str], module: str = "tests.bench") -> int:
    """Install wrk and gunicorn where that can be done, start PostgreSQL, hand over."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    environment.ensure(environment.DEVELOPMENT)
    if not environment.ensure_optional("setup/requirements-bench.txt"):
        stop("gunicorn, which serves the reference view, could not be installed through pip.")
    assets.ensure()
    compile_translations()
    if shutil.which("wrk") is None and not (apt.may_install() and apt.install("wrk")):
        say("wrk was not found: a small Python client takes its place, and costs processor time")
    with database.server(database.ensure(), durable=True) as address:
        command = [str(VENV_PYTHON), "-m", module, *arguments]
        env = child_environment({"BENCH_POSTGRES_URL": address})
        return subprocess.run(command, cwd=ROOT, env=env, check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

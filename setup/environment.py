"""The virtual environment .venv and what is installed in it. Knows no other tool.

A stamp in .venv remembers the lock file it was filled from, so that nothing is done twice.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

from setup.console import ROOT, VENV, VENV_PYTHON, run, say, stop

PRODUCT = "requirements.txt"
DEVELOPMENT = "requirements-dev.txt"


def ensure(lock_file: str) -> None:
    """Make .venv hold what a lock file says. Ends with a message if that cannot be done."""
    _ensure_venv()
    if _stamp(lock_file).exists() and _stamp(lock_file).read_text() == _state(lock_file):
        return
    say(f"Installing the Python packages of {lock_file} (once; some minutes on a slow line)")
    if not install("--requirement", ROOT / lock_file):
        stop(
            f"The packages of {lock_file} could not be installed; the reason stands above.\n"
            "Check the network, then type the same command again."
        )
    _stamp(lock_file).write_text(_state(lock_file))


def ensure_optional(lock_file: str) -> bool:
    """As ensure, for something that has another way out: False if it could not be installed."""
    _ensure_venv()
    if _stamp(lock_file).exists() and _stamp(lock_file).read_text() == _state(lock_file):
        return True
    say(f"Installing {lock_file}")
    if not install("--no-deps", "--requirement", ROOT / lock_file):
        return False
    _stamp(lock_file).write_text(_state(lock_file))
    return True


def install(*arguments: str | Path) -> bool:
    """pip install into .venv."""
    return run([VENV_PYTHON, "-m", "pip", "install", "-qq", *arguments])


def _ensure_venv() -> None:
    if _works():
        return
    say(f"Making the virtual environment .venv with Python {sys.version.split()[0]}")
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(VENV)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if made.returncode != 0 or not _works():
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        stop(
            "The virtual environment could not be made: Python's venv module is not complete.\n"
            "On Debian or Ubuntu type one of these, then the same command again:\n"
            "    sudo apt-get install python3-venv\n"
            f"    sudo apt-get install python{version}-venv"
        )


def _works() -> bool:
    """Whether .venv has a running Python with pip (a moved or half-made one has not)."""
    if not VENV_PYTHON.exists():
        return False
    check = (
        "import sys, importlib.util as u;"
        "sys.exit(sys.version_info < (3, 11) or u.find_spec('pip') is None)"
    )
    return subprocess.run([str(VENV_PYTHON), "-c", check], check=False).returncode == 0


def _stamp(lock_file: str) -> Path:
    return VENV / f".installed-{Path(lock_file).name}"


def _state(lock_file: str) -> str:
    """The lock file's content in one figure."""
    return hashlib.sha256((ROOT / lock_file).read_bytes()).hexdigest() + "\n"

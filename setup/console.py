"""What the set-up says and how it runs other programs. Knows nothing of what is being set up."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"


def say(message: str) -> None:
    """One plain line about what happens now."""
    print(f"==> {message}", flush=True)


def stop(message: str) -> NoReturn:
    """End with a message that says what is missing and what to type."""
    sys.stdout.flush()
    print(f"\n{message}\n", file=sys.stderr, flush=True)
    raise SystemExit(1)


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Our own environment for child programs: the virtual environment first on the path."""
    env = dict(os.environ)
    env["PATH"] = f"{VENV / 'bin'}{os.pathsep}{env.get('PATH', '')}"
    env["VIRTUAL_ENV"] = str(VENV)
    env.pop("PYTHONHOME", None)
    env.update(extra or {})
    return env


def run(
    command: Sequence[str | Path], env: Mapping[str, str] | None = None, quiet: bool = False
) -> bool:
    """Run a program in the checkout's root; True if it succeeded. Quiet: speak only on failure."""
    try:
        result = subprocess.run(
            [str(part) for part in command],
            cwd=ROOT,
            env=environment(env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if quiet else None,
            stderr=subprocess.STDOUT if quiet else None,
            check=False,
        )
    except FileNotFoundError:
        return False
    if quiet and result.returncode != 0:
        sys.stderr.write(result.stdout.decode(errors="replace"))
    return result.returncode == 0

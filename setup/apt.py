"""Debian packages, where they may be installed without asking anybody for a password."""

from __future__ import annotations

import os
import shutil
import subprocess

from setup.console import run, say


def may_install() -> bool:
    """Whether apt-get is here and we are root or may become root without a password."""
    if shutil.which("apt-get") is None:
        return False
    if os.geteuid() == 0:
        return True
    if shutil.which("sudo") is None:
        return False
    asked = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
    return asked.returncode == 0


def install(*packages: str) -> bool:
    """Install Debian packages; the lists are fetched first where the packages are not found."""
    say(f"Installing with apt-get: {' '.join(packages)}")
    command = [
        *_as_root(),
        "env",
        "DEBIAN_FRONTEND=noninteractive",
        "apt-get",
        "-qq",
        "install",
        "--yes",
        "--no-install-recommends",
        *packages,
    ]
    if _known(packages) and run(command, quiet=True):
        return True
    return run([*_as_root(), "apt-get", "-qq", "update"], quiet=True) and run(command, quiet=True)


def _known(packages: tuple[str, ...]) -> bool:
    """Whether apt's lists on this machine name all the packages."""
    shown = subprocess.run(
        ["apt-cache", "show", "--no-all-versions", *packages], capture_output=True, check=False
    )
    return shown.returncode == 0


def _as_root() -> list[str]:
    return [] if os.geteuid() == 0 else ["sudo", "-n"]

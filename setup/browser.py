"""Chromium for the browser tests and the screenshots: found, or installed where that is allowed."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from setup import apt
from setup.console import stop

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str | None:
    """The browser that CHROMIUM names, or the first one on the path; None if there is none."""
    named = os.environ.get("CHROMIUM")
    if named:
        if not Path(named).is_file():
            stop(f"CHROMIUM names {named}, which is not a file.")
        return named
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def ensure() -> str:
    """Path of a Chromium. Ends with the line to type if there is none and none can be installed."""
    path = find()
    if path is None and apt.may_install() and apt.install("chromium"):
        path = find()
    if path is None:
        stop(
            "The browser tests need Chromium, and it was not found. Type one of these:\n"
            "    sudo apt-get install chromium\n"
            "    export CHROMIUM=/path/to/chromium\n"
            "then the same command again."
        )
    return path

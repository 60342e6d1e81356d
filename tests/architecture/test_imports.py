"""Import rules that the contracts in pyproject.toml cannot say: doors between features, purity."""

from __future__ import annotations

import ast
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PRIVATE_ROOMS = {"views", "forms", "jobs"}

# Algorithms that every rule of the product rests on: they must stay provable without a database.
PURE = {"lms.viewing.coverage", "lms.viewing.allowance", "lms.base.vietnamese", "lms.base.clock"}
# flask_babel is not among them: an algorithm may word what it doubts.
IMPURE = {"flask", "flask_sqlalchemy", "sqlalchemy", "werkzeug", "wtforms", "lms.extensions"}


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("lms", include_external_packages=True)


def test_nobody_enters_another_package_s_views_forms_or_jobs(graph: grimp.ImportGraph) -> None:
    found = []
    for module in graph.modules:
        parts = module.split(".")
        if parts[0] != "lms" or len(parts) < 3 or parts[2] not in PRIVATE_ROOMS:
            continue
        owner = ".".join(parts[:2])
        if owner == "lms.base":
            continue  # what all forms share
        for importer in graph.find_modules_that_directly_import(module):
            # The wiring registers blueprints; that is all it takes from them.
            is_wiring = importer in {"lms", "lms.features"}
            if not is_wiring and importer != owner and not importer.startswith(owner + "."):
                found.append(f"{importer} imports {module}")
    assert found == []


def _declared_pure() -> set[str]:
    """Modules whose opening words call them pure."""
    declared = set()
    for path in (ROOT / "lms").rglob("*.py"):
        words = (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").split()
        if "pure" in {word.strip(".,:;()").lower() for word in words}:
            name = path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".")
            declared.add(name.removesuffix(".__init__"))
    return declared


@pytest.mark.parametrize("module", sorted(PURE | _declared_pure()))
def test_a_pure_module_knows_neither_flask_nor_the_database(
    graph: grimp.ImportGraph, module: str
) -> None:
    assert module in graph.modules, f"{module} is gone: correct the list in this test"
    inside = {module} | graph.find_descendants(module)
    reached = {
        imported
        for member in inside
        for imported in graph.find_upstream_modules(member)
        if imported in IMPURE
    }
    assert reached == set()

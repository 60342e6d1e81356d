"""Every act that some code records has words for its readers: found by reading the code."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from lms.audit.labels import ACTION_GROUPS, ACTION_LABELS, DETAIL_LABELS

ROOT = Path(__file__).resolve().parents[2]


RECORDERS = {"record": 1, "_record": 1, "record_reading": 0}
"""Which of its arguments is the action."""


def _calls() -> Iterator[tuple[str, ast.Call, ast.expr]]:
    """Every call of record(…), or of a function around it whose name ends so."""
    for path in sorted((ROOT / "lms").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = ast.unparse(node.func).rpartition(".")[2]
                if name in RECORDERS and len(node.args) > RECORDERS[name] + 1:
                    yield (
                        f"{path.relative_to(ROOT)}:{node.lineno}",
                        node,
                        node.args[RECORDERS[name]],
                    )


def _constants(node: ast.expr) -> list[str]:
    """The strings that an expression may come to."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return _constants(node.body) + _constants(node.orelse)
    return []


def test_every_action_has_a_label() -> None:
    actions = {action: place for place, _call, said in _calls() for action in _constants(said)}
    assert len(actions) > 40, "the calls of record() were not found"
    missing = [
        f'{place}: add "{action}": _("…") to ACTION_LABELS in lms/audit/labels.py'
        for action, place in actions.items()
        if action not in ACTION_LABELS
    ]
    assert missing == [], "\n".join(missing)


def test_every_value_that_is_kept_has_a_name() -> None:
    keys = {
        keyword.arg: place
        for place, call, _said in _calls()
        for keyword in call.keywords
        if keyword.arg
    }
    missing = [
        f'{place}: add "{key}": _("…") to DETAIL_LABELS in lms/audit/labels.py'
        for key, place in keys.items()
        if key not in DETAIL_LABELS
    ]
    assert missing == [], "\n".join(missing)


def test_every_action_stands_under_a_heading() -> None:
    heads = {action.partition(".")[0] for action in ACTION_LABELS}
    missing = heads - set(ACTION_GROUPS)
    assert missing == set(), "add them to ACTION_GROUPS in lms/audit/labels.py"


def test_an_action_is_written_as_noun_and_verb() -> None:
    assert [action for action in ACTION_LABELS if action.count(".") != 1] == []

"""Every act that some code records has words for its readers: found by reading the code."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path

import pytest

from lms.audit.labels import ACTION_GROUPS, ACTION_LABELS, DETAIL_LABELS
from lms.audit.value_labels import OPEN_KEYS, VALUE_LABELS, value_label
from lms.people.entrance import WAYS
from lms.people.models import (
    CodePurpose,
    PostRank,
    Purpose,
    RequestKind,
    RequestState,
    Standing,
)
from lms.people.models.roster import LineKind
from lms.people.services.audiences import RULE_COLUMNS
from lms.quizzes.services.settings import QuizSettings
from lms.supervision.measures import Measure
from lms.units.models import UnitSector

ROOT = Path(__file__).resolve().parents[2]
COUNTS = {
    *LineKind,
    "in_new_units",
    "missing",
    "leaving",
    "applied",
    "studies_kept",
    "studies_moved",
}

RECORDERS = {"record": 1, "_record": 1, "record_reading": 0}
"""Which of its arguments is the action."""

SPREAD = {
    "asdict(values)": {one.name for one in fields(QuizSettings)},
    "place.address": {"as_of"},
    "roster_import.counts": COUNTS,
    "{key: value for key, value in stored.counts.items() if isinstance(value, int)}": COUNTS,
    "detail": set(),
}
"""What is kept by `**`: which keys that may be. `detail` is what a wrapper passes on."""

SETS: dict[str, Iterable[str]] = {
    "by": CodePurpose,
    "decision": set(RequestState) - {RequestState.RECEIVED},
    "kind": RequestKind,
    "measure": Measure,
    "post_ranks": PostRank,
    "purpose": Purpose,
    "sectors": UnitSector,
    "standing": Standing,
    "standings": Standing,
    "way": WAYS,
}
"""Where the values of these keys come from."""


@dataclass
class Call:
    """One call of record(…), or of a function around it whose name ends so."""

    place: str
    node: ast.Call
    action: ast.expr
    around: ast.FunctionDef
    module: ast.Module


def _calls() -> Iterator[Call]:
    for path in sorted((ROOT / "lms").rglob("*.py")):
        module = ast.parse(path.read_text(encoding="utf-8"))
        for around in ast.walk(module):
            if not isinstance(around, ast.FunctionDef):
                continue
            for node in ast.walk(around):
                if isinstance(node, ast.Call):
                    name = ast.unparse(node.func).rpartition(".")[2]
                    if name in RECORDERS and len(node.args) > RECORDERS[name] + 1:
                        place = f"{path.relative_to(ROOT)}:{node.lineno}"
                        yield Call(place, node, node.args[RECORDERS[name]], around, module)


def _actions(call: Call, node: ast.expr) -> list[str]:
    """The strings that an expression may come to; LookupError when that cannot be read."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return _actions(call, node.body) + _actions(call, node.orelse)
    if isinstance(node, ast.Name):
        if call.around.name in RECORDERS and node.id in {a.arg for a in call.around.args.args}:
            return []  # a wrapper: its own calls are read
        return _from(call, node.id, call.around) or _from(call, node.id, call.module)
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
        return _from(call, node.value.id, call.module)
    if isinstance(node, ast.Dict):
        return [found for value in node.values for found in _actions(call, value)]
    raise LookupError(f"{call.place}: {ast.unparse(node)} is no action that can be read here")


def _from(call: Call, name: str, within: ast.AST) -> list[str]:
    found = [
        action
        for node in ast.walk(within)
        if isinstance(node, ast.Assign) and name in map(ast.unparse, node.targets)
        for action in _actions(call, node.value)
    ]
    if not found and within is call.module:
        raise LookupError(f"{call.place}: nothing here says what {name} is")
    return found


def _keys(call: Call) -> set[str]:
    """The keys that a call keeps, also in the values that are dictionaries."""
    found = set()
    for keyword in call.node.keywords:
        if keyword.arg is None:
            found |= SPREAD[ast.unparse(keyword.value)]
            continue
        found.add(keyword.arg)
        shown = [keyword.value]
        if isinstance(keyword.value, ast.Name):
            shown += [
                node.value
                for node in ast.walk(call.around)
                if isinstance(node, ast.Assign)
                and keyword.value.id in map(ast.unparse, node.targets)
            ]
        found |= {
            str(key.value)
            for one in shown
            if isinstance(one, ast.Dict)
            for key in one.keys
            if isinstance(key, ast.Constant)
        }
    return found


def test_every_action_has_a_label() -> None:
    actions = {action: call.place for call in _calls() for action in _actions(call, call.action)}
    assert len(actions) > 40, "the calls of record() were not found"
    assert {"account.password_reset_by_code", "unit.merged", "essay_variant.added"} <= set(actions)
    missing = [
        f'{place}: add "{action}": _("…") to ACTION_LABELS in lms/audit/labels.py'
        for action, place in actions.items()
        if action not in ACTION_LABELS
    ]
    assert missing == [], "\n".join(missing)


@pytest.mark.parametrize(
    "source",
    [
        "def act(made_up): record(1, made_up, 'unit:1')",
        "def act(): record(1, f'unit.{x}', 'unit:1')",
        "def act(): record(1, THINGS[x], 'unit:1')",
    ],
)
def test_an_action_that_cannot_be_read_is_refused(source: str) -> None:
    module = ast.parse(source)
    around = module.body[0]
    assert isinstance(around, ast.FunctionDef)
    node = next(one for one in ast.walk(around) if isinstance(one, ast.Call))
    with pytest.raises(LookupError):
        _actions(Call("here", node, node.args[1], around, module), node.args[1])


def test_every_value_that_is_kept_has_a_name() -> None:
    keys = {key: call.place for call in _calls() for key in _keys(call)}
    keys |= dict.fromkeys(RULE_COLUMNS, "lms/people/services/audiences.py")
    missing = [
        f'{place}: add "{key}": _("…") to DETAIL_LABELS in lms/audit/labels.py'
        for key, place in keys.items()
        if key not in DETAIL_LABELS
    ]
    assert missing == [], "\n".join(missing)
    undecided = set(keys) - set(VALUE_LABELS) - OPEN_KEYS - {"role"}
    assert undecided == set(), "add them to lms/audit/value_labels.py, with words or as open"


@pytest.mark.parametrize("key", SETS)
def test_every_value_of_a_closed_set_has_words(key: str) -> None:
    missing = {str(value) for value in SETS[key]} - set(VALUE_LABELS[key])
    assert missing == set(), f"add them under {key} in lms/audit/value_labels.py"


def test_a_value_is_said_in_words_also_with_more_behind_it() -> None:
    assert str(value_label("by", "activation")) == "Phiếu kích hoạt"
    assert value_label("why", "token: expired").endswith("không đúng: expired")
    assert (value_label("by", 3), value_label("name", "done")) == (3, "done")


def test_every_action_stands_under_a_heading() -> None:
    heads = {action.partition(".")[0] for action in ACTION_LABELS}
    missing = heads - set(ACTION_GROUPS)
    assert missing == set(), "add them to ACTION_GROUPS in lms/audit/labels.py"


def test_an_action_is_written_as_noun_and_verb() -> None:
    assert [action for action in ACTION_LABELS if action.count(".") != 1] == []

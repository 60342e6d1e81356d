"""What each line of a roster would do, held against people and units as they stand now.

The preview, the check before applying and the dry run ask here, so they never disagree.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lms.base.vietnamese import fold, sort_key
from lms.people.comparing import (
    NEW_UNIT,
    Change,
    Difference,
    KnownMember,
    compare,
    is_somebody_else,
    titles_of,
)
from lms.people.doubts import FILE_KINDS, Doubt
from lms.people.models import LineKind, UnitStatus
from lms.people.queries.card_numbers import known_but_for_zeros
from lms.people.queries.roster import (
    BATCH,
    known_by_code,
    known_by_id,
    unit_index,
)
from lms.people.roster import Problem, RosterLine
from lms.people.unit_matching import Match
from lms.units.queries import get_unit

Names = tuple[str, ...]
Problems = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one line would do, and why not."""

    kind: LineKind
    known: KnownMember | None = None
    difference: Difference = field(default=Difference(Change(0)))
    problems: Problems = field(default_factory=list)

    @property
    def member_id(self) -> int | None:
        return self.known.id if self.known else None


@dataclass
class Tally:
    """How many lines of a file would do what, without keeping any of it."""

    new: int = 0
    changed: int = 0
    moved: int = 0
    unchanged: int = 0
    doubtful: int = 0

    def add(self, kind: LineKind) -> None:
        setattr(self, kind.value, getattr(self, kind.value) + 1)


def stored_problems(problems: Sequence[Problem]) -> Problems:
    """What the file itself leaves in doubt, as it is stored."""
    return [
        {
            "column": problem.column,
            "kind": problem.kind.value,
            "value": problem.value,
            "first_row": problem.first_row,
        }
        for problem in problems
    ]


class Judge:
    """Judges lines for the units at and below one unit. Units are looked up once for each name."""

    def __init__(self, unit_id: int) -> None:
        root = get_unit(unit_id)
        self._path = root.path
        self._sees_all = root.depth == 0
        self._index = unit_index(unit_id)
        self._matches: dict[Names, Match | None] = {}
        self._but_for_zeros: Mapping[str, list[tuple[str, str, int | None]]] = {}

    def match(self, names: Names) -> Match | None:
        """The unit a line names; None when it names none and the units below could all be meant."""
        if names not in self._matches:
            only = self._index.root_without_children
            found = self._index.match(names) if names else None
            if not names and only is not None:
                found = Match(UnitStatus.KNOWN, unit_id=only)
            self._matches[names] = found
        return self._matches[names]

    def judge_new(self, lines: Sequence[RosterLine]) -> list[Judgement]:
        """Lines as they come from a file."""
        known = known_by_code({line.code for line in lines if line.code})
        self._look_for_zeros(lines, known)
        return [
            self.judge(
                line,
                stored_problems(line.problems),
                None,
                line.unit_names,
                known.get(line.code or ""),
            )
            for line in lines
        ]

    def judge_staged(self, rows: Sequence[Any], names: dict[int | None, Names]) -> list[Judgement]:
        """Staged lines (rows of the table) once more, with what a human decided about them."""
        by_code = known_by_code({row.code for row in rows if row.code})
        self._look_for_zeros(rows, by_code)
        chosen = {row.member_id for row in rows if row.decision == "same" and not row.code}
        by_id = known_by_id(chosen) if chosen else {}
        found = []
        for row in rows:
            known = by_code.get(row.code) if row.code else None
            if known is None and row.decision == "same" and not row.code:
                known = by_id.get(row.member_id)
            problems = [p for p in row.problems or [] if p["kind"] in FILE_KINDS]
            found.append(self.judge(row, problems, row.decision, names[row.staged_unit_id], known))
        return found

    def judge(
        self,
        line: Any,
        file_problems: Problems,
        decision: str | None,
        names: Names,
        known: KnownMember | None,
    ) -> Judgement:
        """What a line does to the person it is known to be, or that it adds one."""
        if known is not None and not self._sees(known):
            doubt = _described(Doubt.CODE_ELSEWHERE, line.code or "")
            return Judgement(LineKind.DOUBTFUL, problems=[*file_problems, doubt])
        is_settled = decision is not None and {p["kind"] for p in file_problems} <= {"missing_code"}
        if file_problems and not is_settled:
            return Judgement(LineKind.DOUBTFUL, known, problems=file_problems)
        match = self.match(names)
        problems = list(file_problems)
        doubt_kind = _unit_doubt(match, known)
        if doubt_kind is None and known is not None and decision != "same":
            doubt_kind = _person_doubt(line, known)
        if doubt_kind is not None:
            value = " – ".join(names) if doubt_kind in _OF_UNIT else ""
            problems.append(_described(doubt_kind, value))
            return Judgement(LineKind.DOUBTFUL, known, problems=problems)
        if known is None:
            if decision == "same":
                return Judgement(LineKind.DOUBTFUL, problems=problems)
            if self._is_known_but_for_zeros(line):
                problems.append(_described(Doubt.KNOWN_CODE_ZEROS, line.code))
                return Judgement(LineKind.DOUBTFUL, problems=problems)
            given = Difference(Change(0), titles_of(line.post))
            return Judgement(LineKind.NEW, None, given, problems)
        difference = compare(line, _unit_id(match), known)
        return Judgement(difference.kind, known, difference, problems)

    def _look_for_zeros(self, lines: Sequence[Any], known: Mapping[str, KnownMember]) -> None:
        unknown = {line.code for line in lines if line.code and line.code not in known}
        self._but_for_zeros = known_but_for_zeros(unknown)

    def _is_known_but_for_zeros(self, line: Any) -> bool:
        """Whether the person of a line is there under a number with more or fewer zeros before."""
        if not line.code:
            return False
        year = line.birth_date.year if line.birth_date else line.birth_year
        return any(
            code != line.code and name == fold(line.name) and (year or born) == (born or year)
            for code, name, born in self._but_for_zeros.get(line.code.lstrip("0"), ())
        )

    def _sees(self, known: KnownMember) -> bool:
        return self._sees_all or known.path.startswith(self._path)


def tally(unit_id: int, lines: Iterable[RosterLine]) -> Tally:
    """What a file would do, for a dry run: nothing is written."""
    judge, counted, batch = Judge(unit_id), Tally(), []
    for line in lines:
        batch.append(line)
        if len(batch) == BATCH:
            _count(judge, batch, counted)
            batch = []
    _count(judge, batch, counted)
    return counted


def _count(judge: Judge, batch: Sequence[RosterLine], counted: Tally) -> None:
    for judgement in judge.judge_new(batch):
        counted.add(judgement.kind)


def judged_columns(line: Any, judgement: Judgement) -> dict[str, Any]:
    """The columns of a staged line that a judgement fills: what it does and what it replaces."""
    known = judgement.known
    changes = judgement.difference.changes
    account = known.account if known else None
    columns: dict[str, Any] = {
        "kind": judgement.kind,
        "member_id": judgement.member_id,
        "changes": int(changes),
        "problems": judgement.problems or None,
    }
    before = {name: getattr(known, name) if known else None for name in _BEFORE}
    for name in _BEFORE:
        columns[f"was_{name}"] = before[name] if changes else None
    renamed = known is not None and bool(changes & Change.NAME)
    columns["was_fold"] = fold(known.name) if known and renamed else None
    columns["was_sort_key"] = sort_key(known.name) if known and renamed else None
    columns["was_account_name"] = account.name if account and changes else None
    columns["was_account_phone"] = account.phone if account and changes else None
    columns["was_account_email"] = account.email if account and changes else None
    return columns


def post_rows(judgement: Judgement) -> set[tuple[str, int | None]]:
    """(title, id of the post that ends; None for one that is given) of a judgement."""
    given = {(title, None) for title in judgement.difference.titles}
    return {*given, *((post.title, post.id) for post in judgement.difference.ended)}


_OF_UNIT = (Doubt.AMBIGUOUS_UNIT, Doubt.OUTSIDE_SCOPE, Doubt.UNKNOWN_UNIT)

_BEFORE = (
    "name",
    "birth_year",
    "birth_date",
    "standing",
    "is_exempt",
    "phone",
    "email",
    "unit_id",
    "left_on",
    "left_reason",
)


def _described(doubt: Doubt, value: str) -> dict[str, Any]:
    return {"column": "", "kind": doubt.value, "value": value}


def _unit_id(match: Match | None) -> int | None:
    if match is None:
        return None
    return NEW_UNIT if match.status is UnitStatus.NEW else match.unit_id


def _unit_doubt(match: Match | None, known: KnownMember | None) -> Doubt | None:
    if match is None:
        stays = known is not None and known.left_on is None
        return None if stays else Doubt.UNKNOWN_UNIT
    if match.status is UnitStatus.AMBIGUOUS:
        return Doubt.AMBIGUOUS_UNIT
    return Doubt.OUTSIDE_SCOPE if match.status is UnitStatus.OUTSIDE else None


def _person_doubt(line: Any, known: KnownMember) -> Doubt | None:
    if known.left_on is not None:
        return Doubt.HAS_LEFT
    return Doubt.OTHER_PERSON if is_somebody_else(line, known) else None

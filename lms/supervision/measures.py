"""What supervisors count, each defined once as a condition over enrolments.

A figure sums the condition; the names behind it are the rows that meet it. So every count opens
into exactly its rows. Rates follow DESIGN §3: participation = fulfilled ÷ (required − excused −
withdrawn); essays likewise over those whose audience is asked for one.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum

import sqlalchemy as sa

from lms.training.models import Enrolment, Obligation, ParticipationKind, Requirement


class Measure(StrEnum):
    """The names of the figures, as they stand in addresses."""

    REQUIRED = "required"
    FULFILLED = "fulfilled"
    LATE = "late"
    UNFULFILLED = "unfulfilled"
    SELF_DECLARED = "self-declared"
    EXCUSED = "excused"
    WITHDRAWN = "withdrawn"
    VIEWING_MET = "viewing-met"
    QUIZ_ASKED = "quiz-asked"
    QUIZ_MET = "quiz-met"
    ESSAY_ASKED = "essay-asked"
    ESSAY_IN = "essay-in"
    ESSAY_LATE = "essay-late"
    ESSAY_MISSING = "essay-missing"
    ESSAY_RELEASED = "essay-released"
    VOLUNTEERS = "volunteers"
    VOLUNTEERS_FULFILLED = "volunteers-fulfilled"
    VOLUNTEERS_ESSAY_IN = "volunteers-essay-in"


@dataclass(frozen=True)
class Asked:
    """The audiences of a campaign that are asked for a quiz, and for an essay."""

    quiz: frozenset[int]
    essay: frozenset[int]

    @classmethod
    def of(cls, requirements: Iterable[Requirement]) -> "Asked":
        listed = list(requirements)
        return cls(
            frozenset(r.audience_id for r in listed if r.asks_quiz),
            frozenset(r.audience_id for r in listed if r.asks_essay),
        )


Condition = sa.ColumnElement[bool]

E = Enrolment
_stays = E.withdrawn_at.is_(None)
_required = sa.and_(E.obligation == Obligation.REQUIRED, E.excused_at.is_(None), _stays)
_volunteers = sa.and_(E.obligation == Obligation.VOLUNTARY, _stays)
_in_time = sa.and_(E.fulfilled_at.is_not(None), E.fulfilled_at <= E.due_at)
_late = sa.and_(E.fulfilled_at.is_not(None), E.fulfilled_at > E.due_at)
_essay_in_time = sa.and_(E.essay_submitted_at.is_not(None), E.essay_submitted_at <= E.due_at)
_essay_late = sa.and_(E.essay_submitted_at.is_not(None), E.essay_submitted_at > E.due_at)


def _among(audiences: frozenset[int]) -> Condition:
    return E.audience_id.in_(sorted(audiences)) if audiences else sa.false()


CONDITIONS: dict[Measure, Callable[[Asked], Condition]] = {
    Measure.REQUIRED: lambda _: _required,
    Measure.FULFILLED: lambda _: sa.and_(_required, _in_time),
    Measure.LATE: lambda _: sa.and_(_required, _late),
    Measure.UNFULFILLED: lambda _: sa.and_(_required, E.fulfilled_at.is_(None)),
    Measure.SELF_DECLARED: lambda _: sa.and_(
        _required, _in_time, E.sessions_met_by == ParticipationKind.SELF_DECLARED
    ),
    Measure.EXCUSED: lambda _: sa.and_(
        E.obligation == Obligation.REQUIRED, E.excused_at.is_not(None), _stays
    ),
    Measure.WITHDRAWN: lambda _: E.withdrawn_at.is_not(None),
    Measure.VIEWING_MET: lambda _: sa.and_(_required, E.sessions_met_at.is_not(None)),
    Measure.QUIZ_ASKED: lambda asked: sa.and_(_required, _among(asked.quiz)),
    Measure.QUIZ_MET: lambda asked: sa.and_(
        _required, _among(asked.quiz), E.quiz_met_at.is_not(None)
    ),
    Measure.ESSAY_ASKED: lambda asked: sa.and_(_required, _among(asked.essay)),
    Measure.ESSAY_IN: lambda asked: sa.and_(_required, _among(asked.essay), _essay_in_time),
    Measure.ESSAY_LATE: lambda asked: sa.and_(_required, _among(asked.essay), _essay_late),
    Measure.ESSAY_MISSING: lambda asked: sa.and_(
        _required, _among(asked.essay), E.essay_submitted_at.is_(None)
    ),
    Measure.ESSAY_RELEASED: lambda asked: sa.and_(
        _required, _among(asked.essay), E.essay_released_at.is_not(None)
    ),
    Measure.VOLUNTEERS: lambda _: _volunteers,
    Measure.VOLUNTEERS_FULFILLED: lambda _: sa.and_(_volunteers, _in_time),
    Measure.VOLUNTEERS_ESSAY_IN: lambda _: sa.and_(_volunteers, E.essay_submitted_at.is_not(None)),
}


def condition(measure: Measure, asked: Asked) -> Condition:
    """The condition that a figure counts."""
    return CONDITIONS[measure](asked)


def in_band(band: str, asked: Asked) -> Condition:
    """Required people whose released essay stands in a band."""
    return sa.and_(condition(Measure.ESSAY_RELEASED, asked), E.essay_band == band)


@dataclass(frozen=True)
class Tally:
    """All figures over some enrolments. Tallies of disjoint groups add up.

    `bands` counts the released essays of required people by band.
    """

    counts: dict[Measure, int]
    bands: dict[str, int] = field(default_factory=dict)

    @classmethod
    def empty(cls) -> "Tally":
        return cls(dict.fromkeys(Measure, 0))

    def __add__(self, other: "Tally") -> "Tally":
        bands = Counter(self.bands)
        bands.update(other.bands)
        return Tally(
            {measure: self.counts[measure] + other.counts[measure] for measure in Measure},
            dict(bands),
        )

    def __getitem__(self, measure: str) -> int:
        return self.counts[Measure(measure)]

    @property
    def participation_rate(self) -> float | None:
        """Fulfilled in time ÷ required; None where nobody is required."""
        return self._ratio(Measure.FULFILLED, Measure.REQUIRED)

    @property
    def essay_rate(self) -> float | None:
        """Essays handed in in time ÷ required people asked for one."""
        return self._ratio(Measure.ESSAY_IN, Measure.ESSAY_ASKED)

    @property
    def viewing_rate(self) -> float | None:
        return self._ratio(Measure.VIEWING_MET, Measure.REQUIRED)

    @property
    def quiz_rate(self) -> float | None:
        return self._ratio(Measure.QUIZ_MET, Measure.QUIZ_ASKED)

    def shortfall(self, target: float) -> int:
        """How many more people the target asks for; 0 when it is reached."""
        wanted = self.counts[Measure.REQUIRED] * target
        missing = -(-(wanted - self.counts[Measure.FULFILLED]) // 1)
        return max(0, int(missing))

    def _ratio(self, part: Measure, whole: Measure) -> float | None:
        return self.counts[part] / self.counts[whole] if self.counts[whole] else None


def total(tallies: Iterable[Tally]) -> Tally:
    """The sum of tallies."""
    return sum(tallies, start=Tally.empty())

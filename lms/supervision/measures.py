"""What supervisors count, each defined once as a condition over enrolments.

A figure sums the condition; the names behind it are the rows that meet it. So every count opens
into exactly its rows. Rates follow DESIGN §3: participation = fulfilled ÷ (required − excused −
withdrawn); essays likewise over those whose audience is asked for one.
"""

from collections import Counter
from collections.abc import Iterable
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
    BY_VERIFIED_VIEWING = "by-verified-viewing"
    BY_LIVE_PRESENCE = "by-live-presence"
    BY_VENUE_ROLL_CALL = "by-venue-roll-call"
    BY_OFFLINE_VIEWING = "by-offline-viewing"
    BY_CODE_CONFIRMED = "by-code-confirmed"
    BY_ATTESTED = "by-attested"
    BY_SELF_DECLARED = "by-self-declared"
    EXCUSED = "excused"
    WITHDRAWN = "withdrawn"
    VIEWING_ASKED = "viewing-asked"
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


class Part(StrEnum):
    """The parts of a study that a campaign asks of some audiences and not of others."""

    SESSIONS = "sessions"
    QUIZ = "quiz"
    ESSAY = "essay"


@dataclass(frozen=True)
class Asked:
    """The audiences of a campaign that are asked to view, for a quiz, and for an essay."""

    sessions: frozenset[int] = frozenset()
    quiz: frozenset[int] = frozenset()
    essay: frozenset[int] = frozenset()

    @classmethod
    def of(cls, requirements: Iterable[Requirement]) -> "Asked":
        listed = list(requirements)
        return cls(
            frozenset(r.audience_id for r in listed if r.asks_sessions),
            frozenset(r.audience_id for r in listed if r.asks_quiz),
            frozenset(r.audience_id for r in listed if r.asks_essay),
        )

    def audiences(self, part: Part) -> frozenset[int]:
        """The audiences that are asked for a part."""
        return {Part.SESSIONS: self.sessions, Part.QUIZ: self.quiz, Part.ESSAY: self.essay}[part]


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


BY_KIND = {kind: Measure(f"by-{kind.replace('_', '-')}") for kind in ParticipationKind}
"""Who is through in time, by the kind that their sessions were met by; the strongest first."""

CONDITIONS: dict[Measure, Condition] = {
    Measure.REQUIRED: _required,
    Measure.FULFILLED: sa.and_(_required, _in_time),
    Measure.LATE: sa.and_(_required, _late),
    Measure.UNFULFILLED: sa.and_(_required, E.fulfilled_at.is_(None)),
    **{
        measure: sa.and_(_required, _in_time, E.sessions_met_by == kind)
        for kind, measure in BY_KIND.items()
    },
    Measure.EXCUSED: sa.and_(
        E.obligation == Obligation.REQUIRED, E.excused_at.is_not(None), _stays
    ),
    Measure.WITHDRAWN: E.withdrawn_at.is_not(None),
    Measure.VIEWING_ASKED: _required,
    Measure.VIEWING_MET: sa.and_(_required, E.sessions_met_at.is_not(None)),
    Measure.QUIZ_ASKED: _required,
    Measure.QUIZ_MET: sa.and_(_required, E.quiz_met_at.is_not(None)),
    Measure.ESSAY_ASKED: _required,
    Measure.ESSAY_IN: sa.and_(_required, _essay_in_time),
    Measure.ESSAY_LATE: sa.and_(_required, _essay_late),
    Measure.ESSAY_MISSING: sa.and_(_required, E.essay_submitted_at.is_(None)),
    Measure.ESSAY_RELEASED: sa.and_(_required, E.essay_released_at.is_not(None)),
    Measure.VOLUNTEERS: _volunteers,
    Measure.VOLUNTEERS_FULFILLED: sa.and_(_volunteers, _in_time),
    Measure.VOLUNTEERS_ESSAY_IN: sa.and_(_volunteers, E.essay_submitted_at.is_not(None)),
}
"""What a figure counts, among the audiences that are asked for its part (see PART_OF)."""

PART_OF: dict[Measure, Part] = {
    Measure.VIEWING_ASKED: Part.SESSIONS,
    Measure.VIEWING_MET: Part.SESSIONS,
    Measure.QUIZ_ASKED: Part.QUIZ,
    Measure.QUIZ_MET: Part.QUIZ,
    Measure.ESSAY_ASKED: Part.ESSAY,
    Measure.ESSAY_IN: Part.ESSAY,
    Measure.ESSAY_LATE: Part.ESSAY,
    Measure.ESSAY_MISSING: Part.ESSAY,
    Measure.ESSAY_RELEASED: Part.ESSAY,
}
"""The figures that concern only those whose audience is asked for a part."""


def condition(measure: Measure, asked: Asked) -> Condition:
    """The condition that a figure counts."""
    part = PART_OF.get(measure)
    if part is None:
        return CONDITIONS[measure]
    return sa.and_(CONDITIONS[measure], _among(asked.audiences(part)))


def concerns(measure: Measure, audience_id: int, asked: Asked) -> bool:
    """Whether a figure counts people of an audience at all: `condition` for whole groups."""
    part = PART_OF.get(measure)
    return part is None or audience_id in asked.audiences(part)


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

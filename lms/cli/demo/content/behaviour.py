"""How each invented member behaves in each campaign: what they watch, score, write, and when.

Deterministic per person and campaign. It decides shares and days, not rows; the numbers are
chosen so that some wards reach the target of 96 % and others do not.
"""

import random
from dataclasses import dataclass
from functools import cache
from typing import Literal

from lms.cli.demo.content.campaigns import CLOSED_KEY, OPEN_KEY, REFERENCE_DAY, campaigns
from lms.cli.demo.content.essays import reasons
from lms.cli.demo.content.people import AudienceKey, PersonSpec, audience_of
from lms.cli.demo.content.seeds import seeded
from lms.cli.demo.content.units import ward_of

Status = Literal["active", "excused", "withdrawn", "extended"]
ViewingKind = Literal["none", "verified", "self_declared"]
EssayState = Literal["none", "draft", "submitted"]


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One person in one campaign. Days count from the opening day, 0 being that day itself."""

    status: Status
    reason: str | None
    """Why excused, withdrawn or extended."""
    has_read_materials: bool
    viewing: ViewingKind
    watched_ratio: float
    """Part of the recording that was watched, 0–1."""
    watched_day: int | None
    quiz_ratios: tuple[float, ...]
    """Result of each attempt, 0–1, in order; at most three."""
    quiz_day: int | None
    essay: EssayState
    essay_day: int | None


@dataclass(frozen=True, slots=True)
class _Zeal:
    """Shares of those who watch enough, who only begin, and who hand in once they have watched."""

    finished: float
    begun: float
    handed_in: float
    drafting: float


_OPEN_ZEAL: dict[str, _Zeal] = {
    "long-bien": _Zeal(0.66, 0.16, 0.42, 0.24),
    "bo-de": _Zeal(0.76, 0.12, 0.50, 0.22),
    "viet-hung": _Zeal(0.51, 0.20, 0.30, 0.26),
    "phuc-loi": _Zeal(0.69, 0.15, 0.44, 0.22),
}
_CLOSED_ZEAL: dict[str, _Zeal] = {
    "long-bien": _Zeal(0.968, 0.02, 0.95, 0.02),
    "bo-de": _Zeal(0.985, 0.01, 0.97, 0.01),
    "viet-hung": _Zeal(0.925, 0.04, 0.90, 0.04),
    "phuc-loi": _Zeal(0.972, 0.02, 0.95, 0.02),
}
_OFFICE_ZEAL = {OPEN_KEY: _Zeal(0.85, 0.10, 0.55, 0.25), CLOSED_KEY: _Zeal(1.0, 0.0, 1.0, 0.0)}
_VOLUNTEER_ZEAL = {OPEN_KEY: _Zeal(0.34, 0.10, 0.45, 0.2), CLOSED_KEY: _Zeal(0.42, 0.08, 0.0, 0.0)}
_HEADS_EXTRA = 0.12
_SELF_DECLARED_SHARE = 0.06
_LATE_SHARE = 0.012


def _zeal(person: PersonSpec, audience: AudienceKey, campaign_key: str) -> _Zeal:
    if audience == "exempt":
        return _VOLUNTEER_ZEAL[campaign_key]
    ward = ward_of(person.unit_key)
    table = _OPEN_ZEAL if campaign_key == OPEN_KEY else _CLOSED_ZEAL
    zeal = _OFFICE_ZEAL[campaign_key] if ward is None else table[ward]
    if audience not in ("unit_head", "key_cadre"):
        return zeal
    return _Zeal(
        min(0.98, zeal.finished + _HEADS_EXTRA),
        zeal.begun / 2,
        min(0.98, zeal.handed_in + _HEADS_EXTRA),
        zeal.drafting,
    )


def _status(
    rng: random.Random, audience: AudienceKey, campaign_key: str
) -> tuple[Status, str | None]:
    """Most are active; a few heads and members are excused, have left, or were given more time."""
    chance = rng.random()
    if audience == "exempt":
        return "active", None
    closed = campaign_key == CLOSED_KEY
    excused, withdrawn, extended = (0.018, 0.006, 0.02) if closed else (0.010, 0.004, 0.012)
    if chance < excused:
        return "excused", rng.choice(reasons("excuse"))
    if chance < excused + withdrawn:
        return "withdrawn", rng.choice(reasons("withdrawal"))
    if chance < excused + withdrawn + extended:
        return "extended", rng.choice(reasons("extension"))
    return "active", None


def _quiz(rng: random.Random, pass_ratio: float) -> tuple[float, ...]:
    """Attempts in order: most pass at the first or second, a few stop below after three."""
    aim = rng.betavariate(6, 2.2)
    ratios: list[float] = []
    for attempt in range(3):
        ratio = min(1.0, max(0.1, aim + 0.13 * attempt + rng.uniform(-0.12, 0.10)))
        ratios.append(round(ratio, 1))
        if ratios[-1] >= pass_ratio:
            break
        if rng.random() < 0.08:
            break
    return tuple(ratios)


@cache
def _days(campaign_key: str, audience: AudienceKey) -> tuple[int, int]:
    """Days from the opening to the due day, and to the last day on which something happened."""
    campaign = next(found for found in campaigns(REFERENCE_DAY) if found.key == campaign_key)
    due = (campaign.requirement(audience).due_on - campaign.dates.opens_on).days
    until = campaign.dates.closes_on if campaign.is_closed else REFERENCE_DAY
    # Nothing happens on the last day itself, so no moment of the demo lies ahead of its making.
    return due, (until - campaign.dates.opens_on).days - 1


def behaviour(person: PersonSpec, campaign_key: str) -> Behaviour:
    """What a person does in a campaign up to its close, or up to today while it runs."""
    rng = seeded("behaviour", campaign_key, person.key)
    audience = audience_of(person)
    campaign = next(found for found in campaigns(REFERENCE_DAY) if found.key == campaign_key)
    asked = campaign.requirement(audience)
    zeal = _zeal(person, audience, campaign_key)
    due, last = _days(campaign_key, audience)
    status, reason = _status(rng, audience, campaign_key)

    chance = rng.random()
    finishes = chance < zeal.finished
    begins = not finishes and chance < zeal.finished + zeal.begun
    if status in ("excused", "withdrawn"):
        finishes, begins = False, begins and status == "withdrawn"
    if not finishes:
        return Behaviour(
            status=status,
            reason=reason,
            has_read_materials=begins and rng.random() < 0.5,
            viewing="verified" if begins else "none",
            watched_ratio=round(rng.uniform(0.08, 0.7), 2) if begins else 0.0,
            watched_day=rng.randint(0, last) if begins else None,
            quiz_ratios=(),
            quiz_day=None,
            essay="none",
            essay_day=None,
        )

    is_late = campaign.is_closed and due < last and rng.random() < _LATE_SHARE
    watched = rng.randint(due + 1, last) if is_late else _early_day(rng, min(due, last))
    declares = asked.accepts_self_declared and rng.random() < _SELF_DECLARED_SHARE
    takes_quiz = asked.asks_quiz and rng.random() < (0.98 if campaign.is_closed else 0.82)
    quiz_day = min(last, watched + rng.randint(0, 2)) if takes_quiz else None
    essay, essay_day = _essay(rng, zeal, asked.asks_essay, quiz_day or watched, due, last)
    return Behaviour(
        status=status,
        reason=reason,
        has_read_materials=rng.random() < 0.88,
        viewing="self_declared" if declares else "verified",
        watched_ratio=0.0 if declares else round(rng.uniform(asked.least_coverage + 0.02, 1), 2),
        watched_day=watched,
        quiz_ratios=_quiz(rng, asked.quiz_pass_ratio) if takes_quiz else (),
        quiz_day=quiz_day,
        essay=essay,
        essay_day=essay_day,
    )


def _early_day(rng: random.Random, last: int) -> int:
    """A day up to the last one, with a peak in the first third and another before the end."""
    if rng.random() < 0.6:
        return round(rng.triangular(0, last, last / 4))
    return round(rng.triangular(0, last, last))


def _essay(
    rng: random.Random, zeal: _Zeal, is_asked: bool, ready_on: int, due: int, last: int
) -> tuple[EssayState, int | None]:
    """Whether an essay is handed in or begun, and on which day."""
    if not is_asked:
        return "none", None
    chance = rng.random()
    if chance >= zeal.handed_in + zeal.drafting:
        return "none", None
    day = min(last, ready_on + rng.randint(0, 4))
    if due >= ready_on and rng.random() >= _LATE_SHARE:
        day = min(day, due)
    return ("submitted" if chance < zeal.handed_in else "draft"), day

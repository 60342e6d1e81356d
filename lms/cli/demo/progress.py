"""Lets the demo's members study: what each did, on the day they did it, through the services."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

import sqlalchemy as sa

from lms.base import clock
from lms.cli.demo.content.behaviour import Behaviour, behaviour
from lms.cli.demo.content.campaigns import OPEN_KEY
from lms.cli.demo.content.essay_task import variant_for
from lms.cli.demo.content.essays import draft_texts, essay_texts
from lms.cli.demo.content.people import PersonSpec, audience_of, people, persona_keys
from lms.cli.demo.content.seeds import seeded
from lms.cli.demo.content.units import UNITS_BY_KEY
from lms.cli.demo.organisation import Organisation
from lms.cli.demo.study import BuiltCampaign
from lms.essays.services.writing import DraftText, save_draft, submit_essay
from lms.extensions import db
from lms.people.models import Account
from lms.quizzes.models import QuizAttemptItem
from lms.quizzes.services.attempts import start_attempt, submit_attempt
from lms.training.models import Enrolment, MaterialOpening, ParticipationKind
from lms.training.services import progress
from lms.training.services.enrolments import excuse, extend, withdraw
from lms.viewing.models import Coverage
from lms.viewing.services.credits import credit_session, report_progress

FRESH_PERSONAS = frozenset({"member", "head", "exempt", "enterprise"})
"""Sign-ins that have not begun the open campaign, so that whoever tries the demo can."""


@dataclass(frozen=True)
class Deed:
    """One thing a member did at a moment."""

    moment: datetime
    step: str
    person: PersonSpec
    did: Behaviour


def study(
    built: BuiltCampaign, organisation: Organisation, say: Callable[[str], None]
) -> dict[int, tuple[str, int]]:
    """Everybody's progress in a campaign, in the order of time.

    Returns, by enrolment id, which essay each submission is: (variant key, index).
    """
    deeds = _deeds(built)
    enrolments = {
        enrolment.member_id: enrolment
        for enrolment in db.session.scalars(
            sa.select(Enrolment).where(Enrolment.campaign_id == built.campaign.id)
        )
    }
    counters: Counter[str] = Counter()
    essays: dict[int, tuple[str, int]] = {}
    for moment, group in groupby(deeds, key=lambda deed: deed.moment):
        with clock.frozen(moment):
            for deed in group:
                account = organisation.accounts[deed.person.key]
                enrolment = enrolments[account.member_id or 0]
                if deed.step == "essay":
                    key = variant_for(audience_of(deed.person)).key
                    counters[key] += 1
                    _write(built, account, deed, counters[key])
                    if deed.did.essay == "submitted":
                        essays[enrolment.id] = (key, counters[key])
                else:
                    DO[deed.step](built, organisation, account, enrolment, deed)
    say(f"  {built.spec.name}: {len(deeds)} việc của {len(enrolments)} người")
    return essays


def _deeds(built: BuiltCampaign) -> list[Deed]:
    fresh: set[str] = set()
    if built.spec.key == OPEN_KEY:
        roles = persona_keys(people())
        fresh = {roles[role] for role in FRESH_PERSONAS}
    deeds: list[Deed] = []
    for person in people():
        if person.key in fresh:
            continue
        did = behaviour(person, built.spec.key)
        rng = seeded("moments", built.spec.key, person.key)
        hour = rng.choice((7, 8, 12, 19, 19, 20, 20, 21))
        days = {
            "read": did.watched_day if did.has_read_materials else None,
            "watch": did.watched_day,
            "quiz": did.quiz_day if did.quiz_ratios else None,
            "essay": did.essay_day if did.essay != "none" else None,
        }
        for offset, (step, day) in enumerate(days.items()):
            if day is not None:
                moment = built.moment(day, hour, 10 * offset + rng.randint(0, 9))
                deeds.append(Deed(moment, step, person, did))
        if did.status != "active":
            last = max((day for day in days.values() if day is not None), default=3)
            deeds.append(Deed(built.moment(last, 22, 30), "status", person, did))
    now = clock.now()
    return sorted(
        (deed for deed in deeds if deed.moment < now), key=lambda deed: (deed.moment, deed.step)
    )


def _read(
    built: BuiltCampaign,
    _organisation: Organisation,
    _account: Account,
    row: Enrolment,
    _deed: Deed,
) -> None:
    moment = clock.now()
    for material in built.materials:
        db.session.add(
            MaterialOpening(enrolment_id=row.id, material_id=material.id, opened_at=moment)
        )
    progress.record_materials_read(row.id, moment)


def _watch(
    built: BuiltCampaign, _organisation: Organisation, _account: Account, row: Enrolment, deed: Deed
) -> None:
    moment = clock.now()
    asked = built.spec.requirement(audience_of(deed.person))
    key = {"enrolment_id": row.id, "session_id": built.recording.id}
    if deed.did.viewing == "self_declared":
        credit_session(row.id, built.recording.id, ParticipationKind.SELF_DECLARED, moment)
        return
    ratio = deed.did.watched_ratio
    intervals = watched_parts(
        built.recording.duration_seconds or 0.0, ratio, seeded("watch", deed.person.key)
    )
    covered = round(sum(end - start for start, end in intervals), 1)
    met = moment if ratio >= asked.least_coverage else None
    db.session.add(
        Coverage(
            **key,
            intervals=intervals,
            covered_seconds=covered,
            position=intervals[-1][1],
            updated_at=moment,
            threshold_met_at=met,
            verified_met_at=met,
        )
    )
    db.session.flush()
    if met:
        credit_session(row.id, built.recording.id, ParticipationKind.VERIFIED_VIEWING, moment)
    else:
        report_progress(row.id)


def watched_parts(duration: float, ratio: float, rng: random.Random) -> list[list[float]]:
    """Watched [start, end] seconds that cover a ratio of a recording, with a gap or two."""
    watched = duration * ratio
    if ratio > 0.97 or rng.random() < 0.4:
        return [[0.0, round(watched, 1)]]
    first = round(watched * rng.uniform(0.45, 0.8), 1)
    gap = round((duration - watched) * rng.uniform(0.3, 0.9), 1)
    return [[0.0, first], [round(first + gap, 1), round(gap + watched, 1)]]


def _quiz(
    built: BuiltCampaign, _organisation: Organisation, account: Account, _row: Enrolment, deed: Deed
) -> None:
    for ratio in deed.did.quiz_ratios:
        attempt = start_attempt(account, built.campaign.id)
        items = db.session.scalars(
            sa.select(QuizAttemptItem)
            .where(QuizAttemptItem.attempt_id == attempt.id)
            .order_by(QuizAttemptItem.position)
        ).all()
        right = round(ratio * len(items))
        answers = {
            item.position: [
                next(o["id"] for o in item.options if o["is_right"] == (number < right))
            ]
            for number, item in enumerate(items)
        }
        submit_attempt(account, attempt.id, answers)


def _write(built: BuiltCampaign, account: Account, deed: Deed, index: int) -> None:
    key = variant_for(audience_of(deed.person)).key
    sector = UNITS_BY_KEY[deed.person.unit_key].sector
    is_draft = deed.did.essay == "draft"
    make = draft_texts if is_draft else essay_texts
    texts = {str(section): text for section, text in make(key, index, sector).items()}
    saved = save_draft(account, built.campaign.id, DraftText(texts))
    if not is_draft:
        submit_essay(account, built.campaign.id, saved.essay.revision)


def _change_status(
    built: BuiltCampaign, organisation: Organisation, _account: Account, row: Enrolment, deed: Deed
) -> None:
    actor = organisation.personas["administrator"]
    reason = deed.did.reason or ""
    if deed.did.status == "excused":
        excuse(actor, row, reason)
    elif deed.did.status == "withdrawn":
        withdraw(actor, row, reason)
    elif deed.did.status == "extended":
        extend(actor, row, clock.end_of_day(built.spec.dates.closes_on), reason)


DO = {"read": _read, "watch": _watch, "quiz": _quiz, "status": _change_status}

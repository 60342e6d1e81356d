"""Which unit answers for the open studies of people whom a roster moves: recorded for all of them
at once, as answer_for_study does for one, and taken back with the import.
"""

from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.audit.services import record
from lms.base import clock
from lms.extensions import db
from lms.people.answering import Answer, Answers, StudyKeeper
from lms.people.models import RosterImport, TraceKind
from lms.people.services.roster.sets import Outdated, expect, trace, traced
from lms.training.models import Campaign, Enrolment, EnrolmentChange
from lms.training.queries.answering import changes_unit, concerned, list_answered_studies


def answer_for_moved(roster_import: RosterImport, moves: sa.Select[Any]) -> dict[str, int]:
    """Record an answer for each open study of those who move, also when the old unit keeps it."""
    who = moves.subquery()
    answering = sa.case(
        (_is_moved(Answers.of(roster_import)), who.c.unit_id), else_=Enrolment.unit_id
    )
    moment = sa.literal(clock.now(), EnrolmentChange.recorded_at.type)
    values = {
        "field": sa.literal("unit_id"),
        "old_value": sa.cast(Enrolment.unit_id, sa.String(300)),
        "new_value": sa.cast(answering, sa.String(300)),
        "reason": sa.literal(_("Chuyển đơn vị theo danh sách nhập trong đợt học.")),
        "actor_id": sa.literal(roster_import.applied_by_id, sa.Integer()),
        "recorded_at": moment,
    }
    asked = (
        sa.select(Enrolment.id, *values.values())
        .join(Campaign, Campaign.id == Enrolment.campaign_id)
        .join(who, who.c.member_id == Enrolment.member_id)
        .where(concerned(who), who.c.unit_id.is_not(None))
    )
    adding = sa.insert(EnrolmentChange).from_select(["enrolment_id", *values], asked)
    added: Any = db.session.execute(adding.execution_options(preserve_rowcount=True))
    newest = (
        sa.select(sa.func.max(EnrolmentChange.id))
        .where(
            EnrolmentChange.enrolment_id.in_(asked.with_only_columns(Enrolment.id)),
            EnrolmentChange.field == "unit_id",
            EnrolmentChange.recorded_at == moment,
        )
        .group_by(EnrolmentChange.enrolment_id)
    )
    if trace(roster_import.id, TraceKind.STUDY_ANSWERED, newest) != added.rowcount:
        raise Outdated
    answered = traced(roster_import.id, TraceKind.STUDY_ANSWERED)
    _set_unit(answered, EnrolmentChange.old_value, EnrolmentChange.new_value)
    return _record(roster_import, answered)


def take_back(answered: sa.Select[Any]) -> None:
    """Let the units that answered before answer again, and the answers be as if never given."""
    _set_unit(answered, EnrolmentChange.new_value, EnrolmentChange.old_value)
    db.session.execute(
        sa.delete(EnrolmentChange)
        .where(EnrolmentChange.id.in_(answered))
        .execution_options(synchronize_session=False)
    )


def enrolments_held(answered: sa.Select[Any]) -> tuple[sa.Table, sa.Select[Any]]:
    """The enrolments that answers are about."""
    table = Enrolment.metadata.tables[Enrolment.__tablename__]
    ids = sa.select(EnrolmentChange.enrolment_id).where(EnrolmentChange.id.in_(answered))
    return table, ids


KEEPER = StudyKeeper(answer_for_moved, take_back, enrolments_held)


def _is_moved(answers: Answers) -> sa.ColumnElement[bool]:
    """The condition of an enrolment for which the new unit answers."""
    others = [number for number, one in answers.by_campaign.items() if one != answers.otherwise]
    if answers.otherwise is Answer.MOVE:
        return Enrolment.campaign_id.not_in(others)
    return Enrolment.campaign_id.in_(others)


def _set_unit(answered: sa.Select[Any], expected: Any, wanted: Any) -> None:
    """Where an answer names another unit, put it in place of the one expected there."""
    changing = sa.and_(EnrolmentChange.id.in_(answered), changes_unit())
    counted = sa.select(sa.func.count(EnrolmentChange.id)).where(changing)
    if count := db.session.scalar(counted):
        expect(
            sa.update(Enrolment)
            .where(
                Enrolment.id == EnrolmentChange.enrolment_id,
                changing,
                Enrolment.unit_id == sa.cast(expected, sa.Integer),
            )
            .values(unit_id=sa.cast(wanted, sa.Integer)),
            count,
        )


def _record(roster_import: RosterImport, answered: sa.Select[Any]) -> dict[str, int]:
    counts = {"studies_kept": 0, "studies_moved": 0}
    for study in list_answered_studies(answered):
        kept = study.count - study.to_new_unit
        counts["studies_kept"] += kept
        counts["studies_moved"] += study.to_new_unit
        for number, to_new_unit in ((kept, False), (study.to_new_unit, True)):
            if number:
                record(
                    roster_import.applied_by_id,
                    "campaign.studies_answered",
                    f"campaign:{study.campaign_id}",
                    to_new_unit=to_new_unit,
                    enrolments=number,
                    file_name=roster_import.file_name,
                )
    return counts

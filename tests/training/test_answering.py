"""Who answers for open studies when a roster moves people: recorded, applied and undone whole."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.audit.models import AuditRecord
from lms.base import clock
from lms.base.errors import Conflict
from lms.extensions import db
from lms.people.answering import Answer, Answers
from lms.people.models import ImportState, RosterTrace
from lms.people.queries.roster import answers_of, moves_of
from lms.people.services import roster
from lms.training.models import Campaign, CampaignState, Enrolment, EnrolmentChange
from lms.training.queries.answering import (
    list_answered_studies,
    list_moved_studies,
    people_answered_for,
    people_moved,
)
from lms.training.services.enrolments import close_campaign
from lms.training.services.reorganised import answer_for_study
from lms.units.models import UnitKind
from lms.units.queries import get_unit
from tests.factories.people import make_audiences, make_member, make_unit
from tests.factories.training import enrolment_of, make_campaign
from tests.people.roster_import.support import (
    applied,
    dump,
    imported,
    member,
    previewed,
    roster_csv,
    undone,
)

MOVE = Answers(Answer.MOVE)


@pytest.fixture
def study(app: Flask) -> SimpleNamespace:
    """Two open campaigns and a closed one. An moves to a unit that is there, Bình to one that is
    not; Cát stays, Dần moves but has withdrawn from the first."""
    district = make_unit("Đảng bộ khu vực", kind=UnitKind.COMMITTEE)
    ward = make_unit("Đảng bộ phường Bắc Sơn", district, kind=UnitKind.BASE)
    first, second = (make_unit(f"Chi bộ {number}", ward) for number in (1, 2))
    people = [
        make_member(first, f"Lê Văn {name}", code=f"1000000{number}", birth_year=1970)
        for number, name in enumerate(("An", "Bình", "Cát", "Dần"))
    ]
    audiences = make_audiences("member")
    campaigns = [
        make_campaign(district, audiences, name=f"Đợt {name}", opened=True)
        for name in ("một", "hai", "đã đóng")
    ]
    close_campaign(None, campaigns[2])
    enrolment_of(campaigns[0], people[3]).withdrawn_at = clock.now()
    db.session.commit()
    file = roster_csv(
        ("10000000", "Lê Văn An", "1970", "Chi bộ 2", "Bắc Sơn"),
        ("10000001", "Lê Văn Bình", "1970", "Chi bộ 9", "Bắc Sơn"),
        ("10000002", "Lê Văn Cát", "1970", "Chi bộ 1", "Bắc Sơn"),
        ("10000003", "Lê Văn Dần", "1970", "Chi bộ 2", "Bắc Sơn"),
    )
    return SimpleNamespace(
        district=district, first=first, second=second, campaigns=campaigns, file=file
    )


def answering(campaign: Campaign) -> dict[str, int]:
    """Who answers in a campaign, by the last digit of the card number."""
    db.session.expire_all()
    query = sa.select(Enrolment).where(Enrolment.campaign_id == campaign.id)
    return {(one.member.code or "")[-1]: one.unit_id for one in db.session.scalars(query)}


def changes() -> list[EnrolmentChange]:
    return list(db.session.scalars(sa.select(EnrolmentChange).order_by(EnrolmentChange.id)))


def test_the_preview_counts_who_moves_while_studying_and_names_them(study: SimpleNamespace) -> None:
    stored = previewed(study.file, study.district.id)
    found = list_moved_studies(moves_of(stored.id))
    assert {(one.name, one.count) for one in found} == {("Đợt một", 2), ("Đợt hai", 3)}
    rows = db.session.execute(people_moved(moves_of(stored.id), study.campaigns[0].id)).all()
    assert [(row[0].name, row[1], row[2]) for row in rows] == [
        ("Lê Văn An", study.first.id, study.second.id),
        ("Lê Văn Bình", study.first.id, None),
    ]


@pytest.mark.parametrize("otherwise", list(Answer))
def test_each_campaign_has_its_answer_and_undoing_forgets_them_all(
    study: SimpleNamespace, otherwise: Answer
) -> None:
    before = dump()
    one, two, closed = study.campaigns
    other = Answer.MOVE if otherwise is Answer.KEEP else Answer.KEEP
    stored = applied(
        previewed(study.file, study.district.id), answers=Answers(otherwise, {two.id: other})
    )
    assert stored.state is ImportState.APPLIED
    moving, keeping = (one, two) if otherwise is Answer.MOVE else (two, one)
    founded = member("10000001").memberships[-1].unit_id
    old, new = study.first.id, study.second.id
    dan = {"3": new if moving is two else old}
    assert answering(moving) == {"0": new, "1": founded, "2": old, **dan}
    assert set(answering(keeping).values()) == set(answering(closed).values()) == {old}

    recorded = changes()
    assert {change.field for change in recorded} == {"unit_id"} and len(recorded) == 5
    assert all(change.reason and change.actor_id is None for change in recorded)
    moved = [change for change in recorded if change.old_value != change.new_value]
    assert {change.old_value for change in recorded} == {str(old)}
    counts = (stored.counts["studies_kept"], stored.counts["studies_moved"])
    assert counts == (5 - len(moved), len(moved)) == ((3, 2) if moving is one else (2, 3))
    told = {study.name: study.to_new_unit for study in list_answered_studies(answers_of(stored.id))}
    assert told == {moving.name: len(moved), keeping.name: 0}
    names = db.session.execute(people_answered_for(answers_of(stored.id), moving.id)).all()
    assert (names[0][0].name, names[0][1], names[0][2]) == ("Lê Văn An", old, new)
    acts = db.session.scalars(
        sa.select(AuditRecord).where(AuditRecord.action == "campaign.studies_answered")
    ).all()
    assert {(act.subject, act.detail["to_new_unit"], act.detail["enrolments"]) for act in acts} == {
        (f"campaign:{moving.id}", True, len(moved)),
        (f"campaign:{keeping.id}", False, 5 - len(moved)),
    }

    assert undone(stored).state is ImportState.UNDONE
    assert dump() == before, "also where the new unit was founded by the same import"


def test_it_is_recorded_as_a_transfer_by_hand_is(study: SimpleNamespace) -> None:
    enrolment = enrolment_of(study.campaigns[0], member("10000002"))
    answer_for_study(None, enrolment, study.second.id, "Chuyển đơn vị trong đợt học.")
    db.session.commit()
    by_hand = changes()[-1]
    imported(study.file, study.district.id)
    by_roster = changes()[-1]
    blank = {"id", "enrolment_id", "old_value", "new_value", "recorded_at", "reason"}
    shared = [c.name for c in EnrolmentChange.__table__.columns if c.name not in blank]
    for name in shared:
        assert getattr(by_hand, name) == getattr(by_roster, name), name
    assert type(by_roster.new_value) is type(by_hand.new_value) is str


def test_where_the_new_unit_answers_already_nothing_is_asked(study: SimpleNamespace) -> None:
    enrolment_of(study.campaigns[0], member("10000000")).unit_id = study.second.id
    db.session.commit()
    stored = previewed(study.file, study.district.id)
    counts = {one.name: one.count for one in list_moved_studies(moves_of(stored.id))}
    assert counts == {"Đợt một": 1, "Đợt hai": 3}
    assert applied(stored, answers=MOVE).counts["studies_moved"] == 4


def test_lines_left_out_with_their_new_units_are_not_answered_for(study: SimpleNamespace) -> None:
    stored = applied(previewed(study.file, study.district.id), founds_units=False, answers=MOVE)
    assert stored.counts["studies_moved"] == 3
    assert answering(study.campaigns[0])["1"] == study.first.id


def test_an_import_that_failed_on_the_way_recorded_no_answer(
    study: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lms.people.services.roster import applying
    from lms.people.services.roster.sets import Outdated

    def fails(*_given: object) -> None:
        raise Outdated

    before = dump()
    stored = previewed(study.file, study.district.id)
    monkeypatch.setattr(applying, "_let_go", fails)
    stored = applied(stored, answers=MOVE)
    assert stored.state is ImportState.PREVIEW and dump() == before
    assert db.session.scalars(sa.select(RosterTrace)).all() == []
    assert Answers.of(stored).to(1) is Answer.MOVE, "what was chosen is not lost"


@pytest.mark.parametrize("answers", [MOVE, Answers()])
def test_a_campaign_that_closed_keeps_what_moved_its_figures(
    study: SimpleNamespace, answers: Answers
) -> None:
    stored = applied(previewed(study.file, study.district.id), answers=answers)
    close_campaign(None, study.campaigns[0])
    db.session.commit()
    assert db.session.get_one(Campaign, study.campaigns[0].id).state is CampaignState.CLOSED
    if answers is MOVE:
        with pytest.raises(Conflict, match="“Đợt một” đã đóng"):
            roster.begin_undo(None, stored.id)
    else:
        assert undone(stored).state is ImportState.UNDONE and changes() == []


def test_another_answer_given_since_keeps_the_import(study: SimpleNamespace) -> None:
    stored = applied(previewed(study.file, study.district.id), answers=MOVE)
    enrolment = enrolment_of(study.campaigns[1], member("10000000"))
    answer_for_study(None, enrolment, study.first.id, "Tính lại cho đơn vị cũ.")
    db.session.commit()
    with pytest.raises(Conflict, match="đã đổi đơn vị tính kết quả"):
        roster.begin_undo(None, stored.id)
    db.session.rollback()
    db.session.execute(sa.delete(EnrolmentChange).where(EnrolmentChange.reason.like("Tính lại%")))
    db.session.commit()
    assert undone(stored).failure, "the unit is another all the same: nothing is undone"
    assert get_unit(member("10000000").memberships[-1].unit_id).unit_id == study.second.id

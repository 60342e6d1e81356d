"""Handing in: once, unchangeable, stamped, in time or marked late, never too short."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.base import clock
from lms.base.errors import Conflict, Invalid, NotFound
from lms.base.transactions import transaction
from lms.essays import services
from lms.essays.models import EssaySubmission
from lms.essays.queries import get_submission, submissions_of_campaign
from lms.essays.services import CampaignNotOpen
from lms.essays.stamps import stamp_of
from lms.extensions import db
from lms.people.models import Account
from lms.training.models import Enrolment, Requirement
from tests.essays.conftest import Study
from tests.factories.essays import hand_in, make_variant, save, words, write_essay
from tests.factories.people import make_learner
from tests.factories.training import enrolment_of, make_campaign


def test_what_was_checked_is_handed_in_with_its_stamp(study: Study) -> None:
    save(study.writer, study.campaign, understanding=words(15), commitment="hai việc " + words(8))
    submission = services.submit_essay(study.writer, study.campaign.id, 1)
    assert [section["key"] for section in submission.sections] == [
        "understanding",
        "commitment",
        "proposal",
    ]
    assert submission.sections[0]["text"] == words(15)
    assert submission.sections[2] == {"key": "proposal", "title": "Đề xuất", "text": ""}
    assert submission.word_count == 25
    db.session.expire_all()
    stored = get_submission(submission.id)
    assert stored.sha256 == stamp_of(stored.sections)
    enrolment = enrolment_of(study.campaign, study.writer)
    assert enrolment.essay_submitted_at == stored.submitted_at
    assert (stored.number, stored.variant_id) == (1, study.variant.id)


def test_handing_in_twice_is_handing_in_once(study: Study) -> None:
    first = hand_in(study.writer, study.campaign)
    again = services.submit_essay(study.writer, study.campaign.id, 1)
    assert again.id == first.id
    with clock.frozen(study.campaign.closes_at + timedelta(days=1)):
        assert services.submit_essay(study.writer, study.campaign.id, 7).id == first.id


def test_pressing_the_button_from_eight_tabs_at_once_makes_one_submission(
    app: Flask, study: Study
) -> None:
    write_essay(study.writer, study.campaign)
    writer_id, campaign_id = study.writer.id, study.campaign.id
    db.session.commit()
    barrier = Barrier(8)
    receipts: list[tuple[int, str]] = []
    failures: list[BaseException] = []

    def press() -> None:
        barrier.wait()
        try:
            with app.app_context(), transaction():
                account = db.session.get_one(Account, writer_id)
                submission = services.submit_essay(account, campaign_id, 1)
                receipts.append((submission.id, submission.sha256))
        except BaseException as error:
            failures.append(error)

    threads = [Thread(target=press) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(receipts) == 8
    assert len(set(receipts)) == 1
    assert db.session.scalar(sa.select(sa.func.count(EssaySubmission.id))) == 1


def test_too_short_is_refused_with_what_is_wanting(study: Study) -> None:
    write_essay(study.writer, study.campaign, 17)
    with pytest.raises(Invalid, match=r"17 từ.*20 từ.*thêm 3 từ"):
        services.submit_essay(study.writer, study.campaign.id, 1)
    assert enrolment_of(study.campaign, study.writer).essay_submitted_at is None


def test_a_draft_that_was_not_checked_is_not_handed_in(study: Study) -> None:
    write_essay(study.writer, study.campaign, 30)
    write_essay(study.writer, study.campaign, 31)
    with pytest.raises(Conflict):
        services.submit_essay(study.writer, study.campaign.id, 1)


def test_nothing_is_handed_in_before_anything_is_written(study: Study) -> None:
    with pytest.raises(NotFound):
        services.submit_essay(study.writer, study.campaign.id, 0)


def test_after_the_due_moment_it_is_taken_and_after_the_close_not(study: Study) -> None:
    write_essay(study.writer, study.campaign)
    enrolment = enrolment_of(study.campaign, study.writer)
    with (
        clock.frozen(study.campaign.closes_at + timedelta(seconds=1)),
        pytest.raises(CampaignNotOpen),
    ):
        services.submit_essay(study.writer, study.campaign.id, 1)
    with clock.frozen(enrolment.due_at + timedelta(days=1)):
        submission = services.submit_essay(study.writer, study.campaign.id, 1)
    assert submission.submitted_at > enrolment.due_at


def test_an_essay_that_counts_fulfils_the_enrolment(study: Study) -> None:
    campaign = make_campaign(
        study.unit, study.audiences, opened=True, asks_sessions=False, counts_essay=True
    )
    make_variant(campaign, study.audiences.values())
    submission = hand_in(study.writer, campaign)
    assert enrolment_of(campaign, study.writer).fulfilled_at == submission.submitted_at


def test_a_change_of_audience_after_writing_began_keeps_the_variant(study: Study) -> None:
    write_essay(study.writer, study.campaign)
    enrolment = enrolment_of(study.campaign, study.writer)
    enrolment.audience_id = study.audiences["unit_head"].id
    db.session.execute(
        sa.update(Requirement)
        .where(Requirement.audience_id == enrolment.audience_id)
        .values(asks_essay=False)
    )
    db.session.flush()
    submission = services.submit_essay(study.writer, study.campaign.id, 1)
    assert submission.variant_id == study.variant.id


def test_a_released_mark_reaches_the_enrolment(study: Study) -> None:
    submission = hand_in(study.writer, study.campaign)
    at = clock.now()
    services.record_outcome(submission.id, 8.25, "Giỏi", True, at)
    enrolment = enrolment_of(study.campaign, study.writer)
    assert (enrolment.essay_mark, enrolment.essay_band) == (8.25, "Giỏi")
    assert (enrolment.essay_passed, enrolment.essay_released_at) == (True, at)


def test_submissions_of_a_campaign_join_their_enrolments(study: Study) -> None:
    mine = hand_in(study.writer, study.campaign)
    elsewhere = make_campaign(study.unit, study.audiences, opened=True)
    make_variant(elsewhere, study.audiences.values())
    hand_in(study.writer, elsewhere)
    query = submissions_of_campaign(study.campaign.id)
    assert [row.id for row in db.session.scalars(query)] == [mine.id]
    outside = query.where(Enrolment.unit_id != study.unit.id)
    assert db.session.scalars(outside).all() == []
    enrolment_of(study.campaign, study.writer).withdrawn_at = clock.now()
    db.session.flush()
    assert db.session.scalars(query).all() == []


def test_somebody_who_is_not_enrolled_has_nothing_to_hand_in(study: Study) -> None:
    stranger = make_learner(study.unit)
    with pytest.raises(NotFound):
        services.submit_essay(stranger, study.campaign.id, 1)
    with pytest.raises(NotFound):
        write_essay(stranger, study.campaign)

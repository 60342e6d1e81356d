"""Releasing marks: all that were previewed, together, once; then the writer reads the result."""

from __future__ import annotations

from decimal import Decimal

import sqlalchemy as sa

from lms.audit.models import AuditRecord
from lms.base import clock
from lms.extensions import db
from lms.marking.inputs import MarkInput
from lms.marking.models import MarkRelease, ReleasedMark
from lms.marking.queries.outcomes import find_released_outcome
from lms.marking.queries.release import preview_release
from lms.marking.services import change_mark, release_marks
from lms.training.models import Enrolment
from tests.factories.marking import levels_at, make_assignment, make_mark
from tests.factories.people import sign_in
from tests.marking.conftest import Ground
from tests.support.client import PageClient
from tests.support.statements import count_statements


def enrolment_of(ground: Ground, number: int) -> Enrolment:
    enrolment = db.session.get(
        Enrolment, ground.submissions[number].enrolment_id, populate_existing=True
    )
    assert enrolment is not None
    return enrolment


def test_finished_marks_reach_the_enrolments_and_no_others(ground: Ground) -> None:
    best = make_mark(make_assignment(ground.submissions[0], ground.reviewer), 3)
    worst = make_mark(make_assignment(ground.submissions[1], ground.other), 0)
    make_assignment(ground.submissions[2], ground.other)
    release = release_marks(ground.planner, ground.campaign, None, worst.id)
    assert release is not None
    assert release.essay_count == 2
    first, second, third = (enrolment_of(ground, number) for number in range(3))
    assert (first.essay_mark, first.essay_band, first.essay_passed) == (10.0, "Xuất sắc", True)
    assert (second.essay_mark, second.essay_band, second.essay_passed) == (2.0, "Không đạt", False)
    assert first.essay_released_at == second.essay_released_at == release.released_at
    assert third.essay_released_at is None
    assert best.value == 10.0
    entry = db.session.scalars(
        sa.select(AuditRecord).where(AuditRecord.action == "marks.released")
    ).one()
    assert (entry.actor_id, entry.detail["essays"]) == (ground.planner.id, 2)


def test_a_second_press_releases_nothing_more(ground: Ground) -> None:
    mark = make_mark(make_assignment(ground.submissions[0], ground.reviewer))
    assert release_marks(ground.planner, ground.campaign, None, mark.id) is not None
    assert release_marks(ground.planner, ground.campaign, None, mark.id) is None
    assert db.session.scalar(sa.select(sa.func.count()).select_from(MarkRelease)) == 1


def test_what_was_changed_after_the_preview_waits(ground: Ground) -> None:
    seen = make_mark(make_assignment(ground.submissions[0], ground.reviewer), 1)
    moved = make_assignment(ground.submissions[1], ground.reviewer)
    make_mark(moved, 1)
    preview = preview_release(ground.campaign.id, None)
    given = MarkInput(levels_at(ground.variant.id, 3), "", 1)
    change_mark(ground.reviewer, moved, given, "Đọc lại")
    make_mark(make_assignment(ground.submissions[2], ground.other), 1)
    release = release_marks(ground.planner, ground.campaign, None, preview.newest_mark_id)
    assert release is not None
    released = db.session.scalars(sa.select(ReleasedMark.mark_id)).all()
    assert released == [seen.id]


def test_one_audience_is_released_alone(ground: Ground) -> None:
    head = ground.audiences["unit_head"]
    other = enrolment_of(ground, 1)
    other.audience_id = head.id
    marks = [
        make_mark(make_assignment(submission, ground.reviewer))
        for submission in ground.submissions[:3]
    ]
    preview = preview_release(ground.campaign.id, head.id)
    assert preview.count == 1
    assert [(band.band, band.count) for band in preview.bands if band.count] == [("Giỏi", 1)]
    release = release_marks(ground.planner, ground.campaign, head.id, marks[-1].id)
    assert release is not None
    assert release.essay_count == 1
    assert enrolment_of(ground, 1).essay_released_at is not None
    assert enrolment_of(ground, 0).essay_released_at is None


def test_the_newest_mark_of_a_changed_essay_is_released(ground: Ground) -> None:
    assignment = make_assignment(ground.submissions[0], ground.reviewer)
    make_mark(assignment, 0)
    given = MarkInput(levels_at(ground.variant.id, 3), "Xem lại", 1)
    changed = change_mark(ground.reviewer, assignment, given, "Chấm nhầm")
    release_marks(ground.planner, ground.campaign, None, changed.id)
    assert enrolment_of(ground, 0).essay_mark == 10.0


def test_somebody_withdrawn_is_not_released(ground: Ground) -> None:
    mark = make_mark(make_assignment(ground.submissions[0], ground.reviewer))
    enrolment_of(ground, 0).withdrawn_at = clock.now()
    db.session.flush()
    assert release_marks(ground.planner, ground.campaign, None, mark.id) is None


def test_a_release_costs_the_same_for_one_and_for_many(ground: Ground) -> None:
    def cost(numbers: range) -> int:
        marks = [
            make_mark(make_assignment(ground.submissions[number], ground.reviewer))
            for number in numbers
        ]
        with count_statements() as statements:
            assert release_marks(ground.planner, ground.campaign, None, marks[-1].id)
        return len(statements)

    assert cost(range(1)) == cost(range(1, 8))


def test_the_writer_reads_mark_band_levels_and_comment_but_no_reviewer(
    ground: Ground, client: PageClient
) -> None:
    assignment = make_assignment(ground.submissions[0], ground.reviewer)
    mark = make_mark(assignment, 2, "Cam kết rõ,\nnên nêu hạn.")
    sign_in(client, ground.writer)
    address = f"/campaigns/{ground.campaign.id}/essay/submission"
    assert "Cam kết rõ" not in client.get_page(address).html
    assert find_released_outcome(ground.submissions[0].enrolment_id) is None
    release_marks(ground.planner, ground.campaign, None, mark.id)
    db.session.commit()
    page = client.get_page(address)
    for expected in ("Giỏi", "Hiểu bằng lời của mình.", "Cam kết rõ,", "Khá"):
        assert expected in page.text
    for secret in (ground.reviewer.display_name, assignment.pseudonym, "nguoi-"):
        assert secret not in page.html
    outcome = find_released_outcome(ground.submissions[0].enrolment_id)
    assert outcome is not None
    assert Decimal(str(outcome.value)) == Decimal("8.0")
    assert [c.level for c in outcome.criteria] == ["Khá", "Khá"]
    assert ground.reviewer.display_name not in repr(outcome)

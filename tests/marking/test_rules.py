"""Whose essay nobody gets: facts read from the tables, rules applied in preview and by hand."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from lms.base import clock
from lms.base.errors import Conflict, Invalid, NotAllowed, NotFound
from lms.extensions import db
from lms.marking.models import MarkingAssignment
from lms.marking.queries.assignments import lock_campaign
from lms.marking.queries.facts import list_candidates, list_reviewer_facts, list_waiting_essays
from lms.marking.rules import EssayFacts, ReviewerFacts, Rule, find_barrier
from lms.marking.services import (
    apply_allocation,
    declare_conflict,
    pass_on,
    preview_allocation,
    reassign,
    withdraw_conflict,
)
from lms.people.models import Account, Member, PostRank
from lms.people.services import give_post
from lms.training.models import Enrolment
from tests.factories.marking import make_assignment, make_mark, make_reviewer
from tests.factories.people import LONG_AGO, make_member
from tests.marking.conftest import Ground
from tests.support.statements import count_statements


def allocated(ground: Ground, *reviewers: Account) -> dict[int, int]:
    """Preview and apply; returns submission id → reviewer id."""
    ids = [reviewer.id for reviewer in reviewers]
    preview = preview_allocation(ground.campaign, ids, 7)
    apply_allocation(ground.planner, ground.campaign, ids, 7, preview.digest, None)
    return holders()


def holders() -> dict[int, int]:
    query = sa.select(MarkingAssignment.submission_id, MarkingAssignment.reviewer_id).where(
        MarkingAssignment.passed_on_at.is_(None)
    )
    return dict(db.session.execute(query).all())


def test_the_first_rule_that_holds_is_told() -> None:
    reviewer = ReviewerFacts(
        account_id=1,
        member_id=10,
        unit_ids=frozenset({5}),
        head_ids=frozenset({20}),
        conflict_paths=("/1/7/",),
        scope_paths=("/1/",),
    )
    for essay, expected in (
        (EssayFacts(1, 10, ("/1/9/",)), Rule.OWN_ESSAY),
        (EssayFacts(1, 20, ("/1/9/",)), Rule.OWN_HEAD),
        (EssayFacts(1, 30, ("/1/9/",), frozenset({1})), Rule.HAD_IT),
        (EssayFacts(1, 30, ("/1/5/",)), Rule.OWN_CELL),
        (EssayFacts(1, 30, ("/1/9/", "/1/5/")), Rule.OWN_CELL),
        (EssayFacts(1, 30, ("/1/7/8/",)), Rule.CONFLICT),
        (EssayFacts(1, 30, ("/1/9/", "/1/7/")), Rule.CONFLICT),
        (EssayFacts(1, 30, ("/2/9/",)), Rule.OUT_OF_SCOPE),
        (EssayFacts(1, 30, ("/1/5/6/",)), None),  # below one's own unit: allowed
        (EssayFacts(1, 30, ("/1/70/",), frozenset({2})), None),
    ):
        assert find_barrier(reviewer, essay) is expected, essay


def test_essays_are_spread_evenly_and_every_one_is_placed(ground: Ground) -> None:
    given = allocated(ground, ground.reviewer, ground.other)
    assert sorted(given) == sorted(submission.id for submission in ground.submissions)
    assert sorted(list(given.values()).count(r.id) for r in (ground.reviewer, ground.other)) == [
        4,
        4,
    ]


def test_a_reviewer_never_gets_their_own_cell_head_or_essay(ground: Ground) -> None:
    cell = ground.cells[0]
    inside = make_reviewer(ground.district, member=make_member(cell, "Đỗ Minh Cùng"))
    ward = ground.wards[1][0]
    give_post(None, ground.members[2].id, ward.id, "Bí thư", PostRank.UNIT_HEAD, LONG_AGO)
    deputy = make_member(ground.cells[2], "Mai Văn Phó")
    give_post(None, deputy.id, ward.id, "Phó bí thư", PostRank.KEY_CADRE, LONG_AGO)
    under_head = make_reviewer(ground.district, member=deputy)
    by_unit = {e.member_id: e for e in list_waiting_essays(ground.campaign.id)}
    facts = {f.account_id: f for f in list_reviewer_facts([inside.id, under_head.id])}

    def barrier(reviewer: Account, member: Member) -> Rule | None:
        return find_barrier(facts[reviewer.id], by_unit[member.id])

    assert barrier(inside, ground.members[0]) is Rule.OWN_CELL
    assert barrier(inside, ground.members[2]) is None
    assert barrier(under_head, ground.members[2]) is Rule.OWN_HEAD
    assert barrier(under_head, ground.members[4]) is Rule.OWN_CELL
    given = allocated(ground, inside, under_head)
    for essay in by_unit.values():
        reviewer = given.get(essay.submission_id)
        if reviewer is not None:
            assert find_barrier(facts[reviewer], essay) is None


def test_the_head_of_a_cell_has_the_head_above_as_direct_head(ground: Ground) -> None:
    cell, ward = ground.cells[0], ground.wards[0][0]
    head = make_member(cell, "Hà Thị Trưởng")
    give_post(None, head.id, cell.id, "Bí thư", PostRank.UNIT_HEAD, LONG_AGO)
    above = ground.members[6]
    give_post(None, above.id, ward.id, "Bí thư", PostRank.UNIT_HEAD, LONG_AGO)
    [facts] = list_reviewer_facts([make_reviewer(ground.district, member=head).id])
    assert facts.head_ids == {above.id}


def test_a_post_that_ended_rules_nothing(ground: Ground) -> None:
    cell = ground.cells[0]
    post = give_post(None, ground.members[0].id, cell.id, "Bí thư", PostRank.UNIT_HEAD, LONG_AGO)
    reviewer = make_reviewer(ground.district, member=make_member(cell))
    assert list_reviewer_facts([reviewer.id])[0].head_ids == {ground.members[0].id}
    post.valid_to = clock.today()
    db.session.flush()
    assert list_reviewer_facts([reviewer.id])[0].head_ids == frozenset()


def test_a_reviewer_of_one_ward_gets_nothing_from_another(ground: Ground) -> None:
    ward = ground.wards[0][0]
    local = make_reviewer(ward)
    given = allocated(ground, local)
    assert len(given) == 4
    preview = preview_allocation(ground.campaign, [local.id], 1)
    assert preview.count == 0
    assert {tuple(each.barriers) for each in preview.unplaced} == {(Rule.OUT_OF_SCOPE,)}


def test_what_cannot_be_placed_is_told_with_who_and_why(ground: Ground) -> None:
    declare_conflict(ground.planner, ground.reviewer.id, ground.wards[0][0].id, "Có người thân")
    insider = make_reviewer(ground.district, member=make_member(ground.cells[0]))
    preview = preview_allocation(ground.campaign, [ground.reviewer.id, insider.id], 3)
    assert {each.submission_id for each in preview.unplaced} == {
        submission.id for submission in ground.submissions[:2]
    }
    assert dict(preview.unplaced[0].barriers) == {
        Rule.CONFLICT: [ground.reviewer.id],
        Rule.OWN_CELL: [insider.id],
    }
    assert holders() == {}, "a preview stores nothing"


def test_only_what_was_previewed_is_applied(ground: Ground) -> None:
    ids = [ground.reviewer.id, ground.other.id]
    preview = preview_allocation(ground.campaign, ids, 5)
    declare_conflict(ground.planner, ground.reviewer.id, ground.cells[0].id, "Mới biết")
    with pytest.raises(Conflict):
        apply_allocation(ground.planner, ground.campaign, ids, 5, preview.digest, None)
    assert holders() == {}


def test_applying_twice_gives_out_once(ground: Ground) -> None:
    ids = [ground.reviewer.id, ground.other.id]
    preview = preview_allocation(ground.campaign, ids, 5)
    digest = preview.digest
    assert apply_allocation(ground.planner, ground.campaign, ids, 5, digest, None) == 8
    assert apply_allocation(ground.planner, ground.campaign, ids, 5, digest, None) == 0
    assert len(holders()) == 8


def test_new_submissions_top_up_the_lighter_reviewer(ground: Ground) -> None:
    for submission in ground.submissions[:5]:
        make_assignment(submission, ground.reviewer)
    given = allocated(ground, ground.reviewer, ground.other)
    assert [given[s.id] for s in ground.submissions[5:]] == [ground.other.id] * 3


def test_withdrawn_members_are_left_out(ground: Ground) -> None:
    enrolment = db.session.get(Enrolment, ground.submissions[0].enrolment_id)
    assert enrolment is not None
    enrolment.withdrawn_at = clock.now()
    db.session.flush()
    assert ground.submissions[0].id not in allocated(ground, ground.reviewer)


def test_only_reviewers_of_the_campaign_may_be_chosen(ground: Ground) -> None:
    names = [candidate.name for candidate in list_candidates(ground.campaign)]
    assert names == ["Lý Thị Đọc", "Phạm Văn Chấm"]
    for wrong in ([], [ground.planner.id], [ground.reviewer.id, 999_999]):
        with pytest.raises(Invalid):
            preview_allocation(ground.campaign, wrong, 1)


def test_the_statements_of_a_preview_do_not_grow_with_reviewers(ground: Ground) -> None:
    def cost(reviewers: list[Account]) -> int:
        with count_statements() as statements:
            preview_allocation(ground.campaign, [r.id for r in reviewers], 1)
        return len(statements)

    few = cost([ground.reviewer])
    more = [
        make_reviewer(ground.district, member=make_member(cell))
        for cell in ground.cells
        for _ in range(3)
    ]
    assert cost([ground.reviewer, *more]) == few


def test_passing_on_goes_to_the_one_with_least_left_who_may(ground: Ground) -> None:
    mine = make_assignment(ground.submissions[0], ground.reviewer)
    barred = make_reviewer(ground.district, member=make_member(ground.cells[0]))
    make_assignment(ground.submissions[1], barred)
    for submission in ground.submissions[2:4]:
        make_assignment(submission, ground.other)
    busy = make_reviewer(ground.district)
    for submission in ground.submissions[4:7]:
        make_assignment(submission, busy)
    assert pass_on(ground.reviewer, mine.pseudonym, "Nhận ra lời kể") is True
    assert holders()[ground.submissions[0].id] == ground.other.id


def test_without_another_reviewer_the_organiser_decides(ground: Ground) -> None:
    mine = make_assignment(ground.submissions[0], ground.reviewer)
    assert pass_on(ground.reviewer, mine.pseudonym, "Nhận ra") is False
    assert ground.submissions[0].id not in holders()
    with pytest.raises(Invalid):
        reassign(ground.planner, ground.campaign, mine.id, ground.reviewer.id)
    reassign(ground.planner, ground.campaign, mine.id, ground.other.id)
    assert holders()[ground.submissions[0].id] == ground.other.id
    second = make_reviewer(ground.district)
    reassign(ground.planner, ground.campaign, mine.id, second.id)
    assert holders()[ground.submissions[0].id] == second.id
    rows = db.session.scalars(sa.select(MarkingAssignment)).all()
    assert len({row.pseudonym for row in rows}) == len(rows) == 3


def test_a_finished_essay_is_not_reassigned(ground: Ground) -> None:
    make_assignment(ground.submissions[1], ground.other)
    mine = make_assignment(ground.submissions[0], ground.reviewer)
    pass_on(ground.reviewer, mine.pseudonym, "Nhận ra")
    taken = db.session.scalars(
        sa.select(MarkingAssignment).where(
            MarkingAssignment.submission_id == ground.submissions[0].id,
            MarkingAssignment.passed_on_at.is_(None),
        )
    ).one()
    make_mark(taken)
    third = make_reviewer(ground.district)
    with pytest.raises(NotAllowed):
        reassign(ground.planner, ground.campaign, mine.id, third.id)
    with pytest.raises(NotFound):
        reassign(ground.planner, ground.campaign, taken.id, third.id)


def test_a_declared_conflict_takes_unfinished_essays_away(ground: Ground) -> None:
    first, second, third = ground.submissions[0], ground.submissions[1], ground.submissions[4]
    kept = make_mark(make_assignment(first, ground.reviewer))
    make_assignment(second, ground.reviewer)
    make_assignment(third, ground.reviewer)
    make_assignment(ground.submissions[7], ground.other)
    moved = declare_conflict(
        ground.planner, ground.reviewer.id, ground.wards[0][0].id, "Từng là bí thư"
    )
    assert moved == 1
    given = holders()
    assert given[second.id] == ground.other.id
    assert given[third.id] == ground.reviewer.id
    assert given[first.id] == ground.reviewer.id == kept.author_id
    withdraw_conflict(ground.planner, ground.reviewer.id, ground.wards[0][0].id)
    assert list_reviewer_facts([ground.reviewer.id])[0].conflict_paths == ()
    with pytest.raises(NotFound):
        withdraw_conflict(ground.planner, ground.reviewer.id, ground.wards[0][0].id)


def test_the_campaign_is_the_lock_and_must_exist(ground: Ground) -> None:
    lock_campaign(ground.campaign.id)
    with pytest.raises(sa.exc.NoResultFound):
        lock_campaign(999_999)

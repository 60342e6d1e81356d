"""Facts for the rules: who may mark in a campaign, and which essays wait for a reviewer.

A constant number of statements, however many reviewers and essays.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.access.models import Appointment
from lms.access.policy import Permission, roles_with
from lms.access.queries import in_force
from lms.base import clock
from lms.base.paging import AnySelect
from lms.essays.models import EssaySubmission
from lms.essays.queries import submissions_of_campaign
from lms.extensions import db
from lms.marking.models import MarkingAssignment, ReviewerConflict
from lms.marking.queries.marks import is_newest_submission
from lms.marking.rules import EssayFacts, ReviewerFacts, find_barrier
from lms.people.models import Account, Member, Membership, MembershipKind, Post, PostRank
from lms.people.queries import present_unit_of
from lms.training.models import Campaign, Enrolment
from lms.units.models import UnitVersion
from lms.units.queries import get_standing, is_present, present_of, under, valid_on


@dataclass(frozen=True)
class Candidate:
    """An account that may mark in a campaign; `where` names the units of its appointments."""

    account_id: int
    name: str
    where: str


def list_candidates(campaign: Campaign) -> Sequence[Candidate]:
    """Accounts appointed as reviewers above, at or below a campaign's unit, by name."""
    path = get_standing(campaign.unit_id).path
    above = [int(part) for part in path.strip("/").split("/")]
    query = (
        sa.select(Account.id, Account.display_name, UnitVersion.short_name)
        .join(Appointment, Appointment.account_id == Account.id)
        .join(UnitVersion, UnitVersion.unit_id == Appointment.unit_id)
        .where(
            Appointment.role.in_(roles_with(Permission.ESSAY_MARK)),
            in_force(clock.today()),
            is_present(),
            Account.is_disabled.is_(False),
            sa.or_(under(path), UnitVersion.unit_id.in_(above)),
        )
        .order_by(Account.display_name, Account.id, UnitVersion.sort_key)
    )
    found: dict[tuple[int, str], list[str]] = defaultdict(list)
    for account_id, name, unit in db.session.execute(query):
        found[account_id, name].append(unit)
    return [Candidate(*key, ", ".join(units)) for key, units in found.items()]


def list_reviewer_facts(account_ids: Collection[int]) -> list[ReviewerFacts]:
    """What the rules ask of some reviewers, in the order of their ids."""
    today = clock.today()
    members = dict(
        db.session.execute(
            sa.select(Account.id, Account.member_id).where(
                Account.id.in_(account_ids), Account.is_disabled.is_(False)
            )
        ).all()
    )
    member_ids = {member_id for member_id in members.values() if member_id is not None}
    cells = _cells(member_ids)
    heads = _direct_heads(cells, _units_of_posts(member_ids, today), today)
    conflicts = _paths(
        sa.select(ReviewerConflict.account_id, UnitVersion.path)
        .join(UnitVersion, present_of(ReviewerConflict.unit_id))
        .where(ReviewerConflict.account_id.in_(account_ids))
    )
    scopes = _paths(
        sa.select(Appointment.account_id, UnitVersion.path)
        .join(UnitVersion, UnitVersion.unit_id == Appointment.unit_id)
        .where(
            Appointment.account_id.in_(account_ids),
            Appointment.role.in_(roles_with(Permission.ESSAY_MARK)),
            in_force(today),
            is_present(),
        )
    )
    return [
        ReviewerFacts(
            account_id=account_id,
            member_id=member_id,
            unit_ids=frozenset(cells.get(member_id or 0, ())),
            head_ids=frozenset(heads.get(member_id or 0, ())),
            conflict_paths=tuple(conflicts.get(account_id, ())),
            scope_paths=tuple(scopes.get(account_id, ())),
        )
        for account_id, member_id in sorted(members.items())
    ]


def _paths(query: AnySelect) -> Mapping[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for key, path in db.session.execute(query):
        found[key].append(path)
    return found


def _cells(member_ids: Collection[int]) -> dict[int, set[int]]:
    """Member → units they belong to now, also for a time."""
    found: dict[int, set[int]] = defaultdict(set)
    query = sa.select(Membership.member_id, Membership.unit_id).where(
        Membership.member_id.in_(member_ids), valid_on(Membership)
    )
    for member_id, unit_id in db.session.execute(query):
        found[member_id].add(unit_id)
    return found


def _units_of_posts(member_ids: Collection[int], on: date) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    query = sa.select(Post.member_id, Post.unit_id).where(
        Post.member_id.in_(member_ids),
        Post.valid_from <= on,
        sa.or_(Post.valid_to.is_(None), Post.valid_to > on),
    )
    for member_id, unit_id in db.session.execute(query):
        found[member_id].add(unit_id)
    return found


def _direct_heads(
    cells: Mapping[int, set[int]], posts: Mapping[int, set[int]], on: date
) -> dict[int, set[int]]:
    """Member → heads of the units they belong to or hold a post in; where they are the head
    themselves, the heads of the unit above."""
    around = {
        member_id: cells.get(member_id, set()) | posts.get(member_id, set())
        for member_id in {*cells, *posts}
    }
    unit_ids: set[int] = set().union(*around.values())
    parents = dict(
        db.session.execute(
            sa.select(UnitVersion.unit_id, UnitVersion.parent_id).where(
                UnitVersion.unit_id.in_(unit_ids), is_present()
            )
        ).all()
    )
    wanted = unit_ids | {parent for parent in parents.values() if parent is not None}
    heads: dict[int, set[int]] = defaultdict(set)
    query = sa.select(Post.unit_id, Post.member_id).where(
        Post.unit_id.in_(wanted),
        Post.rank == PostRank.UNIT_HEAD,
        Post.valid_from <= on,
        sa.or_(Post.valid_to.is_(None), Post.valid_to > on),
    )
    for unit_id, member_id in db.session.execute(query):
        heads[unit_id].add(member_id)
    found: dict[int, set[int]] = {}
    for member_id, units in around.items():
        above: set[int] = set()
        for unit_id in units:
            above |= heads[unit_id]
            if member_id in heads[unit_id]:
                above |= heads[parents.get(unit_id) or 0]
        found[member_id] = above - {member_id}
    return found


def _live_assignment() -> sa.ColumnElement[bool]:
    return (
        sa.select(MarkingAssignment.id)
        .where(
            MarkingAssignment.submission_id == EssaySubmission.id,
            MarkingAssignment.passed_on_at.is_(None),
        )
        .correlate(EssaySubmission)
        .exists()
    )


def list_waiting_essays(campaign_id: int) -> list[EssayFacts]:
    """Essays of a campaign that no reviewer has: handed in last, not withdrawn."""
    return _essay_facts(
        submissions_of_campaign(campaign_id).where(is_newest_submission(), ~_live_assignment())
    )


def get_essay_facts(campaign_id: int, submission_id: int) -> EssayFacts | None:
    """What the rules ask of one essay of a campaign."""
    found = _essay_facts(
        submissions_of_campaign(campaign_id).where(EssaySubmission.id == submission_id)
    )
    return found[0] if found else None


def _essay_facts(submissions: AnySelect) -> list[EssayFacts]:
    home = aliased(UnitVersion)
    query = (
        submissions.with_only_columns(
            EssaySubmission.id,
            Enrolment.member_id,
            Enrolment.unit_id,
            UnitVersion.path,
            home.path,
            maintain_column_froms=True,
        )
        .join(Member, Member.id == Enrolment.member_id)
        .outerjoin(UnitVersion, present_unit_of(Enrolment.unit_id, Enrolment.member_id))
        .outerjoin(
            Membership,
            sa.and_(
                Membership.member_id == Member.id,
                Membership.kind == MembershipKind.MAIN,
                valid_on(Membership),
            ),
        )
        .outerjoin(home, sa.and_(home.unit_id == Membership.unit_id, is_present(of=home)))
        .order_by(EssaySubmission.id)
    )
    rows = db.session.execute(query).all()
    given = _given_to(submissions)
    return [
        EssayFacts(
            submission_id,
            member_id,
            tuple(dict.fromkeys((path or f"/{unit_id}/", home_path or path or f"/{unit_id}/"))),
            frozenset(given.get(submission_id, ())),
        )
        for submission_id, member_id, unit_id, path, home_path in rows
    ]


def _given_to(submissions: AnySelect) -> Mapping[int, set[int]]:
    """Submission → everybody who was ever given it."""
    ids = submissions.with_only_columns(EssaySubmission.id, maintain_column_froms=True)
    query = sa.select(MarkingAssignment.submission_id, MarkingAssignment.reviewer_id).where(
        MarkingAssignment.submission_id.in_(ids)
    )
    found: dict[int, set[int]] = defaultdict(set)
    for submission_id, reviewer_id in db.session.execute(query):
        found[submission_id].add(reviewer_id)
    return found


@dataclass(frozen=True)
class Load:
    """What a reviewer holds in a campaign: in all, and not finished yet."""

    total: int = 0
    unfinished: int = 0


def list_loads(campaign_id: int) -> dict[int, Load]:
    """Loads by account id of everybody who holds something in a campaign."""
    total = sa.func.count()
    finished = sa.func.count(MarkingAssignment.finished_at)
    query = (
        sa.select(MarkingAssignment.reviewer_id, total, total - finished)
        .join(EssaySubmission, EssaySubmission.id == MarkingAssignment.submission_id)
        .join(Enrolment, Enrolment.id == EssaySubmission.enrolment_id)
        .where(Enrolment.campaign_id == campaign_id, MarkingAssignment.passed_on_at.is_(None))
        .group_by(MarkingAssignment.reviewer_id)
    )
    return {
        reviewer_id: Load(count, unfinished)
        for reviewer_id, count, unfinished in db.session.execute(query)
    }


def find_names(account_ids: Iterable[int]) -> dict[int, str]:
    """Display names by account id."""
    query = sa.select(Account.id, Account.display_name).where(Account.id.in_(set(account_ids)))
    return dict(db.session.execute(query).all())


def count_waiting(campaign_id: int) -> int:
    """How many essays of a campaign no reviewer has."""
    query = submissions_of_campaign(campaign_id).where(is_newest_submission(), ~_live_assignment())
    counted = query.with_only_columns(sa.func.count(), maintain_column_froms=True)
    return db.session.scalar(counted) or 0


def list_allowed(campaign: Campaign, submission_id: int) -> list[int]:
    """Account ids of the campaign's reviewers whom no rule keeps from an essay."""
    essay = get_essay_facts(campaign.id, submission_id)
    if essay is None:
        return []
    candidates = [candidate.account_id for candidate in list_candidates(campaign)]
    return [
        reviewer.account_id
        for reviewer in list_reviewer_facts(candidates)
        if find_barrier(reviewer, essay) is None
    ]

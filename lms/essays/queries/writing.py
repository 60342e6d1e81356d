"""Reads of what members write: the ground to write on, drafts, submissions."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from lms.base import clock
from lms.base.errors import NotFound
from lms.essays.models import (
    Essay,
    EssayDraft,
    EssaySubmission,
    EssayTask,
    EssayVariant,
    EssayVariantAudience,
)
from lms.extensions import db
from lms.training.models import Campaign, CampaignState, Enrolment
from lms.training.queries.enrolments import Study, is_open_now, studies


@dataclass(frozen=True)
class Writing:
    """A member's study with the essay they write and the variant they write on.

    `essay` is None before the first save; then `variant` is what their audience gets now, None
    while nobody has made one for it.
    """

    study: Study
    essay: Essay | None
    variant: EssayVariant | None

    @property
    def is_submitted(self) -> bool:
        return self.essay is not None and self.essay.submitted_at is not None

    @property
    def is_open(self) -> bool:
        """Whether the campaign takes what is written now."""
        return self.study.is_open

    @property
    def is_ahead(self) -> bool:
        """Whether the campaign takes it later, not yet."""
        return self.study.campaign.opens_at > clock.now()

    @property
    def is_late(self) -> bool:
        """Whether the due moment has passed."""
        return self.study.enrolment.due_at < clock.now()


def get_writing(member_id: int, campaign_id: int) -> Writing:
    """One statement. NotFound when they are not enrolled, or not asked for an essay."""
    query = (
        studies()
        .add_columns(Essay, EssayVariant)
        .outerjoin(Essay, Essay.enrolment_id == Enrolment.id)
        .outerjoin(EssayTask, EssayTask.campaign_id == Enrolment.campaign_id)
        .outerjoin(
            EssayVariantAudience,
            sa.and_(
                EssayVariantAudience.task_id == EssayTask.id,
                EssayVariantAudience.audience_id == Enrolment.audience_id,
            ),
        )
        .outerjoin(
            EssayVariant,
            EssayVariant.id == sa.func.coalesce(Essay.variant_id, EssayVariantAudience.variant_id),
        )
        .where(Enrolment.member_id == member_id, Enrolment.campaign_id == campaign_id)
    )
    row = db.session.execute(query).first()
    if row is None:
        raise NotFound
    enrolment, requirement, essay, variant = row
    if essay is None and not requirement.asks_essay:
        raise NotFound
    return Writing(Study(enrolment, enrolment.campaign, requirement), essay, variant)


@dataclass(frozen=True)
class LockedEssay:
    """An essay that nobody else changes until the transaction ends."""

    essay: Essay
    enrolment: Enrolment
    campaign: Campaign

    @property
    def is_open(self) -> bool:
        return is_open_now(self.campaign)


def lock_essay(
    member_id: int, campaign_id: int, with_enrolment: bool = False
) -> LockedEssay | None:
    """A member's essay locked for a change, as it stands once the lock is ours; None before the
    first save. `with_enrolment` locks the enrolment too."""
    locked = (Essay, Enrolment) if with_enrolment else (Essay,)
    query = (
        sa.select(Essay, Enrolment, Campaign)
        .join(Enrolment, Enrolment.id == Essay.enrolment_id)
        .join(Campaign, Campaign.id == Enrolment.campaign_id)
        .where(
            Enrolment.member_id == member_id,
            Enrolment.campaign_id == campaign_id,
            Enrolment.withdrawn_at.is_(None),
            Campaign.state != CampaignState.DRAFT,
        )
        .with_for_update(of=locked)
        .execution_options(populate_existing=True)
    )
    row = db.session.execute(query).first()
    return LockedEssay(*row) if row is not None else None


def find_head(essay: Essay | None) -> EssayDraft | None:
    """The newest draft saved on top of the one before it; None before the first save."""
    if essay is None or not essay.revision:
        return None
    return db.session.scalar(
        sa.select(EssayDraft).where(
            EssayDraft.essay_id == essay.id, EssayDraft.revision == essay.revision
        )
    )


def get_draft(essay_id: int, revision: int) -> EssayDraft:
    """One save of an essay; NotFound if it has none with this number."""
    draft = db.session.scalar(
        sa.select(EssayDraft).where(
            EssayDraft.essay_id == essay_id, EssayDraft.revision == revision
        )
    )
    if draft is None:
        raise NotFound
    return draft


def draft_list(essay_id: int) -> sa.Select[int, datetime, int, bool, int | None]:
    """All saves of an essay without their texts, newest first: rows with revision, saved_at,
    word_count, is_aside, restored_from."""
    return (
        sa.select(
            EssayDraft.revision,
            EssayDraft.saved_at,
            EssayDraft.word_count,
            EssayDraft.is_aside,
            EssayDraft.restored_from,
        )
        .where(EssayDraft.essay_id == essay_id)
        .order_by(EssayDraft.revision.desc())
    )


def find_submission(essay_id: int) -> EssaySubmission | None:
    """The newest submission of an essay."""
    return db.session.scalar(
        sa.select(EssaySubmission)
        .where(EssaySubmission.essay_id == essay_id)
        .order_by(EssaySubmission.number.desc())
        .limit(1)
    )


def get_submission(submission_id: int) -> EssaySubmission:
    """A submission by id. Who may see it is for the caller to say."""
    submission = db.session.get(EssaySubmission, submission_id)
    if submission is None:
        raise NotFound
    return submission


def submissions_of_campaign(campaign_id: int) -> sa.Select[EssaySubmission]:
    """Submissions of a campaign joined with their Enrolment, withdrawn people left out: add
    conditions and columns of either."""
    return (
        sa.select(EssaySubmission)
        .join(Enrolment, Enrolment.id == EssaySubmission.enrolment_id)
        .where(Enrolment.campaign_id == campaign_id, Enrolment.withdrawn_at.is_(None))
    )

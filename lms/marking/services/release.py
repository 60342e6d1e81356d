"""The command that makes marks known: all that were previewed, together, once."""

import sqlalchemy as sa

from lms.audit.services import record
from lms.base import clock
from lms.essays.services.outcomes import ReleasedOutcome, record_outcomes
from lms.extensions import db
from lms.marking.models import MarkRelease, ReleasedMark
from lms.marking.queries.assignments import lock_campaign
from lms.marking.queries.release import list_releasable, lock_finished
from lms.marking.queries.sheets import load_sheets
from lms.marking.scoring import judge, to_decimal
from lms.people.models import Account
from lms.training.models import Campaign


def release_marks(
    actor: Account, campaign: Campaign, audience_id: int | None, newest_mark_id: int
) -> MarkRelease | None:
    """Release the finished marks of an audience (None: of all); None when nothing is left to.

    `newest_mark_id` is the newest mark of the preview: an essay whose mark was made or changed
    later stays for the next release, so that only what was looked at is made known.
    """
    lock_campaign(campaign.id)
    lock_finished(campaign.id, audience_id)
    marks = [
        mark for mark in list_releasable(campaign.id, audience_id) if mark.mark_id <= newest_mark_id
    ]
    if not marks:
        return None
    moment = clock.now()
    release = MarkRelease(
        campaign_id=campaign.id,
        audience_id=audience_id,
        released_by_id=actor.id,
        released_at=moment,
        essay_count=len(marks),
    )
    db.session.add(release)
    db.session.flush()
    db.session.execute(
        sa.insert(ReleasedMark),
        [
            {
                "mark_id": mark.mark_id,
                "release_id": release.id,
                "submission_id": mark.submission_id,
            }
            for mark in marks
        ],
    )
    sheets = load_sheets(mark.variant_id for mark in marks)
    outcomes = []
    for mark in marks:
        score = judge(sheets[mark.variant_id].rubric, to_decimal(mark.value))
        outcomes.append(ReleasedOutcome(mark.submission_id, mark.value, score.band, score.passed))
    record_outcomes(outcomes, moment)
    record(
        actor.id,
        "marks.released",
        f"campaign:{campaign.id}",
        audience_id=audience_id,
        essays=len(marks),
        release_id=release.id,
    )
    db.session.flush()
    return release

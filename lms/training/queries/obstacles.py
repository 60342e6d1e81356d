"""Which studies depend on people whom a roster import added or changed."""

from collections.abc import Sequence

import sqlalchemy as sa
from flask_babel import ngettext

from lms.extensions import db
from lms.people.undoing import Undoing
from lms.training.models import Enrolment


def studies_in_the_way(undoing: Undoing) -> Sequence[str]:
    """A sentence when people have been enrolled since the import, or were never without it."""
    query = sa.select(sa.func.count(sa.distinct(Enrolment.member_id))).where(
        sa.or_(
            Enrolment.member_id.in_(undoing.created),
            sa.and_(
                Enrolment.enrolled_at >= undoing.since, Enrolment.member_id.in_(undoing.touched)
            ),
        )
    )
    count = db.session.scalar(query) or 0
    if not count:
        return []
    sentence = ngettext(
        "%(num)s người đã được đưa vào đợt học sau lần nhập này.",
        "%(num)s người đã được đưa vào đợt học sau lần nhập này.",
        count,
    )
    return [sentence]

"""Materials of a session: added, changed, withdrawn by those who prepare it; opened by learners."""

from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.audit.services import record
from lms.base import clock
from lms.base.errors import NotAllowed, NotFound
from lms.base.vietnamese import clean
from lms.extensions import db
from lms.files.services import ReceivedFile, keep_file
from lms.people.models import Account
from lms.training.models import Enrolment, Material, MaterialOpening, TrainingSession
from lms.training.queries.enrolments import get_study_for_update
from lms.training.queries.materials import count_unopened, is_published, next_position
from lms.training.services.campaigns import refuse_closed
from lms.training.services.progress import record_materials_read

MOST_TITLE = 200


def add_material(
    actor: Account | None,
    session: TrainingSession,
    title: str,
    published_at: datetime,
    file: ReceivedFile,
) -> Material:
    """Add a file to a session; without a title it is called as the file is."""
    refuse_closed(session.campaign)
    material = Material(
        session_id=session.id,
        title=_title(title, file),
        position=next_position(session.id),
        file_id=keep_file(actor.id if actor else None, file).id,
        published_at=published_at,
        uploaded_by_id=actor.id if actor else None,
    )
    db.session.add(material)
    db.session.flush()
    record(
        actor.id if actor else None,
        "material.added",
        f"material:{material.id}",
        session_id=session.id,
        file_id=material.file_id,
    )
    return material


def change_material(
    actor: Account | None,
    material: Material,
    title: str,
    published_at: datetime,
    file: ReceivedFile | None = None,
) -> None:
    """Change title or publication time, or put another file in its place."""
    refuse_closed(material.session.campaign)
    _refuse_withdrawn(material)
    before = {"file_id": material.file_id, "published_at": material.published_at.isoformat()}
    material.title = clean(title)[:MOST_TITLE] or (_title(title, file) if file else material.title)
    material.published_at = published_at
    if file is not None:
        material.file_id = keep_file(actor.id if actor else None, file).id
    db.session.flush()
    actor_id = actor.id if actor else None
    record(actor_id, "material.changed", f"material:{material.id}", before=before)


def withdraw_material(actor: Account | None, material: Material) -> None:
    """Take a material away from learners; who had opened it stays known.

    Learners who have opened all that is left have read the materials.
    """
    refuse_closed(material.session.campaign)
    _refuse_withdrawn(material)
    material.withdrawn_at = clock.now()
    db.session.flush()
    _settle(material.session.campaign_id)
    actor_id = actor.id if actor else None
    record(actor_id, "material.withdrawn", f"material:{material.id}")


def record_opening(enrolment_id: int, material_id: int, at: datetime) -> None:
    """Note that a learner opened a material; the first time counts, and only while the campaign
    takes what learners do."""
    try:
        study = get_study_for_update(enrolment_id)
    except NotFound:
        return
    if not study.is_open:
        return
    key = {"enrolment_id": enrolment_id, "material_id": material_id}
    if db.session.get(MaterialOpening, key) is None:
        db.session.add(MaterialOpening(**key, opened_at=at))
        db.session.flush()
    if count_unopened(enrolment_id, study.campaign.id) == 0:
        record_materials_read(enrolment_id, at)


def _settle(campaign_id: int) -> None:
    """Mark the materials as read for all who have opened every published one."""
    opened = sa.select(MaterialOpening.material_id).where(
        MaterialOpening.enrolment_id == Enrolment.id
    )
    left = (
        sa.select(Material.id)
        .join(TrainingSession, TrainingSession.id == Material.session_id)
        .where(TrainingSession.campaign_id == campaign_id, is_published())
        .where(Material.id.not_in(opened.correlate(Enrolment)))
        .correlate(Enrolment)
    )
    db.session.execute(
        sa.update(Enrolment)
        .where(
            Enrolment.campaign_id == campaign_id,
            Enrolment.materials_read_at.is_(None),
            opened.correlate(Enrolment).exists(),
            ~left.exists(),
        )
        .values(materials_read_at=clock.now())
        .execution_options(synchronize_session=False)
    )


def _title(title: str, file: ReceivedFile) -> str:
    return clean(title)[:MOST_TITLE] or file.name.rpartition(".")[0]


def _refuse_withdrawn(material: Material) -> None:
    if material.withdrawn_at is not None:
        raise NotAllowed(_("Tài liệu này đã được rút."))

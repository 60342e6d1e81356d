"""Which records wait for their seal."""

import sqlalchemy as sa

from lms.audit.models import AuditRecord, AuditSeal
from lms.extensions import db

WINDOW = 20_000
"""How far below the newest sealed id a record is looked for every minute: ids are given out before
their transactions commit, so a lower one may appear late."""


def unsealed(is_thorough: bool = False) -> sa.Select[AuditRecord]:
    """Records without a seal: near the end of the chain, or all."""
    sealed = sa.select(AuditSeal.record_id).where(AuditSeal.record_id == AuditRecord.id).exists()
    query = sa.select(AuditRecord).where(~sealed)
    if not is_thorough:
        newest = db.session.scalar(sa.select(sa.func.max(AuditSeal.record_id))) or 0
        query = query.where(AuditRecord.id > newest - WINDOW)
    return query

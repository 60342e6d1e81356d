"""Reads of the audit record."""

import sqlalchemy as sa

from lms.audit.models import AuditRecord


def search_records(action: str = "", subject: str = "") -> sa.Select[AuditRecord]:
    """Records whose action and subject begin so, the newest first."""
    query = sa.select(AuditRecord).order_by(AuditRecord.id.desc())
    if action:
        query = query.where(AuditRecord.action.startswith(action, autoescape=True))
    if subject:
        query = query.where(AuditRecord.subject.startswith(subject, autoescape=True))
    return query

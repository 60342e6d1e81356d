"""Background work of the audit record: seal what was recorded, every minute."""

import logging

from lms.audit.sealer import seal_all
from lms.audit.services.sealing import BrokenHead
from lms.base.background import Schedule, job

logger = logging.getLogger(__name__)


@job(Schedule())
def seal_records() -> None:
    """Seal what has been recorded since the last time, batch by batch."""
    try:
        seal_all()
    except BrokenHead:
        logger.critical("The audit record's head was tampered with: run `flask audit verify`")


@job(Schedule(minute="15", hour="19"))
def seal_stragglers() -> None:
    """Once a night look through all records for one that was left without a seal."""
    try:
        seal_all(is_thorough=True)
    except BrokenHead:
        logger.critical("The audit record's head was tampered with: run `flask audit verify`")

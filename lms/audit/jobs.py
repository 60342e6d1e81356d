"""Background work of the audit record: seal what was recorded, every minute."""

import logging

from lms.audit.keys import signing_key
from lms.audit.services.sealing import BATCH, BrokenHead, seal_next
from lms.base.background import Schedule, job
from lms.base.transactions import transaction

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


def seal_all(is_thorough: bool = False) -> int:
    """Seal whatever waits, in transactions of one batch each; returns how many records."""
    total = 0
    while True:
        with transaction():
            sealed = seal_next(signing_key(), BATCH, is_thorough)
        total += sealed
        if sealed < BATCH:
            return total

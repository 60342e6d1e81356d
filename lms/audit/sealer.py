"""One round of sealing, for the job and for the command: a transaction per batch."""

from lms.audit.keys import signing_key
from lms.audit.services.sealing import BATCH, seal_next
from lms.base.transactions import transaction


def seal_all(is_thorough: bool = False) -> int:
    """Seal whatever waits, in transactions of one batch each; returns how many records."""
    total = 0
    while True:
        with transaction():
            sealed = seal_next(signing_key(), BATCH, is_thorough)
        total += sealed
        if sealed < BATCH:
            return total

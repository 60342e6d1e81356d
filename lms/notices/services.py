"""Commands on the outbox: queue a letter. It is sent behind the request, after the commit."""

from datetime import datetime, timedelta

from lms.base import clock
from lms.base.background import enqueue
from lms.base.sealing import seal
from lms.base.vietnamese import clean
from lms.extensions import db
from lms.notices.delivery import SEALED_FOR, deliver_mail
from lms.notices.models import OutgoingMail

WORTH = timedelta(days=2)


def queue_mail(
    account_id: int | None,
    address: str,
    subject: str,
    text: str,
    html: str = "",
    worth_until: datetime | None = None,
) -> OutgoingMail:
    """Put a letter into the outbox. After `worth_until` (two days) it is not sent any more."""
    moment = clock.now()
    mail = OutgoingMail(
        account_id=account_id,
        address=address,
        subject=clean(subject)[:200],
        sealed_text=seal(text, SEALED_FOR),
        sealed_html=seal(html, SEALED_FOR) if html else "",
        created_at=moment,
        worth_until=worth_until or moment + WORTH,
        next_try_at=moment,
    )
    db.session.add(mail)
    db.session.flush()
    enqueue(deliver_mail, mail.id)
    return mail

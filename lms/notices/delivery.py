"""Sending what waits in the outbox: by SMTP where SMTP_URL names a server; else, for development,
each letter becomes a file in INSTANCE_DIR/mail. A letter that fails is tried again, ever later."""

import logging
import smtplib
from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from ssl import create_default_context
from urllib.parse import unquote, urlsplit

import sqlalchemy as sa
from flask import current_app

from lms.base import clock
from lms.base.background import Schedule, job
from lms.base.sealing import unseal
from lms.base.transactions import transaction
from lms.extensions import db
from lms.notices.models import OutgoingMail

logger = logging.getLogger(__name__)

SEALED_FOR = "outgoing-mail"
MOST_TRIES = 8
SECONDS = 20
AT_A_TIME = 50


@job()
def deliver_mail(mail_id: int) -> None:
    """Try to send one letter. It is taken first, so that no two workers send it."""
    with transaction():
        mail = _take(mail_id)
        if mail is None:
            return
        message = _compose(mail)
    fault = _send(message, mail_id)
    with transaction():
        _note(mail_id, fault)


@job(Schedule())
def deliver_waiting() -> None:
    """Every minute: what is due again, and what was queued and forgotten."""
    with transaction():
        ids = db.session.scalars(
            sa.select(OutgoingMail.id)
            .where(OutgoingMail.next_try_at <= clock.now())
            .order_by(OutgoingMail.id)
            .limit(AT_A_TIME)
        ).all()
    for mail_id in ids:
        deliver_mail(mail_id)


def can_send_mail() -> bool:
    """Whether letters reach anybody: a page promises one only then."""
    return bool(current_app.config["SMTP_URL"])


def _take(mail_id: int) -> OutgoingMail | None:
    mail = db.session.scalar(
        sa.select(OutgoingMail).where(OutgoingMail.id == mail_id).with_for_update()
    )
    moment = clock.now()
    if mail is None or mail.next_try_at is None or mail.next_try_at > moment:
        return None
    if mail.worth_until <= moment:
        _close(mail, "too late")
        return None
    mail.tries += 1
    mail.next_try_at = moment + timedelta(minutes=2**mail.tries)
    return mail


def _compose(mail: OutgoingMail) -> EmailMessage:
    sender = current_app.config["MAIL_FROM"] or "thu-hoach@localhost"
    message = EmailMessage()
    message["From"] = sender
    message["To"] = mail.address
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.created_at)
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2].rstrip(">"))
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(unseal(mail.sealed_text, SEALED_FOR))
    if mail.sealed_html:
        message.add_alternative(unseal(mail.sealed_html, SEALED_FOR), subtype="html")
    return message


def _send(message: EmailMessage, mail_id: int) -> str | None:
    """Send it; None, or in a few words why not."""
    try:
        if url := current_app.config["SMTP_URL"]:
            _send_by_smtp(message, url)
        else:
            folder = current_app.config["INSTANCE_DIR"] / "mail"
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            (folder / f"{mail_id:06}.eml").write_bytes(bytes(message))
    except (OSError, smtplib.SMTPException) as error:
        logger.warning("letter %s was not sent: %s", mail_id, type(error).__name__)
        return type(error).__name__
    return None


def _send_by_smtp(message: EmailMessage, url: str) -> None:
    """smtp://user:password@host:587 (STARTTLS where the server offers it; always before a password)
    or smtps://…:465."""
    parts = urlsplit(url)
    host = parts.hostname or "localhost"
    secure = create_default_context()
    opened: smtplib.SMTP
    if parts.scheme == "smtps":
        opened = smtplib.SMTP_SSL(host, parts.port or 465, timeout=SECONDS, context=secure)
    else:
        opened = smtplib.SMTP(host, parts.port or 25, timeout=SECONDS)
    with opened as server:
        server.ehlo()
        if parts.scheme != "smtps" and (server.has_extn("starttls") or parts.username):
            server.starttls(context=secure)
            server.ehlo()
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(message)


def _note(mail_id: int, fault: str | None) -> None:
    mail = db.session.get(OutgoingMail, mail_id)
    if mail is None:
        return
    if fault is None:
        mail.sent_at = clock.now()
        _close(mail, None)
    elif mail.tries >= MOST_TRIES:
        _close(mail, fault)
    else:
        mail.fault = fault


def _close(mail: OutgoingMail, fault: str | None) -> None:
    """No further try; the text goes, for it may hold a link. So does the address of a letter that
    belongs to no account: nobody is left whom it could be shown to."""
    mail.next_try_at = None
    mail.fault = fault
    mail.sealed_text = mail.sealed_html = ""
    if mail.account_id is None:
        mail.address = ""

"""The outbox: a letter is sent once, tried again when it fails, and not for ever."""

from __future__ import annotations

import itertools
import smtplib
import threading
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.base import clock
from lms.base.transactions import transaction
from lms.extensions import db
from lms.notices import delivery
from lms.notices.models import OutgoingMail
from lms.notices.services import queue_mail


class MailServer(ThreadingTCPServer):
    """Takes letters by SMTP, as far as our client speaks it."""

    daemon_threads = True

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        super().__init__(("127.0.0.1", 0), _Conversation)


class _Conversation(StreamRequestHandler):
    def handle(self) -> None:
        self.wfile.write(b"220 mail.vidu.vn\r\n")
        for line in self.rfile:
            verb = line.split()[0].upper() if line.split() else b""
            if verb == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                lines = iter(self.rfile.readline, b".\r\n")
                self.server.taken.append(b"".join(lines))  # type: ignore[attr-defined]
                self.wfile.write(b"250 taken\r\n")
            elif verb == b"QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            else:
                self.wfile.write(b"250 ok\r\n")


@pytest.fixture
def mail_server(app: Flask) -> Iterator[MailServer]:
    with MailServer() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        app.config["SMTP_URL"] = f"smtp://127.0.0.1:{server.server_address[1]}"
        app.config["MAIL_FROM"] = "Thu Hoạch <khong-tra-loi@vidu.vn>"
        yield server
        server.shutdown()


def queue(**more: Any) -> int:
    with transaction():
        return queue_mail(
            None, "binh@vidu.vn", "Mời học", "Kính gửi đồng chí,", "<p>Kính gửi</p>", **more
        ).id


def test_a_letter_reaches_the_server_in_both_forms(app: Flask, mail_server: MailServer) -> None:
    mail_id = queue()
    (taken,) = mail_server.taken
    message = message_from_bytes(taken, policy=policy.default)
    assert message["Subject"] == "Mời học" and message["To"] == "binh@vidu.vn"
    assert message["From"] == "Thu Hoạch <khong-tra-loi@vidu.vn>"
    assert [part.get_content_type() for part in message.iter_parts()] == [  # type: ignore[attr-defined]
        "text/plain",
        "text/html",
    ]
    mail = db.session.get_one(OutgoingMail, mail_id)
    assert mail.sent_at and mail.next_try_at is None and mail.sealed_text == ""
    delivery.deliver_mail(mail_id)
    assert len(mail_server.taken) == 1, "sent twice"


def test_without_a_server_it_becomes_a_file(app: Flask) -> None:
    mail_id = queue()
    written = (app.config["INSTANCE_DIR"] / "mail" / f"{mail_id:06}.eml").read_bytes()
    assert (
        "Kính gửi đồng chí,"
        in message_from_bytes(written, policy=policy.default)
        .get_body(  # type: ignore[attr-defined]
            ("plain",)
        )
        .get_content()
    )
    assert not delivery.can_send_mail()


def test_a_failing_server_is_asked_again_ever_later(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[float] = []

    def refuse(_message: Any, _url: str) -> None:
        tried.append(clock.now().timestamp())
        raise smtplib.SMTPServerDisconnected

    app.config["SMTP_URL"] = "smtp://mail.vidu.vn"
    monkeypatch.setattr(delivery, "_send_by_smtp", refuse)
    begun = clock.now()
    with clock.frozen(begun):
        mail_id = queue(worth_until=begun + timedelta(days=9))
    for minute in range(1, 1500):
        with clock.frozen(begun + timedelta(minutes=minute)):
            if minute % 2 == 0:
                delivery.deliver_waiting()
    gaps = [round((b - a) / 60) for a, b in itertools.pairwise(tried)]
    assert len(tried) == delivery.MOST_TRIES and gaps == sorted(gaps) and gaps[-1] >= 100
    db.session.expire_all()
    mail = db.session.get_one(OutgoingMail, mail_id)
    assert mail.next_try_at is None and mail.sent_at is None
    assert mail.fault == "SMTPServerDisconnected" and mail.sealed_text == ""


def test_a_letter_is_not_sent_when_it_is_worth_nothing_any_more(
    app: Flask, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with clock.frozen(clock.now() - timedelta(hours=2)):
        monkeypatch.setattr(delivery, "_send", lambda _message, _id: "refused")
        mail_id = queue(worth_until=clock.now() + timedelta(hours=1))
    monkeypatch.undo()
    delivery.deliver_waiting()
    db.session.expire_all()
    mail = db.session.get_one(OutgoingMail, mail_id)
    assert mail_server.taken == [] and mail.fault == "too late" and mail.sealed_text == ""


def test_a_name_cannot_add_a_header(app: Flask, mail_server: MailServer) -> None:
    with transaction():
        queue_mail(None, "binh@vidu.vn", "Mời\r\nBcc: evil@example.org", "x")
    message = message_from_bytes(mail_server.taken[0], policy=policy.default)
    assert message["Bcc"] is None
    assert db.session.scalars(sa.select(OutgoingMail.subject)).one() == "Mời Bcc: evil@example.org"

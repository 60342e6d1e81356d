"""Letters that answer a request about one's data: mailed to who consented to that, else printed."""

from dataclasses import dataclass

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _

from lms.notices.delivery import can_send_mail
from lms.notices.services import queue_mail
from lms.people.models import Account, Purpose
from lms.people.queries.privacy import has_consented


@dataclass(frozen=True)
class AnswerLetter:
    """To whom, in which language; `address` is empty where the letter is to be printed."""

    account_id: int
    name: str
    locale: str
    address: str


def letter_to(account: Account) -> AnswerLetter:
    """How an account is answered, as things stand now."""
    address = ""
    if account.email and can_send_mail() and has_consented(account.id, Purpose.ANSWER_LETTERS):
        address = account.email
    return AnswerLetter(account.id, account.display_name, account.locale, address)


def queue_answer(letter: AnswerLetter, answer: str, keeps_account: bool = True) -> None:
    """Put the letter into the outbox, if it has an address. One to somebody who is erased in this
    transaction belongs to no account."""
    if not letter.address:
        return
    environment = current_app.jinja_env
    with force_locale(letter.locale):
        words = {"name": letter.name, "answer": answer, "locale": letter.locale}
        queue_mail(
            letter.account_id if keeps_account else None,
            letter.address,
            _("Trả lời yêu cầu về dữ liệu cá nhân"),
            environment.get_template("emails/answer.txt").render(words),
            environment.get_template("emails/answer.html").render(words),
        )

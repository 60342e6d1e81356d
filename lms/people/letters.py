"""Letters about an account, written and queued behind the request.

The request only notes which name was typed: whether it is known takes no time in the answer.
"""

import secrets
from datetime import timedelta

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _

from lms.base import clock
from lms.base.background import job
from lms.base.transactions import transaction
from lms.notices.services import queue_mail
from lms.people.models import Account
from lms.people.queries import count_letters_since, find_account_by_login
from lms.people.services import issue_mailed_code
from lms.people.sign_in import hash_token

MOST_AN_HOUR = 3


@job()
def send_reset_link(login: str) -> None:
    """Mail a link for a new password to the one account of this name, if it has an address."""
    with transaction():
        account = find_account_by_login(login)
        if account is None or account.is_disabled or not account.email:
            return
        if count_letters_since(account.id, clock.now() - timedelta(hours=1)) >= MOST_AN_HOUR:
            return
        token = secrets.token_urlsafe(32)
        lifetime = current_app.config["RESET_LIFETIME"]
        until = issue_mailed_code(account, hash_token(token), lifetime)
        link = f"{current_app.config['BASE_URL'].rstrip('/')}/password/link/{token}"
        subject, text, html = reset_letter(account, link)
        queue_mail(account.id, account.email, subject, text, html, worth_until=until)


def reset_letter(account: Account, link: str) -> tuple[str, str, str]:
    """Subject, text and HTML of the letter with the link, in the account's language."""
    environment = current_app.jinja_env
    with force_locale(account.locale):
        words = {"name": account.display_name, "link": link, "locale": account.locale}
        return (
            _("Đặt lại mật khẩu Thu Hoạch"),
            environment.get_template("emails/reset_password.txt").render(words),
            environment.get_template("emails/reset_password.html").render(words),
        )

"""The demo's notice about personal data, read by everybody, and two requests with their clocks."""

from datetime import timedelta

import sqlalchemy as sa

from lms.base import clock
from lms.cli.demo.organisation import Organisation
from lms.extensions import db
from lms.people.models import Account, NoticeReceipt, PrivacyNotice, RequestKind
from lms.people.purposes import FIRST_NOTICE
from lms.people.services.privacy import make_request, publish_draft, save_draft


def tell_everybody(organisation: Organisation) -> None:
    """Publish the notice some weeks ago; everybody has seen it, nobody has consented to more."""
    administrator = organisation.personas["administrator"]
    with clock.frozen(clock.now() - timedelta(days=60)):
        save_draft(administrator, "Thông báo về dữ liệu cá nhân", FIRST_NOTICE)
        notice = publish_draft(administrator)
        _note_all_shown(notice)
    with clock.frozen(clock.now() - timedelta(days=5)):
        make_request(
            organisation.personas["exempt"],
            RequestKind.CORRECTION,
            "Họ tên trong danh sách thiếu chữ đệm.",
            "Khác với tên trên thẻ.",
        )
    make_request(
        organisation.personas["enterprise"],
        RequestKind.OBJECTION,
        "Không hiện số điện thoại của tôi cho người ngoài chi bộ.",
        "",
    )


def _note_all_shown(notice: PrivacyNotice) -> None:
    moment = sa.literal(clock.now(), NoticeReceipt.shown_at.type)
    everybody = sa.select(Account.id, sa.literal(notice.id), moment)
    db.session.execute(
        sa.insert(NoticeReceipt).from_select(["account_id", "notice_id", "shown_at"], everybody)
    )

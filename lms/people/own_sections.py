"""What people itself, and the floors below it, show a person of what is held about them."""

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.access.models import Appointment
from lms.access.policy import ROLE_LABELS
from lms.audit.labels import action_label
from lms.audit.queries import list_acts
from lms.extensions import db
from lms.files.models import StoredFile
from lms.people.devices import device_words
from lms.people.labels import RANK_LABELS, STANDING_LABELS
from lms.people.models import (
    Account,
    AudienceOverride,
    Consent,
    Member,
    PrivacyNotice,
    PrivacyRequest,
    SignIn,
)
from lms.people.personal_data import (
    Item,
    Person,
    Section,
)
from lms.people.purposes import CONSENTS
from lms.units.models import UnitVersion

MOST_ACTS = 1000
"""Acts of one's own shown and exported: the newest."""


def export(person: Person) -> list[Section]:
    return [*_of_member(person), *_of_account(person)]


def _of_member(person: Person) -> list[Section]:
    member = db.session.get(Member, person.member_id) if person.member_id is not None else None
    if member is None:
        return []
    units = _unit_names([m.unit_id for m in member.memberships] + [p.unit_id for p in member.posts])
    override = db.session.get(AudienceOverride, member.id)
    about: Item = [
        (_("Họ và tên"), member.name),
        (_("Số thẻ"), member.code),
        (_("Điện thoại"), member.phone),
        (_("Thư điện tử"), member.email),
        (_("Ngày sinh"), member.birth_date or member.birth_year),
        (_("Diện"), str(STANDING_LABELS[member.standing])),
        (_("Miễn công tác và sinh hoạt"), _("Có") if member.is_exempt else _("Không")),
        (_("Rời tổ chức từ ngày"), member.left_on),
        (_("Xếp tay đối tượng vì"), override.reason if override else None),
    ]
    return [
        Section(
            "posts",
            _("Chức vụ"),
            [
                [
                    (_("Chức vụ"), one.title),
                    (_("Thuộc nhóm"), str(RANK_LABELS[one.rank])),
                    (_("Đơn vị"), units.get(one.unit_id)),
                    (_("Từ ngày"), one.valid_from),
                    (_("Đến ngày"), one.valid_to),
                ]
                for one in member.posts
            ],
        ),
        Section(
            "memberships",
            _("Đơn vị"),
            [
                [
                    (_("Đơn vị"), units.get(one.unit_id)),
                    (_("Từ ngày"), one.valid_from),
                    (_("Đến ngày"), one.valid_to),
                ]
                for one in member.memberships
            ],
        ),
        Section("member", _("Thông tin chung"), [about]),
    ][::-1]


def _of_account(person: Person) -> list[Section]:
    account = db.session.get(Account, person.account_id) if person.account_id is not None else None
    if account is None:
        return []
    sign_ins = db.session.scalars(
        sa.select(SignIn).where(SignIn.account_id == account.id).order_by(SignIn.created_at.desc())
    )
    appointments = db.session.scalars(
        sa.select(Appointment).where(Appointment.account_id == account.id)
    ).all()
    units = _unit_names([one.unit_id for one in appointments])
    files = db.session.scalars(sa.select(StoredFile).where(StoredFile.owner_id == account.id))
    consents = db.session.execute(
        sa.select(Consent, PrivacyNotice.version)
        .join(PrivacyNotice, PrivacyNotice.id == Consent.notice_id)
        .where(Consent.account_id == account.id)
        .order_by(Consent.given_at)
    )
    requests = db.session.scalars(
        sa.select(PrivacyRequest)
        .where(PrivacyRequest.account_id == account.id)
        .order_by(PrivacyRequest.received_at)
    )
    acts = list_acts(account.id, MOST_ACTS)
    when = _("Lúc")
    return [
        Section(
            "account",
            _("Tài khoản"),
            [
                [
                    (_("Tên hiện ra"), account.display_name),
                    (_("Điện thoại"), account.phone),
                    (_("Thư điện tử"), account.email),
                    (_("Tạo lúc"), account.created_at),
                ]
            ],
        ),
        Section(
            "appointments",
            _("Phân công"),
            [
                [
                    (_("Vai trò"), str(ROLE_LABELS[one.role])),
                    (_("Đơn vị"), units.get(one.unit_id)),
                    (_("Từ ngày"), one.valid_from),
                    (_("Đến ngày"), one.valid_to),
                ]
                for one in appointments
            ],
        ),
        Section(
            "consents",
            _("Thông báo và đồng ý"),
            [
                [
                    (_("Mục đích"), str(CONSENTS[one.purpose].title)),
                    (_("Theo thông báo bản số"), version),
                    (_("Đồng ý lúc"), one.given_at),
                    (_("Rút lại lúc"), one.withdrawn_at),
                ]
                for one, version in consents
            ],
        ),
        Section(
            "requests",
            _("Yêu cầu của đồng chí"),
            [
                [(when, one.received_at), (_("Nội dung"), one.about), (_("Trả lời"), one.answer)]
                for one in requests
            ],
        ),
        Section(
            "files",
            _("Tệp đã đưa lên"),
            [[(_("Tệp"), one.name), (when, one.created_at)] for one in files],
        ),
        Section(
            "sign_ins",
            _("Các lần đăng nhập"),
            [
                [
                    (when, one.created_at),
                    (_("Thiết bị"), device_words(one.device)),
                    (_("Hết lúc"), one.expires_at),
                ]
                for one in sign_ins
            ],
        ),
        Section(
            "acts",
            _("Việc đã làm trong hệ thống"),
            [[(when, at), (_("Việc"), action_label(action))] for at, action in acts],
        ),
    ]


def _unit_names(unit_ids: list[int]) -> dict[int, str]:
    query = (
        sa.select(UnitVersion.unit_id, UnitVersion.name)
        .where(UnitVersion.unit_id.in_(set(unit_ids)))
        .order_by(UnitVersion.valid_from)
    )
    return {row.unit_id: row.name for row in db.session.execute(query)}

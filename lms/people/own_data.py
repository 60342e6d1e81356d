"""What people itself, and the floors below it, hold about a person: the last provider to join
lms/people/personal_data.py."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.access.models import Appointment
from lms.access.policy import ROLE_LABELS
from lms.audit.labels import action_label
from lms.audit.queries import find_details_before, list_acts
from lms.audit.services.blanking import blank_details
from lms.base import clock
from lms.base.vietnamese import fold, sort_key
from lms.extensions import db
from lms.files.models import StoredFile
from lms.files.unused import remove_files, unused_files
from lms.people.labels import RANK_LABELS, STANDING_LABELS
from lms.people.models import (
    Account,
    AudienceName,
    AudienceOverride,
    Consent,
    Member,
    MemberWord,
    Post,
    PrivacyNotice,
    PrivacyRequest,
    RequestState,
    RosterImport,
    SignIn,
    StagedAbsence,
    StagedLine,
    StagedPost,
    Standing,
)
from lms.people.personal_data import (
    Item,
    Person,
    Provider,
    Retention,
    Section,
    count_of,
    delete_by_id,
)
from lms.people.purposes import CONSENTS
from lms.units.models import UnitVersion

MOST_ACTS = 1000
"""Acts of one's own shown and exported: the newest."""


def _export(person: Person) -> list[Section]:
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
                    (_("Thiết bị"), one.device),
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


def _erase(person: Person, pseudonym: str) -> dict[str, int]:
    done: dict[str, int] = {}
    today = clock.today()
    if person.account_id is not None:
        account = db.session.get_one(Account, person.account_id)
        account.display_name = pseudonym
        account.phone = account.email = account.password_hash = None
        account.is_disabled = True
        account.must_change_password = False
        account.locale = "vi"
        done["sign_in"] = delete_by_id(SignIn, [account.id], SignIn.account_id)
        _end_appointments(account.id)
        for request in db.session.scalars(
            sa.select(PrivacyRequest).where(PrivacyRequest.account_id == account.id)
        ):
            request.about = request.reason = request.answer = request.extension_reason = ""
        owned = unused_files().where(StoredFile.owner_id == account.id)
        done["stored_file"] = remove_files(db.session.scalars(owned).all())
    if person.member_id is not None:
        member = db.session.get_one(Member, person.member_id)
        code = member.code
        member.name, member.fold = pseudonym, fold(pseudonym)
        member.sort_key = sort_key(pseudonym)
        member.code = member.birth_year = member.birth_date = member.left_reason = None
        member.standing, member.is_exempt = Standing.FULL, False
        member.left_on = member.left_on or today
        for membership in member.memberships:
            if membership.valid_to is None:
                membership.valid_to = max(today, membership.valid_from)
        member.phone = member.email = None
        for model in (MemberWord, AudienceName, StagedAbsence):
            done[model.__tablename__] = delete_by_id(model, [member.id], model.member_id)
        done["staged_line"] = _erase_lines(member.id, code)
        done["post"] = delete_by_id(Post, [member.id], Post.member_id)
        done["audience_override"] = delete_by_id(
            AudienceOverride, [member.id], AudienceOverride.member_id
        )
        db.session.flush()
        db.session.expire(member)
    db.session.flush()
    return done


def _lines_of(member_id: int, code: str | None) -> sa.Select[int]:
    """Lines of rosters about a member: those that were matched with them, or bear their number."""
    is_theirs = StagedLine.member_id == member_id
    if code is not None:
        is_theirs = sa.or_(is_theirs, StagedLine.code == code)
    return sa.select(StagedLine.id).where(is_theirs)


def _erase_lines(member_id: int, code: str | None) -> int:
    lines = db.session.scalars(_lines_of(member_id, code)).all()
    delete_by_id(StagedPost, lines, StagedPost.line_id)
    return delete_by_id(StagedLine, lines)


def _obstacles(person: Person) -> list[str]:
    """A roster that waits with the person in it would bring them back."""
    if person.member_id is None:
        return []
    code = db.session.scalar(sa.select(Member.code).where(Member.id == person.member_id))
    waiting = db.session.scalars(
        sa.select(RosterImport.file_name)
        .where(
            RosterImport.file_key.is_not(None),
            RosterImport.id.in_(
                sa.select(StagedLine.import_id).where(
                    StagedLine.id.in_(_lines_of(person.member_id, code))
                )
            ),
        )
        .distinct()
    )
    return [_("Danh sách đang chờ áp dụng: %(name)s", name=name) for name in waiting]


def _end_appointments(account_id: int) -> None:
    yesterday = clock.today() - timedelta(days=1)
    for one in db.session.scalars(
        sa.select(Appointment).where(Appointment.account_id == account_id)
    ):
        one.reason = None if one.reason is None else "–"
        if one.valid_from > yesterday:
            db.session.delete(one)
        elif one.valid_to is None or one.valid_to > yesterday:
            one.valid_to = yesterday


def _subjects(person: Person) -> list[str]:
    found = []
    if person.member_id is not None:
        found.append(f"member:{person.member_id}")
    if person.account_id is not None:
        found.append(f"account:{person.account_id}")
        requests = db.session.scalars(
            sa.select(PrivacyRequest.id).where(PrivacyRequest.account_id == person.account_id)
        )
        found += [f"privacy_request:{one}" for one in requests]
    return found


def _old_sign_ins(before: datetime) -> sa.Select[int]:
    return sa.select(SignIn.id).where(
        sa.or_(SignIn.expires_at < before, SignIn.revoked_at < before)
    )


def _old_requests(before: datetime) -> sa.Select[PrivacyRequest]:
    answered = PrivacyRequest.state.in_([RequestState.DONE, RequestState.REFUSED])
    return sa.select(PrivacyRequest).where(
        answered, PrivacyRequest.answered_at < before, PrivacyRequest.about != ""
    )


def _blank_requests(before: datetime, limit: int) -> int:
    found = db.session.scalars(_old_requests(before).limit(limit)).all()
    for one in found:
        one.about = one.reason = one.answer = one.extension_reason = ""
    return len(found)


def _old_files(before: datetime) -> sa.Select[StoredFile]:
    return unused_files().where(StoredFile.created_at < before)


PROVIDER = Provider(
    "people",
    export=_export,
    erase=_erase,
    subjects=_subjects,
    obstacles=_obstacles,
    retention=(
        Retention(
            "sign_in",
            _l("Lần đăng nhập đã hết hiệu lực"),
            timedelta(days=90),
            lambda before: count_of(_old_sign_ins(before)),
            lambda before, limit: delete_by_id(
                SignIn, db.session.scalars(_old_sign_ins(before).limit(limit))
            ),
        ),
        Retention(
            "stored_file",
            _l("Tệp đã đưa lên mà không còn ai dùng"),
            timedelta(days=30),
            lambda before: count_of(_old_files(before)),
            lambda before, limit: remove_files(
                db.session.scalars(_old_files(before).limit(limit)).all()
            ),
        ),
        Retention(
            "privacy_request",
            _l("Lời viết trong yêu cầu đã trả lời"),
            timedelta(days=2 * 365),
            lambda before: count_of(_old_requests(before)),
            _blank_requests,
        ),
        Retention(
            "audit_record",
            _l("Chi tiết trong nhật ký (giữ ai, việc gì, lúc nào)"),
            timedelta(days=5 * 365),
            lambda before: len(find_details_before(before, 100_000)),
            lambda before, limit: blank_details(
                None, find_details_before(before, limit), "retention"
            ),
        ),
    ),
)

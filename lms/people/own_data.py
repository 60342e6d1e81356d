"""What people itself, and the floors below it, hold about a person: the last provider to join
lms/people/personal_data.py."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.access.models import Appointment
from lms.audit.queries import find_details_before
from lms.audit.services.blanking import blank_details
from lms.base import clock
from lms.base.vietnamese import fold, sort_key
from lms.extensions import db
from lms.files.models import StoredFile
from lms.files.unused import remove_files, unused_files
from lms.notices.models import OutgoingMail
from lms.people.models import (
    Account,
    AudienceName,
    AudienceOverride,
    ExternalIdentity,
    Member,
    MemberWord,
    OneTimeCode,
    Post,
    PrivacyRequest,
    RecoveryCode,
    RequestState,
    RosterImport,
    SecondStep,
    SignIn,
    StagedAbsence,
    StagedLine,
    StagedPost,
    Standing,
)
from lms.people.own_sections import export
from lms.people.personal_data import (
    Person,
    Provider,
    Retention,
    count_of,
    delete_by_id,
)
from lms.people.services.following import leave_plans

GOES_WITH_ACCOUNT: tuple[Any, ...] = (
    *(SignIn, OneTimeCode, SecondStep, RecoveryCode),
    *(ExternalIdentity, OutgoingMail),
)
GOES_WITH_MEMBER: tuple[Any, ...] = (MemberWord, AudienceName, StagedAbsence, OneTimeCode)


def _erase(person: Person, pseudonym: str) -> dict[str, int]:
    done: dict[str, int] = {}
    today = clock.today()
    if person.account_id is not None:
        account = db.session.get_one(Account, person.account_id)
        account.display_name = pseudonym
        account.phone = account.email = account.password_hash = None
        account.is_disabled = True
        account.must_change_password = False
        account.password_expires_at = None
        account.locale = "vi"
        for model in (
            SignIn,
            OneTimeCode,
            SecondStep,
            RecoveryCode,
            ExternalIdentity,
            OutgoingMail,
        ):
            done[model.__tablename__] = delete_by_id(model, [account.id], model.account_id)
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
        leave_plans([member.id])
        for membership in member.memberships:
            if membership.valid_to is None or membership.valid_to > today:
                membership.valid_to = max(today, membership.valid_from)
        member.phone = member.email = None
        for model in GOES_WITH_MEMBER:
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


def _old_codes(before: datetime) -> sa.Select[int]:
    return sa.select(OneTimeCode.id).where(OneTimeCode.expires_at < before)


def _old_letters(before: datetime) -> sa.Select[int]:
    return sa.select(OutgoingMail.id).where(OutgoingMail.created_at < before)


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
    export=export,
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
            "one_time_code",
            _l("Phiếu kích hoạt và mã đặt lại mật khẩu đã hết hạn"),
            timedelta(days=30),
            lambda before: count_of(_old_codes(before)),
            lambda before, limit: delete_by_id(
                OneTimeCode, db.session.scalars(_old_codes(before).limit(limit))
            ),
        ),
        Retention(
            "outgoing_mail",
            _l("Thư đã gửi đi"),
            timedelta(days=90),
            lambda before: count_of(_old_letters(before)),
            lambda before, limit: delete_by_id(
                OutgoingMail, db.session.scalars(_old_letters(before).limit(limit))
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

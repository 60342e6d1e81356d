"""Commands on members: add, change, give and end posts, transfer. Leaving has a file of its own."""

from datetime import date, timedelta

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.audit.services import record
from lms.base.errors import Invalid, NotFound
from lms.base.vietnamese import clean, name_words, sort_key
from lms.extensions import db
from lms.people.models import (
    Account,
    Member,
    Membership,
    MembershipKind,
    Post,
    PostRank,
    Standing,
)
from lms.people.queries import find_account_of_member, get_member, normal_phone
from lms.people.services.following import follow_plans, leave_plans
from lms.people.services.search import index_names
from lms.units.models import Decision, UnitVersion
from lms.units.places import first_days, planned_ends
from lms.units.queries import Scope, get_unit, last_versions
from lms.units.services.tree import keep_standing


def add_member(
    actor: Account | None,
    *,
    name: str,
    unit_id: int,
    joined_on: date,
    code: str | None = None,
    birth_year: int | None = None,
    birth_date: date | None = None,
    phone: str | None = None,
    email: str | None = None,
    standing: Standing = Standing.FULL,
    is_exempt: bool = False,
    scope: Scope | None = None,
) -> Member:
    """Add a person to a unit. Invalid on a card number already in use."""
    get_unit(unit_id, scope)
    member = Member(standing=standing, is_exempt=is_exempt)
    _describe(member, name, code, birth_year, birth_date)
    _reach(member, phone, email)
    db.session.add(member)
    db.session.flush()
    index_names([member.id])
    db.session.add(Membership(member_id=member.id, unit_id=unit_id, valid_from=joined_on))
    db.session.flush()
    follow_plans([member.id])
    record(actor.id if actor else None, "member.added", f"member:{member.id}", unit_id=unit_id)
    return member


def change_member(
    actor: Account,
    member_id: int,
    *,
    name: str,
    code: str | None,
    birth_year: int | None,
    birth_date: date | None,
    standing: Standing,
    is_exempt: bool,
    phone: str | None,
    email: str | None,
    scope: Scope,
) -> Member:
    """Change a person's details."""
    member = get_member(member_id, scope)
    before = {"name": member.name, "code": member.code, "standing": member.standing}
    _describe(member, name, code, birth_year, birth_date)
    _reach(member, phone, email)
    account = find_account_of_member(member_id)
    if account is not None and account.display_name == before["name"]:
        account.display_name = member.name
    member.standing = standing
    member.is_exempt = is_exempt
    db.session.flush()
    index_names([member.id])
    record(actor.id, "member.changed", f"member:{member.id}", before=before)
    return member


def _describe(
    member: Member,
    name: str,
    code: str | None,
    birth_year: int | None,
    birth_date: date | None,
) -> None:
    code = clean(code or "") or None
    if code is not None:
        taken = sa.select(Member.id).where(Member.code == code)
        if member.id is not None:
            taken = taken.where(Member.id != member.id)
        with db.session.no_autoflush:
            if db.session.scalar(taken) is not None:
                raise Invalid(
                    _("Số thẻ %(code)s đã thuộc về người khác. Hãy kiểm tra lại.", code=code),
                    field="code",
                )
    member.code = code
    member.name = clean(name)
    member.fold = " ".join(name_words(name))[:140]
    member.sort_key = sort_key(name)
    member.birth_year = birth_date.year if birth_date else birth_year
    member.birth_date = birth_date


def _reach(member: Member, phone: str | None, email: str | None) -> None:
    """How somebody is reached; their account keeps its own names to sign in by."""
    number = normal_phone(phone) if phone else None
    if phone and number is None:
        raise Invalid(_("Số điện thoại cần có dạng 09xxxxxxxx."), field="phone")
    member.phone = number
    member.email = clean(email or "").casefold() or None


def give_post(
    actor: Account | None,
    member_id: int,
    unit_id: int,
    title: str,
    rank: PostRank,
    valid_from: date,
    decision: Decision | None = None,
    scope: Scope | None = None,
) -> Post:
    """Give a member a post in a unit from a day on. Where the unit's end is recorded ahead, the
    post ends with it; Invalid when it would begin no earlier."""
    unit = get_unit(unit_id, scope)
    if scope is not None:
        get_member(member_id, scope)
    keep_standing()
    end = planned_ends([unit_id]).get(unit_id)
    if end is not None and valid_from >= end.on:
        raise Invalid(
            _(
                "%(name)s kết thúc từ ngày %(day)s. Hãy ghi chức vụ tại %(into)s khi đến ngày ấy, "
                "hoặc chọn ngày sớm hơn.",
                name=unit.name,
                day=end.on.strftime("%d/%m/%Y"),
                into=last_versions([end.successor_id])[end.successor_id].name,
            ),
            field="valid_from",
        )
    post = Post(
        member_id=member_id,
        unit_id=unit_id,
        title=clean(title),
        rank=rank,
        valid_from=valid_from,
        decision_id=decision.id if decision else None,
    )
    db.session.add(post)
    db.session.flush()
    follow_plans([member_id])
    record(actor.id if actor else None, "post.given", f"member:{member_id}", title=post.title)
    return post


def end_post(actor: Account, post_id: int, last_day: date, scope: Scope) -> Post:
    """End a post; the day after `last_day` it no longer counts. NotFound outside the scope."""
    post = db.session.scalar(sa.select(Post).where(Post.id == post_id).with_for_update())
    if post is None:
        raise NotFound
    get_member(post.member_id, scope)
    if last_day < post.valid_from:
        raise Invalid(_("Ngày thôi giữ chức phải từ ngày bắt đầu trở đi."), field="last_day")
    if post.valid_to is not None and post.valid_to <= last_day:
        raise Invalid(
            _("Chức vụ này đã thôi từ ngày %(day)s.", day=post.valid_to.strftime("%d/%m/%Y"))
        )
    post.valid_to = last_day + timedelta(days=1)
    db.session.flush()
    record(actor.id, "post.ended", f"member:{post.member_id}", title=post.title)
    return post


def transfer_member(
    actor: Account, member_id: int, unit_id: int, effective_on: date, scope: Scope
) -> None:
    """Move a person to another unit from a day on. Which unit answers for what they study now is
    asked by the page and recorded by training. Invalid when on that day either unit was not there
    yet, or the person not in the one they leave."""
    unit = get_unit(unit_id, scope)
    member = get_member(member_id, scope)
    leave_plans([member_id], effective_on)
    present = next(
        m for m in member.memberships if m.valid_to is None and m.kind is MembershipKind.MAIN
    )
    if present.unit_id == unit_id:
        raise Invalid(_("Người này đang ở chính đơn vị đó."), field="unit")
    if effective_on <= present.valid_from:
        raise Invalid(
            _(
                "Ngày chuyển phải sau ngày %(day)s, ngày vào đơn vị hiện nay.",
                day=present.valid_from.strftime("%d/%m/%Y"),
            ),
            field="effective_on",
        )
    refuse_before_founding(unit, effective_on)
    refuse_before_founding(last_versions([present.unit_id])[present.unit_id], effective_on)
    present.valid_to = effective_on
    db.session.flush()
    db.session.add(Membership(member_id=member_id, unit_id=unit_id, valid_from=effective_on))
    db.session.flush()
    old_unit_id = present.unit_id
    follow_plans([member_id])
    record(
        actor.id,
        "member.transferred",
        f"member:{member_id}",
        old_unit_id=old_unit_id,
        unit_id=unit_id,
    )


def refuse_before_founding(unit: UnitVersion, on: date, field: str = "effective_on") -> None:
    """Invalid when a unit was not in the tree on a day yet: on that day nobody can be in it."""
    founded = first_days([unit.unit_id])[unit.unit_id]
    if on < founded:
        raise Invalid(
            _(
                "%(name)s chỉ có từ ngày %(day)s. Hãy chọn ngày từ ngày ấy trở đi.",
                name=unit.name,
                day=founded.strftime("%d/%m/%Y"),
            ),
            field=field,
        )

"""Erasing a person: the least result stays under a pseudonym, so that no figure changes.

Every package erases its own part (lms/people/personal_data.py) in one transaction; the audit
record keeps who, what and when by ids, and loses the details about them.
"""

import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.audit.queries import find_records_about, find_records_holding
from lms.audit.services import record
from lms.audit.services.blanking import blank_details
from lms.base import clock
from lms.base.errors import Invalid, NotAllowed
from lms.base.vietnamese import clean, clean_lines, fold
from lms.extensions import db
from lms.people.answer_letters import AnswerLetter, letter_to, queue_answer
from lms.people.models import (
    Account,
    Erasure,
    Member,
    PrivacyRequest,
    RequestState,
)
from lms.people.personal_data import Person, find_person, providers

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
LETTERS = 5
KEPT_AFTER_LEAVING = timedelta(days=5 * 365)


def obstacles_to(person: Person) -> list[str]:
    """Reasons, in words, why this person is needed still: open campaigns."""
    return [one for provider in providers() for one in provider.obstacles(person)]


def erase_person(
    actor: Account | None,
    person: Person,
    *,
    typed_name: str | None = None,
    force_reason: str = "",
    answer: str = "",
) -> Erasure:
    """Erase a person. `typed_name` is the name as the actor typed it to confirm (None for a job).
    `answer` goes to who asked for something: by letter, since nobody is left to read a page.

    Invalid when the name is not theirs, when they are needed still and no `force_reason` is given,
    or when they wait for an answer and get none; NotAllowed for one who is erased already, or who
    is the actor.
    """
    _refuse_unfit(actor, person, typed_name)
    obstacles = obstacles_to(person)
    reason = clean(force_reason)
    if obstacles and not reason:
        raise Invalid(
            _("Người này còn trong đợt học đang mở. Hãy ghi lý do nếu vẫn phải xóa."),
            field="force_reason",
        )
    letter = awaits_answer(person)
    if letter and actor and not clean(answer):
        raise Invalid(_("Người này đang chờ trả lời. Hãy viết câu trả lời."), field="answer")
    told, names = _tell_tales(person)
    shared, longer = _names_of_others(person, names)
    subjects = [one for provider in providers() for one in provider.subjects(person)]
    pseudonym = new_pseudonym()
    erased = {
        table: count
        for provider in providers()
        for table, count in provider.erase(
            person, _("Người đã xóa %(code)s", code=pseudonym)
        ).items()
    }
    _close_requests(person, actor)
    if letter and clean(answer):
        queue_answer(letter, clean_lines(answer), keeps_account=False)
    records = {
        *find_records_about(subjects),
        *find_records_holding(told),
        *find_records_holding(
            [name for name in names if name not in shared],
            besides=("member", "account", "enrolment"),
            longer=longer,
        ),
    }
    actor_id = actor.id if actor else None
    erased["audit_record"] = blank_details(actor_id, sorted(records), "erasure")
    erasure = Erasure(
        member_id=person.member_id,
        account_id=person.account_id,
        pseudonym=pseudonym,
        erased_at=clock.now(),
        actor_id=actor_id,
        is_forced=bool(obstacles),
        force_reason=reason[:300] if obstacles else "",
    )
    db.session.add(erasure)
    db.session.flush()
    subject = f"member:{person.member_id}" if person.member_id else f"account:{person.account_id}"
    record(
        actor_id, "privacy.erased", subject, forced=erasure.is_forced, count=sum(erased.values())
    )
    return erasure


def erase_those_who_left(before: datetime, limit: int) -> int:
    """Erase people who left before a moment, a few at a time; returns how many."""
    ids = db.session.scalars(left_long_ago(before).limit(min(limit, 20))).all()
    for member_id in ids:
        person = find_person(member_id=member_id)
        if person is not None:
            erase_person(None, person, force_reason="retention")
    return len(ids)


def left_long_ago(before: datetime) -> sa.Select[int]:
    """Members who left before a moment and are not erased yet."""
    return (
        sa.select(Member.id)
        .outerjoin(Erasure, Erasure.member_id == Member.id)
        .where(Member.left_on < clock.to_local(before).date(), Erasure.id.is_(None))
        .order_by(Member.id)
    )


def new_pseudonym() -> str:
    """Letters and digits that cannot be misread, not used before."""
    while True:
        code = "".join(secrets.choice(ALPHABET) for _index in range(LETTERS))
        taken = sa.select(Erasure.id).where(Erasure.pseudonym == code)
        if db.session.scalar(taken) is None:
            return code


def _refuse_unfit(actor: Account | None, person: Person, typed_name: str | None) -> None:
    if actor is not None and actor.id == person.account_id:
        raise NotAllowed(_("Không ai tự xóa mình được. Hãy nhờ người quản trị khác."))
    done = sa.select(Erasure.id).where(
        sa.or_(
            sa.and_(Erasure.member_id.is_not(None), Erasure.member_id == person.member_id),
            sa.and_(Erasure.account_id.is_not(None), Erasure.account_id == person.account_id),
        )
    )
    if db.session.scalar(done) is not None:
        raise NotAllowed(_("Dữ liệu của người này đã được xóa."))
    if typed_name is not None and fold(typed_name) != fold(name_of(person)):
        raise Invalid(_("Tên gõ vào không khớp. Hãy gõ đúng họ và tên."), field="name")


def name_of(person: Person) -> str:
    """The name of a person as it stands now."""
    if person.member_id is not None:
        return db.session.get_one(Member, person.member_id).name
    return db.session.get_one(Account, person.account_id).display_name


def _tell_tales(person: Person) -> tuple[list[str], list[str]]:
    """(what points to this person alone, their names) as they stand before the erasure."""
    told: list[str | None] = []
    names: set[str] = set()
    if person.member_id is not None:
        member = db.session.get_one(Member, person.member_id)
        told += [member.code, member.phone, member.email]
        names.add(member.name)
    if person.account_id is not None:
        account = db.session.get_one(Account, person.account_id)
        told += [account.phone, account.email]
        names.add(account.display_name)
    return [one for one in told if one and len(one) >= 5], sorted(names)


def _names_of_others(person: Person, names: list[str]) -> tuple[set[str], set[str]]:
    """(which of the names somebody else here bears, longer names of others that hold one)."""
    holding = sa.or_(*(Member.name.contains(name, autoescape=True) for name in names))
    query = sa.select(Member.name).where(holding, Member.left_on.is_(None))
    if person.member_id is not None:
        query = query.where(Member.id != person.member_id)
    found = set(db.session.scalars(query))
    return found & set(names), found - set(names)


def awaits_answer(person: Person) -> AnswerLetter | None:
    """How this person is answered, if they asked for something that is open."""
    if person.account_id is None:
        return None
    waits = sa.select(PrivacyRequest.id).where(
        PrivacyRequest.account_id == person.account_id, PrivacyRequest.answered_at.is_(None)
    )
    if db.session.scalar(waits.limit(1)) is None:
        return None
    return letter_to(db.session.get_one(Account, person.account_id))


def _close_requests(person: Person, actor: Account | None) -> None:
    """What they asked for is settled: nobody is there to be answered."""
    for one in db.session.scalars(
        sa.select(PrivacyRequest).where(
            PrivacyRequest.account_id == person.account_id,
            PrivacyRequest.answered_at.is_(None),
        )
    ):
        one.state = RequestState.DONE
        one.answered_at = clock.now()
        one.answered_by_id = actor.id if actor else None
    db.session.flush()

"""Puts the demo's organisation into the database: tree, people, posts, accounts, appointments."""

import secrets
from dataclasses import dataclass
from datetime import date

from lms.access.policy import Role
from lms.access.services import appoint
from lms.base import clock
from lms.cli.demo.content.campaigns import AUDIENCES
from lms.cli.demo.content.people import OUTSIDERS, PersonSpec, people, persona_keys
from lms.cli.demo.content.units import ROOT_KEY, UNITS, ward_of
from lms.extensions import db
from lms.people.models import Account, Audience, Member, PostRank, Standing
from lms.people.passwords import hash_password
from lms.people.services import add_member, define_audience, give_post
from lms.units.models import Unit, UnitKind, UnitSector
from lms.units.services import found_unit, record_decision

FOUNDED_ON = date(2025, 7, 1)
JOINED_ON = date(2025, 7, 1)

ROLES: dict[str, tuple[Role, ...]] = {
    "administrator": (Role.ADMINISTRATOR, Role.PLANNER),
    "supervisor": (Role.SUPERVISOR,),
    "ward_supervisor": (Role.SUPERVISOR,),
    "speaker": (Role.SPEAKER,),
    "reviewer": (Role.REVIEWER,),
    "reviewer2": (Role.REVIEWER,),
    "secretary": (Role.SECRETARY,),
}
OWN_CELL = {"secretary"}
"""Who is appointed over the cell they belong to."""


@dataclass(frozen=True)
class Organisation:
    """What the rest of the demo is built on, by the keys of the content."""

    units: dict[str, Unit]
    members: dict[str, Member]
    accounts: dict[str, Account]
    """By person key, and by role key for those from outside."""
    audiences: dict[str, Audience]
    personas: dict[str, Account]
    """The printed sign-ins: role key to account."""
    password: str

    def login_of(self, role: str) -> str:
        """What a persona types to sign in: the card number, else the phone, else the e-mail."""
        account = self.personas[role]
        code = account.member.code if account.member else None
        return code or account.phone or account.email or ""


def build_organisation(password: str) -> Organisation:
    """Tree, people, accounts (all with the demo's password) and the roles of the personas."""
    units = _units()
    roster = people()
    audiences = define_audiences()
    members = {person.key: _member(person, units) for person in roster}
    accounts = _accounts(roster, members, hash_password(password))
    keys = persona_keys(roster)
    personas = {role: accounts[key] for role, key in keys.items()}
    personas |= {outsider.key: accounts[outsider.key] for outsider in OUTSIDERS}
    ward_key = ward_of(next(p for p in roster if p.key == keys["ward_supervisor"]).unit_key)
    for key, roles in ROLES.items():
        where = units[ward_key] if key == "ward_supervisor" and ward_key else units[ROOT_KEY]
        if key in OWN_CELL:
            where = units[next(p for p in roster if p.key == keys[key]).unit_key]
        for role in roles:
            appoint(personas[key].id, role, where.id, FOUNDED_ON)
    return Organisation(units, members, accounts, audiences, personas, password)


def new_password() -> str:
    """A password for the demo's sign-ins: three words of letters, easy to type on a phone."""
    return "-".join(
        "".join(secrets.choice("abcdefghkmnpqrstuvxy") for _letter in range(4))
        for _word in range(3)
    )


def _units() -> dict[str, Unit]:
    decision = record_decision("01-QĐ/KV", date(2025, 6, 20), "Ban Thường vụ Đảng ủy khu vực")
    units: dict[str, Unit] = {}
    for spec in UNITS:
        units[spec.key] = found_unit(
            spec.name,
            UnitKind(spec.kind),
            UnitSector(spec.sector),
            units[spec.parent_key].id if spec.parent_key else None,
            FOUNDED_ON,
            spec.short_name,
            decision,
        )
    return units


def define_audiences() -> dict[str, Audience]:
    """The usual audiences, by key; also for an organisation that is founded for real."""
    return {
        spec.key: define_audience(
            None,
            spec.key,
            spec.name,
            position,
            [
                {
                    "post_ranks": list(spec.post_ranks),
                    "sectors": list(spec.sectors),
                    "standings": list(spec.standings),
                    "is_exempt": spec.is_exempt,
                }
            ],
        )
        for position, spec in enumerate(AUDIENCES, start=1)
    }


def _member(person: PersonSpec, units: dict[str, Unit]) -> Member:
    member = add_member(
        None,
        name=person.name,
        unit_id=units[person.unit_key].id,
        joined_on=JOINED_ON,
        code=person.code,
        birth_year=person.birth_year,
        standing=Standing(person.standing),
        is_exempt=person.is_exempt,
    )
    for post in person.posts:
        give_post(
            None, member.id, units[post.unit_key].id, post.title, PostRank(post.rank), JOINED_ON
        )
    return member


def _accounts(
    roster: tuple[PersonSpec, ...], members: dict[str, Member], password_hash: str
) -> dict[str, Account]:
    """One account each. They share one hash, so that a thousand need not be computed."""
    moment = clock.now()
    accounts = {
        person.key: Account(
            member_id=members[person.key].id,
            display_name=person.name,
            phone=person.phone,
            email=person.email,
            password_hash=password_hash,
            is_demo=True,
            created_at=moment,
        )
        for person in roster
    }
    accounts |= {
        outsider.key: Account(
            display_name=outsider.name,
            email=outsider.email,
            password_hash=password_hash,
            is_demo=True,
            created_at=moment,
        )
        for outsider in OUTSIDERS
    }
    db.session.add_all(accounts.values())
    db.session.flush()
    return accounts

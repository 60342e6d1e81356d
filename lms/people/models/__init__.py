"""Tables of people: members, audiences, accounts, roster imports."""

from lms.people.models.accounts import Account, SignIn
from lms.people.models.audiences import Audience, AudienceOverride, AudienceRule
from lms.people.models.members import Member, Membership, MembershipKind, Post, PostRank, Standing
from lms.people.models.roster import (
    ImportState,
    LineKind,
    RosterImport,
    RosterLayout,
    RosterTrace,
    StagedAbsence,
    StagedLine,
    StagedPost,
    StagedUnit,
    TraceKind,
    UnitStatus,
)

__all__ = [
    "Account",
    "Audience",
    "AudienceOverride",
    "AudienceRule",
    "ImportState",
    "LineKind",
    "Member",
    "Membership",
    "MembershipKind",
    "Post",
    "PostRank",
    "RosterImport",
    "RosterLayout",
    "RosterTrace",
    "SignIn",
    "StagedAbsence",
    "StagedLine",
    "StagedPost",
    "StagedUnit",
    "Standing",
    "TraceKind",
    "UnitStatus",
]

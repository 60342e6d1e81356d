"""Tables of people: members, audiences, accounts, roster imports, privacy."""

from lms.people.models.accounts import Account, SignIn
from lms.people.models.audiences import (
    Audience,
    AudienceName,
    AudienceOverride,
    AudienceRule,
    AudienceRuleUnit,
)
from lms.people.models.members import Member, Membership, MembershipKind, Post, PostRank, Standing
from lms.people.models.privacy import (
    Consent,
    Erasure,
    NoticeReceipt,
    PrivacyNotice,
    PrivacyRequest,
    Purpose,
    RequestKind,
    RequestState,
)
from lms.people.models.proofs import (
    CodePurpose,
    ExternalIdentity,
    OneTimeCode,
    OutsideFlow,
    RecoveryCode,
    SecondStep,
)
from lms.people.models.reorganisation import MemberHeir, SuccessorChoice
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
from lms.people.models.search import MemberWord

__all__ = [
    "Account",
    "Audience",
    "AudienceName",
    "AudienceOverride",
    "AudienceRule",
    "AudienceRuleUnit",
    "CodePurpose",
    "Consent",
    "Erasure",
    "ExternalIdentity",
    "ImportState",
    "LineKind",
    "Member",
    "MemberHeir",
    "MemberWord",
    "Membership",
    "MembershipKind",
    "NoticeReceipt",
    "OneTimeCode",
    "OutsideFlow",
    "Post",
    "PostRank",
    "PrivacyNotice",
    "PrivacyRequest",
    "Purpose",
    "RecoveryCode",
    "RequestKind",
    "RequestState",
    "RosterImport",
    "RosterLayout",
    "RosterTrace",
    "SecondStep",
    "SignIn",
    "StagedAbsence",
    "StagedLine",
    "StagedPost",
    "StagedUnit",
    "Standing",
    "SuccessorChoice",
    "TraceKind",
    "UnitStatus",
]

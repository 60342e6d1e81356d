"""Tables of people: members, audiences, accounts."""

from lms.people.models.accounts import Account, SignIn
from lms.people.models.audiences import Audience, AudienceOverride, AudienceRule
from lms.people.models.members import Member, Membership, MembershipKind, Post, PostRank, Standing

__all__ = [
    "Account",
    "Audience",
    "AudienceOverride",
    "AudienceRule",
    "Member",
    "Membership",
    "MembershipKind",
    "Post",
    "PostRank",
    "SignIn",
    "Standing",
]

"""Reads of people, by what they read: members, accounts, audiences."""

from lms.people.queries.accounts import (
    find_account_by_login,
    find_account_of_member,
    find_signed_in,
    get_account,
    list_accounts,
    live_sign_in,
    normal_phone,
)
from lms.people.queries.audiences import (
    count_by_audience,
    find_audience_of,
    find_override,
    get_audience,
    is_overridden,
    list_audiences,
    members_of_audience,
    resolved_audiences,
)
from lms.people.queries.members import (
    count_by_unit,
    count_members,
    find_unit_of,
    get_member,
    list_members,
    list_members_of,
    members_in,
    members_with_unit,
)
from lms.people.queries.reorganisation import chosen_heir, present_unit_of, stands_for_member
from lms.people.queries.search import find_members, find_members_on, is_found_by

__all__ = [
    "chosen_heir",
    "count_by_audience",
    "count_by_unit",
    "count_members",
    "find_account_by_login",
    "find_account_of_member",
    "find_audience_of",
    "find_members",
    "find_members_on",
    "find_override",
    "find_signed_in",
    "find_unit_of",
    "get_account",
    "get_audience",
    "get_member",
    "is_found_by",
    "is_overridden",
    "list_accounts",
    "list_audiences",
    "list_members",
    "list_members_of",
    "live_sign_in",
    "members_in",
    "members_of_audience",
    "members_with_unit",
    "normal_phone",
    "present_unit_of",
    "resolved_audiences",
    "stands_for_member",
]
